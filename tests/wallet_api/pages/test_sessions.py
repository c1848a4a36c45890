"""How long a browser stays signed in to the wallet, and what ends it."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from identity.model import Holder, HolderKind
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.queries import sessions_of
from identity.relying_party.face import KNOWN_FOR
from kernel.clock import SetClock
from tests.sign_ins import signed_in_cookie
from tests.wallet_api.conftest import HOST
from tests.wallet_api.forms import leads_to
from tests.wallet_api.world import NOW, World
from wallet_api.parts import WalletParts

COOKIE = "__Host-kashiman_wallet"
NOT_SIGNED_IN = "/wallet/sign-in?reason=not_signed_in"


@pytest.fixture
def holder(world: World) -> Holder:
    return Holder(HolderKind.RESIDENT, world.person_id)


def test_a_wallet_stays_open_for_a_day_out_and_no_longer_asvs_7_3_2(browser: TestClient, clock: SetClock) -> None:
    for _ in range(23):
        clock.advance(timedelta(minutes=30))
        assert browser.get("/wallet/").status_code == 200
    clock.advance(timedelta(minutes=30) - timedelta(seconds=1))
    assert browser.get("/wallet/pay").status_code == 200
    clock.advance(KNOWN_FOR)
    path = leads_to(browser.get("/wallet/"))
    assert path == NOT_SIGNED_IN
    assert "時間がたつと自動でログアウトします" in browser.get(path).text


def test_a_wallet_that_was_put_away_is_closed_after_twelve_hours_asvs_7_3_1(
    browser: TestClient, clock: SetClock
) -> None:
    clock.advance(timedelta(hours=12))
    assert leads_to(browser.get("/wallet/")) == NOT_SIGNED_IN


def test_a_form_sent_after_the_time_is_over_moves_nothing(
    browser: TestClient, world: World, clock: SetClock, parts: WalletParts, holder: Holder
) -> None:
    clock.advance(timedelta(hours=12))
    form = {"code": world.bakery_code, "amount_yen": "1280", "form_key": "k1"}
    assert leads_to(browser.post("/wallet/pay", data=form)) == NOT_SIGNED_IN
    clock.at = NOW
    browser.cookies.set(COOKIE, signed_in_cookie(parts.database, holder, NOW), domain=HOST)
    assert "8,000円" in browser.get("/wallet/").text


def test_a_sign_in_that_was_ended_elsewhere_is_noticed_within_five_seconds_asvs_7_4_1(
    browser: TestClient, parts: WalletParts, clock: SetClock, holder: Holder
) -> None:
    assert browser.get("/wallet/").status_code == 200
    parts.database.run(lambda session: end_sessions(session, holder, now=clock.now()))
    clock.advance(KNOWN_FOR)
    assert timedelta(seconds=5) == KNOWN_FOR
    assert leads_to(browser.get("/wallet/")) == NOT_SIGNED_IN


def test_ending_one_sign_in_leaves_the_other_telephone_signed_in_asvs_7_5_2(
    browser: TestClient, stranger: TestClient, parts: WalletParts, clock: SetClock, holder: Holder
) -> None:
    first = browser.cookies[COOKIE]
    clock.advance(timedelta(minutes=1))
    second = signed_in_cookie(parts.database, holder, clock.now())
    with parts.database.transaction() as session:
        latest, _ = sessions_of(session, holder, clock.now())
    parts.database.run(lambda session: end_sessions(session, holder, only=latest.id, now=clock.now()))
    for cookie, status in ((first, 200), (second, 303)):
        stranger.cookies.set(COOKIE, cookie, domain=HOST)
        assert stranger.get("/wallet/").status_code == status


@pytest.mark.parametrize("secret", ["", "a-secret-that-nobody-has", "ｋ", "k" * 5_000])
def test_a_cookie_that_we_did_not_make_opens_nothing_asvs_7_2_1(stranger: TestClient, secret: str) -> None:
    answer = stranger.get("/wallet/", headers={b"Cookie": f"{COOKIE}={secret}".encode()})
    assert leads_to(answer) == NOT_SIGNED_IN


def test_a_cookie_without_its_prefix_is_not_read_over_https_asvs_3_3_1(browser: TestClient) -> None:
    secret = browser.cookies[COOKIE]
    browser.cookies.clear()
    browser.cookies.set("kashiman_wallet", secret, domain=HOST)
    assert leads_to(browser.get("/wallet/")) == NOT_SIGNED_IN


def test_the_cookie_of_another_face_opens_nothing_asvs_7_2_1(
    stranger: TestClient, parts: WalletParts, holder: Holder
) -> None:
    for client_id in ("shop", "staff"):
        cookie = signed_in_cookie(parts.database, holder, NOW, client_id=client_id)
        stranger.cookies.set(COOKIE, cookie, domain=HOST)
        assert leads_to(stranger.get("/wallet/")) == NOT_SIGNED_IN


def test_the_provider_keeps_no_secret_that_a_cookie_carries_asvs_7_2_3(browser: TestClient, parts: WalletParts) -> None:
    with parts.database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT f::text, s::text FROM identity.face_sessions f, identity.sessions s")
        kept = str(found.all())
    assert kept
    assert browser.cookies[COOKIE] not in kept
    assert browser.cookies[COOKIE].encode().hex() not in kept
