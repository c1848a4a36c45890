"""Adding and ending doors asks for what enrolment asked for, recently; the last door stays."""

from datetime import timedelta

import pytest

from identity.doors.model import Door
from identity.doors.operations.begin_passkey_registration import begin_passkey_registration
from identity.doors.operations.rename_passkey import rename_passkey
from identity.doors.operations.revoke_passkey import revoke_passkey
from identity.doors.queries import doors_of, passkeys_of
from identity.doors.refusals import (
    DoorNotForHolder,
    DoorNotFound,
    LabelUnusable,
    LastDoorStays,
    NewPostcardNeeded,
    SignInNotRecent,
    SignInTooWeakForDoor,
)
from identity.doors.rules.binding import (
    MAY_ADD,
    MAY_END,
    demand_may_add,
    demand_may_end,
    demand_postcard_newer_than_passkeys,
)
from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import new_id
from kernel.refusals import Refusal
from tests.identity.doors.visits import (
    PARTY,
    Passkeys,
    browser,
    came,
    issue_postcard,
    meeting,
    new_authenticator,
    rows,
)

AT_HOME = {Acr.POSTCARD, Acr.COUNTER, Acr.PASSKEY, Acr.JPKI_AUTH, Acr.JPKI_SIGN}


def end(database: Database, credential_id: bytes, signed_in: ProvenSignIn, clock: SetClock) -> Refusal | None:
    try:
        database.run(lambda session: revoke_passkey(session, credential_id, signed_in=signed_in, now=clock.now()))
    except Refusal as refusal:
        return refusal
    return None


def test_asvs_6_4_4_what_each_door_asks_for_to_be_added_and_ended() -> None:
    assert {door: set(acrs) for door, acrs in MAY_ADD.items()} == {
        Door.LINE: AT_HOME,
        Door.PASSKEY: AT_HOME | {Acr.STAFF},
        Door.DAS: AT_HOME,
    }
    assert {door: set(acrs) for door, acrs in MAY_END.items()} == {
        Door.LINE: AT_HOME,
        Door.PASSKEY: AT_HOME | {Acr.STAFF},
        Door.DAS: {Acr.COUNTER, Acr.JPKI_AUTH, Acr.JPKI_SIGN},
    }


@pytest.mark.parametrize("door", [Door.LINE, Door.PASSKEY, Door.DAS])
def test_asvs_6_4_4_line_alone_adds_and_ends_nothing(door: Door, clock: SetClock) -> None:
    signed_in = came(Holder(HolderKind.RESIDENT, new_id()), Acr.LINE, clock)
    for demand in (demand_may_add, demand_may_end):
        with pytest.raises(SignInTooWeakForDoor) as refused:
            demand(door, signed_in, now=clock.now())
        assert refused.value == SignInTooWeakForDoor(door.value)


@pytest.mark.parametrize("door", [Door.LINE, Door.DAS])
@pytest.mark.parametrize("kind", [HolderKind.SHOP, HolderKind.STAFF])
def test_shops_and_staff_have_no_links(door: Door, kind: HolderKind, clock: SetClock) -> None:
    with pytest.raises(DoorNotForHolder) as refused:
        demand_may_add(door, came(Holder(kind, new_id()), Acr.PASSKEY, clock), now=clock.now())
    assert refused.value == DoorNotForHolder(door.value, kind.value)


def test_asvs_7_5_1_a_sign_in_of_more_than_five_minutes_ago_changes_no_door(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database
) -> None:
    passkeys.begin_registration(came(resident, Acr.PASSKEY, clock, seconds_ago=300))
    late = came(resident, Acr.PASSKEY, clock, seconds_ago=301)
    before = rows(database, "SELECT challenge FROM identity.passkey_challenges")
    with pytest.raises(SignInNotRecent) as refused:
        passkeys.begin_registration(late)
    assert refused.value == SignInNotRecent(300)
    assert rows(database, "SELECT challenge FROM identity.passkey_challenges") == before
    authenticator = passkeys.registered(resident)
    assert end(database, authenticator.credential_id, late, clock) == SignInNotRecent(300)
    assert len(database.run(lambda session: passkeys_of(session, resident))) == 1


