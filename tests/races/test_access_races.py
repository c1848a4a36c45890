"""Two who erase, who read while somebody erases, and who seal: each waits for the other or is told no."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from identity.access.model import DeletionReason, PersonField, PersonView, Reason, ReasonCode
from identity.access.operations.delete_person import delete_person
from identity.access.operations.read_person import read_person
from identity.access.operations.record_events import record_events
from identity.access.operations.seal_events import seal_events
from identity.access.queries import verify_chain
from identity.model import StaffRole
from identity.operations.add_staff import add_staff
from identity.operations.import_residents import import_residents
from identity.refusals import PersonUnknown
from kernel.clock import city_time
from kernel.db import Database
from kernel.refusals import Busy, Refusal
from tests.identity.access.desk import count, signed_in
from tests.identity.people import HANAKO, TARO
from tests.races.crowd import at_once

NOW = city_time(date(2026, 9, 1), 10)
CALLED = Reason(ReasonCode.INQUIRY, "本人から残高について電話があった")


@pytest.fixture
def staff_database(make_database: Callable[..., Database]) -> Database:
    database = make_database("kashiman_staff", pool_size=12)
    database.run(lambda session: import_residents(session, [TARO, HANAKO], now=NOW))
    return database


@pytest.fixture
def desk(staff_database: Database) -> list[UUID]:
    """Three of the help desk."""
    roles = [StaffRole.HELP]
    return [
        staff_database.run(lambda session, name=name: add_staff(session, display_name=name, roles=roles))  # type: ignore[misc]
        for name in ("一子", "二郎", "三郎")
    ]


@pytest.fixture
def impatient(database_url: str) -> Iterator[Database]:
    """The staff's database for somebody who waits a fifth of a second for a lock."""
    database = Database(database_url, role="kashiman_staff", lock_timeout_ms=200)
    yield database
    database.close()


def erase(database: Database, by: UUID, second: UUID) -> Callable[[], None]:
    return lambda: database.run(lambda session: erase_in(session, by, second))


def erase_in(session: Session, by: UUID, second: UUID) -> None:
    delete_person(
        session,
        TARO.person_id,
        by=by,
        second=second,
        reason=DeletionReason.MOVED_OUT,
        case_reference="鹿総第34号",
        wallet_is_empty=True,
        now=NOW,
    )


def read(database: Database, staff_id: UUID) -> Callable[[], PersonView]:
    return lambda: database.run(lambda session: look(session, staff_id))


def look(session: Session, staff_id: UUID) -> PersonView:
    return read_person(
        session,
        TARO.person_id,
        staff_id=staff_id,
        roles=[StaffRole.HELP],
        reason=CALLED,
        fields=[PersonField.NAME],
        screen="help_desk/person",
        now=NOW,
    )


def test_of_two_who_erase_one_does_and_one_is_told_that_nobody_is_there(
    staff_database: Database, desk: list[UUID]
) -> None:
    first, second, third = desk
    answers = at_once([erase(staff_database, first, second), erase(staff_database, second, third)])
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "PersonUnknown"]
    assert count(staff_database, "SELECT count(*) FROM identity.audit_events") == 1
    assert count(staff_database, "SELECT count(*) FROM identity.people WHERE erased_at IS NOT NULL") == 1


def test_while_somebody_erases_there_is_no_data_without_a_record_and_no_record_without_data(
    staff_database: Database, desk: list[UUID]
) -> None:
    first, second, third = desk
    readers = [read(staff_database, third) for _ in range(8)]
    answers = at_once([*readers[:4], erase(staff_database, first, second), *readers[4:]])
    views = [answer for answer in answers if isinstance(answer, PersonView)]
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(views) + len(refused) == 8
    assert all(isinstance(refusal, PersonUnknown) for refusal in refused)
    assert {view.display_name for view in views} <= {"鹿島 太郎"}
    assert count(staff_database, "SELECT count(*) FROM identity.readings") == len(views)


def test_a_reader_and_an_eraser_of_one_person_wait_for_each_other(
    staff_database: Database, desk: list[UUID], impatient: Database
) -> None:
    first, second, third = desk
    with staff_database.transaction() as session:
        assert look(session, third).display_name == "鹿島 太郎"
        with pytest.raises(Busy):
            erase(impatient, first, second)()
    with staff_database.transaction() as session:
        erase_in(session, first, second)
        with pytest.raises(Busy):
            read(impatient, third)()
    with pytest.raises(PersonUnknown):
        read(staff_database, third)()
    assert count(staff_database, "SELECT count(*) FROM identity.readings") == 1


def test_many_who_record_and_two_who_seal_make_one_chain(
    staff_database: Database, make_database: Callable[..., Database]
) -> None:
    worker = make_database("kashiman_worker")

    def record(number: int) -> Callable[[], None]:
        events = [signed_in(NOW + timedelta(seconds=number), failures=each) for each in range(5)]
        return lambda: staff_database.run(lambda session: record_events(session, events))

    def seal() -> int:
        return worker.run(lambda session: seal_events(session, now=NOW))

    answers = at_once([*(record(number) for number in range(4)), seal, seal, *(record(9) for _ in range(4)), seal])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    sealed = sum(answer for answer in answers if isinstance(answer, int))
    assert sealed + seal() == 40
    with worker.transaction() as session:
        report = verify_chain(session)
    assert (report.head.position, report.waiting, report.faults) == (40, 0, ())
