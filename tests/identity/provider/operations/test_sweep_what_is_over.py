"""What is over goes in time and nothing that lives does; a stolen token is known for as long as it could matter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import LiteralString, NamedTuple
from uuid import UUID

import psycopg
import pytest
from psycopg import errors
from sqlmodel import Session

from identity.provider.model import TokenAnswer
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.sweep_what_is_over import sweep_what_is_over
from identity.provider.refusals import GrantNotValid, GrantUsedTwice
from identity.provider.rules.retention import SIGN_INS_KEPT, USED_ONCE_KEPT
from kernel.db import Database, driver_connection
from kernel.ids import new_id
from tests.identity.provider.operations.world import FARM, TOWN, World

MakeDatabase = Callable[[str], Database]
YEAR_S = 365 * 86_400
SWEPT: tuple[LiteralString, ...] = (
    "sessions",
    "authentications",
    "session_clients",
    "grants",
    "authorization_codes",
    "refresh_tokens",
    "face_sessions",
    "logout_deliveries",
    "device_requests",
)
YOUNG, OLD = timedelta(days=29), timedelta(days=31)
ENDS: tuple[timedelta | None, ...] = (None, YOUNG, OLD)
"""How long ago something ended before its time, if it did."""
EXPIRIES = (timedelta(hours=-1), YOUNG, OLD)
"""How long ago its time was over; the first one's is to come."""


Life = tuple[timedelta | None, timedelta]
"""How long ago something was ended, if it was, and how long ago its time was over."""


class Made(NamedTuple):
    """A sign-in with one grant and one face session, or without them."""

    session_id: UUID
    session: Life
    grant: Life | None
    face: Life | None

    def goes(self) -> bool:
        """Sign-in, grant and face session have all been over for a month; a grant is over with its sign-in."""
        parts = [self.session]
        parts += [self.face] if self.face is not None else []
        ages = [*parts, (*self.grant, self.session[0])] if self.grant is not None else parts
        return all(max(age for age in one if age is not None) > SIGN_INS_KEPT for one in ages)


@pytest.fixture
def worker(make_database: MakeDatabase) -> Database:
    return make_database("kashiman_worker")


@pytest.fixture
def sweep(world: World, worker: Database) -> Callable[[], None]:
    def run(at_once: int = 50) -> None:
        while worker.run(lambda session: sweep_what_is_over(session, now=world.clock.now(), at_once=at_once)):
            pass

    return run


def left(world: World) -> dict[str, int]:
    dump = world.dump()
    return {table: len(dump[table]) for table in SWEPT if dump[table]}


def test_of_every_sign_in_exactly_that_goes_of_which_nothing_lived_for_a_month(
    world: World, sweep: Callable[[], None]
) -> None:
    lives = list(product(ENDS, EXPIRIES))
    made = [
        world.run(lambda session, facts=facts: put(session, world, *facts))  # type: ignore[misc]
        for facts in product(lives, [None, *lives], [None, *lives])
    ]
    sweep()
    kept = {row[0] for row in world.rows("SELECT id FROM identity.sessions")}
    assert len(made) == 900
    assert {one.session_id for one in made if not one.goes()} == kept
    assert 0 < len(kept) < len(made)
    proofs = {row[0] for row in world.rows("SELECT session_id FROM identity.authentications")}
    assert proofs == kept, "a proof goes with its sign-in"


