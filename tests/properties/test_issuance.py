"""Whatever happens to a grant, it is never sold twice, and money that arrived is never forgotten."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.model import CampaignState, CampaignTerms, GrantOrigin, PurchaseMethod
from issuance.provider_model import ProviderPayment, ProviderStatus
from issuance.purchase_model import (
    LEGAL_PURCHASE_MOVES,
    LIVE_STATES,
    Grant,
    GrantAccount,
    Purchase,
    PurchaseState,
)
from issuance.rules.purchases import check_purchase, meaning_of_payment
from issuance.rules.selling import new_purchase, sale_key, voucher_sales
from kernel.clock import city_time
from kernel.refusals import Refusal
from ledger.model import Terms, UsableAt, command_key

PAYING = city_time(date(2026, 11, 10))
GRANT = Grant(
    id=UUID(int=1),
    round_id=UUID(int=2),
    campaign_id=UUID(int=3),
    person_id=UUID(int=4),
    wallet_id=UUID(int=5),
    receipt="A",
    units=5,
    origin=GrantOrigin.DRAW,
    pay_from=city_time(date(2026, 11, 1)),
    pay_until=city_time(date(2026, 12, 1)),
    granted_at=city_time(date(2026, 11, 1)),
    forfeited_units=0,
    campaign_state=CampaignState.SELLING,
    terms=CampaignTerms(units_total=10, budget_yen=10_000),
    lot_terms=Terms(UsableAt.ALL_SHOPS, date(2026, 11, 1), date(2027, 3, 31)),
)
Step = Callable[["City"], None]


class City:
    """One grant and everything that happens to it, by the rules alone."""

    def __init__(self) -> None:
        self.account = GrantAccount(GRANT)
        self.received: set[UUID] = set()

    def purchase(self, number: int) -> Purchase | None:
        purchases = list(self.account.purchases.values())
        return purchases[number % len(purchases)] if purchases else None

    def move(self, purchase: Purchase, to_state: PurchaseState) -> None:
        if to_state in LEGAL_PURCHASE_MOVES[purchase.state]:
            self.account.purchases[purchase.id] = replace(purchase, state=to_state)


def start(units: int, method: PurchaseMethod) -> Step:
    def step(city: City) -> None:
        try:
            check_purchase(city.account, units, method, PAYING)
        except Refusal:
            return
        number = len(city.account.purchases) + 100
        new_purchase(UUID(int=number), city.account, units, method, command_key("test", str(number)), PAYING)

    return step


def hear_from_provider(number: int, status: ProviderStatus, off_by_yen: int) -> Step:
    def step(city: City) -> None:
        purchase = city.purchase(number)
        if purchase is None:
            return
        has_money = status is ProviderStatus.SUCCEEDED
        received_yen = (purchase.amount_yen + off_by_yen) * has_money
        failure = "declined" if off_by_yen else None
        payment = ProviderPayment(
            "pi", str(purchase.id), status, purchase.amount_yen, received_yen, None, (), None, failure
        )
        meaning = meaning_of_payment(city.account, purchase, payment, PAYING)
        if has_money:
            city.received.add(purchase.id)
        if meaning is not None:
            assert meaning.state is not PurchaseState.PAID or received_yen == purchase.amount_yen
            city.move(purchase, meaning.state)

    return step


def end(number: int, state: PurchaseState) -> Step:
    def step(city: City) -> None:
        purchase = city.purchase(number)
        if purchase is not None:
            city.move(purchase, state)

    return step


def forfeit(city: City) -> None:
    grant = city.account.grant
    city.account.grant = replace(grant, forfeited_units=grant.forfeited_units + city.account.units_left)


STEPS = st.lists(
    st.builds(start, st.integers(1, 4), st.sampled_from([PurchaseMethod.CARD, PurchaseMethod.KONBINI]))
    | st.builds(hear_from_provider, st.integers(0, 5), st.sampled_from(ProviderStatus), st.integers(-1, 1))
    | st.builds(end, st.integers(0, 5), st.sampled_from([PurchaseState.EXPIRED, PurchaseState.CANCELLED]))
    | st.just(forfeit),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_a_grant_is_never_sold_beyond_its_units_and_no_money_is_lost(steps: list[Step]) -> None:
    city = City()
    for step in steps:
        step(city)
        purchases = city.account.purchases.values()
        held = sum(item.units for item in purchases if item.state in LIVE_STATES)
        assert held + city.account.grant.forfeited_units <= GRANT.units
        assert city.account.units_left == GRANT.units - held - city.account.grant.forfeited_units
        with_money = {PurchaseState.PAID, PurchaseState.REFUND_NEEDED}
        assert {item.id for item in purchases if item.state in with_money} == city.received


@given(st.integers(1, 5))
def test_a_lot_is_worth_its_units_to_the_yen(units: int) -> None:
    account = GrantAccount(GRANT)
    key = command_key("test", "one")
    purchase = new_purchase(UUID(int=9), account, units, PurchaseMethod.CARD, key, PAYING)
    (sale,) = voucher_sales(account, purchase, sale_key(purchase), PAYING)
    assert (sale.paid_yen, sale.premium_yen) == (4_000 * units, 1_000 * units)
    assert (sale.lot_id, sale.wallet_id) == (purchase.lot_id, GRANT.wallet_id)
    assert account.units_left == GRANT.units - units
