"""Spending: which lots a payment or a hold takes from, and when a payment may be taken back."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from uuid import UUID

from kernel.clock import city_date
from kernel.yen import whole_yen
from ledger.model import (
    Account,
    AccountKind,
    Journal,
    JournalKind,
    Pay,
    RefundPayment,
    ShopSize,
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
from ledger.rules.books import Books, Draft, Lot, Original
from ledger.rules.giving_back import give_back
from ledger.rules.parts import paid_part


def decide_payment(command: Pay, books: Books, ids: Iterator[UUID]) -> Draft:
    """Take the amount from the wallet's usable lots in spend order. Refuses: AmountOutOfRange, ValueNotEnough."""
    whole_yen(command.amount_yen, min_yen=0 if command.coupon else 1)
    if command.coupon is not None:
        whole_yen(command.coupon.amount_yen)
    day = city_date(command.event_at)
    usable = usable_lots(books, command.wallet_id, command.shop_size, command.amount_yen, day)
    transfers, accounts = [], []
    for lot, take_yen in usable:
        payable = merchant_payable(command.merchant_id, lot.campaign_id)
        accounts.append(payable)
        transfers.append(take(lot, take_yen, payable.id))
    if command.coupon is not None:
        campaign_id, coupon_yen = command.coupon
        funding = shared_account(AccountKind.COUPON_FUNDING, campaign_id=campaign_id)
        payable = merchant_payable(command.merchant_id, campaign_id)
        accounts += [funding, payable]
        transfers.append(Transfer(funding.id, payable.id, coupon_yen, 0))
    return Draft([Journal(next(ids), JournalKind.PAYMENT, command.event_at, tuple(transfers))], accounts)


def usable_lots(
    books: Books, wallet_id: UUID, shop_size: ShopSize, amount_yen: int, day: date
) -> list[tuple[Lot, int]]:
    """The lots to take from and how much of each, in spend order. Refuses: ValueNotEnough; changes nothing."""
    plan, missing_yen = [], amount_yen
    lots = books.wallets.get(wallet_id, ())
    for lot in lots:
        if not missing_yen:
            break
        left_yen = lot.paid_left_yen + lot.premium_left_yen
        if left_yen and lot.allows(shop_size, day):
            take_yen = left_yen if left_yen < missing_yen else missing_yen
            missing_yen -= take_yen
            plan.append((lot, take_yen))
    if missing_yen:
        total_yen = sum(lot.left_yen for lot in lots)
        raise ValueNotEnough(asked_yen=amount_yen, usable_yen=amount_yen - missing_yen, total_yen=total_yen)
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


@lru_cache(maxsize=50_000)
def merchant_payable(merchant_id: UUID, campaign_id: UUID) -> Account:
    """What is owed to a merchant for what was spent of one campaign."""
    return shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=campaign_id, merchant_id=merchant_id)


def decide_void(command: VoidPayment, books: Books, ids: Iterator[UUID]) -> Draft:
    """Undo a payment whole.

    Refuses: JournalNotFound, ReversedBeforeItHappened, PaymentAlreadyReversed, VoidOnlyOnSameDay.
    """
    payment = find_payment(books, command.journal_id)
    payment.refuse_earlier(command.event_at)
    if payment.left_yen != payment.amount_yen:
        raise PaymentAlreadyReversed(paid_yen=payment.amount_yen, reversed_yen=payment.amount_yen - payment.left_yen)
    paid_on, asked_on = city_date(payment.event_at), city_date(command.event_at)
    if paid_on != asked_on:
        raise VoidOnlyOnSameDay(paid_on=paid_on.isoformat(), asked_on=asked_on.isoformat())
    kind = JournalKind.PAYMENT_VOIDED
    return give_back(books, payment, payment.amount_yen, kind, command.event_at, ids)


def decide_refund(command: RefundPayment, books: Books, ids: Iterator[UUID]) -> Draft:
    """Give back part of a payment.

    Refuses: AmountOutOfRange, JournalNotFound, ReversedBeforeItHappened, RefundExceedsPayment.
    """
    whole_yen(command.amount_yen)
    payment = find_payment(books, command.journal_id)
    payment.refuse_earlier(command.event_at)
    if command.amount_yen > payment.left_yen:
        raise RefundExceedsPayment(asked_yen=command.amount_yen, left_yen=payment.left_yen)
    return give_back(books, payment, command.amount_yen, JournalKind.PAYMENT_REFUNDED, command.event_at, ids)


def find_payment(books: Books, journal_id: UUID) -> Original:
    """The payment a reversal points at. Refuses: JournalNotFound for an unknown id or another kind of journal."""
    payment = books.originals.get(journal_id)
    if payment is None or payment.kind != JournalKind.PAYMENT:
        raise JournalNotFound(journal_id=str(journal_id))
    return payment
