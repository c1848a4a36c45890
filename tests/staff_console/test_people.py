"""The help desk over the API: nothing without a reason, nothing that was not asked, everything on record."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from identity.access.queries import readings_of
from identity.doors.operations.sign_in_by_counter_code import sign_in_by_counter_code
from identity.doors.refusals import CounterCodeWrong
from identity.model import Acr, Holder, HolderKind, ProvenSignIn, StaffRole
from kernel.db import Database
from tests.identity.people import PEPPER, TARO
from tests.staff_console.help_desk import WHY, HelpDesk

HELP = StaffRole.HELP
TARO_KANA = {"family_kana": "かしま", "given_kana": "タロウ", "birth_date": "1980-04-01"}
EVENTS = "SELECT kind, outcome, actor_id, person_id, facts FROM identity.audit_events ORDER BY sequence"


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> HelpDesk:
    return HelpDesk(make_database)


def search(
    desk: HelpDesk, who: dict[str, str], *fields: str, role: StaffRole = HELP, reason: dict[str, str] | None = None
) -> Any:
    body = {"who": who, "reason": {**WHY, **(reason or {})}, "fields": list(fields) or ["name"]}
    return desk.post("/people/search", role, json=body)


def came_in(desk: HelpDesk, code: str) -> object:
    """What typing a code of the counter at the provider leads to."""
    return desk.pay.run(
        lambda session: sign_in_by_counter_code(session, code, address="192.0.2.1", pepper=PEPPER, now=desk.clock.now())
    )


def test_a_search_shows_the_fields_asked_and_no_other(desk: HelpDesk) -> None:
    answer = search(desk, TARO_KANA, "name", "address")
    assert answer.status_code == 200
    (person,) = answer.json()["people"]
    assert person.pop("reading_id")
    assert person == {
        "person_id": str(TARO.person_id),
        "family_name": "鹿島",
        "given_name": "太郎",
        "address": "鹿島市浜町9001",
        "postal_code": "849-1322",
    }


def test_a_person_is_found_by_wallet_as_well(desk: HelpDesk) -> None:
    (person,) = search(desk, {"wallet_id": str(desk.hanako.wallet_id)}, "birth_date").json()["people"]
    assert person["birth_date"] == "1982-12-03"
    assert "family_name" not in person


def test_asvs_16_3_3_every_view_is_recorded_for_the_person_to_read(desk: HelpDesk) -> None:
    search(desk, TARO_KANA, "name", "wallet")
    desk.post(f"/people/{TARO.person_id}/read", HELP, json={"reason": WHY, "fields": ["kana"]})
    readings = desk.staff.run(lambda session: readings_of(session, TARO.person_id))
    assert [(each.screen, each.what, each.staff_name) for each in readings] == [
        ("help_desk/person", ("kana",), "help さん"),
        ("help_desk/search", ("name", "wallet"), "help さん"),
    ]
    assert {each.reason.text for each in readings} == {WHY["text"]}


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ({"text": " "}, "reason_missing"),
        ({"text": "確認のため"}, "reason_too_vague"),
        ({"text": "あ" * 301}, "reason_too_long"),
        ({"code": "disclosure"}, "case_reference_missing"),
        ({"text": "本人の番号は 1234 5678 9018 です"}, "my_number_given"),
    ],
)
def test_asvs_8_2_2_without_a_reason_that_stands_nothing_is_shown(
    desk: HelpDesk, reason: dict[str, str], code: str
) -> None:
    answer = search(desk, TARO_KANA, "name", reason=reason)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "太郎" not in answer.text
    assert desk.ask("SELECT count(*) FROM identity.readings") == [(0,)]


def test_asvs_8_2_1_other_desks_search_nobody_here(desk: HelpDesk) -> None:
    for role in set(StaffRole) - {HELP}:
        answers = [
            search(desk, TARO_KANA, role=role),
            desk.post(f"/people/{TARO.person_id}/read", role, json={"reason": WHY, "fields": ["name"]}),
            desk.post(f"/people/{TARO.person_id}/export", role, json={"reason": WHY}),
            desk.post(f"/people/{TARO.person_id}/counter-code", role, json={"document_kind": "passport"}),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "role_not_allowed")] * 4


def test_a_body_names_one_way_to_search_and_known_fields(desk: HelpDesk) -> None:
    both = search(desk, TARO_KANA | {"wallet_id": str(uuid4())})
    neither = search(desk, {})
    strange = search(desk, TARO_KANA, "shoe_size")
    assert [answer.status_code for answer in (both, neither, strange)] == [422] * 3
    assert strange.json()["code"] == "fields_invalid"


def test_nobody_there_is_an_answer_and_on_record(desk: HelpDesk) -> None:
    assert search(desk, {**TARO_KANA, "given_kana": "ジロウ"}).json() == {"people": []}
    (event,) = desk.ask(EVENTS)
    assert event == (
        "person.searched",
        "succeeded",
        desk.clerks[HELP],
        None,
        {"by": "reading_and_birth", "found": 0, "reason": "inquiry"},
    )


def test_a_code_of_the_counter_opens_the_door_once_within_ten_minutes(desk: HelpDesk) -> None:
    answer = desk.post(f"/people/{TARO.person_id}/counter-code", HELP, json={"document_kind": "driving_licence"})
    assert answer.status_code == 201
    code = answer.json()["code"]
    assert answer.json()["expires_at"] == "2026-09-07T00:10:00Z"
    taro = Holder(HolderKind.RESIDENT, TARO.person_id)
    assert came_in(desk, code) == ProvenSignIn(taro, Acr.COUNTER, ("otp",), desk.clock.now())
    assert came_in(desk, code) == CounterCodeWrong()


def test_a_new_code_of_the_counter_ends_the_one_before(desk: HelpDesk) -> None:
    issue = partial(desk.post, f"/people/{TARO.person_id}/counter-code", HELP, json={"document_kind": "passport"})
    first, second = (issue().json()["code"] for _ in range(2))
    assert came_in(desk, first) == CounterCodeWrong()
    desk.clock.at += timedelta(minutes=9, seconds=59)
    assert isinstance(came_in(desk, second), ProvenSignIn)


def test_a_code_of_the_counter_is_on_record_with_the_kind_of_document_alone(desk: HelpDesk) -> None:
    desk.post(f"/people/{TARO.person_id}/counter-code", HELP, json={"document_kind": "passport"})
    unknown = desk.post(f"/people/{uuid4()}/counter-code", HELP, json={"document_kind": "passport"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "person_unknown")
    issued, refused = desk.ask(EVENTS)
    assert issued == (
        "code.counter_issued",
        "succeeded",
        desk.clerks[HELP],
        TARO.person_id,
        {"document": "passport"},
    )
    assert (refused[0], refused[1]) == ("code.counter_issued", "refused")
    assert refused[4] == {"document": "passport", "refusal_code": "person_unknown"}


def test_an_export_holds_all_rooms_and_no_secret_and_is_recorded(desk: HelpDesk) -> None:
    answer = desk.post(
        f"/people/{TARO.person_id}/export",
        HELP,
        json={"reason": {"code": "disclosure", "text": "本人からの開示の請求", "case_reference": "2026-開-3"}},
    )
    assert answer.status_code == 200
    document = answer.json()
    assert document["person"]["given_name"] == "太郎"
    assert set(document["other"]) == {
        "vouchers",
        "paper_cards",
        "payments",
        "grants",
        "purchases",
        "sign_ins",
        "residence",
        "mail_address_since",
    }
    assert [each["screen"] for each in document["readings"]] == ["help_desk/export"]
    assert [row[0] for row in desk.ask(EVENTS)] == ["person.exported"]


def test_a_person_who_is_not_there_is_not_exported(desk: HelpDesk) -> None:
    answer = desk.post(f"/people/{uuid4()}/export", HELP, json={"reason": WHY})
    assert (answer.status_code, answer.json()["code"]) == (404, "person_unknown")
