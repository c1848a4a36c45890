from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from kernel.clock import city_time
from kernel.refusals import Kind, Refusal
from kernel.yen import AMOUNT_YEN_MAX, AmountOutOfRange
from ledger.operations.close_period import close_period
from ledger.refusals import KeyReusedWithOtherContent, PeriodIsClosed, ValueNotEnough
from merchants.refusals import (
    MerchantNotApproved,
    MerchantSuspended,
    PosterRevoked,
    PosterUnknown,
    StoreUnknown,
)
from payments.codes.match_phrase import match_phrase
from payments.model import Channel, PaymentReceipt
from payments.operations.take_payments import AnyRequest
from payments.refusals import ConsumerCodeExpired, ConsumerCodeUnknown, ConsumerCodeUsed, PayerBelongsToShop
from tests.ledger.books import CAMPAIGN, NOON
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH, SOUTH
from tests.payments.shop_world import (
    CASHIER,
    HANAKO,
    HANAKO_LOT,
    MINUTE,
    SMALL_SHOPS,
    TARO,
    TARO_LOT,
    ShopWorld,
    voiding,
)

PAYMENT_ROWS = """
SELECT id, wallet_id, merchant_id, store_id, channel, amount_yen, paid_at, charged_by FROM payments.payments
"""
JOURNAL_LINES = """
SELECT j.kind, j.event_at, t.debit_account_id, a.kind, a.merchant_id, a.campaign_id, t.amount_yen, t.paid_yen
FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id
JOIN ledger.accounts AS a ON a.id = t.credit_account_id WHERE j.id = %s
"""
UNKNOWN_CODE = bytes(32)


def test_a_resident_pays_at_a_poster(world: ShopWorld) -> None:
    receipt = world.paid(world.paying(1_280))

    payment_id = receipt.payment_id
    assert receipt == PaymentReceipt(
        payment_id=payment_id,
        wallet_id=TARO,
        store_id=CORNER.store_id,
        store_name="松尾パン店",
        amount_yen=1_280,
        paid_at=NOON,
        match_phrase=match_phrase(payment_id),
        is_replay=False,
    )
    assert world.rows(PAYMENT_ROWS) == [
        (payment_id, TARO, BAKERY.merchant_id, CORNER.store_id, "mpm_static", 1_280, NOON, None)
    ]
    assert world.rows(JOURNAL_LINES, [payment_id]) == [
        ("payment", NOON, TARO_LOT, "merchant_payable", BAKERY.merchant_id, CAMPAIGN, 1_280, 1_024)
    ]
    assert world.left() == 3_720
    world.demand_agreeing_books()


def test_a_shop_charges_the_code_of_a_resident(world: ShopWorld) -> None:
    code = world.code(HANAKO)

    receipt = world.paid(world.charging(9_999, code=code, asked_at=NOON + MINUTE))

    payment_id = receipt.payment_id
    assert receipt == PaymentReceipt(
        payment_id=payment_id,
        wallet_id=HANAKO,
        store_id=NORTH.store_id,
        store_name="まるかマーケット 北店",
        amount_yen=9_999,
        paid_at=NOON + MINUTE,
        match_phrase=match_phrase(payment_id),
        is_replay=False,
    )
    assert world.rows(PAYMENT_ROWS) == [
        (payment_id, HANAKO, MARKET.merchant_id, NORTH.store_id, "cpm", 9_999, NOON + MINUTE, CASHIER)
    ]
    assert world.rows(JOURNAL_LINES, [payment_id]) == [
        ("payment", NOON + MINUTE, HANAKO_LOT, "merchant_payable", MARKET.merchant_id, CAMPAIGN, 9_999, 7_999)
    ]
    assert world.burnt() == {code}
    assert (world.left(HANAKO), world.left(TARO)) == (1, 5_000)


def test_a_payment_remembers_who_presented_the_code(world: ShopWorld) -> None:
    world.paid(replace(world.paying(), channel=Channel.MPM_DYNAMIC))

    assert world.rows("SELECT channel FROM payments.payments") == [("mpm_dynamic",)]


