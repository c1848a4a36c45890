"""What applications were told of a person is on record, once a day."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from identity.access.model import Disclosure, PersonField
from identity.access.operations.record_disclosure import record_disclosure
from identity.access.operations.seal_events import seal_events
from identity.access.queries import disclosures_of, events_about, verify_chain
from identity.access.refusals import AuditFactHoldsSecret
from kernel.clock import SetClock, city_time
from kernel.db import Database
from tests.identity.access.desk import count
from tests.races.crowd import at_once

FOUR = (PersonField.NAME, PersonField.BIRTH_DATE, PersonField.ADDRESS)
EVENTS = "SELECT count(*) FROM identity.audit_events"


@pytest.fixture
def clock() -> SetClock:
    """Ten minutes before midnight in the city, which is the afternoon of the same day in UTC."""
    return SetClock(city_time(date(2026, 9, 1), 23) + timedelta(minutes=50))


def tell(
    database: Database,
    person_id: UUID,
    clock: SetClock,
    client_id: str = "certificates",
    fields: tuple[PersonField, ...] = FOUR,
) -> None:
    database.run(
        lambda session: record_disclosure(session, person_id, client_id=client_id, fields=fields, now=clock.now())
    )


def test_asvs_14_2_4_a_person_reads_which_application_was_told_what_and_when(
    database: Database, taro: UUID, hanako: UUID, clock: SetClock
) -> None:
    tell(database, taro, clock, fields=(PersonField.ADDRESS, PersonField.NAME))
    with database.transaction() as session:
        assert disclosures_of(session, taro) == [
            Disclosure(clock.now(), "certificates", (PersonField.NAME, PersonField.ADDRESS))
        ]
        assert disclosures_of(session, hanako) == []
        (event,) = events_about(session, taro)
    assert (event.actor_kind, event.actor_id, event.outcome) == ("client", None, "succeeded")


def test_one_day_of_the_city_one_application_and_the_same_fields_are_one_record(
    database: Database, taro: UUID, hanako: UUID, clock: SetClock
) -> None:
    first = clock.now()
    for _ in range(3):
        tell(database, taro, clock)
        clock.advance(timedelta(minutes=3))
    assert count(database, EVENTS) == 1
    tell(database, taro, clock, fields=FOUR[:1])
    tell(database, taro, clock, client_id="subsidies")
    tell(database, hanako, clock)
    clock.advance(timedelta(minutes=2))
    tell(database, taro, clock)
    with database.transaction() as session:
        found = disclosures_of(session, taro)
    assert [(told.client_id, len(told.what)) for told in found] == [
        *(("certificates", 3), ("subsidies", 3), ("certificates", 1), ("certificates", 3))
    ]
    assert (found[0].at, found[-1].at) == (clock.now(), first)


def test_two_calls_at_once_are_one_record(database: Database, taro: UUID, clock: SetClock) -> None:
    assert at_once([lambda: tell(database, taro, clock)] * 4) == [None] * 4
    assert count(database, EVENTS) == 1


def test_asvs_16_4_2_a_disclosure_is_a_link_of_the_chain(
    database: Database, worker_database: Database, taro: UUID, clock: SetClock
) -> None:
    tell(database, taro, clock)
    tell(database, taro, clock)
    assert worker_database.run(lambda session: seal_events(session, now=clock.now())) == 1
    with worker_database.transaction() as session:
        report = verify_chain(session)
    assert (report.head.position, report.waiting, report.faults) == (1, 0, ())


def test_asvs_16_2_5_a_disclosure_holds_the_names_of_fields_and_no_secret(
    database: Database, taro: UUID, clock: SetClock
) -> None:
    with pytest.raises(AuditFactHoldsSecret):
        tell(database, taro, clock, client_id="eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0")
    assert count(database, EVENTS) == 0
