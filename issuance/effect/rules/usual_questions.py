"""The questions that a campaign asks unless the desk writes others."""

from collections.abc import Mapping

from issuance.effect.model import (
    ADDED_YEN,
    ALL,
    BOUGHT_ANYWAY,
    FIRST_TIME,
    NO,
    NOTHING,
    PART,
    VOUCHER_YEN,
    YES,
    Choice,
    Question,
    QuestionKind,
    SurveyMoment,
)

IN_A_FEW_WORDS = Question(
    "comment",
    QuestionKind.TEXT,
    "ご意見がありましたら、お書きください。",
    "お名前や電話番号などは 書かないでください。",
)
USUAL_QUESTIONS: Mapping[SurveyMoment, tuple[Question, ...]] = {
    SurveyMoment.AT_PURCHASE: (
        Question(VOUCHER_YEN, QuestionKind.YEN, "今回 買った商品券は、いくら分ですか。"),
        Question(
            BOUGHT_ANYWAY,
            QuestionKind.CHOICE,
            "この商品券で買う予定のものは、商品券がなくても 買いましたか。",
            choices=(
                Choice(ALL, "商品券がなくても 買う予定だった"),
                Choice(PART, "半分くらいは 買う予定だった"),
                Choice(NOTHING, "商品券があるから 買う"),
            ),
        ),
        Question(
            ADDED_YEN,
            QuestionKind.YEN,
            "商品券があるので、現金などで よけいに使う予定の金額は いくらですか。",
            "ないときは 0 と書いてください。",
        ),
        IN_A_FEW_WORDS,
    ),
    SurveyMoment.AFTER_USE: (
        Question(VOUCHER_YEN, QuestionKind.YEN, "これまでに、商品券を いくら分 使いましたか。"),
        Question(
            BOUGHT_ANYWAY,
            QuestionKind.CHOICE,
            "商品券で買ったものは、商品券がなくても 買いましたか。",
            choices=(
                Choice(ALL, "商品券がなくても 買った"),
                Choice(PART, "半分くらいは 買った"),
                Choice(NOTHING, "商品券がなければ 買わなかった"),
            ),
        ),
        Question(
            ADDED_YEN,
            QuestionKind.YEN,
            "商品券があったので、現金などで よけいに使った金額は いくらですか。",
            "ないときは 0 と書いてください。",
        ),
        Question(
            FIRST_TIME,
            QuestionKind.CHOICE,
            "商品券があったので はじめて行ったお店は ありますか。",
            choices=(Choice(YES, "ある"), Choice(NO, "ない")),
        ),
        IN_A_FEW_WORDS,
    ),
}