def test_a_batch_of_nothing_answers_nothing(world: ShopWorld) -> None:
    before = world.money()

    assert world.take() == []
    assert world.money() == before


def test_one_payment_takes_from_several_lots(world: ShopWorld) -> None:
    world.sell(TARO, units=1)

    receipt = world.paid(world.paying(7_001))

    assert [row[6:] for row in world.rows(JOURNAL_LINES, [receipt.payment_id])] == [(5_000, 4_000), (2_001, 1_600)]
    assert (receipt.amount_yen, world.left()) == (7_001, 2_999)


def test_at_a_poster_the_refusals_come_in_their_order(world: ShopWorld) -> None:
    world.declare_own(BAKERY.merchant_id, TARO)
    old, new = world.corner, world.another_poster(world.corner)
    world.revoke(old)
    world.suspend(BAKERY.merchant_id)
    too_much = 5_001

    elsewhere = replace(old, store_code=world.north.store_code)
    assert world.refused(world.paying(too_much, at=elsewhere)) == PosterUnknown(old.serial)
    assert world.refused(world.paying(too_much, at=old)) == PosterRevoked(old.serial, NOON.isoformat())
    assert world.refused(world.paying(too_much, at=new)) == MerchantSuspended(str(BAKERY.merchant_id))
    world.resume(BAKERY.merchant_id)
    assert world.refused(world.paying(too_much, at=new)) == PayerBelongsToShop()
    assert world.refused(world.paying(too_much, at=world.north)) == ValueNotEnough(too_much, 5_000, 5_000)


def test_at_the_till_the_refusals_come_in_their_order(world: ShopWorld) -> None:
    world.declare_own(MARKET.merchant_id, TARO)
    world.suspend(MARKET.merchant_id)
    own_code, too_much, late = world.code(), 5_001, NOON + 2 * MINUTE

    nowhere = UUID(int=404)
    assert world.refused(world.charging(store_id=nowhere, code=UNKNOWN_CODE)) == StoreUnknown(str(nowhere))
    assert world.refused(world.charging(code=UNKNOWN_CODE)) == MerchantSuspended(str(MARKET.merchant_id))
    world.resume(MARKET.merchant_id)
    assert world.refused(world.charging(code=UNKNOWN_CODE)) == ConsumerCodeUnknown()
    expired = world.charging(too_much, code=own_code, asked_at=late)
    assert world.refused(expired) == ConsumerCodeExpired(lifetime_s=60)
    assert world.refused(replace(expired, key="again")) == ConsumerCodeUsed()
    assert world.refused(world.charging(too_much)) == PayerBelongsToShop()
    assert world.refused(world.charging(too_much, store_id=CORNER.store_id)) == ValueNotEnough(too_much, 5_000, 5_000)


def test_a_shop_that_only_applied_is_not_paid(world: ShopWorld) -> None:
    applied = world.applied_shop()

    refusals = [
        world.refused(world.paying(at=applied)),
        world.refused(world.charging(store_id=applied.store_id)),
    ]

    (merchant_id,) = world.rows("SELECT merchant_id FROM merchants.stores WHERE id = %s", [applied.store_id])[0]
    assert refusals == [MerchantNotApproved(str(merchant_id))] * 2


def test_a_poster_that_was_never_printed_is_unknown(world: ShopWorld) -> None:
    assert world.refused(world.paying(at=replace(world.corner, serial="FORGED00"))) == PosterUnknown("FORGED00")


@pytest.mark.parametrize("amount_yen", [0, -1, AMOUNT_YEN_MAX + 1])
def test_an_amount_out_of_range_is_refused_and_burns_key_and_code(world: ShopWorld, amount_yen: int) -> None:
    refusal = AmountOutOfRange(given_yen=amount_yen, min_yen=1, max_yen=AMOUNT_YEN_MAX)
    code = world.code()

    assert world.refused(world.paying(amount_yen)) == refusal
    assert world.refused(world.charging(amount_yen, code=code)) == refusal
    assert world.burnt() == {code}


