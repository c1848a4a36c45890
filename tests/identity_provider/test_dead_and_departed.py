"""Nobody signs in as somebody who died, whatever they bring; who moved out still spends what they have."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import psycopg
import pytest
from pydantic import SecretStr

from identity.model import Holder, HolderKind, StaffRole
from identity.operations.add_staff import add_staff
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from kashiman.demo.line_double.process import RunningLine
from kashiman.roll_import import RollReport, take_roll
from tests.identity.roll.extracts import HANAKO, JIRO, TARO, died, moved_out, written
from tests.identity_provider.application import Application, landed
from tests.identity_provider.conftest import City, TestClient
from tests.identity_provider.passkeys import Phone
from tests.identity_provider.test_line_door import come_back, sent_away
from tests.identity_provider.test_line_door import door as door
from tests.identity_provider.test_line_door import line as line

BASE_DATE = date(2026, 11, 1)
Import = Callable[..., RollReport]


@pytest.fixture
def admin(city: City) -> UUID:
    return city.staff_database.run(
        lambda session: add_staff(session, display_name="住民係", roles=frozenset({StaffRole.ADMIN}))
    )


@pytest.fixture
def told(city: City, admin: UUID, database_url: str) -> Import:
    """The roll tells of these rows."""
    settings = city.settings.model_copy(update={"database_url": SecretStr(database_url)})

    def run(*rows: dict[str, str]) -> RollReport:
        file = written(*rows)
        return take_roll(settings, file, base_date=BASE_DATE, staff_id=admin, is_dry_run=False, clock=city.clock)

    return run


@pytest.fixture
def taro(told: Import, database_url: str) -> UUID:
    """A resident of the roll, and another one of the same household."""
    told(TARO, HANAKO)
    with psycopg.connect(database_url) as owner:
        row = owner.execute("SELECT id FROM identity.people WHERE given_name = '太郎'").fetchone()
    assert row is not None
    return UUID(str(row[0]))


@pytest.fixture
def new_code(city: City) -> Callable[[UUID], str]:
    """A clerk issues a code to somebody, whoever they are."""

    def issue(person_id: UUID) -> str:
        pepper, holder = city.installation.keys.pepper, Holder(HolderKind.RESIDENT, person_id)
        issued = city.staff_database.run(
            lambda session: issue_sign_in_codes(session, [holder], pepper=pepper, now=city.clock.now())
        )
        return issued[0].text

    return issue


def is_signed_in(browser: TestClient) -> bool:
    return "登録のかくにん" in browser.get("/id/account").text


def refused(city: City) -> list[tuple[object, ...]]:
    return city.recorded_rows(
        "SELECT kind, person_id, facts ->> 'refusal_code' FROM identity.audit_events WHERE outcome = 'refused'"
    )


def test_the_sign_ins_of_who_died_end_everywhere_with_the_import_that_tells_of_it(
    browser: TestClient,
    another_browser: TestClient,
    town: Application,
    city: City,
    told: Import,
    taro: UUID,
    new_code: Callable[[UUID], str],
) -> None:
    tokens = town.tokens(browser, new_code(taro))
    town.sign_in(another_browser, city.code)
    assert is_signed_in(browser)
    told(died(TARO, "2026-10-30"), HANAKO)
    assert not is_signed_in(browser)
    assert is_signed_in(another_browser), "others go on"
    assert town.refresh(tokens["refresh_token"]).status_code == 400
    assert "error" in landed(town.authorize(browser, prompt="none"), town.redirect_uri)
    ended = city.rows("SELECT ended_by FROM identity.sessions WHERE ended_at IS NOT NULL")
    assert ended == [("died",)]


def test_a_code_for_who_died_opens_nothing_and_says_why(
    browser: TestClient, city: City, told: Import, taro: UUID, new_code: Callable[[UUID], str]
) -> None:
    told(died(TARO, "2026-10-30"), HANAKO)
    answer = browser.post("/id/sign-in", data={"code": new_code(taro)})
    assert answer.status_code == 403
    assert not is_signed_in(browser)
    assert refused(city) == [("sign_in.code", taro, "person_has_died")], "and whose name was used is recorded"


def test_a_passkey_of_who_died_opens_nothing(
    browser: TestClient, city: City, told: Import, taro: UUID, new_code: Callable[[UUID], str]
) -> None:
    phone = Phone(browser, city)
    assert phone.register(new_code(taro)).status_code == 200
    told(died(TARO, "2026-10-30"), HANAKO)
    answer = phone.answer()
    assert (answer.status_code, answer.json()["code"]) == (403, "person_has_died")
    assert not is_signed_in(browser)
    told(TARO, HANAKO, JIRO)
    assert phone.sign_in() == "/id/account", "the roll was wrong"


def test_line_lets_in_nobody_as_who_died(
    browser: TestClient, city: City, told: Import, taro: UUID, new_code: Callable[[UUID], str], door: RunningLine
) -> None:
    user_id = door.control.add_user("太郎")
    browser.post("/id/sign-in", data={"code": new_code(taro)})
    come_back(browser, door.control.sign_in(sent_away(browser, "/id/account/line"), user_id))
    told(died(TARO, "2026-10-30"), HANAKO)
    page = come_back(browser, door.control.sign_in(sent_away(browser, "/id/line"), user_id))
    assert (page.status_code, "person_has_died" in page.text) == (403, True)
    page = browser.post("/id/liff", data={"id_token": door.control.open_liff(user_id)})
    assert (page.status_code, "person_has_died" in page.text) == (403, True)
    assert not is_signed_in(browser)


def test_who_moved_out_stays_signed_in_and_comes_in_again(
    browser: TestClient, town: Application, city: City, told: Import, taro: UUID, new_code: Callable[[UUID], str]
) -> None:
    phone = Phone(browser, city)
    phone.register(new_code(taro))
    tokens = town.tokens(browser, city.code)
    phone.sign_in()
    told(moved_out(TARO, "2026-10-30"), HANAKO)
    assert is_signed_in(browser)
    assert town.refresh(tokens["refresh_token"]).status_code == 200
    browser.cookies.clear()
    assert phone.sign_in() == "/id/account"
    assert is_signed_in(browser)
