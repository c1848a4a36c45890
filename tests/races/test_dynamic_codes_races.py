"""Many telephones pay one till's code at the same moment: one payment goes through."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from payments.codes.dynamic_code import TILL_SERIAL
from payments.model import Channel, PaymentReceipt, PaymentRequest
from payments.operations.issue_dynamic_code import issue_dynamic_code
from payments.refusals import DynamicCodePaid
from tests.conftest import MakeDatabase
from tests.ledger.books import NOON
from tests.merchants.shops import CORNER
from tests.payments.shop_world import CASHIER, HANAKO, TARO, ShopWorld
from tests.races.test_payments_races import THREADS, taken_at_once

ROUNDS = 4


@pytest.fixture
def world(make_database: MakeDatabase) -> Iterator[ShopWorld]:
    made = ShopWorld(make_database("kashiman_pay", pool_size=THREADS), make_database("kashiman_staff"))
    yield made
    made.demand_agreeing_books()
    made.close()


def asked(world: ShopWorld) -> PaymentRequest:
    """Taro is about to pay a code that was just shown."""
    code = world.pay.run(
        lambda session: issue_dynamic_code(
            session, store_id=CORNER.store_id, amount_yen=500, issued_by=CASHIER, now=NOON
        )
    )
    request = replace(world.paying(500), poster_serial=TILL_SERIAL, channel=Channel.MPM_DYNAMIC)
    return replace(request, reference=code.reference)


def test_of_many_payers_one_pays(world: ShopWorld) -> None:
    for number in range(ROUNDS):
        request = asked(world)
        payers = [TARO if place % 2 else HANAKO for place in range(THREADS)]
        requests = [replace(request, key=f"{number}-{place}", wallet_id=payer) for place, payer in enumerate(payers)]
        outcomes = taken_at_once(world, *requests)
        paid = [outcome for outcome in outcomes if isinstance(outcome, PaymentReceipt)]
        assert len(paid) == 1
        assert sum(isinstance(outcome, DynamicCodePaid) for outcome in outcomes) == THREADS - 1
    assert world.left(TARO) + world.left(HANAKO) == 15_000 - ROUNDS * 500


def test_one_key_sent_from_many_places_is_one_payment_with_one_answer(world: ShopWorld) -> None:
    request = asked(world)
    outcomes = taken_at_once(world, *[request] * THREADS)
    receipts = [outcome for outcome in outcomes if isinstance(outcome, PaymentReceipt)]
    assert len(receipts) == THREADS
    assert len({receipt.payment_id for receipt in receipts}) == 1
    assert sum(receipt.is_replay for receipt in receipts) == THREADS - 1
    assert world.left(TARO) == 4_500
