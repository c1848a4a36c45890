"""One payment: complete for five minutes, then a record; nobody else's."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import jwt
import pytest
from fastapi.testclient import TestClient

from identity.model import Holder, HolderKind
from kernel.clock import SetClock
from kernel.db import Database
from merchants.queries import find_store_by_code
from payments.codes.match_phrase import match_phrase
from payments.model import ReversalReceipt, ReversalRequest
from payments.operations.reverse_payments import reverse_payments
from payments.queries import find_payment
from tests.sign_ins import signed_in_cookie
from tests.wallet_api.conftest import HOST
from tests.wallet_api.forms import leads_to
from tests.wallet_api.world import NOW, World
from wallet_api.parts import WalletParts


@pytest.fixture
def path(browser: TestClient, world: World) -> str:
    """Where a payment of 1,280 yen at the bakery is shown."""
    form = {"code": world.bakery_code, "amount_yen": "1280", "form_key": "k1"}
    return leads_to(browser.post("/wallet/pay", data=form)).partition("#")[0]


def test_after_five_minutes_a_payment_cannot_pass_for_one_just_made(
    browser: TestClient, path: str, clock: SetClock
) -> None:
    clock.advance(timedelta(minutes=4, seconds=59))
    assert "払いました" in browser.get(path).text
    clock.advance(timedelta(seconds=1))
    page = browser.get(path).text
    assert "これは過去のお支払いです。" in page
    assert "払いました" not in page
    assert "1,280円" in page


def test_a_payment_that_was_voided_is_not_shown_as_complete(
    browser: TestClient, path: str, make_database: Callable[[str], Database]
) -> None:
    _void(make_database("kashiman_pay"), UUID(path.rsplit("/", 1)[1]))
    page = browser.get(path).text
    assert "払いました" not in page
    assert "お金が もどりました" in page
    assert '取消 <span class="money money-large">＋1,280円</span>' in page
    assert "data-result" not in page
    history = browser.get("/wallet/history").text
    assert "↩ 取消" in history
    assert "＋1,280円" in history


def test_a_complete_payment_carries_what_the_city_signed_about_it(
    browser: TestClient, path: str, clock: SetClock
) -> None:
    clock.advance(timedelta(minutes=1))
    page = browser.get(path).text
    (result,) = re.findall(r'data-result="([^"]+)"', page)
    keys = browser.get("/wallet/payments/keys")
    assert keys.headers["cache-control"] == "public, max-age=3600"
    (key,) = jwt.PyJWKSet.from_dict(keys.json()).keys
    assert jwt.get_unverified_header(result) == {"alg": "ES256", "kid": key.key_id, "typ": "payment-result+jws"}
    told = jwt.decode(result, key, algorithms=["ES256"])
    paid_at_ms = int(NOW.timestamp() * 1000)
    assert told == {
        "payment_id": path.rsplit("/", 1)[1],
        "shop": "松尾パン店",
        "amount_yen": 1_280,
        "paid_at_ms": paid_at_ms,
        "match_phrase": match_phrase(UUID(told["payment_id"])),
        "now_ms": paid_at_ms + 60_000,
    }


def test_a_payment_of_somebody_else_is_not_given_away_asvs_8_2_2(
    browser: TestClient, path: str, world: World, parts: WalletParts
) -> None:
    neighbours = signed_in_cookie(parts.database, Holder(HolderKind.RESIDENT, world.neighbour_id), NOW)
    browser.cookies.set("__Host-kashiman_wallet", neighbours, domain=HOST)
    for address in (path, f"/wallet/payments/{UUID(int=1)}"):
        answer = browser.get(address)
        assert answer.status_code == 404
        assert "松尾パン店" not in answer.text


def _void(database: Database, payment_id: UUID) -> None:
    payment = database.run(lambda session: find_payment(session, payment_id))
    assert payment is not None
    store = database.run(lambda session: find_store_by_code(session, "S001"))
    request = ReversalRequest("v1", payment_id, store.merchant_id, store.store_id, NOW + timedelta(minutes=1))
    (receipt,) = database.run(lambda session: reverse_payments(session, [request]))
    assert isinstance(receipt, ReversalReceipt)
