"""Where a merchant is paid, and how one account follows another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class BankAccountKind(StrEnum):
    """The kinds of account (預金種目) in the digits of bank files: 普通, 当座, 貯蓄, その他."""

    ORDINARY = "1"
    CURRENT = "2"
    SAVINGS = "4"
    OTHER = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """Where a merchant is paid: bank 4, branch 3, account 7 digits; names may be empty.

    Whether the bank's files can carry the holder's name is judged where those files are written.
    """

    bank_code: str
    branch_code: str
    account_kind: BankAccountKind
    account_number: str
    holder_kana: str
    bank_name: str = ""
    branch_name: str = ""


class AccountState(StrEnum):
    """Where an account stands: 確認待ち, 承認済み, 却下, 停止.

    An accepted one is in force from its `valid_from` until the next one's; one that is stopped before never was.
    """

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STOPPED = "stopped"


class AccountStep(StrEnum):
    """What happens to an account; also the kinds of events in its history."""

    REGISTERED = "registered"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    STOPPED = "stopped"


class AccountMover(StrEnum):
    """Who takes a step: nobody but the registration itself, the owner of the shop, or the finance desk."""

    REGISTRATION = "registration"
    OWNER = "owner"
    STAFF = "staff"


class AccountMove(NamedTuple):
    """A step from one state to another; `needs_reason` says that whoever takes it tells why."""

    to_state: AccountState
    movers: frozenset[AccountMover]
    needs_reason: bool = False


_EITHER = frozenset({AccountMover.OWNER, AccountMover.STAFF})
_STAFF = frozenset({AccountMover.STAFF})
ACCOUNT_MOVES: Mapping[tuple[AccountState, AccountStep], AccountMove] = {
    (AccountState.PROPOSED, AccountStep.APPROVED): AccountMove(AccountState.ACCEPTED, _STAFF),
    (AccountState.PROPOSED, AccountStep.REFUSED): AccountMove(AccountState.REFUSED, _STAFF, needs_reason=True),
    (AccountState.PROPOSED, AccountStep.STOPPED): AccountMove(AccountState.STOPPED, _EITHER, needs_reason=True),
    (AccountState.ACCEPTED, AccountStep.STOPPED): AccountMove(AccountState.STOPPED, _EITHER, needs_reason=True),
}
"""All that can happen to an account that an owner asked for; the last only before it is in force."""


class Actor(NamedTuple):
    """Who takes a step with an account, and as what."""

    kind: AccountMover
    id: UUID


class AccountPlace(NamedTuple):
    """An account as it stands: its number counts the accounts of its merchant from 1."""

    account_id: UUID
    number: int
    state: AccountState
    valid_from: datetime | None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it has begun; an earlier account may be in force beside it, and then the latest counts."""
        return self.state is AccountState.ACCEPTED and self.valid_from is not None and self.valid_from <= now

    def is_open(self, now: datetime) -> bool:
        """Whether it waits for an answer, or for its first day."""
        return self.state is AccountState.PROPOSED or (
            self.state is AccountState.ACCEPTED and not self.is_in_force(now)
        )


class AccountEvent(NamedTuple):
    """A step that was taken with an account."""

    account_id: UUID
    step: AccountStep
    from_state: AccountState
    to_state: AccountState
    at: datetime
    by_kind: AccountMover
    by: UUID | None
    reason: str = ""
    valid_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedAccount:
    """An account without all of its digits, as an owner sees it."""

    account_id: UUID
    merchant_id: UUID
    number: int
    bank_code: str
    branch_code: str
    bank_name: str
    branch_name: str
    account_kind: BankAccountKind
    number_ending: str
    holder_kana: str
    state: AccountState
    valid_from: datetime | None

    @property
    def place(self) -> AccountPlace:
        return AccountPlace(self.account_id, self.number, self.state, self.valid_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInForce:
    """The account that a merchant is paid to at an instant, and which of its accounts that is."""

    account_id: UUID
    account: BankAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """An account that an owner asked for, beside the one in force: what a second person compares."""

    place: AccountPlace
    merchant_id: UUID
    merchant_code: str
    legal_name: str
    now_paid_to: BankAccount
    asked_for: BankAccount
    events: tuple[AccountEvent, ...]