def put(
    session: Session,
    world: World,
    life: Life,
    grant: Life | None,
    face: Life | None,
) -> Made:
    """Put in a sign-in of a year ago as it would stand after all that happened to it."""
    now, session_id, connection = world.clock.now(), new_id(), driver_connection(session)
    began = now - timedelta(days=365)
    ended_at = ended(life, now)
    connection.execute(
        "INSERT INTO identity.sessions VALUES (%s, sha256(%s), 'resident', %s, 'Chrome', %s, %s, %s, %s, %s)",
        [
            *(session_id, session_id.bytes, world.person.id, began, began, now - life[1], ended_at),
            "holder" if ended_at else None,
        ],
    )
    connection.execute("INSERT INTO identity.authentications VALUES (%s, 'a', '{}', %s)", [session_id, began])
    if grant is not None:
        revoked_at = ended(grant, now)
        connection.execute(
            """
            INSERT INTO identity.grants (id, client_id, session_id, holder_kind, holder_id, scopes, acr, amr, auth_time,
                granted_at, expires_at, revoked_at, revoked_because)
            VALUES (%s, 'town', %s, 'resident', %s, '{}', 'a', '{}', %s, %s, %s, %s, %s)
            """,
            [
                *(new_id(), session_id, world.person.id, began, began, now - grant[1], revoked_at),
                "test" if revoked_at else None,
            ],
        )
    if face is not None:
        connection.execute(
            "INSERT INTO identity.face_sessions VALUES"
            " (sha256(%s), 'town', %s, 'resident', %s, 'a', %s, %s, %s, 1, %s, %s)",
            [
                *(session_id.bytes, session_id, world.person.id, began, began, began, now - face[1]),
                ended(face, now),
            ],
        )
    return Made(session_id, life, grant, face)


def ended(life: Life, now: datetime) -> datetime | None:
    return now - life[0] if life[0] is not None else None


def test_asvs_10_4_5_a_stolen_token_is_recognised_as_long_as_its_family_lives(
    world: World, sweep: Callable[[], None]
) -> None:
    client = world.register(replace(TOWN, refresh_lifetime_s=YEAR_S))
    first = world.tokens(client)
    newest = first
    for _ in range(12):
        world.clock.advance(timedelta(days=30))
        sweep()
        refreshed = world.refresh(client, newest.refresh_token)
        assert isinstance(refreshed, TokenAnswer), "nothing that lives goes, however long the sign-in is over"
        newest = refreshed
    assert world.refresh(client, first.refresh_token) == GrantUsedTwice()
    assert world.refresh(client, newest.refresh_token) == GrantNotValid()
    world.clock.advance(SIGN_INS_KEPT)
    sweep()
    assert left(world)["refresh_tokens"] == 13, "the traces of a theft are kept for a month"
    world.clock.advance(timedelta(seconds=1))
    sweep()
    assert left(world) == {}
    assert world.refresh(client, newest.refresh_token) == GrantNotValid(), "and the answer stays the same"


def test_asvs_10_4_2_a_code_that_comes_again_ends_what_came_of_it_as_long_as_that_lives(
    world: World, sweep: Callable[[], None]
) -> None:
    client = world.register(replace(TOWN, refresh_lifetime_s=YEAR_S))
    code = world.code(client, world.sign_in(), scope="openid offline_access")
    tokens = world.exchange(client, code)
    assert isinstance(tokens, TokenAnswer)
    world.clock.advance(timedelta(days=200))
    sweep()
    assert world.exchange(client, code) == GrantUsedTwice()
    assert world.refresh(client, tokens.refresh_token) == GrantNotValid()


def test_a_grant_without_an_end_of_its_own_goes_a_month_after_its_last_token(
    world: World, sweep: Callable[[], None]
) -> None:
    browser = world.sign_in()
    answer = world.exchange(TOWN, world.code(TOWN, browser))
    assert isinstance(answer, TokenAnswer)
    world.clock.advance(timedelta(minutes=10))
    sweep()
    assert world.stands(answer)
    assert left(world) == dict.fromkeys(
        ("sessions", "authentications", "session_clients", "grants", "authorization_codes"), 1
    )
    world.clock.advance(SIGN_INS_KEPT)
    sweep()
    assert left(world) == {"sessions": 1, "authentications": 1, "session_clients": 1}, (
        "the sign-in lived for half a day"
    )
    world.clock.advance(timedelta(hours=12))
    sweep()
    assert left(world) == {}