def test_value_for_small_shops_is_not_taken_by_a_large_one(world: ShopWorld) -> None:
    world.sell(HANAKO, terms=SMALL_SHOPS)

    too_much = world.paying(10_001, wallet_id=HANAKO, at=world.south)
    assert world.refused(too_much) == ValueNotEnough(asked_yen=10_001, usable_yen=10_000, total_yen=15_000)
    assert world.paid(world.paying(15_000, wallet_id=HANAKO, at=world.corner)).amount_yen == 15_000


def test_a_wallet_without_any_value_is_refused(world: ShopWorld) -> None:
    refusal = ValueNotEnough(asked_yen=1, usable_yen=0, total_yen=0)

    assert world.refused(world.paying(1, wallet_id=UUID(int=1))) == refusal
    assert world.refused(world.charging(1, code=world.code(UUID(int=1)))) == refusal


def test_a_payment_dated_into_a_closed_period_is_refused(world: ShopWorld) -> None:
    day = date(2026, 8, 1)
    later = city_time(date(2026, 8, 2), 1)
    world.staff.run(lambda session: close_period(session, closed_through=day, closed_by="finance", now=later))

    refusal = world.refused(world.paying(1))

    assert refusal == PeriodIsClosed(event_day="2026-08-01", closed_through="2026-08-01")


def suspend_market(world: ShopWorld) -> None:
    world.suspend(MARKET.merchant_id)


def suspend_bakery(world: ShopWorld) -> None:
    world.suspend(BAKERY.merchant_id)


def revoke_poster(world: ShopWorld) -> None:
    world.revoke(world.corner)


def void_everything(world: ShopWorld) -> None:
    for payment_id, merchant_id in world.rows("SELECT id, merchant_id FROM payments.payments"):
        world.reversed(voiding(payment_id, merchant_id=merchant_id))


def spend_everything(world: ShopWorld) -> None:
    world.paid(world.paying(world.left()))


def join_the_shops(world: ShopWorld) -> None:
    world.declare_own(BAKERY.merchant_id, TARO)
    world.declare_own(MARKET.merchant_id, TARO)


MEANWHILE = [suspend_market, suspend_bakery, revoke_poster, void_everything, spend_everything, join_the_shops]


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_the_same_key_gives_the_same_receipt_whatever_happened_meanwhile(
    world: ShopWorld, meanwhile: Callable[[ShopWorld], None]
) -> None:
    requests: list[AnyRequest] = [world.paying(1_000), world.charging(2_000)]
    first = world.take(*requests)
    meanwhile(world)
    before, known = world.money(), world.decisions()

    later: list[AnyRequest] = [replace(request, asked_at=NOON + timedelta(days=90)) for request in requests]
    again = [*world.take(*later), *world.take(later[0]), *world.take(later[1])]

    expected = [replace(receipt, is_replay=True) for receipt in first if isinstance(receipt, PaymentReceipt)]
    assert again == expected * 2
    assert (world.money(), world.decisions()) == (before, known)


def test_a_declined_key_stays_declined_when_the_reason_is_gone(world: ShopWorld) -> None:
    poor, own = world.paying(5_001), world.charging(100, store_id=SOUTH.store_id)
    world.suspend(MARKET.merchant_id)
    refusals = [world.refused(poor), world.refused(own)]
    world.sell(TARO)
    world.resume(MARKET.merchant_id)

    assert refusals == [ValueNotEnough(5_001, 5_000, 5_000), MerchantSuspended(str(MARKET.merchant_id))]
    assert [world.refused(poor, decisions=0), world.refused(own, decisions=0)] == refusals


