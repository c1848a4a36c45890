"""Expiry: what is left of a lot after its last day becomes breakage, by part."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from kernel.clock import city_date
from ledger.model import Account, AccountKind, ExpireLot, Journal, JournalKind, Parts, Transfer, shared_account
from ledger.refusals import LotIsEmpty, LotNotFound, LotNotYetExpired, LotPartsDiffer
from ledger.rules.books import Books, Draft, Lot


def decide_expiry(command: ExpireLot, books: Books, ids: Iterator[UUID]) -> Draft:
    """Expire a lot. Refuses: LotNotFound, LotNotYetExpired, LotIsEmpty, LotPartsDiffer."""
    lot = books.lots.get(command.lot_id)
    if lot is None:
        raise LotNotFound(lot_id=str(command.lot_id))
    if city_date(command.event_at) <= lot.last_day:
        raise LotNotYetExpired(lot_id=str(lot.id), last_day=lot.last_day.isoformat())
    if not lot.left_yen:
        raise LotIsEmpty(lot_id=str(lot.id))
    if command.expected is not None:
        _refuse_other_parts(lot, command.expected)
    journal, accounts = expiry_journal(lot, command.event_at, next(ids))
    return Draft([journal], accounts)


def _refuse_other_parts(lot: Lot, expected: Parts) -> None:
    if expected != Parts(lot.paid_left_yen, lot.premium_left_yen):
        raise LotPartsDiffer(
            lot_id=str(lot.id),
            expected_paid_yen=expected.paid_yen,
            expected_premium_yen=expected.premium_yen,
            left_paid_yen=lot.paid_left_yen,
            left_premium_yen=lot.premium_left_yen,
        )


def expiry_journal(lot: Lot, event_at: datetime, journal_id: UUID) -> tuple[Journal, list[Account]]:
    """Book all that is left of a lot as breakage and empty it for the next command of the batch."""
    transfers, accounts = [], []
    for kind, amount_yen, paid_yen in (
        (AccountKind.BREAKAGE_PAID, lot.paid_left_yen, lot.paid_left_yen),
        (AccountKind.BREAKAGE_PREMIUM, lot.premium_left_yen, 0),
    ):
        if amount_yen:
            breakage = shared_account(kind, campaign_id=lot.campaign_id)
            accounts.append(breakage)
            transfers.append(Transfer(lot.id, breakage.id, amount_yen, paid_yen))
    lot.paid_left_yen = lot.premium_left_yen = 0
    return Journal(journal_id, JournalKind.LOT_EXPIRED, event_at, tuple(transfers)), accounts
