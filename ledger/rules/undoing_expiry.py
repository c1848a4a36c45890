"""Undoing an expiry: what became breakage comes back whole, in a new lot with the same parts."""

from collections.abc import Iterator
from uuid import UUID

from kernel.clock import city_date
from ledger.model import Journal, JournalKind, ReverseExpiry, Terms
from ledger.refusals import ExpiryAlreadyReversed, JournalNotFound
from ledger.rules.books import Books, Draft, NewLot, Original
from ledger.rules.giving_back import reverse
from ledger.rules.issuing import last_day_allowed, refuse_existing_lot, refuse_impossible_terms


def decide_expiry_reversal(command: ReverseExpiry, books: Books, ids: Iterator[UUID]) -> Draft:
    """Give an expired lot's value to a new lot of the same wallet and shops; it has no grace days.

    Refuses: JournalNotFound, ReversedBeforeItHappened, ExpiryAlreadyReversed, LotAlreadyExists, TermsImpossible (also
    past six months from today).
    """
    expiry = _find_expiry(books, command.journal_id)
    expiry.refuse_earlier(command.event_at)
    expired = books.lots[expiry.lines[0].debit_account_id]
    if not expiry.left_yen:
        raise ExpiryAlreadyReversed(lot_id=str(expired.id))
    refuse_existing_lot(books, command.lot_id)
    today = city_date(command.event_at)
    terms = Terms(expired.usable_at, today, command.last_day)
    refuse_impossible_terms(terms, today, last_day_allowed(today))
    back = [reverse(line, line.left_yen)._replace(credit_account_id=command.lot_id) for line in expiry.lines]
    lot = NewLot(
        id=command.lot_id,
        wallet_id=expired.wallet_id,
        campaign_id=expired.campaign_id,
        paid_yen=sum(transfer.paid_yen for transfer in back),
        premium_yen=sum(transfer.premium_yen for transfer in back),
        terms=terms,
        issued_at=command.event_at,
        succeeds_lot_id=expired.id,
    )
    books.add_lot(lot.as_issued())
    journal = Journal(next(ids), JournalKind.EXPIRY_REVERSED, command.event_at, tuple(back), expiry.id)
    return Draft([journal], lots=[lot])


def _find_expiry(books: Books, journal_id: UUID) -> Original:
    expiry = books.originals.get(journal_id)
    if expiry is None or expiry.kind != JournalKind.LOT_EXPIRED:
        raise JournalNotFound(journal_id=str(journal_id))
    return expiry