def test_the_age_of_a_sign_in_is_a_setting(database: Database, resident: Holder, clock: SetClock) -> None:
    with pytest.raises(SignInNotRecent) as refused:
        database.run(
            lambda session: begin_passkey_registration(
                session,
                signed_in=came(resident, Acr.COUNTER, clock, seconds_ago=61),
                party=PARTY,
                browser_session=browser("phone"),
                user_name="鹿島 太郎",
                now=clock.now(),
                age_max_s=60,
            )
        )
    assert refused.value == SignInNotRecent(60)


@pytest.mark.parametrize("acr", sorted(AT_HOME))
def test_a_first_passkey_is_added_from_any_door_but_line(passkeys: Passkeys, resident: Holder, acr: Acr) -> None:
    passkeys.registered(resident, acr)


def test_asvs_6_4_4_line_adds_no_passkey(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database
) -> None:
    with pytest.raises(SignInTooWeakForDoor):
        passkeys.begin_registration(came(resident, Acr.LINE, clock))
    assert rows(database, "SELECT * FROM identity.passkey_challenges") == []
    assert rows(database, "SELECT * FROM identity.passkey_user_handles") == []


def test_asvs_6_4_4_a_postcard_from_the_drawer_stands_in_for_no_passkey(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database, staff_database: Database
) -> None:
    issue_postcard(staff_database, resident, clock)
    clock.advance(timedelta(days=1))
    authenticator = passkeys.registered(resident, Acr.POSTCARD)
    clock.advance(timedelta(days=1))
    by_postcard = came(resident, Acr.POSTCARD, clock)
    with pytest.raises(NewPostcardNeeded):
        passkeys.begin_registration(by_postcard)
    assert end(database, authenticator.credential_id, by_postcard, clock) == NewPostcardNeeded()
    assert len(database.run(lambda session: passkeys_of(session, resident))) == 1
    issue_postcard(staff_database, resident, clock)
    assert end(database, authenticator.credential_id, by_postcard, clock) is None
    assert database.run(lambda session: passkeys_of(session, resident)) == []


def test_asvs_6_4_4_a_new_postcard_adds_a_passkey_beside_a_lost_one(
    passkeys: Passkeys, resident: Holder, clock: SetClock, staff_database: Database, database: Database
) -> None:
    passkeys.registered(resident)
    clock.advance(timedelta(days=1))
    issue_postcard(staff_database, resident, clock)
    passkeys.registered(resident, Acr.POSTCARD)
    assert len(database.run(lambda session: passkeys_of(session, resident))) == 2


def test_a_postcard_that_was_issued_after_the_sign_in_is_not_the_one_that_was_used(clock: SetClock) -> None:
    signed_in = came(Holder(HolderKind.RESIDENT, new_id()), Acr.POSTCARD, clock)
    created_at, later = clock.now() - timedelta(days=1), clock.now() + timedelta(seconds=1)
    demand_postcard_newer_than_passkeys(signed_in, clock.now(), [created_at])
    for issued_at in (later, created_at, None):
        with pytest.raises(NewPostcardNeeded):
            demand_postcard_newer_than_passkeys(signed_in, issued_at, [created_at])


@pytest.mark.parametrize("acr", [Acr.PASSKEY, Acr.COUNTER, Acr.JPKI_AUTH, Acr.JPKI_SIGN])
def test_a_passkey_is_ended_at_its_own_level_or_at_the_counter(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database, acr: Acr
) -> None:
    first, second = passkeys.registered(resident), passkeys.registered(resident)
    assert end(database, first.credential_id, came(resident, acr, clock), clock) is None
    (left,) = database.run(lambda session: passkeys_of(session, resident))
    assert left.credential_id == second.credential_id


