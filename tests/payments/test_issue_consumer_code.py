from datetime import timedelta

from payments.codes.consumer_code import digest_of
from payments.operations.issue_consumer_code import issue_consumer_code
from payments.store import find_codes
from tests.ledger.books import NOON
from tests.payments.shop_world import HANAKO, TARO, ShopWorld

LATER = NOON + timedelta(seconds=1)


def test_only_the_digest_of_a_code_is_stored(world: ShopWorld) -> None:
    code = world.pay.run(lambda session: issue_consumer_code(session, wallet_id=TARO, now=NOON))

    assert code.digest == digest_of(code.text)
    assert world.rows("SELECT * FROM payments.consumer_codes") == [(code.digest, TARO, NOON)]


def test_every_code_is_another_one(world: ShopWorld) -> None:
    assert len({world.code() for _ in range(5)}) == 5


def test_it_is_known_when_a_code_was_replaced_by_a_newer_one_of_its_wallet(world: ShopWorld) -> None:
    older, hanakos, newer = world.code(), world.code(HANAKO), world.code(at=LATER)
    world.paid(world.charging(code=newer, asked_at=LATER))

    known = world.pay.run(lambda session: find_codes(session, [older, hanakos, newer, bytes(32)]))

    assert {
        digest: (code.wallet_id, code.issued_at, code.replaced_at, code.is_burnt) for digest, code in known.items()
    } == {
        older: (TARO, NOON, LATER, False),
        hanakos: (HANAKO, NOON, None, False),
        newer: (TARO, LATER, None, True),
    }
