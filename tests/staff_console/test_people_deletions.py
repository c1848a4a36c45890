"""A person is erased by two members of staff, each from their own sign-in; the books stay."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from identity.access.queries import waiting_deletions
from identity.model import Acr, Holder, HolderKind, StaffRole
from identity.provider.queries import sessions_of
from identity.queries import known_people
from kernel.db import Database
from ledger.operations.post_journals import post_journals
from tests.identity.people import TARO
from tests.ledger.books import sell
from tests.sign_ins import signed_in_cookie
from tests.staff_console.help_desk import Browser, HelpDesk

ASKED = {"deletion_reason": "asked_by_person", "case_reference": "2026-窓-0077"}
DELETIONS = "SELECT outcome, requested_by, decided_by FROM identity.deletion_requests ORDER BY requested_at"
EVENTS = "SELECT kind, actor_id FROM identity.audit_events WHERE person_id IS NOT NULL ORDER BY sequence"


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> HelpDesk:
    return HelpDesk(make_database)


@pytest.fixture
def clerk(desk: HelpDesk) -> Browser:
    return desk.browser_of(StaffRole.HELP)


@pytest.fixture
def admin(desk: HelpDesk) -> Browser:
    return desk.browser_of(StaffRole.ADMIN)


def asked(clerk: Browser, person_id: UUID = TARO.person_id) -> None:
    answer = clerk.submit(f"/people/{person_id}/deletion", data=ASKED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/deletions?done=requested"), answer.text


def request_id(desk: HelpDesk) -> UUID:
    (waiting,) = desk.staff.run(waiting_deletions)
    return waiting.id


def is_there(desk: HelpDesk) -> bool:
    return TARO.person_id in desk.staff.run(lambda session: known_people(session, [TARO.person_id]))


def test_one_asks_and_another_confirms(desk: HelpDesk, clerk: Browser, admin: Browser) -> None:
    asked(clerk)
    assert is_there(desk)
    assert "2026-窓-0077" in admin.page("/deletions")
    answer = admin.submit(f"/deletions/{request_id(desk)}/confirm")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/deletions?done=confirmed")
    assert not is_there(desk)
    first, second = desk.clerks[StaffRole.HELP], desk.clerks[StaffRole.ADMIN]
    assert desk.ask(DELETIONS) == [("confirmed", first, second)]
    assert desk.ask(EVENTS) == [("person.deletion_requested", first), ("person.deleted", first)]
    assert "待っている申し出はありません" in admin.page("/deletions?done=confirmed")


def test_whoever_was_erased_is_signed_out_everywhere(desk: HelpDesk, clerk: Browser, admin: Browser) -> None:
    taro = Holder(HolderKind.RESIDENT, TARO.person_id)
    signed_in_cookie(desk.pay, taro, desk.clock.now(), acr=Acr.COUNTER)
    asked(clerk)
    admin.submit(f"/deletions/{request_id(desk)}/confirm")
    assert desk.pay.run(lambda session: sessions_of(session, taro, desk.clock.now())) == []


def test_asvs_2_3_5_whoever_asked_cannot_confirm(desk: HelpDesk, clerk: Browser) -> None:
    asked(clerk)
    assert "確認して削除する" not in clerk.page("/deletions")
    answer = clerk.submit(f"/deletions/{request_id(desk)}/confirm")
    assert answer.status_code == 403
    assert "sentence for deletion_needs_two_people" in answer.text
    assert is_there(desk)
    assert desk.ask(DELETIONS) == [(None, desk.clerks[StaffRole.HELP], None)]


@pytest.mark.parametrize("role", [StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.AUDIT])
def test_asvs_8_2_1_other_desks_confirm_nothing(desk: HelpDesk, clerk: Browser, role: StaffRole) -> None:
    asked(clerk)
    assert desk.browser_of(role).submit(f"/deletions/{request_id(desk)}/confirm").status_code == 403
    assert is_there(desk)


def test_a_wallet_that_holds_value_keeps_its_person(desk: HelpDesk, clerk: Browser, admin: Browser) -> None:
    asked(clerk)
    sale = sell(wallet_id=desk.taro.wallet_id)
    desk.pay.run(lambda session: post_journals(session, [sale]))
    for answer in (
        admin.submit(f"/deletions/{request_id(desk)}/confirm"),
        clerk.submit(f"/people/{TARO.person_id}/deletion", data=ASKED),
    ):
        assert answer.status_code == 409
        assert "sentence for person_still_has_value" in answer.text
    assert is_there(desk)
    assert desk.ask(DELETIONS) == [(None, desk.clerks[StaffRole.HELP], None)]


def test_a_request_waits_once_and_is_decided_once(desk: HelpDesk, clerk: Browser, admin: Browser) -> None:
    asked(clerk)
    again = clerk.submit(f"/people/{TARO.person_id}/deletion", data=ASKED)
    assert (again.status_code, "sentence for deletion_already_requested" in again.text) == (409, True)
    decided = request_id(desk)
    assert admin.submit(f"/deletions/{decided}/withdraw").headers["location"] == "/staff/deletions?done=withdrawn"
    for path in (f"/deletions/{decided}/confirm", f"/deletions/{decided}/withdraw", f"/deletions/{uuid4()}/confirm"):
        answer = admin.submit(path)
        assert (answer.status_code, "sentence for deletion_not_requested" in answer.text) == (404, True)
    assert is_there(desk)
    asked(clerk)
    assert [row[0] for row in desk.ask(DELETIONS)] == ["withdrawn", None]


def test_a_deletion_rests_on_a_document_and_on_somebody_who_is_there(desk: HelpDesk, clerk: Browser) -> None:
    without = clerk.submit(f"/people/{TARO.person_id}/deletion", data={**ASKED, "case_reference": " "})
    nobody = clerk.submit(f"/people/{uuid4()}/deletion", data=ASKED)
    assert [answer.status_code for answer in (without, nobody)] == [422, 404]
    assert desk.ask(DELETIONS) == []
