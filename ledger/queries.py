"""Questions about the books; frozen views come back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from kernel.refusals import Refusal, refusal_from_record
from ledger.model import Account, CommandKey, Journal
from ledger.store import posting, reading, totals
from ledger.store.totals import Totals as Totals

END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LotView:
    """One lot of a wallet; money in yen, days are city days, both included."""

    lot_id: UUID
    campaign_id: UUID
    usable_at: str
    first_day: date
    last_day: date
    issued_at: datetime
    issued_yen: int
    paid_left_yen: int
    premium_left_yen: int

    @property
    def left_yen(self) -> int:
        return self.paid_left_yen + self.premium_left_yen

    def usable_on(self, day: date) -> bool:
        """Whether anything of the lot can be spent on this day."""
        return self.left_yen > 0 and self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Use:
    """How much value of one campaign, usable at the same shops, was used; negative when more came back."""

    campaign_id: UUID
    usable_at: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """What the accounts of one kind and campaign were debited and credited in all."""

    side: str
    kind: str
    campaign_id: UUID | None
    totals: Totals


def wallet_lots(session: Session, wallet_id: UUID) -> list[LotView]:
    """The lots of a wallet in spend order, empty ones included."""
    return [LotView(*row) for row in reading.wallet_lots(session, wallet_id)]


def wallet_use(session: Session, wallet_id: UUID, *, since: datetime, before: datetime) -> list[Use]:
    """What a wallet paid less what it got back from `since` until just before `before`, the largest first."""
    return [Use(*row) for row in reading.wallet_use(session, wallet_id, since, before)]


def payment_use(session: Session, payment_id: UUID) -> list[Use]:
    """From which kinds of value one payment was taken, the largest first."""
    return [Use(*row) for row in reading.payment_use(session, payment_id)]


def find_journal(session: Session, journal_id: UUID) -> Journal | None:
    """A journal with its transfers."""
    return posting.find_journals(session, [journal_id]).get(journal_id)


def find_answer(session: Session, key: CommandKey) -> UUID | Refusal | None:
    """What a key was answered: the id of its journal, or a refusal; nothing while it was not decided on."""
    found = reading.find_decision(session, key.id)
    if found is None:
        return None
    journal_id, refusal_code, refusal_facts = found
    return journal_id or refusal_from_record(refusal_code or "", refusal_facts or {})


def account_totals(session: Session, accounts: Sequence[Account]) -> dict[UUID, Totals]:
    """Totals of shared accounts now, by account id: the sums behind the cursor plus what came after."""
    found = totals.read_totals(session, [account.id for account in accounts])
    return {account.id: found.get(account.id, Totals(0, 0, 0, 0)) for account in accounts}


def balance_as_of(
    session: Session, account_id: UUID, *, event_at: datetime, recorded_at: datetime | None = None
) -> Totals:
    """Totals of one account at a time in the world, as far as it was recorded by `recorded_at` (default: ever)."""
    return totals.totals_as_of(session, account_id, event_at, recorded_at or END_OF_TIME)


def trial_balance(session: Session, *, event_at: datetime | None = None) -> list[TrialBalanceRow]:
    """Every kind of account with its totals at a time (default: everything); debits and credits sum to the same."""
    return [TrialBalanceRow(*row) for row in totals.trial_balance(session, event_at or END_OF_TIME)]


def export_rows(session: Session, table: str) -> Iterator[Sequence[Any]]:
    """Stream `accounts`, `journals` or `transfers` whole, in their natural order."""
    return reading.export(session, table)
