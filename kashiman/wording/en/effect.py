"""The survey and what it says."""

SENTENCES = {
    "survey_unknown": "There is no such survey. Nothing was sent. Please choose one from the list.",
    "survey_not_for_this_wallet": (
        "This survey asks those who bought or used its vouchers. Your answer was not taken. Paying and "
        "applying are not affected."
    ),
    "survey_over": "The survey is over. Nothing was stored. Thank you.",
    "survey_questions_changed": (
        "The questions of the survey have changed. Your answer was not taken. Please open the survey again."
    ),
    "nothing_answered": "No question was answered. Nothing was taken. If you do not want to answer, simply go back.",
    "survey_answers_invalid": (
        "Some answers cannot be read[ ({questions})]. Nothing was taken. Please correct them or leave them out."
    ),
    "survey_answered_before": (
        "You have answered this survey already. Your earlier answer is unchanged. To answer anew, take it back first."
    ),
    "survey_answer_missing": (
        "There is no answer to take back. Nothing was changed. It was taken back already, or never given."
    ),
    "survey_is_for_commerce": (
        "Surveys are written by the commerce desk, not by this one[ ({desk})]. Nothing was stored."
    ),
    "survey_questions_not_usable": (
        "Some questions cannot be asked so, or one that the estimate needs is missing[ ({questions})]. "
        "Nothing was stored. Please correct them."
    ),
    "survey_questions_frozen": (
        "The questions cannot be changed any more: there are answers[ ({answers})]. Nothing was changed."
    ),
}
