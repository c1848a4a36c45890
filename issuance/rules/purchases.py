"""Whether granted units may be bought, and what the state of a payment at the provider means for a purchase."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from issuance.model import STATES_THAT_SELL, CampaignTerms, PurchaseMethod
from issuance.provider_model import (
    CARD_MAX_YEN,
    CARD_MIN_YEN,
    KONBINI_MAX_YEN,
    KONBINI_MIN_YEN,
    ProviderPayment,
    ProviderStatus,
)
from issuance.provider_refusals import (
    AmountNotPayableAtKonbini,
    AmountNotPayableByCard,
    PaymentCameTooLate,
    PaymentMethodNotOffered,
    ProviderAmountDiffers,
)
from issuance.purchase_model import (
    ENDED_UNPAID_STATES,
    LEGAL_PURCHASE_MOVES,
    LIVE_STATES,
    UNPAID_STATES,
    CounterSale,
    Grant,
    GrantAccount,
    PayReminder,
    Purchase,
    PurchaseRequest,
    PurchaseState,
)
from issuance.refusals import (
    CampaignNotSelling,
    GrantUnknown,
    PayWindowNotOpen,
    PurchaseMoveNotLegal,
    UnitsExceedGrant,
    UnitsOutOfRange,
)
from kernel.clock import city_date, city_time
from kernel.refusals import Refusal

UNPAID_MARGIN = timedelta(hours=2)
"""A slip ends at the provider about an hour after its time (docs.stripe.com/payments/konbini), so we wait longer."""

TRY_AGAIN_WITHIN = timedelta(hours=1)
"""How long somebody whose card was declined may try another one on the same page."""

LOOK_UP_AGAIN_AFTER = timedelta(minutes=9)
"""How long an unpaid purchase is left alone before the provider is asked about it without a notice."""

REFUND_NOTICES = "refund."
"""How the kinds of notices about refunds begin."""

FINAL_NOTICES = {
    "payment_intent.succeeded": ProviderStatus.SUCCEEDED,
    "payment_intent.canceled": ProviderStatus.CANCELED,
}
OPEN_STATUSES = frozenset(
    {
        ProviderStatus.REQUIRES_PAYMENT_METHOD,
        ProviderStatus.REQUIRES_CONFIRMATION,
        ProviderStatus.REQUIRES_ACTION,
        ProviderStatus.REQUIRES_CAPTURE,
    }
)
"""A payment in one of these can still be cancelled, and still become money if it is not."""


class Meaning(NamedTuple):
    """What a payment at the provider means: the state to move to, why, and the alarm to raise if any."""

    state: PurchaseState
    reason: str
    alarm: Refusal | None = None


class ProviderStep(StrEnum):
    """What is left to do at the provider once its state was acted upon."""

    CAPTURE = "capture"
    CANCEL = "cancel"


class GrantFinder:
    """The locked grants of a batch, found by their id or by the person they belong to."""

    def __init__(self, accounts: Iterable[GrantAccount]) -> None:
        self._by_id: dict[UUID, GrantAccount] = {}
        self._by_applicant: defaultdict[tuple[UUID, UUID], list[GrantAccount]] = defaultdict(list)
        for account in sorted(accounts, key=lambda item: (item.grant.pay_until, item.grant.id)):
            self._by_id[account.grant.id] = account
            self._by_applicant[account.grant.round_id, account.grant.person_id].append(account)

    def choose(self, request: PurchaseRequest | CounterSale, now: datetime) -> GrantAccount:
        """Pick the grant that a request is about: the one named, or the first of the person's that can be paid now
        and has enough left.

        A resident's request must name the grant's own wallet. Refuses GrantUnknown.
        """
        candidates = [account for account in self._named(request) if _wallet_fits(request, account.grant)]
        if not candidates:
            raise GrantUnknown
        payable = [account for account in candidates if account.grant.is_payable(now)]
        enough = [account for account in payable if account.units_left >= request.units]
        return (enough or payable or candidates)[0]

    def _named(self, request: PurchaseRequest | CounterSale) -> Sequence[GrantAccount]:
        if request.grant_id is not None:
            return [self._by_id[request.grant_id]] if request.grant_id in self._by_id else []
        if request.round_id is None or request.person_id is None:
            return []
        return self._by_applicant.get((request.round_id, request.person_id), [])


def check_purchase(account: GrantAccount, units: int, method: PurchaseMethod, now: datetime) -> None:
    """Decide whether these units of a grant may be bought now.

    Refuses, in this order: CampaignNotSelling, PayWindowNotOpen, PaymentMethodNotOffered, UnitsOutOfRange,
    UnitsExceedGrant, AmountNotPayableByCard, AmountNotPayableAtKonbini.
    """
    grant = account.grant
    if grant.campaign_state not in STATES_THAT_SELL:
        raise CampaignNotSelling(state=grant.campaign_state)
    if not grant.pay_from <= now < grant.pay_until:
        raise PayWindowNotOpen(pay_from=grant.pay_from.isoformat(), pay_until=grant.pay_until.isoformat())
    if method not in grant.terms.payment_methods:
        raise PaymentMethodNotOffered(method=method, offered=grant.terms.payment_methods)
    if type(units) is not int or units < 1:
        raise UnitsOutOfRange(asked_units=units, max_units=grant.units)
    if units > account.units_left:
        raise UnitsExceedGrant(asked_units=units, left_units=account.units_left)
    amount_yen = units * grant.terms.price_yen
    if method is PurchaseMethod.CARD and not CARD_MIN_YEN <= amount_yen <= CARD_MAX_YEN:
        raise AmountNotPayableByCard(amount_yen, CARD_MIN_YEN, CARD_MAX_YEN)
    if method is PurchaseMethod.KONBINI and not KONBINI_MIN_YEN <= amount_yen <= KONBINI_MAX_YEN:
        raise AmountNotPayableAtKonbini(amount_yen, KONBINI_MIN_YEN, KONBINI_MAX_YEN)


def meaning_of_payment(
    account: GrantAccount,
    purchase: Purchase,
    payment: ProviderPayment,
    now: datetime,
    card_refusal: Refusal | None = None,
) -> Meaning | None:
    """Tell what the provider's present state of a payment means for a purchase; None when it changes nothing.

    Only received money that is exactly the price becomes a lot, and only while the units are still there and
    usable, and its card is within the caps (`card_refusal`); any other money must be given back. Money may arrive
    after the purchase had ended. What is only authorised buys nothing yet, and ends a purchase that it must not pay.
    """
    if payment.status is ProviderStatus.SUCCEEDED:
        meaning = _meaning_of_money(account, purchase, payment, now, card_refusal)
    elif payment.status is ProviderStatus.REQUIRES_CAPTURE:
        meaning = _meaning_of_authorisation(purchase, payment, card_refusal)
    else:
        meaning = _meaning_without_money(purchase, payment)
    if meaning is None or meaning.state not in LEGAL_PURCHASE_MOVES[purchase.state]:
        return None
    return meaning


def step_at_provider(payment: ProviderPayment, purchase: Purchase, now: datetime) -> ProviderStep | None:
    """Tell what to do at the provider, after the commit, about the payment of a purchase that stands so.

    What is authorised is captured for a purchase that waits for it, and otherwise let go. A payment whose purchase
    was given up is cancelled, so that it cannot become money; after a decline the payer has an hour for another card.
    """
    is_authorised = payment.status is ProviderStatus.REQUIRES_CAPTURE
    if is_authorised and purchase.state is PurchaseState.AWAITING_PAYMENT:
        return ProviderStep.CAPTURE
    if purchase.state not in ENDED_UNPAID_STATES or payment.status not in OPEN_STATUSES:
        return None
    may_try_again = purchase.state is PurchaseState.FAILED and now < purchase.created_at + TRY_AGAIN_WITHIN
    return None if may_try_again and not is_authorised else ProviderStep.CANCEL


def pay_reminder(account: GrantAccount, now: datetime) -> PayReminder | None:
    """What the holder of a grant is to be reminded of; None when all that is left of it is paid."""
    grant, purchases = account.grant, account.purchases.values()
    paid = sum(item.units for item in purchases if item.state in {PurchaseState.PAID, PurchaseState.DISPUTED})
    unpaid = grant.units - grant.forfeited_units - paid
    slips = [item.slip.expires_at for item in purchases if item.state in UNPAID_STATES and item.slip]
    if unpaid < 1:
        return None
    return PayReminder(
        grant_id=grant.id,
        round_id=grant.round_id,
        campaign_id=grant.campaign_id,
        person_id=grant.person_id,
        wallet_id=grant.wallet_id,
        units_unpaid=unpaid,
        amount_yen=unpaid * grant.terms.price_yen,
        pay_until=grant.pay_until,
        slip_expires_at=min((ends for ends in slips if ends > now), default=None),
    )


def taken_back_until(purchase: Purchase, terms: CampaignTerms) -> datetime | None:
    """Until when a paid purchase may be taken back: the end of the `cancel_days`th city day after that of its payment.

    None when it is not paid, or the campaign takes nothing back.
    """
    if purchase.paid_at is None or not terms.cancel_days:
        return None
    return city_time(city_date(purchase.paid_at) + timedelta(days=terms.cancel_days + 1))


def state_is_older_than_notice(kind: str, status: ProviderStatus) -> bool:
    """Whether a notice of a final state came with a state that was read before it; both final states stay for good."""
    final = FINAL_NOTICES.get(kind)
    return final is not None and status is not final


def check_purchase_move(purchase: Purchase, to_state: PurchaseState) -> None:
    """Refuse PurchaseMoveNotLegal for a move that is not in the table."""
    if to_state not in LEGAL_PURCHASE_MOVES[purchase.state]:
        raise PurchaseMoveNotLegal(from_state=purchase.state, to_state=to_state)


def _wallet_fits(request: PurchaseRequest | CounterSale, grant: Grant) -> bool:
    return isinstance(request, CounterSale) or request.wallet_id == grant.wallet_id


def _meaning_of_money(
    account: GrantAccount, purchase: Purchase, payment: ProviderPayment, now: datetime, card_refusal: Refusal | None
) -> Meaning | None:
    if purchase.state in {PurchaseState.PAID, PurchaseState.DISPUTED}:
        return None
    received_yen = payment.received_yen
    if received_yen != purchase.amount_yen:
        alarm: Refusal = ProviderAmountDiffers(str(purchase.id), purchase.amount_yen, received_yen)
        return Meaning(PurchaseState.REFUND_NEEDED, alarm.code, alarm)
    units_are_there = purchase.state in LIVE_STATES or account.units_left >= purchase.units
    if not units_are_there or city_date(now) > account.grant.lot_terms.last_day:
        alarm = PaymentCameTooLate(str(purchase.id), received_yen)
        return Meaning(PurchaseState.REFUND_NEEDED, alarm.code, alarm)
    if card_refusal is not None:
        return Meaning(PurchaseState.REFUND_NEEDED, card_refusal.code, card_refusal)
    return Meaning(PurchaseState.PAID, "money_received")


def _meaning_of_authorisation(
    purchase: Purchase, payment: ProviderPayment, card_refusal: Refusal | None
) -> Meaning | None:
    if purchase.state not in UNPAID_STATES:
        return None
    if payment.amount_yen != purchase.amount_yen:
        alarm: Refusal = ProviderAmountDiffers(str(purchase.id), purchase.amount_yen, payment.amount_yen)
        return Meaning(PurchaseState.FAILED, alarm.code, alarm)
    if card_refusal is not None:
        return Meaning(PurchaseState.FAILED, card_refusal.code, card_refusal)
    return Meaning(PurchaseState.AWAITING_PAYMENT, payment.status)


def _meaning_without_money(purchase: Purchase, payment: ProviderPayment) -> Meaning | None:
    if purchase.state not in UNPAID_STATES:
        return None
    if payment.status is ProviderStatus.CANCELED:
        return Meaning(PurchaseState.CANCELLED, "cancelled_at_provider")
    if payment.status is ProviderStatus.REQUIRES_PAYMENT_METHOD and payment.failure_reason:
        is_slip = purchase.method is PurchaseMethod.KONBINI
        return Meaning(PurchaseState.EXPIRED if is_slip else PurchaseState.FAILED, payment.failure_reason)
    return Meaning(PurchaseState.AWAITING_PAYMENT, payment.status)
