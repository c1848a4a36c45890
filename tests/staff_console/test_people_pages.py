"""The help desk's pages: the reason comes first, a mistake is said beside its field, and a code is shown once."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from identity.access.queries import readings_of
from identity.model import StaffRole
from kernel.db import Database
from tests.identity.people import TARO
from tests.staff_console.help_desk import WHY_TYPED, Browser, HelpDesk

TARO_TYPED = {"family_kana": "かしま", "given_kana": "たろう", "birth_date": "1980-04-01", "fields": ["name", "kana"]}
INLINE = re.compile(r"<script(?![^>]*src=)|<style|\son[a-z]+=|\sstyle=|javascript:", re.IGNORECASE)


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> HelpDesk:
    return HelpDesk(make_database)


@pytest.fixture
def clerk(desk: HelpDesk) -> Browser:
    return desk.browser_of(StaffRole.HELP)


def searched(clerk: Browser, **changed: Any) -> Any:
    return clerk.submit("/people/search", data={**WHY_TYPED, **TARO_TYPED, **changed})


def test_the_form_says_that_the_person_reads_the_reason(clerk: Browser) -> None:
    text = clerk.page("/people")
    assert "ここに書いた理由は、本人が読みます" in text
    assert text.index("見る理由") < text.index("さがす人") < text.index("見る項目")


def test_a_found_person_is_shown_with_the_fields_asked_alone(clerk: Browser, desk: HelpDesk) -> None:
    answer = searched(clerk)
    assert answer.status_code == 200
    assert "鹿島 太郎" in answer.text
    assert "カシマ タロウ" in answer.text
    assert "浜町9001" not in answer.text
    assert str(desk.taro.wallet_id) not in answer.text
    (reading,) = desk.staff.run(lambda session: readings_of(session, TARO.person_id))
    assert reading.what == ("name", "kana")


@pytest.mark.parametrize("field", ["name", "kana", "birth_date", "address", "district", "household", "wallet"])
def test_every_field_can_be_asked_alone(clerk: Browser, field: str) -> None:
    assert searched(clerk, fields=[field]).status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason_text": ""}, 'id="reason_text-error"'),
        ({"reason_code": "audit"}, 'id="case_reference-error"'),
        ({"family_kana": ""}, 'id="family_kana-error"'),
        ({"birth_date": ""}, 'id="birth_date-error"'),
        ({"wallet_id": "12-34"}, 'id="wallet_id-error"'),
        ({"fields": []}, "見る項目を1つ以上選んでください"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_what_was_typed_stays(
    clerk: Browser, desk: HelpDesk, changed: dict[str, Any], said: str
) -> None:
    answer = searched(clerk, **changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="たろう"' in answer.text
    assert desk.ask("SELECT count(*) FROM identity.readings") == [(0,)]


def test_nobody_found_is_said_calmly(clerk: Browser) -> None:
    answer = searched(clerk, given_kana="ジロウ")
    assert answer.status_code == 200
    assert "この条件の方は登録されていません" in answer.text


def test_asvs_14_2_1_personal_data_stand_in_no_address(clerk: Browser) -> None:
    answer = searched(clerk)
    forms = re.findall(r'action="([^"]+)"', answer.text)
    assert f"/staff/people/{TARO.person_id}/counter-codes" in forms
    assert all("?" not in path for path in forms)
    assert answer.headers["cache-control"] == "no-store"


def test_a_code_of_the_counter_is_shown_big_with_its_end(clerk: Browser) -> None:
    answer = clerk.submit(f"/people/{TARO.person_id}/counter-codes", data={"document_kind": "driving_licence"})
    assert answer.status_code == 200
    assert re.search(r'counter-code">\d{3}-\d{5}<', answer.text)
    assert "09:10:00 まで使えます" in answer.text
    assert "運転免許証" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_without_a_document_there_is_no_code(clerk: Browser, desk: HelpDesk) -> None:
    answer = clerk.submit(f"/people/{TARO.person_id}/counter-codes", data={"document_kind": ""})
    assert answer.status_code == 422
    assert desk.ask("SELECT count(*) FROM identity.counter_codes") == [(0,)]


def test_an_export_is_a_file_that_is_named_by_the_id_alone(clerk: Browser) -> None:
    answer = clerk.submit(f"/people/{TARO.person_id}/export", data=WHY_TYPED)
    assert answer.headers["content-disposition"] == f'attachment; filename="person-{TARO.person_id}.json"'
    assert json.loads(answer.content)["person"]["given_name"] == "太郎"
    unknown = clerk.submit(f"/people/{uuid4()}/export", data=WHY_TYPED)
    assert unknown.status_code == 404
    assert "sentence for person_unknown" in unknown.text


def test_the_menu_shows_each_desk_its_own(desk: HelpDesk) -> None:
    shown = {
        role: {path for path in ("people", "deletions", "roll", "staff-passkeys") if f'href="/staff/{path}"' in text}
        for role in StaffRole
        for text in [desk.browser_of(role).page("/")]
    }
    assert shown == {
        StaffRole.HELP: {"people", "deletions"},
        StaffRole.ADMIN: {"deletions", "roll", "staff-passkeys"},
        StaffRole.COMMERCE: set(),
        StaffRole.FINANCE: set(),
        StaffRole.AUDIT: set(),
    }


def test_asvs_8_2_1_a_page_of_another_desk_shows_nothing(desk: HelpDesk) -> None:
    pages = {"/people": {StaffRole.HELP}, "/deletions": {StaffRole.HELP, StaffRole.ADMIN}}
    pages |= {"/roll": {StaffRole.ADMIN}, "/staff-passkeys": {StaffRole.ADMIN}}
    for role in StaffRole:
        browser = desk.browser_of(role)
        for path, allowed in pages.items():
            assert browser.client.get(f"/staff{path}").status_code == (200 if role in allowed else 403), (role, path)


def test_asvs_3_5_1_a_form_from_elsewhere_does_nothing(desk: HelpDesk) -> None:
    everybody = desk.browser(desk.hire("全員", *StaffRole))
    paths = ["/people/search", f"/people/{TARO.person_id}/counter-codes", f"/people/{TARO.person_id}/export"]
    paths += [f"/people/{TARO.person_id}/deletion", f"/deletions/{uuid4()}/confirm", f"/deletions/{uuid4()}/withdraw"]
    paths += ["/roll/preview", "/roll/imports", "/staff-passkeys/AAAA/confirm"]
    for path in paths:
        answer = everybody.submit(path, origin="https://elsewhere.example", data={**WHY_TYPED, **TARO_TYPED})
        assert answer.status_code == 403, path
        assert "sentence for origin_not_ours" in answer.text
    assert desk.ask("SELECT count(*) FROM identity.readings") == [(0,)]


def test_asvs_3_4_3_pages_carry_a_strict_policy_and_nothing_inline(desk: HelpDesk) -> None:
    everybody = desk.browser(desk.hire("全員", *StaffRole))
    answers = [everybody.client.get(f"/staff{path}") for path in ("/people", "/deletions", "/roll", "/staff-passkeys")]
    answers.append(searched(everybody))
    for answer in answers:
        assert answer.status_code == 200
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert INLINE.search(answer.text) is None
