"""What the tests of selling share: campaigns with other rules, sales at a counter, and payments with a card."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from issuance.model import CampaignTerms
from issuance.operations.cancel_purchase import cancel_purchase
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.operations.take_back_purchase import CounterClerk, take_back_purchase
from issuance.provider_model import ProviderPayment, ProviderRefund, ProviderRefundStatus, ProviderStatus
from issuance.purchase_model import CounterSale, Purchase
from issuance.queries import find_purchase
from kernel.refusals import Refusal
from ledger.audit import AuditReport
from ledger.model import Pay, Posted, ShopSize, command_key
from ledger.operations.post_journals import post_journals
from tests.issuance.market import CAMPAIGN, HANA, PAYING, ROUND, TERMS, Market, person, provider_payment, wallet
from tests.ledger.books import audit

COUNTER = "city-hall"
AT_THE_COUNTER = CounterClerk(HANA.id, COUNTER)


def sells_under(market: Market, terms: CampaignTerms, units: list[int], offered: int = 10) -> None:
    """A campaign with these rules, drawn and selling."""
    market.opened(replace(ROUND, units_offered=offered), replace(CAMPAIGN, terms=terms))
    market.drawn(units)


def terms_with(**rules: object) -> CampaignTerms:
    return replace(TERMS, **rules)  # type: ignore[arg-type]


def cash(market: Market, number: int, units: int, key: str = "till", counter: str = COUNTER) -> CounterSale:
    return CounterSale(key, units, HANA.id, counter, round_id=market.round_id, person_id=person(number))


def sell(market: Market, *sales: CounterSale, now: datetime = PAYING) -> list[Purchase | Refusal]:
    return market.staff.run(lambda session: sell_at_counter(session, sales, now=now))


def sold(market: Market, number: int, units: int, key: str = "till", now: datetime = PAYING) -> Purchase:
    (purchase,) = sell(market, cash(market, number, units, key), now=now)
    assert isinstance(purchase, Purchase), purchase
    return purchase


def paid(market: Market, number: int, units: int, key: str = "k", now: datetime = PAYING) -> Purchase:
    """A purchase by card whose money has arrived."""
    outcome = market.pay(market.bought(number, units, key, now), now)
    assert isinstance(outcome, Purchase), outcome
    return outcome


def with_card(purchase: Purchase, card: str | None, status: ProviderStatus, **facts: object) -> ProviderPayment:
    """How a payment stands that was made with this card."""
    payment = provider_payment(purchase, status, **facts)  # type: ignore[arg-type]
    return replace(payment, card_fingerprint=card)


def cancel(market: Market, purchase: Purchase, now: datetime = PAYING) -> Purchase:
    return market.staff.run(lambda session: cancel_purchase(session, purchase.id, now=now))


def take_back(
    market: Market, purchase: Purchase, clerk: CounterClerk | None = None, now: datetime = PAYING
) -> Purchase:
    return market.staff.run(lambda session: take_back_purchase(session, purchase.id, now=now, clerk=clerk))


def spend(
    market: Market, number: int, amount_yen: int, shop: ShopSize = ShopSize.SMALL, now: datetime = PAYING
) -> Posted | Refusal:
    command = Pay(command_key("shop", str(uuid4())), now, wallet(number), uuid4(), shop, amount_yen)
    (outcome,) = market.staff.run(lambda session: post_journals(session, [command]))
    return outcome


def found(market: Market, purchase: Purchase | UUID) -> Purchase:
    key = purchase if isinstance(purchase, UUID) else purchase.id
    again = market.staff.run(lambda session: find_purchase(session, key))
    assert again is not None
    return again


def left(market: Market, number: int) -> list[tuple[str, int, int]]:
    """What the lots of a person hold: where they are usable, paid part and premium part in yen."""
    return sorted((lot.usable_at, lot.paid_left_yen, lot.premium_left_yen) for lot in market.lots(number))


def refund_of(purchase: Purchase, status: ProviderRefundStatus, amount_yen: int | None = None) -> ProviderRefund:
    amount = purchase.received_yen if amount_yen is None else amount_yen
    return ProviderRefund(f"re_{purchase.id.hex}", purchase.provider_id or "", amount or 0, status)


def audited(market: Market) -> AuditReport:
    """The auditor's second opinion, which must agree at the end of each story."""
    report = audit(market.staff)
    assert report.agrees, report.findings
    return report