def test_the_same_key_with_other_content_is_refused(world: ShopWorld) -> None:
    code = world.code()
    paying, charging = world.paying(100, key="k"), world.charging(100, key="k", code=code)
    world.take(paying, charging)

    others: list[AnyRequest] = [
        replace(paying, amount_yen=101),
        replace(paying, poster_serial=world.another_poster(world.corner).serial),
        replace(charging, amount_yen=101),
        replace(charging, code_digest=world.code()),
    ]

    assert [world.refused(other, decisions=0) for other in others] == [KeyReusedWithOtherContent()] * 4
    assert KeyReusedWithOtherContent.kind is Kind.INVALID


def test_a_key_belongs_to_the_wallet_or_store_that_chose_it(world: ShopWorld) -> None:
    requests: list[AnyRequest] = [
        world.paying(100, key="k"),
        world.paying(100, key="k", wallet_id=HANAKO),
        world.charging(100, key="k", code=world.code()),
        world.charging(100, key="k", code=world.code(HANAKO), store_id=SOUTH.store_id),
    ]

    receipts = world.take(*requests)

    assert len({receipt.payment_id for receipt in receipts if isinstance(receipt, PaymentReceipt)}) == 4


def test_the_same_key_twice_in_one_batch_is_one_payment(world: ShopWorld) -> None:
    paying, charging = world.paying(100), world.charging(200)

    first, again, charged, charged_again, other = world.take(
        paying, replace(paying, asked_at=NOON + MINUTE), charging, charging, replace(charging, amount_yen=201)
    )

    assert isinstance(first, PaymentReceipt)
    assert isinstance(charged, PaymentReceipt)
    assert (again, charged_again) == (replace(first, is_replay=True), replace(charged, is_replay=True))
    assert other == KeyReusedWithOtherContent()
    assert world.left() == 4_700


def test_a_code_works_once_whatever_the_shop(world: ShopWorld) -> None:
    code = world.code()
    world.paid(world.charging(100, code=code))

    assert world.refused(world.charging(100, code=code)) == ConsumerCodeUsed()
    assert world.refused(world.charging(100, code=code, store_id=CORNER.store_id)) == ConsumerCodeUsed()


def test_two_charges_of_one_code_in_one_batch_are_one_payment(world: ShopWorld) -> None:
    code = world.code()

    paid, used, elsewhere = world.take(
        world.charging(100, code=code),
        world.charging(100, code=code),
        world.charging(100, code=code, store_id=CORNER.store_id),
    )

    assert isinstance(paid, PaymentReceipt)
    assert [used, elsewhere] == [ConsumerCodeUsed()] * 2
    assert (world.left(), world.burnt()) == (4_900, {code})


def test_a_decline_burns_the_code_for_the_rest_of_its_batch_too(world: ShopWorld) -> None:
    code = world.code()

    assert world.take(world.charging(5_001, code=code), world.charging(100, code=code)) == [
        ValueNotEnough(5_001, 5_000, 5_000),
        ConsumerCodeUsed(),
    ]
    assert world.burnt() == {code}


def test_a_code_is_tried_again_at_a_suspended_shop_without_harm(world: ShopWorld) -> None:
    """The shop's standing is asked before the code, so the second attempt does not get as far as the used code."""
    world.suspend(MARKET.merchant_id)
    code = world.code()
    suspended = MerchantSuspended(str(MARKET.merchant_id))

    assert [world.refused(world.charging(code=code)) for _ in range(3)] == [suspended] * 3
    assert [world.refused(world.charging(code=UNKNOWN_CODE)) for _ in range(2)] == [suspended] * 2
    assert world.burnt() == {code}


@pytest.mark.parametrize(
    ("age", "works"),
    [
        (timedelta(seconds=-10), True),
        (timedelta(seconds=-10, microseconds=-1), False),
        (timedelta(seconds=70, microseconds=-1), True),
        (timedelta(seconds=70), False),
    ],
)
def test_a_code_lives_sixty_seconds_and_ten_of_grace(world: ShopWorld, age: timedelta, works: bool) -> None:
    request = world.charging(100, code=world.code(), asked_at=NOON + age)

    if works:
        assert world.paid(request).paid_at == NOON + age
    else:
        assert world.refused(request) == ConsumerCodeExpired(lifetime_s=60)
    assert world.burnt() == {request.code_digest}