def test_the_last_door_stays(passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database) -> None:
    authenticator = passkeys.registered(resident)
    by_passkey = came(resident, Acr.PASSKEY, clock)
    assert end(database, authenticator.credential_id, by_passkey, clock) == LastDoorStays()
    assert isinstance(passkeys.signed_in(authenticator), ProvenSignIn)


def test_of_the_last_two_doors_ended_at_the_same_moment_one_stays(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database
) -> None:
    ids = [passkeys.registered(resident).credential_id for _ in range(2)]
    by_passkey = came(resident, Acr.PASSKEY, clock)
    answers = meeting(
        database,
        lambda session: revoke_passkey(session, ids[0], signed_in=by_passkey, now=clock.now()),
        lambda: end(database, ids[1], by_passkey, clock),
    )
    assert answers == [None, LastDoorStays()]
    assert len(database.run(lambda session: passkeys_of(session, resident))) == 1


def test_a_passkey_that_opens_nothing_is_no_other_door_and_never_the_last(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database
) -> None:
    copied, sound = passkeys.registered(resident), passkeys.registered(resident)
    for shown in (5, 1):
        copied.sign_count = shown
        passkeys.signed_in(copied)
    by_passkey = came(resident, Acr.PASSKEY, clock)
    assert end(database, sound.credential_id, by_passkey, clock) == LastDoorStays()
    assert end(database, copied.credential_id, by_passkey, clock) is None


def test_nobody_ends_or_renames_the_passkey_of_somebody_else(
    passkeys: Passkeys, resident: Holder, other_resident: Holder, clock: SetClock, database: Database
) -> None:
    authenticator = passkeys.registered(resident)
    stranger = came(other_resident, Acr.JPKI_SIGN, clock)
    assert end(database, authenticator.credential_id, stranger, clock) == DoorNotFound()
    assert end(database, b"unknown", stranger, clock) == DoorNotFound()
    with pytest.raises(DoorNotFound):
        database.run(
            lambda session: rename_passkey(session, authenticator.credential_id, holder=other_resident, label="私の")
        )
    (stored,) = database.run(lambda session: passkeys_of(session, resident))
    assert stored.label == "スマホ"


def test_a_passkey_gets_another_label(passkeys: Passkeys, resident: Holder, database: Database) -> None:
    authenticator = passkeys.registered(resident)
    database.run(
        lambda session: rename_passkey(session, authenticator.credential_id, holder=resident, label=" 居間の  PC ")
    )
    with pytest.raises(LabelUnusable):
        database.run(lambda session: rename_passkey(session, authenticator.credential_id, holder=resident, label=" "))
    (stored,) = database.run(lambda session: passkeys_of(session, resident))
    assert stored.label == "居間の PC"


def test_a_page_of_settings_sees_every_door(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database, staff_database: Database
) -> None:
    assert database.run(lambda session: doors_of(session, resident)) == []
    issue_postcard(staff_database, resident, clock)
    passkeys.registered(resident)
    postcard, passkey = database.run(lambda session: doors_of(session, resident))
    assert (postcard.door, postcard.reference, postcard.added_at) == (Door.POSTCARD, None, clock.now())
    assert (passkey.door, passkey.label, passkey.last_used_at, passkey.is_usable) == (
        Door.PASSKEY,
        "スマホ",
        None,
        True,
    )


def test_a_registration_begun_by_one_is_finished_by_nobody_else(
    passkeys: Passkeys, resident: Holder, other_resident: Holder, clock: SetClock, database: Database
) -> None:
    answer = new_authenticator().register(passkeys.begin_registration(came(resident, Acr.COUNTER, clock)))
    passkeys.finish_registration(answer, other_resident)
    assert rows(database, "SELECT * FROM identity.passkeys") == []
