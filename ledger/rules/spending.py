"""Spending: which lots a payment or a hold takes from, and how a payment is given back."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from kernel.clock import city_date
from ledger.model import (
    Account,
    AccountKind,
    Journal,
    JournalKind,
    Pay,
    RefundPayment,
    ShopSize,
    Terms,
    Transfer,
    VoidPayment,
    shared_account,
)
from ledger.refusals import (
    JournalNotFound,
    PaymentAlreadyReversed,
    RefundExceedsPayment,
    ValueNotEnough,
    VoidOnlyOnSameDay,
)
from ledger.rules.books import Books, Draft, Line, Lot, NewLot, Original
from ledger.rules.expiring import expiry_journal
from ledger.rules.parts import paid_part


def decide_payment(command: Pay, books: Books, ids: Iterator[UUID]) -> Draft:
    """Take the amount from the wallet's usable lots in spend order. Refuses: ValueNotEnough."""
    day = city_date(command.event_at)
    usable = usable_lots(books, command.wallet_id, command.shop_size, command.amount_yen, day)
    transfers, accounts = [], []
    for lot, take_yen in usable:
        payable = merchant_payable(command.merchant_id, lot.campaign_id)
        accounts.append(payable)
        transfers.append(take(lot, take_yen, payable.id))
    if command.coupon_yen and command.coupon_campaign_id:
        funding = shared_account(AccountKind.COUPON_FUNDING, campaign_id=command.coupon_campaign_id)
        payable = merchant_payable(command.merchant_id, command.coupon_campaign_id)
        accounts += [funding, payable]
        transfers.append(Transfer(funding.id, payable.id, command.coupon_yen, 0))
    return Draft([Journal(next(ids), JournalKind.PAYMENT, command.event_at, tuple(transfers))], accounts)


def usable_lots(
    books: Books, wallet_id: UUID, shop_size: ShopSize, amount_yen: int, day: date
) -> list[tuple[Lot, int]]:
    """The lots to take from and how much of each, in spend order. Refuses: ValueNotEnough; changes nothing."""
    plan, missing_yen, usable_yen = [], amount_yen, 0
    lots = books.wallets.get(wallet_id, ())
    for lot in lots:
        left_yen = lot.paid_left_yen + lot.premium_left_yen
        if left_yen and lot.allows(shop_size, day):
            usable_yen += left_yen
            if missing_yen:
                take_yen = left_yen if left_yen < missing_yen else missing_yen
                missing_yen -= take_yen
                plan.append((lot, take_yen))
    if missing_yen:
        total_yen = sum(lot.left_yen for lot in lots)
        raise ValueNotEnough(asked_yen=amount_yen, usable_yen=usable_yen, total_yen=total_yen)
    return plan


def take(lot: Lot, take_yen: int, credit_account_id: UUID) -> Transfer:
    """Move yen out of a lot, split into its exact parts, and remember it for the next command of the batch."""
    paid_yen = paid_part(
        take_yen=take_yen,
        paid_yen=lot.issued_paid_yen,
        face_yen=lot.issued_yen,
        taken_yen=lot.issued_yen - lot.left_yen,
        taken_paid_yen=lot.issued_paid_yen - lot.paid_left_yen,
    )
    lot.paid_left_yen -= paid_yen
    lot.premium_left_yen -= take_yen - paid_yen
    return Transfer(lot.id, credit_account_id, take_yen, paid_yen)


def merchant_payable(merchant_id: UUID, campaign_id: UUID) -> Account:
    """What is owed to a merchant for what was spent of one campaign."""
    return shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=campaign_id, merchant_id=merchant_id)


