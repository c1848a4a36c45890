"""A shop's way in: what an applicant tells, the pledge, and every step from the form to the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from merchants.model.bank_accounts import BankAccount
from merchants.model.shops import MerchantSize


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningTerms:
    """What the city decides about joining and about being paid.

    A store with more than `large_floor_above_m2` makes its merchant a large one (大店立地法: 1,000). With `two_people`
    one clerk examines an application and another one approves it. An account that was changed is paid to
    `account_cooling_days` after it was approved, so that an owner notices what a stranger asked for.
    """

    large_floor_above_m2: int = 1_000
    two_people: bool = True
    account_cooling_days: int = 7


USUAL_TERMS = JoiningTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Who applies: the legal name and its reading, who represents it, and where the city reaches them."""

    legal_name: str
    legal_kana: str
    representative: str
    phone: str
    postal_code: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStore:
    """A place where people will pay: names as in NewStore, where it is, and its sales floor in square metres."""

    display_name: str
    name_latin: str
    district: str
    postal_code: str
    address: str
    floor_m2: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationContent:
    """Everything that an applicant tells; `pledge_version` names the pledge that was agreed to."""

    business: Business
    trade: str
    stores: tuple[ApplicationStore, ...]
    bank_account: BankAccount
    pledge_version: str


class Pledge(NamedTuple):
    """What whoever joins promises, clause by clause; `sha256` is of the clauses, one line each."""

    version: str
    clauses: tuple[str, ...]
    sha256: str


class PledgeTaken(NamedTuple):
    """Which text somebody agreed to, and when."""

    version: str
    sha256: str
    at: datetime


class ApplicationState(StrEnum):
    """Where an application stands: 提出前, 受付済み, 訂正待ち, 審査済み, 承認, 見送り, 取下げ."""

    NEW = "new"
    SUBMITTED = "submitted"
    NEEDS_CORRECTION = "needs_correction"
    EXAMINED = "examined"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ApplicationStep(StrEnum):
    """What happens to an application; also the kinds of events in its history."""

    SUBMITTED = "submitted"
    CORRECTION_ASKED = "correction_asked"
    CORRECTED = "corrected"
    EXAMINED = "examined"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ApplicationMover(StrEnum):
    """Who takes a step: whoever applies, or the commerce desk."""

    APPLICANT = "applicant"
    STAFF = "staff"


class ApplicationMove(NamedTuple):
    """A step to a state: who takes it, whether they say why, and whether one person alone may when two are asked for.

    Every step is an event in the application's history, which the applicant reads.
    """

    to_state: ApplicationState
    mover: ApplicationMover
    needs_reason: bool = False
    for_one_person: bool = False


def _moves() -> dict[tuple[ApplicationState, ApplicationStep], ApplicationMove]:
    state, step, applicant, staff = (
        ApplicationState,
        ApplicationStep,
        ApplicationMover.APPLICANT,
        ApplicationMover.STAFF,
    )
    asked = ApplicationMove(state.NEEDS_CORRECTION, staff, needs_reason=True)
    declined = ApplicationMove(state.DECLINED, staff, needs_reason=True)
    withdrawn = ApplicationMove(state.WITHDRAWN, applicant)
    return {
        (state.NEW, step.SUBMITTED): ApplicationMove(state.SUBMITTED, applicant),
        (state.SUBMITTED, step.CORRECTION_ASKED): asked,
        (state.EXAMINED, step.CORRECTION_ASKED): asked,
        (state.NEEDS_CORRECTION, step.CORRECTED): ApplicationMove(state.SUBMITTED, applicant),
        (state.SUBMITTED, step.EXAMINED): ApplicationMove(state.EXAMINED, staff),
        (state.SUBMITTED, step.APPROVED): ApplicationMove(state.APPROVED, staff, for_one_person=True),
        (state.EXAMINED, step.APPROVED): ApplicationMove(state.APPROVED, staff),
        **dict.fromkeys([(each, step.DECLINED) for each in _OPEN], declined),
        **dict.fromkeys([(each, step.WITHDRAWN) for each in _OPEN], withdrawn),
    }


_OPEN = (ApplicationState.SUBMITTED, ApplicationState.NEEDS_CORRECTION, ApplicationState.EXAMINED)
APPLICATION_MOVES: Mapping[tuple[ApplicationState, ApplicationStep], ApplicationMove] = _moves()
"""All that can happen to an application; the database refuses every other step."""


class ApplicationPlace(NamedTuple):
    """An application as it stands; `version` counts what was sent in, from 1."""

    application_id: UUID
    receipt: str
    state: ApplicationState
    version: int
    event_count: int
    examined_by: UUID | None


class ApplicationEvent(NamedTuple):
    """A step that was taken; `merchant_id` names what an approval made."""

    application_id: UUID
    number: int
    version: int
    step: ApplicationStep
    from_state: ApplicationState
    to_state: ApplicationState
    at: datetime
    by_kind: ApplicationMover
    by: UUID | None
    reason: str = ""
    merchant_id: UUID | None = None


class ApplicationReceipt(NamedTuple):
    """An application is in: the number to ask for it with. `is_replay` tells that it was there before."""

    application_id: UUID
    receipt: str
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    """An application with what was sent in last, and its history."""

    application_id: UUID
    receipt: str
    state: ApplicationState
    version: int
    submitted_at: datetime
    content: ApplicationContent
    size: MerchantSize
    pledge: PledgeTaken
    events: tuple[ApplicationEvent, ...]

    @property
    def last_reason(self) -> str:
        """What staff wrote with their last step, if that asked for something or declined."""
        return self.events[-1].reason if self.events else ""


class ApplicationLine(NamedTuple):
    """An application as a list shows it."""

    application_id: UUID
    receipt: str
    state: ApplicationState
    version: int
    submitted_at: datetime
    legal_name: str
    trade: str
    size: MerchantSize
    store_count: int


class Draft(NamedTuple):
    """What somebody typed so far, by field; `application_id` names the application that it corrects."""

    content: Mapping[str, str]
    application_id: UUID | None
