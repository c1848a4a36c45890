"""Whatever is sold, authorised, disputed and paid out, in whatever order it is heard of, the yen add up."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from issuance.model import CampaignState, CampaignTerms, GrantOrigin, PurchaseMethod
from issuance.payouts.model import DisputeOutcome, PayoutReading
from issuance.payouts.refusals import PayoutNotAddingUp, PayoutNotBookable
from issuance.payouts.rules import (
    DisputeStep,
    LotLeft,
    check_payout,
    dispute_steps,
    payout_journal,
    value_at_stake,
)
from issuance.provider_model import DisputeStatus, PayoutEntry, ProviderPayment, ProviderPayout, ProviderStatus
from issuance.purchase_model import (
    ENDED_UNPAID_STATES,
    LEGAL_PURCHASE_MOVES,
    LIVE_STATES,
    Grant,
    GrantAccount,
    Purchase,
    PurchaseState,
)
from issuance.rules.card_caps import CardUse, card_of, card_refusal
from issuance.rules.purchases import ProviderStep, meaning_of_payment, step_at_provider, taken_back_until
from issuance.rules.selling import lot_parts, new_purchase, sale_key, voucher_sales
from kernel.clock import city_date, city_time
from ledger.model import LEGAL_MOVES, Terms, UsableAt, command_key

NOW = city_time(date(2026, 11, 10), 12)
CAMPAIGN, SPACE = UUID(int=3), UUID(int=7)
LOT_TERMS = Terms(UsableAt.ALL_SHOPS, date(2026, 11, 1), date(2027, 3, 31))
YEN = st.integers(1, 100_000)


def grant(number: int = 0, **terms: object) -> Grant:
    return Grant(
        id=uuid5(SPACE, f"grant {number}"),
        round_id=UUID(int=2),
        campaign_id=CAMPAIGN,
        person_id=uuid5(SPACE, f"person {number}"),
        wallet_id=uuid5(SPACE, f"wallet {number}"),
        receipt="A",
        units=5,
        origin=GrantOrigin.DRAW,
        pay_from=NOW - timedelta(days=1),
        pay_until=NOW + timedelta(days=10),
        granted_at=NOW - timedelta(days=2),
        forfeited_units=0,
        campaign_state=CampaignState.SELLING,
        terms=CampaignTerms(units_total=100, budget_yen=10**9, **terms),  # type: ignore[arg-type]
        lot_terms=LOT_TERMS,
    )


def purchase_of(account: GrantAccount, units: int, number: int = 0) -> Purchase:
    key = command_key("test", f"{account.grant.id}/{number}")
    return new_purchase(uuid5(SPACE, f"{key.id}"), account, units, PurchaseMethod.CARD, key, NOW)


@given(price_yen=YEN, premium_yen=YEN, small_yen=st.integers(0, 200_000), units=st.integers(1, 5))
def test_the_shares_of_a_purchase_sum_to_its_price_and_its_premium(
    price_yen: int, premium_yen: int, small_yen: int, units: int
) -> None:
    face_yen = price_yen + premium_yen
    small_yen = small_yen % (face_yen + 1)
    assume(price_yen * small_yen % face_yen == 0)
    account = GrantAccount(grant(price_yen=price_yen, face_yen=face_yen, small_shop_face_yen=small_yen))
    purchase = purchase_of(account, units)
    shares = lot_parts(purchase, account.grant)
    assert sum(share.paid_yen for share in shares) == purchase.amount_yen == units * price_yen
    assert sum(share.premium_yen for share in shares) == purchase.premium_yen == units * premium_yen
    for share in shares:
        assert share.paid_yen > 0
        assert share.premium_yen >= 0
        assert share.paid_yen * face_yen == price_yen * (share.paid_yen + share.premium_yen)
    small = sum(share.paid_yen + share.premium_yen for share in shares if share.usable_at is UsableAt.SMALL_SHOPS)
    assert small == units * small_yen
    sales = voucher_sales(account, purchase, sale_key(purchase), NOW)
    again = voucher_sales(account, purchase, sale_key(purchase), NOW, after="dp_1")
    ids = [sale.lot_id for sale in (*sales, *again)]
    assert len(set(ids)) == len(ids)
    assert len({sale.key.id for sale in sales}) == len(sales) == len(shares)


class Shop:
    """Purchases of several accounts with a few cards, decided by the rules alone."""

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.accounts = [GrantAccount(grant(number, max_units_per_card=cap)) for number in range(3)]
        self.use = CardUse()
        self.owner: dict[UUID, GrantAccount] = {}
        self.issued: Counter[UUID] = Counter()

    def start(self, number: int, units: int) -> None:
        account = self.accounts[number]
        if units <= account.units_left:
            purchase = purchase_of(account, units, len(account.purchases))
            self.owner[purchase.id] = account
            self.use.put(purchase)

    def hear(self, place: int, status: ProviderStatus, card: str | None, off_by_yen: int, declined: bool) -> None:
        if not self.owner:
            return
        purchase_id = list(self.owner)[place % len(self.owner)]
        account = self.owner[purchase_id]
        purchase = account.purchases[purchase_id]
        has_money = status is ProviderStatus.SUCCEEDED
        amount_yen = purchase.amount_yen + off_by_yen
        payment = ProviderPayment(
            provider_id=f"pi_{purchase_id}",
            purchase_id=str(purchase_id),
            status=status,
            amount_yen=amount_yen,
            received_yen=amount_yen * has_money,
            client_secret=None,
            offered_methods=("card",),
            slip=None,
            failure_reason="declined" if declined else None,
            card_fingerprint=card,
        )
        refusal = card_refusal(self.use, account.grant, purchase, payment, NOW)
        meaning = meaning_of_payment(account, purchase, payment, NOW, refusal)
        changed = replace(purchase, card=card_of(payment) or purchase.card) if refusal is None else purchase
        if meaning is not None:
            assert meaning.state in LEGAL_PURCHASE_MOVES[purchase.state]
            changed = replace(changed, state=meaning.state)
            if meaning.state is PurchaseState.PAID:
                assert (off_by_yen, refusal, has_money) == (0, None, True)
                self.issued[purchase_id] += 1
        account.purchases[purchase_id] = changed
        self.use.put(changed)
        self.check_step(changed, payment)

    def check_step(self, purchase: Purchase, payment: ProviderPayment) -> None:
        """Nothing is captured but for a purchase that waits; nothing authorised is kept for one that does not."""
        step = step_at_provider(payment, purchase, NOW)
        if step is ProviderStep.CAPTURE:
            assert purchase.state is PurchaseState.AWAITING_PAYMENT
        if payment.status is ProviderStatus.REQUIRES_CAPTURE and purchase.state in ENDED_UNPAID_STATES:
            assert step is ProviderStep.CANCEL

    def check(self) -> None:
        purchases = [item for account in self.accounts for item in account.purchases.values()]
        paid: Counter[UUID] = Counter()
        for purchase in purchases:
            if purchase.state is PurchaseState.PAID:
                assert purchase.card is not None
                paid[purchase.card] += purchase.units
            assert self.issued[purchase.id] == (purchase.state is PurchaseState.PAID)
        assert all(units <= self.cap for units in paid.values())
        for account in self.accounts:
            held = sum(item.units for item in account.purchases.values() if item.state in LIVE_STATES)
            assert held <= account.grant.units


CARDS = st.sampled_from(["visa", "jcb", None])
STEPS = st.lists(
    st.tuples(st.just("start"), st.integers(0, 2), st.integers(1, 3))
    | st.tuples(
        st.just("hear"),
        st.integers(0, 9),
        st.sampled_from(ProviderStatus),
        CARDS,
        st.sampled_from([0, 0, 0, -1, 1]),
        st.booleans(),
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 4), STEPS)
def test_one_card_never_pays_for_more_than_its_cap_and_no_money_buys_twice(
    cap: int, steps: list[tuple[Any, ...]]
) -> None:
    shop = Shop(cap)
    for name, *facts in steps:
        getattr(shop, name)(*facts)
        shop.check()


HEARD = st.lists(
    st.sampled_from([status for status in ProviderStatus if status is not ProviderStatus.CANCELED]), max_size=8
)


@settings(max_examples=200, deadline=None)
@given(HEARD, HEARD)
def test_in_whatever_order_and_however_often_it_is_heard_money_ends_as_one_voucher(
    before: list[ProviderStatus], after: list[ProviderStatus]
) -> None:
    shop = Shop(5)
    shop.start(0, 2)
    for status in (*before, ProviderStatus.SUCCEEDED, *after):
        shop.hear(0, status, "visa", 0, declined=True)
    (purchase,) = shop.accounts[0].purchases.values()
    assert (purchase.state, shop.issued[purchase.id]) == (PurchaseState.PAID, 1)


OUTCOME_OF_STEP = {
    DisputeStep.GIVE_BACK: DisputeOutcome.RESTORED,
    DisputeStep.WATCH: DisputeOutcome.WATCHED,
    DisputeStep.CLOSE: DisputeOutcome.CLOSED,
}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(DisputeStatus), max_size=10), st.booleans())
def test_value_comes_back_only_after_it_was_taken_out_and_once(statuses: list[DisputeStatus], untouched: bool) -> None:
    taken_out = DisputeOutcome.TAKEN_BACK if untouched else DisputeOutcome.FROZEN
    outcome, state, out = None, PurchaseState.PAID, 0
    for status in statuses:
        for step in dispute_steps(status, outcome, state):
            if step is DisputeStep.TAKE_OUT:
                assert (out, state) == (0, PurchaseState.PAID)
                outcome, state, out = taken_out, PurchaseState.DISPUTED, 1
            elif step is DisputeStep.GIVE_UP:
                assert (out, status) == (1, DisputeStatus.LOST)
                outcome = DisputeOutcome.LOST if untouched else DisputeOutcome.LOSS_OPEN
            else:
                assert step is not DisputeStep.GIVE_BACK or (out, status) == (1, DisputeStatus.WON)
                state, out = (PurchaseState.PAID, 0) if step is DisputeStep.GIVE_BACK else (state, out)
                outcome = OUTCOME_OF_STEP[step]
    is_out = outcome in {
        DisputeOutcome.TAKEN_BACK,
        DisputeOutcome.FROZEN,
        DisputeOutcome.LOST,
        DisputeOutcome.LOSS_OPEN,
    }
    assert out == is_out


LOTS = st.lists(st.builds(LotLeft, st.integers(0, 4_000), st.integers(0, 1_000), st.booleans()), max_size=2)


@given(LOTS)
def test_what_is_at_stake_is_all_that_was_sold(lots: list[LotLeft]) -> None:
    account = GrantAccount(grant())
    purchase = purchase_of(account, 2)
    value = value_at_stake(purchase, lots)
    assert value.unspent_yen + value.spent_yen == 10_000
    assert value.unspent_paid_yen + value.spent_paid_yen == 8_000
    assert value.unspent_yen == sum(lot.paid_yen + lot.premium_yen for lot in lots if lot.usable)
    assert min(value) >= 0


ENTRIES = st.lists(
    st.builds(
        PayoutEntry,
        st.uuids().map(str),
        st.sampled_from(["charge", "payment", "refund", "adjustment", "stripe_fee"]),
        st.integers(-50_000, 100_000),
        st.integers(0, 5_000),
        st.sampled_from(["pi_a", "pi_b", "pi_of_nobody", None]),
    ),
    max_size=12,
)
CAMPAIGNS = {"pi_a": UUID(int=1), "pi_b": UUID(int=2)}


@settings(max_examples=200, deadline=None)
@given(ENTRIES, st.integers(-1, 1))
def test_a_payout_takes_off_what_the_provider_owes_just_what_it_is_made_of(
    entries: list[PayoutEntry], off_by_yen: int
) -> None:
    net_yen = sum(entry.amount_yen - entry.fee_yen for entry in entries)
    payout = ProviderPayout("po_1", net_yen + off_by_yen, "paid", date(2026, 11, 10), is_reconciled=True)
    reading = PayoutReading(payout, tuple(entries))
    try:
        check_payout(reading)
        command = payout_journal(reading, CAMPAIGNS, datetime(2026, 11, 10, tzinfo=UTC))
    except PayoutNotAddingUp:
        assert off_by_yen
        return
    except PayoutNotBookable:
        assert net_yen < 1
        return
    assert not off_by_yen
    assert all((command.kind, move.debit.kind, move.credit.kind) in LEGAL_MOVES for move in command.moves)
    assert sum(move.amount_yen for move in command.moves) == sum(entry.amount_yen for entry in entries)
    assert command.moves[0].amount_yen == net_yen
    for campaign_id in (UUID(int=1), UUID(int=2), None):
        booked = [move.amount_yen for move in command.moves[1:] if move.debit.campaign_id == campaign_id]
        fees = sum(entry.fee_yen for entry in entries if CAMPAIGNS.get(entry.provider_id or "") == campaign_id)
        assert booked == ([fees] if fees else [])


@given(st.integers(1, 60), st.integers(0, 2 * 24 * 60))
def test_the_last_day_to_take_a_purchase_back_is_a_whole_city_day(days: int, minutes: int) -> None:
    paid_at = NOW + timedelta(minutes=minutes)
    purchase = replace(purchase_of(GrantAccount(grant()), 1), paid_at=paid_at)
    until = taken_back_until(purchase, grant(cancel_days=days).terms)
    assert until is not None
    assert city_date(until - timedelta(microseconds=1)) == city_date(paid_at) + timedelta(days=days)
    assert city_date(until) == city_date(paid_at) + timedelta(days=days + 1)
    assert taken_back_until(purchase, grant().terms) is None
