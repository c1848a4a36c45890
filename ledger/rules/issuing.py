"""Issuing: how a lot comes into being, and how its sale is taken back."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from kernel.clock import city_date
from kernel.yen import whole_yen
from ledger.model import (
    AccountKind,
    CancelSale,
    GrantPoints,
    Journal,
    JournalKind,
    SellVoucher,
    Terms,
    Transfer,
    shared_account,
)
from ledger.refusals import JournalNotFound, LotAlreadyExists, LotWasTouched, MoveNotAllowed, TermsImpossible
from ledger.rules.books import Books, Draft, NewLot

MONEY_KINDS = frozenset({AccountKind.PROVIDER_CLEARING, AccountKind.COUNTER_CASH})
"""Where a buyer's money arrives."""


def decide_sale(command: SellVoucher, books: Books, ids: Iterator[UUID]) -> Draft:
    """Issue a lot for money.

    Refuses: AmountOutOfRange, MoveNotAllowed (money from nowhere), LotAlreadyExists, TermsImpossible (also past six
    months from issue).
    """
    whole_yen(command.paid_yen)
    whole_yen(command.premium_yen, min_yen=0)
    if command.money.kind not in MONEY_KINDS:
        raise MoveNotAllowed(
            journal_kind=JournalKind.VOUCHER_SOLD, debit_kind=command.money.kind, credit_kind=AccountKind.LOT
        )
    refuse_existing_lot(books, command.lot_id)
    issued_on = city_date(command.event_at)
    refuse_impossible_terms(command.terms, issued_on, last_day_allowed(issued_on))
    funding = shared_account(AccountKind.PREMIUM_FUNDING, campaign_id=command.campaign_id)
    transfers = [Transfer(command.money.id, command.lot_id, command.paid_yen, command.paid_yen)]
    if command.premium_yen:
        transfers.append(Transfer(funding.id, command.lot_id, command.premium_yen, 0))
    lot = _new_lot(command, command.paid_yen, command.premium_yen)
    books.add_lot(lot.as_issued())
    journal = Journal(next(ids), JournalKind.VOUCHER_SOLD, command.event_at, tuple(transfers))
    return Draft([journal], [command.money, funding], [lot])


def decide_grant(command: GrantPoints, books: Books, ids: Iterator[UUID]) -> Draft:
    """Issue a lot without money. Refuses: AmountOutOfRange, LotAlreadyExists, TermsImpossible."""
    whole_yen(command.amount_yen)
    refuse_existing_lot(books, command.lot_id)
    refuse_impossible_terms(command.terms, city_date(command.event_at), date.max)
    funding = shared_account(AccountKind.POINT_FUNDING, campaign_id=command.campaign_id)
    lot = _new_lot(command, 0, command.amount_yen)
    books.add_lot(lot.as_issued())
    transfer = Transfer(funding.id, command.lot_id, command.amount_yen, 0)
    journal = Journal(next(ids), JournalKind.POINTS_GRANTED, command.event_at, (transfer,))
    return Draft([journal], [funding], [lot])


def decide_cancellation(command: CancelSale, books: Books, ids: Iterator[UUID]) -> Draft:
    """Take a sale back exactly. Refuses: JournalNotFound, ReversedBeforeItHappened, LotWasTouched."""
    sale = books.originals.get(command.journal_id)
    if sale is None or sale.kind != JournalKind.VOUCHER_SOLD:
        raise JournalNotFound(journal_id=str(command.journal_id))
    sale.refuse_earlier(command.event_at)
    lot = books.lots[sale.lines[0].credit_account_id]
    if lot.id in books.touched_lots or lot.left_yen != lot.issued_yen:
        raise LotWasTouched(issued_yen=lot.issued_yen, left_yen=lot.left_yen)
    transfers = tuple(
        Transfer(lot.id, line.debit_account_id, line.amount_yen, line.paid_yen, line.number)
        for line in reversed(sale.lines)
    )
    lot.paid_left_yen = lot.premium_left_yen = 0
    for line in sale.lines:
        line.reversed_yen, line.reversed_paid_yen = line.amount_yen, line.paid_yen
    kind = JournalKind.SALE_CANCELLED
    return Draft([Journal(next(ids), kind, command.event_at, transfers, sale.id)])


def refuse_existing_lot(books: Books, lot_id: UUID) -> None:
    """Refuse LotAlreadyExists for an id that is in the books or earlier in this batch."""
    if lot_id in books.lots:
        raise LotAlreadyExists(lot_id=str(lot_id))


def refuse_impossible_terms(terms: Terms, issued_on: date, last_day_allowed: date) -> None:
    """Refuse TermsImpossible: no day of use is left, the last day is later than allowed, or grace is below zero."""
    if not max(terms.first_day, issued_on) <= terms.last_day <= last_day_allowed or terms.grace_days < 0:
        raise TermsImpossible(first_day=terms.first_day.isoformat(), last_day=terms.last_day.isoformat())


def last_day_allowed(issued_on: date) -> date:
    """The last day on which a voucher issued on this day may be usable: six months, first day included.

    Payment Services Act (資金決済法), article 4, item 2, and its Order, article 4, paragraph 2.
    """
    month_index = issued_on.month - 1 + 6
    year, month = issued_on.year + month_index // 12, month_index % 12 + 1
    days_in_month = monthrange(year, month)[1]
    if issued_on.day > days_in_month:
        return date(year, month, days_in_month)
    return date.fromordinal(date(year, month, issued_on.day).toordinal() - 1)


def _new_lot(command: SellVoucher | GrantPoints, paid_yen: int, premium_yen: int) -> NewLot:
    return NewLot(
        id=command.lot_id,
        wallet_id=command.wallet_id,
        campaign_id=command.campaign_id,
        paid_yen=paid_yen,
        premium_yen=premium_yen,
        terms=command.terms,
        issued_at=command.event_at,
    )
