"""Signing in to the console, and how long a clerk stays signed in."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from identity.model import Holder, HolderKind, StaffRole
from identity.operations.import_residents import import_residents
from identity.provider.jose.dpop import write_dpop_proof
from identity.provider.jose.keys import new_signing_key
from identity.provider.operations.end_sessions import end_sessions
from kernel.clock import SetClock
from tests.identity.people import TARO
from tests.sign_ins import signed_in_cookie
from tests.staff_console.world import HOST, ISSUER, World

COMMERCE, FINANCE = StaffRole.COMMERCE, StaffRole.FINANCE
COOKIE = "__Host-kashiman_staff"
NOT_SIGNED_IN = (303, "/staff/sign-in?reason=not_signed_in")


def led_to(world: World, path: str = "/staff/") -> tuple[int, str]:
    answer = world.client.get(path)
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("signed_out", "ログアウトしました"),
        ("not_signed_in", "15分使わないと自動でログアウトします"),
        ("sign_in_not_finished", "ログインが終わっていません"),
        ("provider_down", "かしまIDにつながりませんでした"),
    ],
)
def test_the_sign_in_page_says_why_and_leads_to_the_provider(world: World, reason: str, said: str) -> None:
    page = world.page(f"/sign-in?reason={reason}")
    assert said in page
    assert re.findall(r'<a class="button button-first" href="([^"]+)"', page) == ["/staff/sign-in/begin"]


def test_a_provider_that_does_not_answer_is_said(world: World) -> None:
    answer = world.client.get("/staff/sign-in/begin")
    assert (answer.status_code, "かしまIDにつながりませんでした" in answer.text) == (503, True)
    assert "set-cookie" not in answer.headers


def test_a_browser_that_did_not_begin_does_not_come_back_signed_in_asvs_10_1_2(world: World) -> None:
    answer = world.client.get(f"/staff/sign-in/callback?code=c&state=s&iss={ISSUER}")
    assert answer.headers["location"] == "/staff/sign-in?reason=sign_in_not_finished"
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_a_clerk_who_goes_on_working_stays_signed_in_for_twelve_hours_asvs_7_3_2(world: World) -> None:
    world.signs_in_at_the_browser(COMMERCE)
    for _ in range(51):
        world.clock.advance(timedelta(minutes=14))
        assert led_to(world) == (200, "")
    world.clock.advance(timedelta(minutes=6))
    assert led_to(world) == NOT_SIGNED_IN


def test_a_clerk_who_left_the_desk_is_signed_out_after_a_quarter_of_an_hour_asvs_7_3_1(world: World) -> None:
    world.signs_in_at_the_browser(COMMERCE)
    world.clock.advance(timedelta(minutes=15, seconds=-1))
    assert led_to(world) == (200, "")
    world.clock.advance(timedelta(minutes=15))
    assert led_to(world) == NOT_SIGNED_IN
    assert world.client.get("/api/v1/staff/campaigns").status_code == 401


def test_signing_out_ends_the_sign_in_for_whoever_kept_the_cookie_asvs_7_4_1(world: World) -> None:
    world.signs_in_at_the_browser(COMMERCE)
    kept = world.client.cookies[COOKIE]
    assert led_to(world) == (200, "")
    answer = world.submit("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in?reason=signed_out")
    assert answer.headers["set-cookie"].startswith(f'{COOKIE}=""; ')
    world.client.cookies.set(COOKIE, kept, domain=HOST)
    assert led_to(world) == NOT_SIGNED_IN


def test_a_sign_in_that_was_ended_elsewhere_is_noticed_asvs_7_4_1(world: World) -> None:
    clerk = Holder(HolderKind.STAFF, world.signs_in_at_the_browser(COMMERCE))
    assert led_to(world) == (200, "")
    world.staff.run(lambda session: end_sessions(session, clerk, now=world.clock.now()))
    world.clock.advance(timedelta(seconds=5))
    assert led_to(world) == NOT_SIGNED_IN


def test_a_role_that_was_taken_away_is_gone_in_the_open_browser_asvs_8_3_2(world: World) -> None:
    clerk_id = world.signs_in_at_the_browser(COMMERCE)
    assert world.client.get("/staff/campaigns").status_code == 200
    with world.staff.engine.begin() as connection:
        connection.exec_driver_sql("SET ROLE kashiman_owner")
        connection.exec_driver_sql("UPDATE identity.staff SET roles = '{help}' WHERE id = %s", (clerk_id,))
    world.clock.advance(timedelta(seconds=5))
    assert world.client.get("/staff/campaigns").status_code == 200
    assert world.client.get("/staff/closings").status_code == 403
    assert "事業の作成" not in world.page("/")


def test_a_resident_in_a_browser_is_not_staff_asvs_8_2_1(world: World) -> None:
    now = world.clock.now()
    world.staff.run(lambda session: import_residents(session, [TARO], now=now))
    holder = Holder(HolderKind.RESIDENT, TARO.person_id)
    for client_id, status in ((None, 303), ("staff", 403)):
        cookie = signed_in_cookie(world.pay, holder, now, client_id=client_id)
        world.client.cookies.set(COOKIE, cookie, domain=HOST)
        assert led_to(world)[0] == status
    answer = world.client.get("/api/v1/staff/closings")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_staff")


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example", f"http://{HOST}"])
def test_what_changes_something_comes_from_our_own_pages_asvs_3_5_1(world: World, origin: str | None) -> None:
    world.signs_in_at_the_browser(FINANCE)
    headers = {"Origin": origin} if origin else {}
    signing_out = world.client.post("/staff/sign-out", headers=headers)
    assert (signing_out.status_code, "set-cookie" in signing_out.headers) == (403, False)
    closing = world.client.post("/api/v1/staff/books/periods", json={"closed_through": "2023-09-17"}, headers=headers)
    assert (closing.status_code, closing.json()["code"]) == (403, "origin_not_ours")
    assert led_to(world) == (200, "")


def test_a_bound_token_needs_a_fresh_proof_of_its_key_each_time_asvs_10_3_5(world: World) -> None:
    key = new_signing_key("ES256")
    token = world.token(FINANCE, bound_to=key)

    def ask(scheme: str, *proofs: str) -> int:
        headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", proof) for proof in proofs)]
        return int(world.client.get("/api/v1/staff/closings", headers=headers).status_code)

    def proof(at: SetClock) -> str:
        url = f"{ISSUER}/api/v1/staff/closings"
        return write_dpop_proof(key, method="GET", url=url, now=at.now(), jti=str(uuid4()), access_token=token)

    first = proof(world.clock)
    assert [ask("DPoP", first), ask("DPoP", proof(world.clock))] == [200, 200]
    assert [ask("DPoP", first), ask("DPoP"), ask("Bearer"), ask("Bearer", proof(world.clock))] == [401] * 4
