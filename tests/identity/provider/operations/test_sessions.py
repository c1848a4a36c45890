"""Sign-ins: another cookie each time, seen in a list, ended one by one or all, with all that came of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from identity.model import Acr, Holder, HolderKind, StaffRole
from identity.operations.add_staff import add_staff
from identity.provider.model import SessionView, TokenAnswer
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.open_face_session import open_face_session
from identity.provider.operations.sign_out_at_face import sign_out_at_face
from identity.provider.operations.use_face_session import use_face_session
from identity.provider.queries import sessions_of
from identity.provider.refusals import GrantNotValid, NotSignedIn, SessionNotYours
from kernel.db import Database
from tests.identity.provider.operations.world import FARM, TOWN, World


def listed(world: World) -> list[SessionView]:
    return world.run(lambda session: sessions_of(session, world.person, world.clock.now()))


def end(world: World, holder: Holder | None = None, only: UUID | None = None) -> int:
    return world.run(lambda session: end_sessions(session, holder or world.person, only=only, now=world.clock.now()))


def open_face(world: World, session_id: UUID, database: Database | None = None, earlier: str | None = None) -> str:
    return (database or world.database).run(
        lambda session: open_face_session(
            session,
            client_id="town",
            session_id=session_id,
            acr=Acr.POSTCARD,
            auth_time=world.clock.now(),
            earlier_cookie=earlier,
            now=world.clock.now(),
        )
    )


def is_in(world: World, cookie: str, client_id: str = "town") -> bool:
    try:
        world.run(lambda session: use_face_session(session, cookie, client_id, now=world.clock.now()))
    except NotSignedIn:
        return False
    return True


def test_asvs_7_2_4_a_proof_gives_another_cookie_and_the_one_before_opens_nothing(world: World) -> None:
    first = world.sign_in()
    session = world.session_of(first)
    second = world.sign_in(acr=Acr.PASSKEY, cookie=first.cookie)
    assert second.cookie != first.cookie
    with pytest.raises(NotSignedIn):
        world.session_of(first)
    again = world.session_of(second)
    assert again.id == session.id
    assert {proof.acr for proof in again.authentications} == {Acr.PASSKEY, Acr.POSTCARD}


def test_asvs_7_2_4_somebody_else_in_the_same_browser_ends_the_sign_in_before(
    world: World, other_person: Holder
) -> None:
    mine = world.sign_in()
    tokens = world.tokens(TOWN, mine)
    yours = world.sign_in(other_person, cookie=mine.cookie)
    with pytest.raises(NotSignedIn):
        world.session_of(mine)
    assert world.session_of(yours).holder == other_person
    assert not world.stands(tokens)
    assert world.rows("SELECT ended_by FROM identity.sessions WHERE ended_at IS NOT NULL") == [("replaced",)]


@pytest.mark.parametrize("cookie", ["planted", "x" * 43, "\x00"])
def test_asvs_7_2_4_a_cookie_that_was_planted_is_not_taken_over(world: World, cookie: str) -> None:
    browser = world.sign_in(cookie=cookie)
    assert browser.cookie != cookie
    with pytest.raises(NotSignedIn):
        world.session_of(replace(browser, cookie=cookie))


def test_a_sign_in_that_is_over_is_not_gone_on_with(world: World) -> None:
    first = world.sign_in()
    old = world.session_of(first).id
    world.clock.advance(timedelta(minutes=31))
    second = world.session_of(world.sign_in(cookie=first.cookie))
    assert second.id != old
    assert len(second.authentications) == 1


def test_asvs_7_5_2_the_list_names_each_browser_with_its_applications(world: World) -> None:
    first = world.sign_in()
    world.tokens(TOWN, first)
    world.tokens(FARM, first)
    world.clock.advance(timedelta(seconds=5))
    second = world.sign_in(secret="other")
    assert [(view.id, view.client_names) for view in listed(world)] == [
        (world.session_of(second).id, ()),
        (world.session_of(first).id, ("町のアプリ",)),
    ]


def test_asvs_7_4_1_ending_one_ends_what_came_of_it_and_nothing_else(world: World) -> None:
    lost, kept = world.sign_in(secret="lost"), world.sign_in(secret="kept")
    gone, stays = world.tokens(TOWN, lost), world.tokens(TOWN, kept)
    face, other_face = (open_face(world, world.session_of(one).id) for one in (lost, kept))
    assert end(world, only=world.session_of(lost).id) == 1
    with pytest.raises(NotSignedIn):
        world.session_of(lost)
    assert (world.stands(gone), world.stands(stays)) == (False, True)
    assert (is_in(world, face), is_in(world, other_face)) == (False, True)
    assert world.refresh(TOWN, gone.refresh_token) == GrantNotValid()
    assert isinstance(world.refresh(TOWN, stays.refresh_token), TokenAnswer)


def test_asvs_7_4_5_all_end_at_once_and_other_people_stay(world: World, other_person: Holder) -> None:
    mine = [world.sign_in(secret=secret) for secret in ("a", "b")]
    yours = world.sign_in(other_person, secret="c")
    assert end(world) == 2
    for browser in mine:
        with pytest.raises(NotSignedIn):
            world.session_of(browser)
    assert world.session_of(yours).holder == other_person
    assert (end(world), listed(world)) == (0, [])


def test_somebody_elses_sign_in_cannot_be_ended(world: World, other_person: Holder) -> None:
    yours = world.session_of(world.sign_in(other_person))
    before = world.dump()
    for session_id in (yours.id, uuid4()):
        with pytest.raises(SessionNotYours):
            end(world, only=session_id)
    assert world.dump() == before


def test_asvs_7_4_1_a_face_that_outlives_the_sign_in_is_listed_and_can_be_ended(world: World) -> None:
    session_id = world.session_of(world.sign_in()).id
    world.clock.advance(timedelta(minutes=29))
    face = open_face(world, session_id)
    world.clock.advance(timedelta(hours=11, minutes=45))
    assert is_in(world, face)
    assert [view.id for view in listed(world)] == [session_id]
    assert end(world, only=session_id) == 1
    assert not is_in(world, face)


def test_asvs_7_4_1_a_refresh_token_that_outlives_the_sign_in_keeps_it_in_the_list(world: World) -> None:
    lasting = world.register(replace(TOWN, refresh_lifetime_s=86_400))
    tokens = world.tokens(lasting)
    world.clock.advance(timedelta(hours=13))
    assert len(listed(world)) == 1
    assert end(world, only=listed(world)[0].id) == 1
    assert world.refresh(lasting, tokens.refresh_token) == GrantNotValid()
    assert listed(world) == []


def test_asvs_7_2_4_a_face_gives_another_cookie_and_ends_the_one_before(world: World) -> None:
    session_id = world.session_of(world.sign_in()).id
    first = open_face(world, session_id)
    second = open_face(world, session_id, earlier=first)
    assert first != second
    assert (is_in(world, first), is_in(world, second), is_in(world, second, "farm")) == (False, True, False)


def test_no_face_opens_after_the_sign_in_ended(world: World) -> None:
    session_id = world.session_of(world.sign_in()).id
    end(world)
    with pytest.raises(NotSignedIn):
        open_face(world, session_id)
    with pytest.raises(NotSignedIn):
        open_face(world, uuid4())


@pytest.mark.parametrize("role", ["pay", "staff"])
def test_signing_out_at_a_face_ends_the_sign_in_and_tells_who_must_be_told(world: World, role: str) -> None:
    database = world.database if role == "pay" else world.staff
    browser = world.sign_in()
    world.tokens(FARM, browser)
    face = open_face(world, world.session_of(browser).id, database)
    for cookie, client_id in ((face, "farm"), ("unknown", "town")):
        database.run(lambda session, c=cookie, i=client_id: sign_out_at_face(session, c, i, now=world.clock.now()))  # type: ignore[misc]
    assert is_in(world, face)
    database.run(lambda session: sign_out_at_face(session, face, "town", now=world.clock.now()))
    assert not is_in(world, face)
    with pytest.raises(NotSignedIn):
        world.session_of(browser)
    assert world.rows("SELECT client_id, attempts FROM identity.logout_deliveries") == [("farm", 0)]


def test_a_clerk_is_idle_at_a_face_after_a_quarter_of_an_hour(world: World) -> None:
    clerk = world.staff.run(
        lambda session: add_staff(session, display_name="商工 花子", roles=frozenset({StaffRole.HELP}))
    )
    browser = world.sign_in(Holder(HolderKind.STAFF, clerk), Acr.STAFF)
    face = open_face(world, world.session_of(browser).id)
    world.clock.advance(timedelta(minutes=14))
    assert is_in(world, face)
    world.clock.advance(timedelta(minutes=14))
    assert is_in(world, face), "each use counts"
    world.clock.advance(timedelta(minutes=15))
    assert not is_in(world, face)
