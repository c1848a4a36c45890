"""Whether somebody lives, as the roll tells it, and that a sign-in and the news of a death do not miss each other."""

from datetime import date
from functools import partial
from typing import LiteralString
from uuid import UUID

import pytest
from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from identity.provider.operations.end_sessions_of_the_dead import end_sessions_of_the_dead
from identity.provider.operations.start_session import start_session
from identity.roll.model import ImportedRoll
from identity.roll.operations.import_roll import import_roll
from identity.roll.queries import demand_living
from identity.roll.refusals import PersonHasDied
from kernel.db import Database
from kernel.ids import new_id
from tests.identity.doors.visits import meeting
from tests.identity.roll.desk import NOW, Desk
from tests.identity.roll.extracts import BASE_DATE, HANAKO, JIRO, KEY, TARO, died, moved_out, written

OPEN: LiteralString = "SELECT count(*) FROM identity.sessions WHERE ended_at IS NULL"


@pytest.fixture
def taro(desk: Desk) -> UUID:
    desk.take(written(TARO, HANAKO))
    return desk.person(TARO)


def lives(database: Database, person_id: UUID) -> bool:
    try:
        database.run(lambda session: demand_living(session, person_id))
    except PersonHasDied as refusal:
        return refusal.holder != Holder(HolderKind.RESIDENT, person_id)
    return True


def test_who_died_does_not_live_until_the_roll_says_otherwise(desk: Desk, database: Database, taro: UUID) -> None:
    assert lives(database, taro)
    assert desk.take(written(moved_out(TARO, "2026-08-01"))).died == ()
    assert lives(database, taro), "who moved out may still spend what they have"
    assert desk.take(written(died(TARO, "2026-08-20"))).died == (taro,)
    assert not lives(database, taro)
    assert lives(database, desk.person(HANAKO))
    desk.take(written(TARO, JIRO))
    assert lives(database, taro)


def test_a_stranger_to_the_roll_may_sign_in(database: Database) -> None:
    assert lives(database, new_id())


def test_an_import_tells_of_a_death_once(desk: Desk, taro: UUID) -> None:
    file = written(died(TARO, "2026-08-20"), HANAKO)
    assert [desk.take(file).died, desk.take(file).died] == [(taro,), ()]
    assert desk.take(written(died(TARO, "2026-08-20")), base_date=date(2026, 9, 2)).died == ()


def tell(session: Session, desk: Desk) -> ImportedRoll:
    """The roll tells that Taro died, and his sign-ins end."""
    file = written(died(TARO, "2026-08-20"))
    done = import_roll(session, file, base_date=BASE_DATE, imported_by=desk.clerk, key=KEY, now=NOW)
    end_sessions_of_the_dead(session, done.died, now=NOW)
    return done


def begin(session: Session, person_id: UUID) -> None:
    """Somebody signs in as Taro."""
    demand_living(session, person_id)
    proven = ProvenSignIn(Holder(HolderKind.RESIDENT, person_id), Acr.PASSKEY, (), NOW)
    start_session(session, proven, cookie=None, browser="Chrome", now=NOW)


def test_a_sign_in_waits_for_an_import_that_tells_of_the_death(desk: Desk, database: Database, taro: UUID) -> None:
    sign_in = partial(database.run, partial(begin, person_id=taro))
    told, answer = meeting(desk.database, partial(tell, desk=desk), sign_in)
    assert isinstance(told, ImportedRoll)
    assert answer == PersonHasDied(str(taro))
    assert desk.ask(OPEN) == [(0,)]


def test_an_import_that_tells_of_a_death_waits_for_a_sign_in_and_ends_it(
    desk: Desk, database: Database, taro: UUID
) -> None:
    meeting(database, partial(begin, person_id=taro), partial(desk.database.run, partial(tell, desk=desk)))
    assert desk.ask("SELECT ended_by FROM identity.sessions") == [("died",)]


def test_sign_ins_of_others_do_not_wait(desk: Desk, database: Database, taro: UUID) -> None:
    hanako = desk.person(HANAKO)
    with desk.database.transaction() as session:
        tell(session, desk)
        database.run(partial(begin, person_id=hanako))
    assert desk.ask(OPEN) == [(1,)]
