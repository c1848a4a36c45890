"""Staff come in by passkey, and a second person stands behind the first one."""

from collections.abc import Callable

import pytest

from identity.doors.operations.confirm_staff_passkey import confirm_staff_passkey
from identity.doors.queries import passkeys_of, waiting_staff_passkeys
from identity.doors.refusals import (
    DoorNotFound,
    PasskeyAlreadyConfirmed,
    PasskeyWaitsForSecondPerson,
    SamePersonTwice,
    SignInNotRecent,
    SignInTooWeakForDoor,
    StaffRoleNeeded,
)
from identity.doors.rules.second_person import demand_second_person
from identity.model import Acr, Holder, HolderKind, ProvenSignIn, StaffRole
from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import new_id
from kernel.refusals import Refusal
from tests.identity.doors.visits import Passkeys, came, rows

Hire = Callable[..., Holder]
Confirm = Callable[[bytes, ProvenSignIn], Refusal | None]
CONFIRMATIONS = "SELECT staff_id, confirmed_by FROM identity.passkey_confirmations ORDER BY confirmed_at, staff_id"


@pytest.fixture
def confirm(staff_database: Database, clock: SetClock) -> Confirm:
    def confirm(credential_id: bytes, by: ProvenSignIn) -> Refusal | None:
        try:
            staff_database.run(
                lambda session: confirm_staff_passkey(session, credential_id, confirmed_by=by, now=clock.now())
            )
        except Refusal as refusal:
            return refusal
        return None

    return confirm


@pytest.fixture
def admin(hire: Hire, passkeys: Passkeys, confirm: Confirm, clock: SetClock) -> Holder:
    """An administrator whose passkey another one has confirmed."""
    first, second = hire(StaffRole.ADMIN), hire(StaffRole.ADMIN)
    key = passkeys.registered(first, Acr.POSTCARD)
    assert confirm(key.credential_id, came(second, Acr.POSTCARD, clock)) is None
    return first


def test_asvs_6_4_1_a_first_passkey_of_staff_opens_nothing_before_a_second_person_stands_behind_it(
    hire: Hire, passkeys: Passkeys, confirm: Confirm, admin: Holder, clock: SetClock, staff_database: Database
) -> None:
    newcomer = hire(StaffRole.HELP)
    authenticator = passkeys.registered(newcomer, Acr.POSTCARD)
    assert passkeys.signed_in(authenticator) == PasskeyWaitsForSecondPerson()
    (waiting,) = staff_database.run(waiting_staff_passkeys)
    assert (waiting.holder, waiting.is_usable) == (newcomer, False)
    assert confirm(waiting.credential_id, came(admin, Acr.STAFF, clock)) is None
    assert passkeys.signed_in(authenticator) == ProvenSignIn(newcomer, Acr.STAFF, ("pop", "user"), clock.now())
    assert staff_database.run(waiting_staff_passkeys) == []
    assert rows(staff_database, CONFIRMATIONS)[-1] == (newcomer.id, admin.id)


def test_whoever_came_by_passkey_adds_another_without_a_second_person(
    passkeys: Passkeys, admin: Holder, clock: SetClock
) -> None:
    authenticator = passkeys.registered(admin, Acr.STAFF)
    assert passkeys.signed_in(authenticator) == ProvenSignIn(admin, Acr.STAFF, ("pop", "user"), clock.now())


def test_nobody_confirms_their_own_passkey(
    passkeys: Passkeys, confirm: Confirm, hire: Hire, clock: SetClock, staff_database: Database
) -> None:
    admin = hire(StaffRole.ADMIN)
    key = passkeys.registered(admin, Acr.POSTCARD).credential_id
    for acr in (Acr.POSTCARD, Acr.STAFF):
        assert confirm(key, came(admin, acr, clock)) == SamePersonTwice()
    assert rows(staff_database, CONFIRMATIONS) == []


def test_a_second_person_is_an_administrator_who_came_lately_by_passkey(
    passkeys: Passkeys, confirm: Confirm, hire: Hire, admin: Holder, clock: SetClock, staff_database: Database
) -> None:
    key = passkeys.registered(hire(StaffRole.HELP), Acr.POSTCARD).credential_id
    everything_else = hire(StaffRole.HELP, StaffRole.FINANCE, StaffRole.COMMERCE, StaffRole.AUDIT)
    stored = rows(staff_database, CONFIRMATIONS)
    assert confirm(key, came(everything_else, Acr.STAFF, clock)) == StaffRoleNeeded("admin")
    assert confirm(key, came(admin, Acr.STAFF, clock, seconds_ago=301)) == SignInNotRecent(300)
    assert confirm(key, came(admin, Acr.POSTCARD, clock)) == SignInTooWeakForDoor("passkey")
    assert rows(staff_database, CONFIRMATIONS) == stored


def test_a_resident_stands_behind_no_passkey_of_staff(
    passkeys: Passkeys, confirm: Confirm, hire: Hire, resident: Holder, clock: SetClock
) -> None:
    key = passkeys.registered(hire(StaffRole.HELP), Acr.POSTCARD).credential_id
    assert confirm(key, came(resident, Acr.JPKI_SIGN, clock)) == SamePersonTwice()


def test_what_is_confirmed_already_or_needs_nobody_is_not_confirmed(
    passkeys: Passkeys, confirm: Confirm, hire: Hire, admin: Holder, resident: Holder, clock: SetClock
) -> None:
    by_admin = came(admin, Acr.STAFF, clock)
    key = passkeys.registered(hire(StaffRole.HELP), Acr.POSTCARD).credential_id
    assert [confirm(key, by_admin), confirm(key, by_admin)] == [None, PasskeyAlreadyConfirmed()]
    assert confirm(passkeys.registered(resident).credential_id, by_admin) == DoorNotFound()
    assert confirm(b"unknown", by_admin) == DoorNotFound()


def test_a_waiting_passkey_can_be_registered_again_with_the_same_enrolment_code(
    passkeys: Passkeys, hire: Hire, staff_database: Database
) -> None:
    newcomer = hire(StaffRole.HELP)
    passkeys.registered(newcomer, Acr.POSTCARD)
    passkeys.registered(newcomer, Acr.POSTCARD)
    waiting = staff_database.run(lambda session: passkeys_of(session, newcomer))
    assert [passkey.is_confirmed for passkey in waiting] == [False, False]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (HolderKind.STAFF, HolderKind.RESIDENT),
        (HolderKind.SHOP, HolderKind.STAFF),
        (HolderKind.RESIDENT, HolderKind.RESIDENT),
    ],
)
def test_two_people_are_two_members_of_staff(first: HolderKind, second: HolderKind) -> None:
    one, other = Holder(HolderKind.STAFF, new_id()), Holder(HolderKind.STAFF, new_id())
    demand_second_person(one, other)
    for pair in ((one, one), (Holder(first, new_id()), Holder(second, new_id()))):
        with pytest.raises(SamePersonTwice):
            demand_second_person(*pair)
