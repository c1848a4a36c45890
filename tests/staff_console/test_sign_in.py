"""Signing in to the console, by API and by page."""

from datetime import timedelta

import pytest

from identity.model import Holder, HolderKind, NewResident, StaffRole
from identity.operations.import_residents import import_residents
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from tests.identity.people import PEPPER, TARO
from tests.staff_console.world import World


def test_a_staff_code_gives_a_token_with_the_clerks_roles(world: World) -> None:
    answer = world.client.post("/api/v1/staff/sign-in", json={"code": world.code(StaffRole.FINANCE)})
    assert answer.status_code == 200
    token = answer.json()["access_token"]
    assert answer.json() == {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": 600,
        "display_name": "finance さん",
        "roles": ["finance"],
    }
    headers = {"Authorization": f"Bearer {token}"}
    assert world.client.get("/api/v1/staff/closings", headers=headers).status_code == 200
    assert world.client.get("/api/v1/staff/campaigns", headers=headers).status_code == 403
    world.clock.advance(timedelta(seconds=600))
    expired = world.client.get("/api/v1/staff/closings", headers=headers)
    assert (expired.status_code, expired.json()["code"]) == (401, "token_expired")


def resident_code(world: World, resident: NewResident = TARO) -> str:
    now = world.clock.now()
    (imported,) = world.staff.run(lambda session: import_residents(session, [resident], now=now))
    holder = Holder(HolderKind.RESIDENT, imported.person_id)
    (issued,) = world.staff.run(lambda session: issue_sign_in_codes(session, [holder], pepper=PEPPER, now=now))
    return issued.text


def test_a_residents_code_opens_nothing_here(world: World) -> None:
    code = resident_code(world)
    answer = world.client.post("/api/v1/staff/sign-in", json={"code": code})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_staff")
    page = world.submit("/sign-in", code=code)
    assert (page.status_code, "set-cookie" in page.headers) == (403, False)


def test_wrong_codes_are_counted_until_the_code_is_locked_asvs_6_3_1(world: World) -> None:
    code = world.code(StaffRole.HELP)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    codes = [world.client.post("/api/v1/staff/sign-in", json={"code": wrong}).json()["code"] for _ in range(6)]
    assert codes == ["sign_in_code_wrong"] * 5 + ["sign_in_locked"]


def test_the_page_keeps_the_clerk_in_a_cookie_that_no_script_and_no_other_site_gets_asvs_3_3_1(world: World) -> None:
    answer = world.submit("/sign-in", code=world.code(StaffRole.COMMERCE))
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("kashiman_staff=")
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/staff", "Max-Age=14400"):
        assert attribute.lower() in cookie.lower()
    assert "商工" in world.page("/")


def test_signing_out_forgets_the_clerk(world: World) -> None:
    world.submit("/sign-in", code=world.code(StaffRole.COMMERCE))
    answer = world.submit("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")
    again = world.client.get("/staff/")
    assert (again.status_code, again.headers["location"]) == (303, "/staff/sign-in?reason=token_missing")


def test_a_session_that_is_over_leads_to_signing_in_and_says_why(world: World) -> None:
    world.submit("/sign-in", code=world.code(StaffRole.COMMERCE))
    world.clock.advance(timedelta(hours=4))
    answer = world.client.get("/staff/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in?reason=token_expired")
    assert "時間が過ぎたので" in world.page("/sign-in?reason=token_expired")


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example"])
def test_a_form_from_elsewhere_is_refused_asvs_3_5_1(world: World, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = world.client.post("/staff/sign-in", data={"code": world.code(StaffRole.COMMERCE)}, headers=headers)
    assert answer.status_code == 403
    assert "sentence for origin_not_ours" in answer.text
    assert "set-cookie" not in answer.headers
