"""The vocabulary of access: what can be read of a person and why, events and their chain, exports and deletions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from identity.model import StaffRole

Fact = str | int | bool | None | Sequence[str]


class PersonField(StrEnum):
    """What can be read of a person.

    氏名, カナ, 生年月日, 住所と郵便番号, 地区, 世帯, ウォレット, スマートフォンの有無.
    """

    NAME = "name"
    KANA = "kana"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    DISTRICT = "district"
    HOUSEHOLD = "household"
    WALLET = "wallet"
    SMARTPHONE = "smartphone"


class ReasonCode(StrEnum):
    """Why staff read a person's data.

    本人からの問い合わせ, 窓口での手続き, 当選の連絡, 端末の紛失, 苦情, 法令による照会, 監査, 開示の請求.
    """

    INQUIRY = "inquiry"
    COUNTER = "counter"
    LOTTERY_NOTICE = "lottery_notice"
    LOST_DEVICE = "lost_device"
    COMPLAINT = "complaint"
    LEGAL_DUTY = "legal_duty"
    AUDIT = "audit"
    DISCLOSURE = "disclosure"


class Reason(NamedTuple):
    """A reason as a clerk gives it: the person reads the text; some reasons need the number of a document."""

    code: ReasonCode
    text: str
    case_reference: str | None = None


class StaffAccess(NamedTuple):
    """Who of the staff reads, with which roles, why, and on which screen."""

    staff_id: UUID
    roles: frozenset[StaffRole]
    reason: Reason
    screen: str


class Reader(NamedTuple):
    """A member of staff who may read what was asked: under which desk, for a reason that stands."""

    staff_id: UUID
    desk: StaffRole
    reason: Reason
    screen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person as far as was asked; a field that was not asked is None. `reading_id` names the record of it."""

    person_id: UUID
    reading_id: UUID
    family_name: str | None = None
    given_name: str | None = None
    family_kana: str | None = None
    given_kana: str | None = None
    birth_date: date | None = None
    address: str | None = None
    postal_code: str | None = None
    district: str | None = None
    household_id: UUID | None = None
    wallet_id: UUID | None = None
    has_smartphone: bool | None = None

    @property
    def display_name(self) -> str:
        return f"{self.family_name or ''} {self.given_name or ''}".strip()


class PersonOfKana(NamedTuple):
    """A search for people by their reading and birth; without `given_kana` for all who share the rest."""

    family_kana: str
    birth_date: date
    given_kana: str | None = None


class PersonOfWallet(NamedTuple):
    """A search for the person who owns a wallet."""

    wallet_id: UUID


class ReadingPlace(NamedTuple):
    """A place in the list of readings: the next page begins after it."""

    at: datetime
    id: UUID


class Reading(NamedTuple):
    """One reading, as the person sees it."""

    id: UUID
    at: datetime
    desk: StaffRole
    staff_name: str
    screen: str
    reason: Reason
    what: tuple[PersonField, ...]

    @property
    def place(self) -> ReadingPlace:
        return ReadingPlace(self.at, self.id)


class ActorKind(StrEnum):
    """Who does something to an identity; `nobody` is whoever has not signed in."""

    RESIDENT = "resident"
    SHOP = "shop"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"
    NOBODY = "nobody"


class EventOutcome(StrEnum):
    """How an event ended: done, refused by a rule, or broken on the way."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Something that happened to an identity.

    `kind` is `subject.verb`, such as `sign_in.passkey`, and its subject is one of `rules.audit_facts.SUBJECTS`.
    `facts` are plain values without any token, code, secret or personal data.
    """

    kind: str
    outcome: EventOutcome
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None = None
    person_id: UUID | None = None
    client_id: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


DISCLOSED = "person.disclosed"
"""The kind of the event that an application was told of a person."""


class Disclosure(NamedTuple):
    """What an application was told of a person on a day, and when first on that day."""

    at: datetime
    client_id: str
    what: tuple[PersonField, ...]


class StoredEvent(NamedTuple):
    """An event with the number that it was stored under."""

    sequence: int
    event: AuditEvent


class ChainHead(NamedTuple):
    """The end of a chain: the position of its last link, from 1, and that link's hash; 0 and zeros before the first."""

    position: int
    hash: bytes


class ChainLink(NamedTuple):
    """One link: the event at a position, bound to everything before it; a stored event that is gone is None."""

    position: int
    sequence: int
    previous_hash: bytes
    hash: bytes
    stored: StoredEvent | None


class ChainFaultKind(StrEnum):
    """How a chain can be broken."""

    EVENT_CHANGED = "event_changed"
    EVENT_MISSING = "event_missing"
    EVENT_NEVER_SEALED = "event_never_sealed"
    LINK_MISSING = "link_missing"
    LINK_CHANGED = "link_changed"
    HEAD_DIFFERS = "head_differs"


class ChainFault(NamedTuple):
    """One break: at a position of the chain, or for an event outside it at its sequence."""

    kind: ChainFaultKind
    position: int | None
    sequence: int | None


class ChainReport(NamedTuple):
    """What a check of the chain found: where it ends, how many events wait to be sealed, and every fault."""

    head: ChainHead
    waiting: int
    faults: tuple[ChainFault, ...]


class DeletionReason(StrEnum):
    """Why a person is erased: 本人の請求, 転出, 死亡, 誤登録."""

    ASKED_BY_PERSON = "asked_by_person"
    MOVED_OUT = "moved_out"
    DECEASED = "deceased"
    ENTERED_IN_ERROR = "entered_in_error"


class DeletionRequest(NamedTuple):
    """A deletion that one member of staff asked for and that waits for another; `requested_by_name` is for a list."""

    id: UUID
    person_id: UUID
    requested_by: UUID
    requested_by_name: str
    reason: DeletionReason
    case_reference: str
    requested_at: datetime


class DeletionOutcome(StrEnum):
    """How a request to erase somebody ended."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Retention(NamedTuple):
    """How long the rows of a table are kept, in years, and why; None is for good."""

    table: str
    years: int | None
    why: str


Document = dict[str, Any]
"""A JSON object."""
