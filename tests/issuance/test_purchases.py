"""Granted units are held for payment, never more than were granted, and freed when nobody pays."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from issuance.model import CampaignTerms, PurchaseMethod
from issuance.operations.cancel_purchase import cancel_purchase
from issuance.operations.expire_unpaid_purchases import expire_unpaid_purchases
from issuance.operations.record_provider_payment import record_provider_payment
from issuance.operations.record_refunds import record_refunds
from issuance.operations.run_draw import run_draw
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.provider_model import (
    KonbiniSlip,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    SlipNumbers,
)
from issuance.provider_refusals import AmountNotPayableAtKonbini, PaymentDeclined, PaymentMethodNotOffered
from issuance.purchase_model import CounterSale, ProviderResult, Purchase, PurchaseRequest, PurchaseState
from issuance.queries import find_purchase, my_purchases, purchases_to_refund, purchases_to_request
from issuance.refusals import (
    CampaignNotSelling,
    GrantUnknown,
    PayWindowNotOpen,
    PurchaseMoveNotLegal,
    PurchaseUnknown,
    UnitsExceedGrant,
    UnitsOutOfRange,
)
from kernel.refusals import Refusal
from ledger.model import Pay, ShopSize, command_key
from ledger.operations.post_journals import post_journals
from ledger.queries import wallet_lots
from ledger.refusals import KeyReusedWithOtherContent, LotWasTouched
from tests.issuance.market import (
    CAMPAIGN,
    DRAWN,
    HANA,
    PAY_FROM,
    PAY_UNTIL,
    PAYING,
    ROUND,
    SIGNATURE,
    TERMS,
    Market,
    application,
    contents,
    person,
    provider_payment,
    wallet,
)


def sell(market: Market, *sales: CounterSale) -> list[Purchase | Refusal]:
    return market.staff.run(lambda session: sell_at_counter(session, sales, now=PAYING))


def cash(market: Market, number: int, units: int, key: str = "till") -> CounterSale:
    return CounterSale(key, units, HANA.id, "city-hall", round_id=market.round_id, person_id=person(number))


def cancel(market: Market, purchase: Purchase) -> Purchase:
    return market.staff.run(lambda session: cancel_purchase(session, purchase.id, now=PAYING))


def found(market: Market, purchase: Purchase) -> Purchase:
    again = market.staff.run(lambda session: find_purchase(session, purchase.id))
    assert again is not None
    return again


def test_a_purchase_holds_units_and_fixes_its_price(market: Market) -> None:
    market.selling([3])
    (purchase,) = market.start(market.request(0, 2))
    assert isinstance(purchase, Purchase)
    assert (purchase.state, purchase.units, purchase.amount_yen, purchase.premium_yen) == (
        PurchaseState.REQUESTED,
        2,
        8_000,
        2_000,
    )
    assert (purchase.wallet_id, purchase.expires_at) == (wallet(0), PAY_UNTIL)
    (grant,) = market.grants(0)
    assert (grant.units, grant.units_left, grant.units_paid, grant.is_payable) == (3, 1, 0, True)
    assert market.apply.run(lambda session: my_purchases(session, person(0))) == [purchase]
    assert market.worker.run(purchases_to_request) == [purchase]
    assert not market.worker.run(lambda session: wallet_lots(session, wallet(0)))


def test_the_same_key_gives_the_same_purchase_and_other_content_is_refused(market: Market) -> None:
    market.selling([3])
    request = market.request(0, 1)
    (first,) = market.start(request)
    stored = contents(market.staff)
    again, other = market.start(request, replace(request, units=2))
    assert isinstance(first, Purchase)
    assert again == replace(first, is_replay=True)
    assert other == KeyReusedWithOtherContent()
    assert contents(market.staff) == stored


def test_a_batch_never_holds_more_than_was_granted(market: Market) -> None:
    market.selling([3])
    outcomes = market.start(*(market.request(0, 2, key) for key in "abc"), market.request(0, 1, "d"))
    assert [type(outcome) for outcome in outcomes] == [Purchase, UnitsExceedGrant, UnitsExceedGrant, Purchase]
    assert outcomes[1] == UnitsExceedGrant(asked_units=2, left_units=1)


def test_what_cannot_be_bought_is_refused_and_changes_nothing(market: Market) -> None:
    market.selling([3])
    grant = market.grants(0)[0]
    before = contents(market.staff)
    request = market.request(0, 1)
    window = {"pay_from": PAY_FROM.isoformat(), "pay_until": PAY_UNTIL.isoformat()}
    cases: list[tuple[PurchaseRequest, Refusal]] = [
        (replace(request, grant_id=uuid4()), GrantUnknown()),
        (replace(request, wallet_id=wallet(9)), GrantUnknown()),
        (replace(request, person_id=person(9)), GrantUnknown()),
        (PurchaseRequest("k", wallet(0), 1, PurchaseMethod.CARD), GrantUnknown()),
        (replace(request, units=0), UnitsOutOfRange(asked_units=0, max_units=3)),
        (replace(request, units=4), UnitsExceedGrant(asked_units=4, left_units=3)),
        (
            replace(request, method=PurchaseMethod.COUNTER),
            PaymentMethodNotOffered(method="counter", offered=("card", "konbini")),
        ),
    ]
    outcomes = market.start(*(replace(item, key=str(number)) for number, (item, _) in enumerate(cases)))
    assert outcomes == [refusal for _, refusal in cases]
    for now in (PAY_FROM - timedelta(milliseconds=1), PAY_UNTIL):
        assert market.start(request, now=now) == [PayWindowNotOpen(**window)]
    assert contents(market.staff) == before
    (by_id,) = market.start(PurchaseRequest("id", wallet(0), 1, PurchaseMethod.CARD, grant_id=grant.grant_id))
    assert isinstance(by_id, Purchase)


def test_a_campaign_sells_when_it_says_so(market: Market) -> None:
    market.opened()
    market.frozen([1])

    market.worker.run(lambda session: run_draw(session, market.round_id, signature_hex=SIGNATURE, now=DRAWN))
    assert market.start(market.request(0, 1)) == [CampaignNotSelling(state="open")]


def test_a_method_that_the_campaign_does_not_offer_is_refused(market: Market) -> None:
    terms: CampaignTerms = replace(TERMS, payment_methods=(PurchaseMethod.COUNTER,))
    market.opened(draft=replace(CAMPAIGN, terms=terms))
    market.drawn([1])
    assert market.start(market.request(0, 1)) == [PaymentMethodNotOffered(method="card", offered=("counter",))]


def test_more_than_a_slip_can_carry_is_refused(market: Market) -> None:
    terms = replace(TERMS, price_yen=299_999, face_yen=300_000)
    market.opened(draft=replace(CAMPAIGN, terms=terms))
    market.drawn([2])
    (refused,) = market.start(market.request(0, 2, method=PurchaseMethod.KONBINI))
    assert refused == AmountNotPayableAtKonbini(amount_yen=599_998, min_yen=120, max_yen=300_000)


def test_a_slip_is_stored_without_the_client_secret(market: Market) -> None:
    market.selling([1])
    (purchase,) = market.start(market.request(0, 1, method=PurchaseMethod.KONBINI))
    assert isinstance(purchase, Purchase)
    expires_at = PAYING + timedelta(days=3)
    slip = KonbiniSlip(expires_at, "https://slip.example/1", {"lawson": SlipNumbers("123456", "11111111110")})
    payment = provider_payment(purchase, ProviderStatus.REQUIRES_ACTION, slip=slip)
    recorded = market.record(purchase, payment)
    assert (recorded.state, recorded.slip, recorded.expires_at) == (PurchaseState.AWAITING_PAYMENT, slip, expires_at)
    assert found(market, purchase) == recorded
    assert "never stored" not in str(contents(market.staff))
    assert market.worker.run(purchases_to_request) == []


def test_what_the_provider_refuses_frees_the_units(market: Market) -> None:
    market.selling([1])
    (purchase,) = market.start(market.request(0, 1))
    assert isinstance(purchase, Purchase)
    failed = market.record(purchase, PaymentDeclined(reason="insufficient_funds"))
    assert failed.state is PurchaseState.FAILED
    assert market.grants(0)[0].units_left == 1
    assert market.bought(0, 1, "again").state is PurchaseState.AWAITING_PAYMENT
    unknown = replace(purchase, id=uuid4())

    result = ProviderResult(unknown.id, PaymentDeclined(reason="x"))
    answers = market.apply.run(lambda session: record_provider_payment(session, [result], now=PAYING))
    assert answers == [PurchaseUnknown(purchase_id=str(unknown.id))]


def test_cash_becomes_a_lot_at_once(market: Market) -> None:
    market.selling([3])
    sold, again = sell(market, cash(market, 0, 2), cash(market, 0, 2))
    assert isinstance(sold, Purchase)
    assert (sold.state, sold.counter, sold.clerk_id, sold.is_replay) == (
        PurchaseState.PAID,
        "city-hall",
        HANA.id,
        False,
    )
    assert again == replace(sold, is_replay=True)
    assert sell(market, cash(market, 0, 2)) == [again]
    assert found(market, sold) == sold
    (lot,) = market.staff.run(lambda session: wallet_lots(session, wallet(0)))
    assert (lot.lot_id, lot.paid_left_yen, lot.premium_left_yen) == (sold.lot_id, 8_000, 2_000)
    assert (lot.first_day, lot.last_day) == (ROUND.first_day, ROUND.last_day)
    assert sell(market, cash(market, 0, 1)) == [KeyReusedWithOtherContent()]


def test_a_refused_sale_at_the_counter_burns_its_key(market: Market) -> None:
    market.selling([3])
    held = market.bought(0, 3)
    no = UnitsExceedGrant(asked_units=1, left_units=0)
    assert sell(market, cash(market, 0, 1)) == [no]
    cancel(market, held)
    before = contents(market.staff)
    assert sell(market, cash(market, 0, 1)) == [no]
    assert contents(market.staff) == before
    (sold,) = sell(market, cash(market, 0, 1, "another"))
    assert isinstance(sold, Purchase)


def test_a_sale_to_nobody_is_refused(market: Market) -> None:
    market.selling([1])
    before = contents(market.staff)
    assert sell(market, cash(market, 9, 1)) == [GrantUnknown()]
    assert contents(market.staff) == before


def test_an_unpaid_purchase_is_cancelled_and_its_units_are_free(market: Market) -> None:
    market.selling([2])
    purchase = market.bought(0, 2)
    assert cancel(market, purchase).state is PurchaseState.CANCELLED
    stored = contents(market.staff)
    assert cancel(market, purchase).state is PurchaseState.CANCELLED
    assert contents(market.staff) == stored
    assert market.grants(0)[0].units_left == 2


def test_cash_is_given_back_while_nothing_was_spent(market: Market) -> None:
    market.selling([2])
    (sold,) = sell(market, cash(market, 0, 2))
    assert isinstance(sold, Purchase)
    assert cancel(market, sold).state is PurchaseState.REFUNDED
    (lot,) = market.staff.run(lambda session: wallet_lots(session, wallet(0)))
    assert (lot.paid_left_yen, lot.premium_left_yen) == (0, 0)
    assert market.grants(0)[0].units_left == 2


def test_what_was_spent_cannot_be_taken_back(market: Market) -> None:
    market.selling([1])
    (sold,) = sell(market, cash(market, 0, 1))
    assert isinstance(sold, Purchase)
    pay = Pay(command_key("t", "1"), PAYING, wallet(0), uuid4(), ShopSize.SMALL, 1)
    market.staff.run(lambda session: post_journals(session, [pay]))
    before = contents(market.staff)
    with pytest.raises(LotWasTouched):
        cancel(market, sold)
    assert contents(market.staff) == before


def test_money_with_the_provider_is_given_back_by_the_provider(market: Market) -> None:
    market.selling([1])
    paid = market.pay(market.bought(0, 1))
    assert isinstance(paid, Purchase)
    waiting = cancel(market, paid)
    assert waiting.state is PurchaseState.REFUND_NEEDED
    assert market.worker.run(purchases_to_refund) == [waiting]
    provider_id = paid.provider_id or ""

    def refund(status: ProviderRefundStatus, amount_yen: int) -> list[PurchaseState]:
        result = ProviderRefund("re_1", provider_id, amount_yen, status)
        ended = market.worker.run(lambda session: record_refunds(session, [result], now=PAYING))
        return [item.state for item in ended]

    assert refund(ProviderRefundStatus.PENDING, 4_000) == []
    assert refund(ProviderRefundStatus.SUCCEEDED, 3_999) == []
    assert refund(ProviderRefundStatus.SUCCEEDED, 4_000) == [PurchaseState.REFUNDED]
    assert refund(ProviderRefundStatus.SUCCEEDED, 4_000) == []
    assert market.worker.run(purchases_to_refund) == []


def test_a_purchase_that_ended_otherwise_cannot_be_cancelled(market: Market) -> None:
    market.selling([1])
    (purchase,) = market.start(market.request(0, 1))
    assert isinstance(purchase, Purchase)
    failed = market.record(purchase, PaymentDeclined(reason="x"))
    with pytest.raises(PurchaseMoveNotLegal):
        cancel(market, failed)
    with pytest.raises(PurchaseUnknown):
        cancel(market, replace(failed, id=uuid4()))


def test_unpaid_purchases_end_two_hours_after_their_deadline(market: Market) -> None:
    market.selling([3])
    (asked,) = market.start(market.request(0, 1, "asked"))
    slip = KonbiniSlip(PAYING + timedelta(days=1), None, {})
    (konbini,) = market.start(market.request(0, 1, "slip", PurchaseMethod.KONBINI))
    assert isinstance(asked, Purchase)
    assert isinstance(konbini, Purchase)
    market.record(konbini, provider_payment(konbini, ProviderStatus.REQUIRES_ACTION, slip=slip))
    paid = market.pay(market.bought(0, 1, "paid"))
    assert isinstance(paid, Purchase)

    def expire(hours_after: int, deadline: object = PAY_UNTIL) -> list[object]:
        assert deadline in {PAY_UNTIL, slip.expires_at}
        at = (PAY_UNTIL if deadline == PAY_UNTIL else slip.expires_at) + timedelta(hours=hours_after)
        return [item.id for item in market.worker.run(lambda session: expire_unpaid_purchases(session, now=at))]

    assert expire(1, slip.expires_at) == []
    assert expire(2, slip.expires_at) == [konbini.id]
    assert expire(1) == []
    assert expire(2) == [asked.id]
    assert expire(3) == []
    assert [found(market, item).state for item in (asked, konbini, paid)] == ["expired", "expired", "paid"]


def test_a_new_grant_is_found_by_its_holder(market: Market) -> None:
    market.selling([1, 1])
    assert market.submit(application(market.round_id, 0, 1))
    assert [grant.wallet_id for grant in market.grants(1)] == [wallet(1)]