def test_news_that_was_told_or_given_up_goes_and_news_that_waits_stays(
    world: World, worker: Database, sweep: Callable[[], None]
) -> None:
    for _ in range(4):
        world.tokens(FARM)
        world.run(lambda session: end_sessions(session, world.person, now=world.clock.now()))
    states = ("delivered_at", "given_up_at", "next_at")
    for number, column in enumerate(states):
        statement = f"UPDATE identity.logout_deliveries SET {column} = %s WHERE id = (SELECT id FROM"
        statement += " identity.logout_deliveries ORDER BY id OFFSET %s LIMIT 1)"
        facts = [world.clock.now(), number]
        worker.run(lambda session, one=statement, of=facts: driver_connection(session).execute(one, of))  # type: ignore[misc]
    world.clock.advance(SIGN_INS_KEPT)
    sweep()
    assert left(world)["logout_deliveries"] == 4
    world.clock.advance(timedelta(seconds=1))
    sweep()
    assert left(world) == {"logout_deliveries": 2}
    world.register(replace(FARM, backchannel_logout_uri=None))
    sweep()
    assert left(world) == {}, "nobody waits for it any more"


def test_a_question_of_a_device_goes_minutes_after_its_time(world: World, sweep: Callable[[], None]) -> None:
    until = world.clock.now() + timedelta(minutes=3)
    statement: LiteralString = (
        "INSERT INTO identity.device_requests (device_digest, user_code_digest, client_id, scopes, application,"
        " asked_at, expires_at, interval_s) VALUES ('d', 'u', 'kiosk', '{}', 'x', now(), %s, 5)"
    )
    world.run(lambda session: driver_connection(session).execute(statement, [until]))
    world.clock.at = until + USED_ONCE_KEPT
    sweep()
    assert left(world) == {"device_requests": 1}
    world.clock.advance(timedelta(seconds=1))
    sweep()
    assert left(world) == {}


def test_much_goes_piece_by_piece(world: World, worker: Database) -> None:
    for _ in range(3):
        world.tokens(TOWN)
    world.clock.advance(timedelta(days=60))

    def once() -> tuple[bool, int]:
        more = worker.run(lambda session: sweep_what_is_over(session, now=world.clock.now(), at_once=1))
        return more, left(world).get("sessions", 0)

    assert [once(), once(), once(), once()] == [(True, 2), (True, 1), (True, 0), (False, 0)]


@pytest.mark.parametrize("role", ["kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_auditor"])
def test_asvs_8_2_1_only_the_worker_deletes(make_database: MakeDatabase, role: str) -> None:
    database = make_database(role)
    for table in SWEPT:
        with pytest.raises(errors.InsufficientPrivilege):
            database.run(lambda session, name=table: run(session, "DELETE FROM identity." + name))  # type: ignore[misc]


@pytest.mark.parametrize("table", ["authentications", "session_clients", "authorization_codes", "refresh_tokens"])
def test_asvs_8_2_1_the_worker_deletes_no_part_of_a_sign_in_by_itself(worker: Database, table: LiteralString) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        worker.run(lambda session: run(session, "DELETE FROM identity." + table))


def test_a_proof_is_never_changed_and_goes_with_its_sign_in_alone(world: World, database_url: str) -> None:
    world.sign_in()
    statements: tuple[LiteralString, ...] = (
        "DELETE FROM identity.authentications",
        "UPDATE identity.authentications SET acr = 'urn:kashima:acr:passkey'",
        "TRUNCATE identity.authentications",
    )
    with psycopg.connect(database_url, autocommit=True) as owner:
        for statement in statements:
            with pytest.raises(errors.InsufficientPrivilege):
                owner.execute(statement)
        owner.execute("DELETE FROM identity.sessions")
    assert left(world) == {}


def run(session: Session, statement: LiteralString) -> None:
    driver_connection(session).execute(statement)
