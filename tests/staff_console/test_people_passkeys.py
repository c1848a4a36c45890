"""An administrator stands behind a colleague's passkey, from a sign-in of their own."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from identity.doors.queries import waiting_staff_passkeys
from identity.model import Acr, Holder, HolderKind, StaffRole
from identity.provider.jose.base64url import to_base64url
from kernel.db import Database
from tests.identity.doors.visits import Passkeys
from tests.staff_console.help_desk import HelpDesk

CONFIRMATIONS = "SELECT staff_id, confirmed_by FROM identity.passkey_confirmations"


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> HelpDesk:
    return HelpDesk(make_database)


def registered(desk: HelpDesk, staff_id: UUID) -> str:
    """A colleague's passkey that waits; answers its reference."""
    holder = Holder(HolderKind.STAFF, staff_id)
    authenticator = Passkeys(desk.pay, desk.clock).registered(holder, Acr.POSTCARD)
    return to_base64url(authenticator.credential_id)


def test_a_waiting_passkey_is_shown_with_whose_it_is_and_confirmed(desk: HelpDesk) -> None:
    newcomer = desk.hire("窓口 一子", StaffRole.HELP)
    reference = registered(desk, newcomer)
    admin = desk.browser_of(StaffRole.ADMIN)
    assert "窓口 一子のパスキーを確認する" in admin.page("/staff-passkeys")
    answer = admin.submit(f"/staff-passkeys/{reference}/confirm")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/staff-passkeys?done=confirmed")
    assert desk.ask(CONFIRMATIONS) == [(newcomer, desk.clerks[StaffRole.ADMIN])]
    assert desk.staff.run(waiting_staff_passkeys) == []
    assert "確認を待っているパスキーはありません" in admin.page("/staff-passkeys")
    events = desk.ask("SELECT kind, outcome, actor_id FROM identity.audit_events")
    assert events == [("passkey.confirmed", "succeeded", desk.clerks[StaffRole.ADMIN])]


def test_asvs_2_3_5_nobody_confirms_their_own(desk: HelpDesk) -> None:
    own = desk.clerks[StaffRole.ADMIN]
    reference = registered(desk, own)
    admin = desk.browser(own)
    text = admin.page("/staff-passkeys")
    assert "あなたのパスキーです" in text
    assert f"/{reference}/confirm" not in text
    answer = admin.submit(f"/staff-passkeys/{reference}/confirm")
    assert (answer.status_code, "sentence for same_person_twice" in answer.text) == (403, True)
    assert desk.ask(CONFIRMATIONS) == []


def test_asvs_7_5_1_a_sign_in_of_long_ago_confirms_nothing(desk: HelpDesk) -> None:
    reference = registered(desk, desk.hire("窓口 一子", StaffRole.HELP))
    admin = desk.browser_of(StaffRole.ADMIN)
    desk.clock.at += timedelta(minutes=5, seconds=1)
    answer = admin.submit(f"/staff-passkeys/{reference}/confirm")
    assert (answer.status_code, "sentence for sign_in_not_recent" in answer.text) == (403, True)
    assert "もういちどログイン" in answer.text
    assert desk.ask(CONFIRMATIONS) == []


@pytest.mark.parametrize("reference", ["AAAA", "not base64url!", "A"])
def test_a_passkey_that_is_not_there_is_not_confirmed(desk: HelpDesk, reference: str) -> None:
    answer = desk.browser_of(StaffRole.ADMIN).submit(f"/staff-passkeys/{reference}/confirm")
    assert (answer.status_code, "sentence for door_not_found" in answer.text) == (404, True)
