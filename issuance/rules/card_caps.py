"""Caps that only paying by card has: units per payment card, and per wallet in its first day of paying so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from issuance.model import PurchaseMethod
from issuance.provider_model import ProviderPayment, ProviderStatus
from issuance.provider_refusals import CardNotIdentified, CardOverItsCap, FirstDayCapReached
from issuance.purchase_model import ENDED_UNPAID_STATES, LIVE_STATES, UNPAID_STATES, Grant, Purchase
from kernel.ids import derived_id
from kernel.refusals import Refusal

FIRST_DAY = timedelta(hours=24)
CHARGED_OR_ABOUT_TO_BE = frozenset({ProviderStatus.REQUIRES_CAPTURE, ProviderStatus.SUCCEEDED})


class CardUse:
    """The purchases by card that caps look at, kept up to date while a batch is decided."""

    def __init__(self, purchases: Iterable[Purchase] = ()) -> None:
        self._by_wallet: defaultdict[tuple[UUID, UUID], dict[UUID, Purchase]] = defaultdict(dict)
        self._by_card: defaultdict[tuple[UUID, UUID], dict[UUID, Purchase]] = defaultdict(dict)
        for purchase in purchases:
            self.put(purchase)

    def put(self, purchase: Purchase) -> None:
        """Take a purchase as it stands now."""
        if purchase.method is PurchaseMethod.CARD:
            self._by_wallet[purchase.campaign_id, purchase.wallet_id][purchase.id] = purchase
        if purchase.card is not None:
            self._by_card[purchase.campaign_id, purchase.card][purchase.id] = purchase

    def of_wallet(self, campaign_id: UUID, wallet_id: UUID) -> Mapping[UUID, Purchase]:
        """All purchases by card of a wallet in a campaign."""
        return self._by_wallet[campaign_id, wallet_id]

    def units_on_card(self, campaign_id: UUID, card: UUID, *, without: UUID) -> int:
        """Units of a campaign that other live purchases pay with this card."""
        return _live_units(self._by_card[campaign_id, card], without)


def card_of(payment: ProviderPayment) -> UUID | None:
    """What stands for the card of a payment in the city's own records."""
    return derived_id("card", payment.card_fingerprint) if payment.card_fingerprint else None


def check_first_day(use: CardUse, grant: Grant, units: int, now: datetime, *, without: UUID | None = None) -> None:
    """Refuse FirstDayCapReached for units that a wallet new to paying by card may not buy yet.

    The day begins with the wallet's first purchase by card in the campaign, whatever became of that.
    """
    cap = grant.terms.max_units_first_day
    if cap is None:
        return
    purchases = use.of_wallet(grant.campaign_id, grant.wallet_id)
    first_at = min((purchase.created_at for purchase in purchases.values()), default=now)
    left_units = max(0, cap - _live_units(purchases, without))
    if now < first_at + FIRST_DAY and units > left_units:
        until = (first_at + FIRST_DAY).isoformat()
        raise FirstDayCapReached(asked_units=units, left_units=left_units, until=until)


def card_refusal(
    use: CardUse, grant: Grant, purchase: Purchase, payment: ProviderPayment, now: datetime
) -> Refusal | None:
    """Tell why the card of a payment may not pay for a purchase, once the provider says which card it is.

    CardNotIdentified, CardOverItsCap; for a purchase that had ended and comes back to life, FirstDayCapReached.
    """
    undecided = purchase.state in UNPAID_STATES | ENDED_UNPAID_STATES
    if purchase.method is not PurchaseMethod.CARD or not undecided or payment.status not in CHARGED_OR_ABOUT_TO_BE:
        return None
    try:
        _check_card(use, grant, purchase, payment)
        if purchase.state in ENDED_UNPAID_STATES:
            check_first_day(use, grant, purchase.units, now, without=purchase.id)
    except Refusal as refusal:
        return refusal
    return None


def _check_card(use: CardUse, grant: Grant, purchase: Purchase, payment: ProviderPayment) -> None:
    cap = grant.terms.max_units_per_card
    if cap is None:
        return
    card = card_of(payment)
    if card is None:
        raise CardNotIdentified(purchase_id=str(purchase.id))
    left_units = max(0, cap - use.units_on_card(grant.campaign_id, card, without=purchase.id))
    if purchase.units > left_units:
        raise CardOverItsCap(asked_units=purchase.units, left_units=left_units, max_units=cap)


def _live_units(purchases: Mapping[UUID, Purchase], without: UUID | None) -> int:
    return sum(item.units for item in purchases.values() if item.state in LIVE_STATES and item.id != without)