def test_a_newer_code_takes_the_place_of_the_one_before_after_the_grace(world: ShopWorld) -> None:
    older = world.code(at=NOON)
    hanakos = world.code(HANAKO, at=NOON)
    newer = world.code(at=NOON + timedelta(seconds=1))
    asked_at = NOON + timedelta(seconds=11)

    assert world.refused(world.charging(code=older, asked_at=asked_at)) == ConsumerCodeExpired(lifetime_s=60)
    assert world.paid(world.charging(code=newer, asked_at=asked_at)).wallet_id == TARO
    assert world.paid(world.charging(code=hanakos, asked_at=asked_at)).wallet_id == HANAKO


def test_a_code_that_was_scanned_just_before_it_was_renewed_still_works(world: ShopWorld) -> None:
    older = world.code(at=NOON)
    world.code(at=NOON + timedelta(seconds=57))
    asked_at = NOON + timedelta(seconds=66, milliseconds=999)

    assert world.paid(world.charging(code=older, asked_at=asked_at)).wallet_id == TARO


def test_an_owner_may_pay_at_any_shop_but_their_own(world: ShopWorld) -> None:
    world.declare_own(BAKERY.merchant_id, TARO)

    assert world.refused(world.paying(at=world.corner)) == PayerBelongsToShop()
    assert world.refused(world.charging(store_id=CORNER.store_id)) == PayerBelongsToShop()
    assert world.paid(world.paying(at=world.north)).store_id == NORTH.store_id
    assert world.paid(world.paying(at=world.corner, wallet_id=HANAKO)).wallet_id == HANAKO


def test_a_mixed_batch_answers_each_in_its_place(world: ShopWorld) -> None:
    world.declare_own(BAKERY.merchant_id, HANAKO)
    replayed = world.paid(world.paying(500, key="earlier"))
    code = world.code()
    requests: list[AnyRequest] = [
        world.paying(1_000, key="a"),
        world.paying(1_000, wallet_id=HANAKO),
        world.charging(3_000, code=code),
        world.charging(1, code=code),
        world.paying(500, key="earlier"),
        world.paying(501, key="earlier"),
        world.paying(501),
        world.paying(500, key="last"),
        world.paying(1_000, key="a"),
        world.charging(10_000, code=world.code(HANAKO)),
    ]

    first, own, charged, used, again, reused, poor, last, first_again, hanakos = world.take(*requests)

    assert [own, used, reused, poor] == [
        PayerBelongsToShop(),
        ConsumerCodeUsed(),
        KeyReusedWithOtherContent(),
        ValueNotEnough(501, 500, 500),
    ]
    assert again == replace(replayed, is_replay=True)
    paid = [item for item in (first, charged, last, hanakos) if isinstance(item, PaymentReceipt)]
    assert [(item.amount_yen, item.wallet_id, item.is_replay) for item in paid] == [
        (1_000, TARO, False),
        (3_000, TARO, False),
        (500, TARO, False),
        (10_000, HANAKO, False),
    ]
    assert first_again == replace(paid[0], is_replay=True)
    assert (world.left(TARO), world.left(HANAKO)) == (0, 0)
    assert len(world.rows(PAYMENT_ROWS)) == 5
    world.demand_agreeing_books()


def test_a_batch_of_any_size_is_one_transaction(world: ShopWorld) -> None:
    batches = [[world.paying(1, key=str(uuid4())) for _ in range(size)] for size in (1, 200)]
    outcomes: list[PaymentReceipt | Refusal] = [outcome for batch in batches for outcome in world.take(*batch)]

    assert all(isinstance(outcome, PaymentReceipt) for outcome in outcomes)
    assert world.left() == 5_000 - 201
    journals = world.rows("SELECT count(DISTINCT transaction_id) FROM ledger.journals WHERE kind = 'payment'")
    assert journals == [(2,)]
