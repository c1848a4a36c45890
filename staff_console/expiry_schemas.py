"""The documents of expiry. Yen are whole numbers; times are ISO 8601 with an offset; days are days of the city."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from staff_console.schemas import Document

REASON_LENGTH_MAX = 500


class PartsAnswer(Document):
    """Yen by who funded them."""

    paid_yen: int = Field(examples=[3200])
    premium_yen: int = Field(examples=[800])


class LotsAnswer(PartsAnswer):
    """So many lots and what they hold."""

    lots: int = Field(examples=[12])


class DueAnswer(LotsAnswer):
    """What a dry run through a day would list now."""

    through_day: date


class PlanExpiryBody(Document):
    """Make a dry run: everything whose last day and grace days are over through this day, which must have ended."""

    through_day: date = Field(examples=["2026-10-31"])


class ApproveExpiryBody(Document):
    """Approve the list that was looked at."""

    digest: str = Field(pattern="^[0-9a-f]{64}$", description="The digest that the dry run showed")


class StopExpiryBody(Document):
    """Stop a run, and why."""

    reason: str = Field(min_length=1, max_length=REASON_LENGTH_MAX, examples=["利用者から期限の問い合わせがあったため"])


class ReversalBody(Document):
    """Ask that what a run took is given back: all of it, or only of one wallet or one lot."""

    reason: str = Field(min_length=1, max_length=REASON_LENGTH_MAX, examples=["利用期限の設定の誤り"])
    last_day: date = Field(description="Until when it can be used again")
    wallet_id: UUID | None = None
    lot_id: UUID | None = None


class RunStartedAnswer(Document):
    """A dry run that was stored."""

    run_id: UUID


class ReversalAskedAnswer(Document):
    """A reversal that waits for a second person."""

    reversal_id: UUID


class RunAnswer(Document):
    """A run at a glance."""

    run_id: UUID
    through_day: date
    state: str = Field(examples=["planned"])
    digest: str = Field(description="SHA-256 of the list of lots, to be repeated in the approval")
    planned_by: str = Field(description="The clerk's name", examples=["会計 花子"])
    planned_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    due: LotsAnswer
    expired: LotsAnswer


class RunsAnswer(Document):
    """All runs, the newest first."""

    runs: list[RunAnswer]


class BreakEvenAnswer(Document):
    """Where the issued yen of a campaign were at the dry run: issued = used + held + expired + left."""

    campaign_id: UUID
    campaign_title: str
    lots: int
    due: PartsAnswer
    issued: PartsAnswer
    used: PartsAnswer
    held: PartsAnswer
    expired: PartsAnswer
    left: PartsAnswer
    unused_after: PartsAnswer = Field(description="What is left once the run is done")


class StepAnswer(Document):
    """A step of a run; without a name it was the worker's."""

    from_state: str | None
    to_state: str
    by: str | None
    at: datetime
    reason: str


class ReversalAnswer(Document):
    """A reversal as it stands."""

    reversal_id: UUID
    state: str = Field(examples=["asked"])
    reason: str
    last_day: date
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    stopped_because: str | None
    asked: LotsAnswer
    reversed: LotsAnswer


class RunDetailAnswer(RunAnswer):
    """A run with its report, its history and what was asked back."""

    campaigns: list[BreakEvenAnswer]
    steps: list[StepAnswer]
    reversals: list[ReversalAnswer]
