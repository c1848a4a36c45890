"""A till shows a code with an amount: one payment uses it up, and nothing else does."""

from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
import pytest

from kernel.yen import AmountOutOfRange
from ledger.refusals import KeyReusedWithOtherContent, ValueNotEnough
from merchants.refusals import MerchantSuspended
from payments.codes.dynamic_code import DYNAMIC_LIFETIME, TILL_SERIAL
from payments.model import Channel, DynamicCode, PaymentReceipt, PaymentRequest
from payments.operations.issue_dynamic_code import issue_dynamic_code
from payments.queries import find_dynamic_code
from payments.refusals import (
    DynamicAmountDiffers,
    DynamicCodeExpired,
    DynamicCodePaid,
    DynamicCodeUnknown,
    PayerBelongsToShop,
)
from tests.ledger.books import NOON
from tests.merchants.shops import BAKERY, CORNER
from tests.payments.shop_world import CASHIER, HANAKO, TARO, ShopWorld

MOMENT = timedelta(microseconds=1)


def shown(world: ShopWorld, amount_yen: int = 1_280, *, at: datetime = NOON) -> DynamicCode:
    """The bakery's till shows a code."""
    return world.pay.run(
        lambda session: issue_dynamic_code(
            session, store_id=CORNER.store_id, amount_yen=amount_yen, issued_by=CASHIER, now=at
        )
    )


def paying(world: ShopWorld, code: DynamicCode, **facts: object) -> PaymentRequest:
    """Taro pays what the code says."""
    asked = replace(world.paying(code.amount_yen), poster_serial=TILL_SERIAL, channel=Channel.MPM_DYNAMIC)
    return replace(replace(asked, reference=code.reference), **facts)  # type: ignore[arg-type]


def found(world: ShopWorld, code: DynamicCode) -> DynamicCode:
    known = world.pay.run(lambda session: find_dynamic_code(session, code.reference))
    assert known is not None
    return known


def test_a_payment_takes_the_amount_and_uses_the_code_up(world: ShopWorld) -> None:
    code = shown(world)
    assert found(world, code) == code
    paid = world.paid(paying(world, code))
    assert (paid.amount_yen, paid.store_id, world.left()) == (1_280, CORNER.store_id, 3_720)
    assert found(world, code).payment_id == paid.payment_id
    assert world.rows("SELECT channel, charged_by FROM payments.payments") == [("mpm_dynamic", None)]


def test_a_paid_code_is_refused_to_everybody_else_by_name(world: ShopWorld) -> None:
    code = shown(world)
    world.paid(paying(world, code))
    assert isinstance(world.refused(paying(world, code, wallet_id=HANAKO)), DynamicCodePaid)
    assert isinstance(world.refused(paying(world, code)), DynamicCodePaid)


def test_the_same_key_hears_the_same_answer_even_when_the_code_is_over(world: ShopWorld) -> None:
    code = shown(world)
    asked = paying(world, code, key="once")
    first = world.paid(asked)
    again = world.paid(replace(asked, asked_at=NOON + DYNAMIC_LIFETIME * 2))
    assert again == replace(first, is_replay=True)
    other = shown(world)
    assert isinstance(world.refused(paying(world, other, key="once"), decisions=0), KeyReusedWithOtherContent)


def test_a_code_lives_five_minutes_to_the_instant(world: ShopWorld) -> None:
    code = shown(world)
    too_late = world.refused(paying(world, code, asked_at=NOON + DYNAMIC_LIFETIME))
    assert isinstance(too_late, DynamicCodeExpired)
    assert too_late.facts["expired_at"] == (NOON + DYNAMIC_LIFETIME).isoformat()
    world.paid(paying(world, code, asked_at=NOON + DYNAMIC_LIFETIME - MOMENT))


def test_a_refusal_leaves_the_code_to_somebody_who_can_pay(world: ShopWorld) -> None:
    code = shown(world, 6_000)
    assert isinstance(world.refused(paying(world, code)), ValueNotEnough)
    assert world.paid(paying(world, code, wallet_id=HANAKO)).wallet_id == HANAKO


def test_another_amount_than_the_code_carries_is_refused(world: ShopWorld) -> None:
    code = shown(world)
    refusal = world.refused(paying(world, code, amount_yen=128))
    assert isinstance(refusal, DynamicAmountDiffers)
    assert refusal.facts == {"amount_yen": 1_280}


def test_a_code_that_was_never_shown_or_by_another_store_is_unknown(world: ShopWorld) -> None:
    code = shown(world)
    assert isinstance(world.refused(paying(world, code, reference="A" * 22)), DynamicCodeUnknown)
    assert isinstance(world.refused(paying(world, code, store_code=world.north.store_code)), DynamicCodeUnknown)


def test_a_suspended_shop_and_its_own_people_are_refused_here_too(world: ShopWorld) -> None:
    code = shown(world)
    world.declare_own(BAKERY.merchant_id, HANAKO)
    assert isinstance(world.refused(paying(world, code, wallet_id=HANAKO)), PayerBelongsToShop)
    world.suspend(BAKERY.merchant_id)
    assert isinstance(world.refused(paying(world, code)), MerchantSuspended)


def test_in_one_batch_the_second_of_two_payers_is_refused(world: ShopWorld) -> None:
    code = shown(world)
    between = world.paying(100)
    first, other, second, last = world.take(
        paying(world, code), between, paying(world, code, wallet_id=HANAKO), paying(world, code, wallet_id=HANAKO)
    )
    assert isinstance(first, PaymentReceipt)
    assert isinstance(other, PaymentReceipt)
    assert isinstance(second, DynamicCodePaid)
    assert isinstance(last, DynamicCodePaid)


def test_in_one_batch_a_payer_follows_one_who_could_not(world: ShopWorld) -> None:
    code = shown(world, 6_000)
    first, second = world.take(paying(world, code), paying(world, code, wallet_id=HANAKO))
    assert isinstance(first, ValueNotEnough)
    assert isinstance(second, PaymentReceipt)


def test_in_one_batch_a_double_tap_hears_one_answer(world: ShopWorld) -> None:
    asked = paying(world, shown(world), key="tap")
    first, second = world.take(asked, asked)
    assert isinstance(first, PaymentReceipt)
    assert second == replace(first, is_replay=True)
    assert world.left(TARO) == 3_720


def test_the_books_agree_after_all_of_it(world: ShopWorld) -> None:
    code = shown(world)
    world.paid(paying(world, code))
    world.refused(paying(world, code, wallet_id=HANAKO))
    world.demand_agreeing_books()


def test_the_database_itself_lets_a_code_be_paid_once(world: ShopWorld) -> None:
    code = shown(world)
    world.paid(paying(world, code))
    other = world.paid(world.paying(100))
    with psycopg.connect(world.pay.url) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("INSERT INTO payments.paid_codes VALUES (%s, %s)", [code.reference, other.payment_id])
    for table in ("dynamic_codes", "paid_codes"):
        with psycopg.connect(world.pay.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"DELETE FROM payments.{table}")


def test_a_code_needs_an_amount(world: ShopWorld) -> None:
    with pytest.raises(AmountOutOfRange):
        shown(world, 0)
