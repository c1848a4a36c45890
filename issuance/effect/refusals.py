"""Every expected no of surveys."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class SurveyUnknown(Refusal):
    """There is no such survey."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    survey_id: str


@dataclass(eq=False)
class SurveyNotForThisWallet(Refusal):
    """The survey asks those who bought, or used, vouchers of its campaign, and this wallet did not."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class SurveyOver(Refusal):
    """The campaign is reported; its surveys take no answers any more."""


@dataclass(eq=False)
class SurveyQuestionsChanged(Refusal):
    """The questions that were seen are not the newest."""


@dataclass(eq=False)
class NothingAnswered(Refusal):
    """Every question was left out."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class SurveyAnswersInvalid(Refusal):
    """Answers to these questions are not of the kind that was asked for, or there is no such question."""

    kind: ClassVar[Kind] = Kind.INVALID
    questions: tuple[str, ...]


@dataclass(eq=False)
class SurveyAnsweredBefore(Refusal):
    """This wallet has answered already, and otherwise."""


@dataclass(eq=False)
class SurveyAnswerMissing(Refusal):
    """This wallet has no answer that it could take back."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class SurveyIsForCommerce(Refusal):
    """The commerce desk writes surveys."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    desk: str


@dataclass(eq=False)
class SurveyQuestionsNotUsable(Refusal):
    """Some questions are not well-formed, or one that the estimate needs is missing or asked otherwise."""

    kind: ClassVar[Kind] = Kind.INVALID
    questions: tuple[str, ...]


@dataclass(eq=False)
class SurveyQuestionsFrozen(Refusal):
    """Somebody has answered: the questions stay as they are."""

    answers: int