def decide_void(command: VoidPayment, books: Books, ids: Iterator[UUID]) -> Draft:
    """Undo a payment whole. Refuses: JournalNotFound, PaymentAlreadyReversed, VoidOnlyOnSameDay."""
    payment = find_payment(books, command.journal_id)
    if payment.left_yen != payment.amount_yen:
        raise PaymentAlreadyReversed(paid_yen=payment.amount_yen, reversed_yen=payment.amount_yen - payment.left_yen)
    paid_on, asked_on = city_date(payment.event_at), city_date(command.event_at)
    if paid_on != asked_on:
        raise VoidOnlyOnSameDay(paid_on=paid_on.isoformat(), asked_on=asked_on.isoformat())
    kind = JournalKind.PAYMENT_VOIDED
    return _give_back(books, payment, payment.amount_yen, kind, command, ids)


def decide_refund(command: RefundPayment, books: Books, ids: Iterator[UUID]) -> Draft:
    """Give back part of a payment. Refuses: JournalNotFound, RefundExceedsPayment."""
    payment = find_payment(books, command.journal_id)
    if command.amount_yen > payment.left_yen:
        raise RefundExceedsPayment(asked_yen=command.amount_yen, left_yen=payment.left_yen)
    return _give_back(books, payment, command.amount_yen, JournalKind.PAYMENT_REFUNDED, command, ids)


def find_payment(books: Books, journal_id: UUID) -> Original:
    """The payment a reversal points at. Refuses: JournalNotFound for an unknown id or another kind of journal."""
    payment = books.originals.get(journal_id)
    if payment is None or payment.kind != JournalKind.PAYMENT:
        raise JournalNotFound(journal_id=str(journal_id))
    return payment


def _give_back(
    books: Books,
    payment: Original,
    amount_yen: int,
    kind: JournalKind,
    command: VoidPayment | RefundPayment,
    ids: Iterator[UUID],
) -> Draft:
    """Unwind the stored allocation from its last line; value of an expired lot gets its grace days or is breakage."""
    day = city_date(command.event_at)
    transfers: list[Transfer] = []
    draft = Draft(journals=[])
    expired: list[Lot] = []
    for line in reversed(payment.lines):
        back_yen = min(line.left_yen, amount_yen)
        if not back_yen:
            continue
        amount_yen -= back_yen
        back = reverse(line, back_yen)
        lot = books.lots.get(line.debit_account_id)
        if lot is not None and day > lot.last_day and lot.grace_days:
            successor = _successor(lot, back, command, ids)
            draft.lots.append(successor)
            back = back._replace(credit_account_id=successor.id)
        elif lot is not None:
            lot.paid_left_yen += back.paid_yen
            lot.premium_left_yen += back.premium_yen
            expired += [lot] if day > lot.last_day else []
        transfers.append(back)
    draft.journals.append(Journal(next(ids), kind, command.event_at, tuple(transfers), payment.id))
    for lot in expired:
        journal, accounts = expiry_journal(lot, command.event_at, next(ids))
        draft.journals.append(journal)
        draft.accounts += accounts
    return draft


def reverse(line: Line, back_yen: int) -> Transfer:
    """Give back `back_yen` of a line with its stored parts, and remember it for the next command of the batch."""
    paid_yen = paid_part(
        take_yen=back_yen,
        paid_yen=line.paid_yen,
        face_yen=line.amount_yen,
        taken_yen=line.reversed_yen,
        taken_paid_yen=line.reversed_paid_yen,
    )
    line.reversed_yen += back_yen
    line.reversed_paid_yen += paid_yen
    return Transfer(line.credit_account_id, line.debit_account_id, back_yen, paid_yen, line.number)


def _successor(lot: Lot, back: Transfer, command: VoidPayment | RefundPayment, ids: Iterator[UUID]) -> NewLot:
    day = city_date(command.event_at)
    terms = Terms(lot.usable_at, day, day + timedelta(days=lot.grace_days), lot.grace_days)
    return NewLot(
        id=next(ids),
        wallet_id=lot.wallet_id,
        campaign_id=lot.campaign_id,
        paid_yen=back.paid_yen,
        premium_yen=back.premium_yen,
        terms=terms,
        issued_at=command.event_at,
        succeeds_lot_id=lot.id,
    )
