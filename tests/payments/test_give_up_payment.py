"""A payment of which nobody knows is given up for good; one that was decided stays as it was."""

from uuid import UUID

from kernel.refusals import Refusal
from ledger.refusals import KeyReusedWithOtherContent, ValueNotEnough
from payments.model import PaymentRequest
from payments.operations.give_up_payment import give_up_payment
from payments.queries import answer_to_key, usual_payment_yen
from payments.refusals import PaymentGivenUp
from tests.merchants.shops import CORNER, NORTH
from tests.payments.shop_world import HANAKO, TARO, ShopWorld


def give_up(world: ShopWorld, request: PaymentRequest) -> UUID | Refusal:
    return world.pay.run(lambda session: give_up_payment(session, request))


def answer(world: ShopWorld, key: str, wallet_id: UUID = TARO) -> UUID | Refusal | None:
    return world.pay.run(lambda session: answer_to_key(session, wallet_id=wallet_id, key=key))


def test_what_was_given_up_is_never_paid(world: ShopWorld) -> None:
    request = world.paying(key="k1")
    assert answer(world, "k1") is None
    assert give_up(world, request) == PaymentGivenUp()
    assert world.refused(request, decisions=0) == PaymentGivenUp()
    assert give_up(world, request) == PaymentGivenUp()
    assert answer(world, "k1") == PaymentGivenUp()
    assert answer(world, "k1", HANAKO) is None


def test_what_was_paid_cannot_be_given_up(world: ShopWorld) -> None:
    request = world.paying(key="k1")
    receipt = world.paid(request)
    assert give_up(world, request) == receipt.payment_id
    assert answer(world, "k1") == receipt.payment_id


def test_what_was_refused_stays_refused_for_its_reason(world: ShopWorld) -> None:
    request = world.paying(5_001, key="k1")
    refusal = world.refused(request)
    assert isinstance(refusal, ValueNotEnough)
    assert give_up(world, request) == refusal
    assert answer(world, "k1") == refusal


def test_a_key_of_another_payment_is_not_given_up(world: ShopWorld) -> None:
    world.paid(world.paying(100, key="k1"))
    assert give_up(world, world.paying(200, key="k1")) == KeyReusedWithOtherContent()


def test_what_is_usual_is_the_median_of_the_newest_payments_once_there_are_ten(world: ShopWorld) -> None:
    def usual(store_id: UUID) -> int | None:
        return world.pay.run(lambda session: usual_payment_yen(session, store_id))

    for amount_yen in (10, 20, 30, 40, 50, 60, 70, 80, 90):
        world.paid(world.paying(amount_yen))
    assert usual(CORNER.store_id) is None
    world.paid(world.paying(1_000))
    assert usual(CORNER.store_id) == 50
    assert usual(NORTH.store_id) is None
