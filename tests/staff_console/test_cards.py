"""Paper cards at the counter: on record whose they are, printed once, stopped in one step."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from identity.access.queries import readings_of
from identity.model import StaffRole
from kernel.db import Database
from payments.cards.model import CardState
from payments.codes.card_code import card_digest_of
from payments.codes.picture import code_svg
from tests.identity.people import HANAKO, TARO
from tests.kernel.documents.pdf_reading import MISSING, codes_in, glyphs_of, picture_of, size_mm, text_of
from tests.staff_console.help_desk import WHY, HelpDesk

HELP, COMMERCE = StaffRole.HELP, StaffRole.COMMERCE
CARDS = f"/people/{TARO.person_id}/cards"


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> HelpDesk:
    return HelpDesk(make_database)


def issued(desk: HelpDesk, role: StaffRole = HELP, **facts: Any) -> dict[str, Any]:
    answer = desk.post(CARDS, role, json={"reason": "no_phone", **facts})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def step(desk: HelpDesk, card: dict[str, Any], name: str, **facts: Any) -> Any:
    return desk.post(f"/cards/{card['card_id']}/{name}", HELP, json={"reason": "lost", **facts})


def test_a_card_is_issued_on_record_and_its_code_is_told_once(desk: HelpDesk) -> None:
    card = issued(desk, pin="2749")
    assert (card["state"], card["has_pin"], card["limit_payment_yen"], card["limit_day_yen"]) == (
        *("active", True),
        *(3_000, 10_000),
    )
    assert card["code_svg"] == code_svg(card["code"])
    assert desk.ask("SELECT secret_digest FROM payments.cards") == [(card_digest_of(card["code"]),)]
    (reading,) = desk.staff.run(lambda session: readings_of(session, TARO.person_id))
    assert (reading.screen, reading.what, reading.reason.text) == ("cards/issue", ("wallet",), "紙カードの発行")
    listed = desk.post(f"{CARDS}/read", COMMERCE, json={"reason": WHY})
    assert card["code"] not in listed.text
    (told,) = listed.json()["cards"]
    assert told.pop("events") == [
        {"step": "issued", "state": "active", "reason": "no_phone", "by": "staff", "at": card["issued_at"]}
    ]
    assert told == {name: card[name] for name in told}
    assert len(desk.staff.run(lambda session: readings_of(session, TARO.person_id))) == 2


def test_the_sheet_is_printed_with_a_code_that_a_till_reads_and_no_name(desk: HelpDesk) -> None:
    card = issued(desk)
    sheet = b64decode(card["sheet_pdf"])
    assert size_mm(sheet) == (210.0, 297.0)
    assert [code.text for code in codes_in(picture_of(sheet))] == [card["code"]]
    text = text_of(sheet)
    serial = card["serial"]
    assert f"{serial[:3]}-{serial[3:6]}-{serial[6:]}" in text
    assert TARO.family_name not in text
    assert "1回に3,000円まで" in text.replace("\n", "")
    assert MISSING not in glyphs_of(sheet)


def test_without_a_reason_that_stands_nobodys_cards_are_shown(desk: HelpDesk) -> None:
    answer = desk.post(f"{CARDS}/read", HELP, json={"reason": {**WHY, "text": "確認のため"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "reason_too_vague")
    assert desk.ask("SELECT count(*) FROM identity.readings") == [(0,)]


def test_a_wallet_has_one_card_and_a_refused_issue_leaves_nothing(desk: HelpDesk) -> None:
    card = issued(desk)
    again = desk.post(CARDS, HELP, json={"reason": "wished"})
    assert (again.status_code, again.json()["code"]) == (409, "card_in_use")
    assert again.json()["facts"] == {"serial_ending": card["serial"][-4:]}
    weak = desk.post(f"/people/{HANAKO.person_id}/cards", HELP, json={"reason": "wished", "pin": "1111"})
    assert (weak.status_code, weak.json()["code"]) == (422, "pin_easily_guessed")
    assert desk.ask("SELECT count(*) FROM payments.cards") == [(1,)]


def test_a_holder_may_wish_lower_limits_and_no_higher_ones(desk: HelpDesk) -> None:
    card = issued(desk, limit_day_yen=1_000)
    assert (card["limit_payment_yen"], card["limit_day_yen"]) == (1_000, 1_000)
    answer = desk.post(f"/people/{HANAKO.person_id}/cards", HELP, json={"reason": "wished", "limit_day_yen": 20_000})
    assert (answer.status_code, answer.json()["code"]) == (422, "card_limit_out_of_range")


def test_a_lost_card_is_stopped_in_one_step_and_let_back(desk: HelpDesk) -> None:
    card = issued(desk)
    assert step(desk, card, "freeze").json()["state"] == "frozen"
    assert step(desk, card, "freeze").json()["state"] == "frozen"
    assert step(desk, card, "unfreeze", reason="found_again").json()["state"] == "active"
    again = step(desk, card, "unfreeze")
    assert (again.status_code, again.json()["code"]) == (409, "card_not_frozen")
    assert step(desk, card, "pin", reason="pin_forgotten", pin="8305").json()["has_pin"] is True


def test_a_replaced_card_gives_way_to_a_new_one_with_another_code(desk: HelpDesk) -> None:
    card = issued(desk, pin="2749", limit_payment_yen=1_000)
    answer = step(desk, card, "replacement")
    assert answer.status_code == 201
    new = answer.json()
    assert (new["state"], new["has_pin"], new["limit_payment_yen"]) == ("active", False, 1_000)
    assert new["code"] != card["code"]
    listed = desk.post(f"{CARDS}/read", HELP, json={"reason": WHY}).json()["cards"]
    assert {each["card_id"]: each["state"] for each in listed} == {
        new["card_id"]: CardState.ACTIVE,
        card["card_id"]: CardState.REPLACED,
    }
    gone = step(desk, card, "freeze")
    assert (gone.status_code, gone.json()["code"]) == (409, "card_replaced")


def test_an_ended_card_is_ended_for_good(desk: HelpDesk) -> None:
    card = issued(desk)
    assert step(desk, card, "end", reason="moved_away").json()["state"] == "ended"
    assert step(desk, card, "replacement").json()["code"] == "card_ended"
    assert issued(desk)["state"] == "active"
    unknown = step(desk, {"card_id": str(uuid4())}, "freeze")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "card_unknown")
