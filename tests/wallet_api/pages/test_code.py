"""The resident's own code: made on demand, big, and followed until the payment is there."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from fastapi.testclient import TestClient

from kernel.clock import SetClock
from kernel.db import Database
from kernel.refusals import Refusal
from ledger.refusals import ValueNotEnough
from merchants.queries import find_store_by_code
from payments.codes.consumer_code import digest_of
from payments.codes.picture import code_svg
from payments.model import ChargeRequest, PaymentReceipt
from payments.operations.take_payments import take_payments
from tests.wallet_api.world import NOW


def shown_code(browser: TestClient) -> str:
    """Press the button, and read the code that can be said aloud."""
    page = browser.post("/wallet/code").text
    (text,) = re.findall(r'<p class="mark code-text"[^>]*>([^<]+)</p>', page)
    assert code_svg(text.replace(" ", "")) in page
    return str(text)


def test_looking_at_the_page_makes_no_code(browser: TestClient) -> None:
    assert "<svg" not in browser.get("/wallet/code").text


def test_the_code_is_shown_with_its_end_and_can_be_said_aloud(browser: TestClient) -> None:
    page = browser.post("/wallet/code").text
    assert "14:06:00 まで使えます" in page
    assert 'data-lifetime-s="60"' in page
    assert re.fullmatch(r"KSP1(?: [0-9A-Z]{4}){7}", shown_code(browser))


def test_until_the_shop_has_charged_it_there_is_no_outcome(browser: TestClient) -> None:
    answer = browser.get("/wallet/code/outcome", params={"since": NOW.isoformat()})
    assert (answer.status_code, answer.content) == (204, b"")


def test_the_page_follows_to_the_payment_once_the_shop_has_charged_the_code(
    browser: TestClient, clock: SetClock, make_database: Callable[[str], Database]
) -> None:
    code = shown_code(browser)
    clock.advance(timedelta(seconds=20))
    payment_id = _charged(make_database("kashiman_pay"), code, clock)
    answer = browser.get("/wallet/code/outcome", params={"since": NOW.isoformat()})
    assert answer.json() == {"path": f"/wallet/payments/{payment_id}"}
    assert "払いました" in browser.get(answer.json()["path"]).text
    later = browser.get("/wallet/code/outcome", params={"since": (NOW + timedelta(minutes=1)).isoformat()})
    assert later.status_code == 204


def test_the_page_is_told_of_a_charge_that_the_shop_could_not_make(
    browser: TestClient, clock: SetClock, make_database: Callable[[str], Database]
) -> None:
    code = shown_code(browser)
    clock.advance(timedelta(seconds=20))
    assert _outcome(make_database("kashiman_pay"), code, 8_001, clock) == ValueNotEnough(
        asked_yen=8_001, usable_yen=8_000, total_yen=18_000
    )
    answer = browser.get("/wallet/code/outcome", params={"since": NOW.isoformat()})
    assert answer.json() == {"refused_at": clock.now().isoformat()}


def test_a_time_that_is_none_is_refused(browser: TestClient) -> None:
    for since in ("", "yesterday", "2026-11-20T14:05:00"):
        assert browser.get("/wallet/code/outcome", params={"since": since}).status_code == 422


def _charged(database: Database, code: str, clock: SetClock) -> UUID:
    receipt = _outcome(database, code, 500, clock)
    assert isinstance(receipt, PaymentReceipt)
    return receipt.payment_id


def _outcome(database: Database, code: str, amount_yen: int, clock: SetClock) -> PaymentReceipt | Refusal:
    store = database.run(lambda session: find_store_by_code(session, "S001"))
    request = ChargeRequest("c1", digest_of(code), amount_yen, store.store_id, store.merchant_id, clock.now())
    (outcome,) = database.run(lambda session: take_payments(session, [request]))
    return outcome
