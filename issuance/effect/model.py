"""Steps, surveys and estimates as this room knows them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

GROUP_MIN = 5
"""The smallest group of people of whom anything is told (the k of k-anonymity)."""
TEXT_LENGTH_MAX = 500
ANSWER_YEN_MAX = 1_000_000


class FunnelStep(StrEnum):
    """How far somebody came: who might apply, and who did what."""

    INVITED = "invited"
    OPENED = "opened"
    APPLIED = "applied"
    GRANTED = "granted"
    BOUGHT = "bought"
    SPENT = "spent"


class AgeBand(StrEnum):
    """Years of age at the end of the campaign's base date; `unknown` is somebody whose data was erased."""

    CHILD = "0-17"
    FROM_18 = "18-29"
    FROM_30 = "30-44"
    FROM_45 = "45-64"
    FROM_65 = "65-74"
    FROM_75 = "75+"
    UNKNOWN = "unknown"


class ApplicantChannel(StrEnum):
    """How somebody applied in the campaign, the last time if more than once; `none` has not."""

    WEB = "web"
    COUNTER = "counter"
    PAPER = "paper"
    NONE = "none"


class GroupCount(NamedTuple):
    """So many people of one group came to a step. Not for publication: `rules.suppression` decides what is told."""

    step: FunnelStep
    district: str
    age_band: AgeBand
    channel: ApplicantChannel
    people: int


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table of people with its totals; None is not told. Rows and columns are in the order they were given."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step: a table of districts by age bands, and people by how they applied."""

    step: FunnelStep
    table: PublishedTable
    by_channel: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Every step of a campaign over the same districts, age bands and channels."""

    districts: tuple[str, ...]
    age_bands: tuple[AgeBand, ...]
    channels: tuple[ApplicantChannel, ...]
    steps: tuple[StepFigures, ...]


class SurveyMoment(StrEnum):
    """When somebody is asked."""

    AT_PURCHASE = "at_purchase"
    AFTER_USE = "after_use"


class QuestionKind(StrEnum):
    """How a question is answered: one of its choices, whole yen, or a few words."""

    CHOICE = "choice"
    YEN = "yen"
    TEXT = "text"


class Choice(NamedTuple):
    """One possible answer: what is stored, and what is read."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question by its name; only a question of choices has choices. Every one of them may be left out."""

    name: str
    kind: QuestionKind
    text: str
    explanation: str = ""
    choices: tuple[Choice, ...] = ()

    def record(self) -> dict[str, Any]:
        """The question as the members of a JSON object."""
        return {**asdict(self), "choices": [list(choice) for choice in self.choices]}


def question_from_record(members: Mapping[str, Any]) -> Question:
    """Read a stored question."""
    choices = tuple(Choice(*choice) for choice in members["choices"])
    return Question(members["name"], QuestionKind(members["kind"]), members["text"], members["explanation"], choices)


BOUGHT_ANYWAY, VOUCHER_YEN, ADDED_YEN, FIRST_TIME = "bought_anyway", "voucher_yen", "added_yen", "first_time"
"""The questions from which the estimate is made; what they are called is what they mean."""
ALL, PART, NOTHING = "all", "part", "nothing"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Survey:
    """A version of the questions of a campaign at a moment, numbered from 1; `answers` is how many there are."""

    id: UUID
    campaign_id: UUID
    moment: SurveyMoment
    version: int
    questions: tuple[Question, ...]
    written_by: UUID
    written_at: datetime
    answers: int = 0


@dataclass(frozen=True, slots=True)
class OfferedSurvey:
    """A survey that a wallet may answer, or has answered."""

    survey: Survey
    campaign_title: str
    is_answered: bool


Answer = str | int
Answers = Mapping[str, Answer]
"""What somebody said, by the name of the question; what was left out is not there."""


class IssuedMoney(NamedTuple):
    """What the answers stand for: yen of vouchers, and the premium in them."""

    value_yen: int
    premium_yen: int


class Interval(NamedTuple):
    """A figure and the interval that holds the true one in 95 of 100 such surveys, as far as chance goes."""

    point: int
    low: int
    high: int


class WhyNothing(StrEnum):
    """Why nothing can be said."""

    TOO_FEW_ANSWERS = "too_few_answers"
    NO_VOUCHER_YEN = "no_voucher_yen"
    NO_PREMIUM = "no_premium"


class Caveat(StrEnum):
    """What a reader has to know beside the figures."""

    SAID_NOT_MEASURED = "said_not_measured"
    WHO_ANSWERS_CHOSE_TO = "who_answers_chose_to"
    PART_COUNTS_HALF = "part_counts_half"
    FEW_ANSWERS = "few_answers"
    LOW_RESPONSE = "low_response"
    INTENTION_NOT_DEED = "intention_not_deed"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was spent in addition, as far as answers tell.

    `usable` of `answers` say both how much voucher was used and whether it would have been spent anyway; `asked` people
    could answer. Yen are whole. `if_silent_added_nothing_yen` is the point per 100 yen of premium if everybody who did
    not answer added nothing. Shares are per thousand. `why_nothing` is set exactly when the figures in yen are None.
    """

    moment: SurveyMoment
    asked: int
    answers: int
    usable: int
    response_permille: int | None
    base: IssuedMoney
    why_nothing: WhyNothing | None
    per_100_yen_of_voucher: Interval | None
    per_100_yen_of_premium: Interval | None
    in_all_yen: Interval | None
    if_silent_added_nothing_yen: int | None
    first_time_permille: Interval | None
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """What was answered to one question.

    For choices how many chose each (None is not told), for yen how many answered and their mean; texts stand in no
    order that tells who wrote when. Nothing is told of fewer than five answers.
    """

    question: Question
    answered: int | None
    by_choice: tuple[int | None, ...] = ()
    mean_yen: int | None = None
    texts: tuple[str, ...] = ()


class Opening(NamedTuple):
    """A wallet was shown a round."""

    round_id: UUID
    wallet_id: UUID
