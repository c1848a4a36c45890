"""Events form a chain of hashes that shows every change and every gap, and that nobody who signs in waits for."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from identity.access.model import (
    ActorKind,
    AuditEvent,
    ChainFault,
    ChainFaultKind,
    ChainHead,
    ChainReport,
    EventOutcome,
    StoredEvent,
)
from identity.access.operations.record_events import record_events
from identity.access.operations.seal_events import EVENTS_AT_ONCE, seal_events
from identity.access.queries import chain_head, events_about, verify_chain
from identity.access.refusals import AuditFactHoldsSecret
from identity.access.rules.chain import NO_HEAD, canonical_event, event_hash
from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import derived_id
from tests.identity.access.desk import count, signed_in

PERSON = derived_id("person", "taro")
EVENTS = "SELECT count(*) FROM identity.audit_events"
EXAMPLE = StoredEvent(
    7,
    AuditEvent(
        kind="sign_in.line",
        outcome=EventOutcome.REFUSED,
        at=datetime(2026, 9, 1, 1, 2, 3, 45, tzinfo=UTC),
        actor_kind=ActorKind.NOBODY,
        person_id=PERSON,
        client_id="wallet",
        facts={"refusal_code": "link_unknown", "amr": ["pwd"], "failures": 2, "known": False, "note": "鹿島"},
    ),
)


@pytest.fixture
def sealed(database: Database, worker_database: Database, clock: SetClock) -> ChainHead:
    """Five events in the chain."""
    record(database, *(signed_in(clock.now() + timedelta(seconds=second), PERSON) for second in range(5)))
    assert seal(worker_database, clock) == 5
    with worker_database.transaction() as session:
        return chain_head(session)


def record(database: Database, *events: AuditEvent) -> None:
    database.run(lambda session: record_events(session, events))


def seal(worker: Database, clock: SetClock) -> int:
    return worker.run(lambda session: seal_events(session, now=clock.now()))


def verify(database: Database, kept: ChainHead | None = None) -> ChainReport:
    with database.transaction() as session:
        return verify_chain(session, kept=kept)


def tamper(database_url: str, *statements: LiteralString) -> None:
    """Change history as somebody could who owns the server and switches its guards off."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def test_asvs_16_3_1_an_event_reads_back_as_it_was_recorded(database: Database, clock: SetClock) -> None:
    succeeded = signed_in(clock.now(), PERSON, failures=0)
    refused = AuditEvent(
        kind="authorization.asked",
        outcome=EventOutcome.REFUSED,
        at=clock.now() + timedelta(seconds=1),
        actor_kind=ActorKind.CLIENT,
        person_id=PERSON,
        client_id="certificate",
        facts={"error_code": "invalid_scope", "scopes": ["openid", "wallet.pay"], "note": None, "known": True},
    )
    elsewhere = signed_in(clock.now(), derived_id("person", "hanako"))
    record(database, succeeded, elsewhere, refused)
    with database.transaction() as session:
        assert events_about(session, PERSON) == [refused, succeeded]
        assert events_about(session, PERSON, limit=1) == [refused]


def test_asvs_16_2_5_one_secret_keeps_the_whole_batch_out(database: Database, clock: SetClock) -> None:
    leaking = signed_in(clock.now(), PERSON, note="Bearer abcdefgh12345678")
    with pytest.raises(AuditFactHoldsSecret):
        record(database, signed_in(clock.now(), PERSON), leaking)
    assert count(database, EVENTS) == 0
    record(database)
    assert count(database, EVENTS) == 0


def test_an_event_is_written_in_one_way_only() -> None:
    assert canonical_event(EXAMPLE).decode() == (
        '{"actor_id":null,"actor_kind":"nobody","at":"2026-09-01T01:02:03.000045+00:00","client_id":"wallet",'
        '"facts":{"amr":["pwd"],"failures":2,"known":false,"note":"鹿島","refusal_code":"link_unknown"},'
        f'"kind":"sign_in.line","outcome":"refused","person_id":"{PERSON}","sequence":7}}'
    )


def test_a_hash_covers_the_event_and_the_hash_before() -> None:
    expected = hashlib.sha256(b"kashiman identity audit 1\n" + bytes(32) + canonical_event(EXAMPLE)).digest()
    assert event_hash(NO_HEAD.hash, EXAMPLE) == expected
    assert event_hash(expected, EXAMPLE) != expected


def test_events_are_sealed_once_in_their_order(
    database: Database, worker_database: Database, clock: SetClock, sealed: ChainHead
) -> None:
    assert sealed.position == 5
    assert seal(worker_database, clock) == 0
    assert verify(worker_database, sealed) == ChainReport(sealed, 0, ())
    record(database, signed_in(clock.now(), PERSON))
    assert verify(worker_database) == ChainReport(sealed, 1, ())
    assert seal(worker_database, clock) == 1
    report = verify(worker_database, sealed)
    assert (report.head.position, report.waiting, report.faults) == (6, 0, ())


def test_a_long_queue_is_sealed_piece_by_piece(database: Database, worker_database: Database, clock: SetClock) -> None:
    record(database, *(signed_in(clock.now(), failures=number) for number in range(EVENTS_AT_ONCE + 3)))
    assert [seal(worker_database, clock) for _ in range(3)] == [EVENTS_AT_ONCE, 3, 0]
    assert verify(worker_database) == ChainReport(verify(worker_database).head, 0, ())


def test_an_event_that_commits_late_is_sealed_late(
    database: Database, worker_database: Database, clock: SetClock
) -> None:
    with database.transaction() as session:
        record_events(session, [signed_in(clock.now(), PERSON)])
        record(database, signed_in(clock.now(), PERSON), signed_in(clock.now(), PERSON))
        assert seal(worker_database, clock) == 2
    assert seal(worker_database, clock) == 1
    order = "SELECT array_agg(sequence ORDER BY position) = ARRAY[2, 3, 1]::bigint[] FROM identity.audit_seals"
    assert count(worker_database, f"SELECT ({order})::int") == 1
    assert verify(worker_database).faults == ()


def test_nobody_who_signs_in_waits_for_the_sealer(
    database: Database, worker_database: Database, clock: SetClock
) -> None:
    record(database, signed_in(clock.now(), PERSON))
    with worker_database.transaction() as session:
        assert seal_events(session, now=clock.now()) == 1
        record(database, signed_in(clock.now(), PERSON))
    assert verify(worker_database).waiting == 1


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        (
            "UPDATE identity.audit_events SET outcome = 'refused' WHERE sequence = 3",
            [ChainFault(ChainFaultKind.EVENT_CHANGED, 3, 3)],
        ),
        (
            "UPDATE identity.audit_events SET at = at + interval '1 microsecond' WHERE sequence = 1",
            [ChainFault(ChainFaultKind.EVENT_CHANGED, 1, 1)],
        ),
        (
            'UPDATE identity.audit_events SET facts = facts || \'{"acr": "x"}\' WHERE sequence = 5',
            [ChainFault(ChainFaultKind.EVENT_CHANGED, 5, 5)],
        ),
        (
            "DELETE FROM identity.audit_events WHERE sequence = 2",
            [ChainFault(ChainFaultKind.EVENT_MISSING, 2, 2)],
        ),
        (
            "DELETE FROM identity.audit_seals WHERE position = 2",
            [
                ChainFault(ChainFaultKind.LINK_MISSING, 2, None),
                ChainFault(ChainFaultKind.EVENT_NEVER_SEALED, None, 2),
            ],
        ),
        (
            "UPDATE identity.audit_seals SET hash = sha256('x') WHERE position = 4",
            [
                ChainFault(ChainFaultKind.EVENT_CHANGED, 4, 4),
                ChainFault(ChainFaultKind.LINK_CHANGED, 5, 5),
            ],
        ),
        (
            "INSERT INTO identity.audit_events (at, kind, outcome, actor_kind, facts)"
            " VALUES (now(), 'key.rotated', 'succeeded', 'system', '{}')",
            [ChainFault(ChainFaultKind.EVENT_NEVER_SEALED, None, 6)],
        ),
    ],
)
def test_asvs_16_4_2_whoever_owns_the_server_cannot_change_history_unseen(
    worker_database: Database,
    database_url: str,
    sealed: ChainHead,
    statement: LiteralString,
    faults: list[ChainFault],
) -> None:
    tamper(database_url, statement)
    assert list(verify(worker_database).faults) == faults
    assert sealed.position == 5


def test_asvs_16_4_2_an_event_and_its_link_that_go_together_leave_a_gap(
    worker_database: Database, database_url: str, sealed: ChainHead
) -> None:
    tamper(
        database_url,
        "DELETE FROM identity.audit_seals WHERE position = 3",
        "DELETE FROM identity.audit_events WHERE sequence = 3",
        "UPDATE identity.audit_seals SET position = position - 1 WHERE position > 3",
    )
    assert verify(worker_database, sealed).faults == (
        ChainFault(ChainFaultKind.LINK_CHANGED, 3, 4),
        ChainFault(ChainFaultKind.HEAD_DIFFERS, 5, None),
    )


def test_asvs_16_4_2_a_kept_head_shows_an_end_that_was_cut_off(
    worker_database: Database, database_url: str, sealed: ChainHead
) -> None:
    tamper(
        database_url,
        "DELETE FROM identity.audit_seals WHERE position > 3",
        "DELETE FROM identity.audit_events WHERE sequence > 3",
    )
    assert verify(worker_database).faults == ()
    assert verify(worker_database, sealed).faults == (ChainFault(ChainFaultKind.HEAD_DIFFERS, 5, None),)


def test_an_empty_chain_has_no_faults(worker_database: Database) -> None:
    assert verify(worker_database, NO_HEAD) == ChainReport(NO_HEAD, 0, ())


def test_only_the_worker_seals(database: Database, make_database: Callable[[str], Database], clock: SetClock) -> None:
    record(database, signed_in(clock.now(), PERSON))
    for role in ("kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_auditor"):
        with pytest.raises(errors.InsufficientPrivilege):
            seal(make_database(role), clock)


def test_the_auditor_verifies_the_chain_alone(make_database: Callable[[str], Database], sealed: ChainHead) -> None:
    assert verify(make_database("kashiman_auditor"), sealed) == ChainReport(sealed, 0, ())


def test_an_actor_may_be_known(database: Database, clock: SetClock) -> None:
    someone: UUID = derived_id("staff", "a")
    rotated = AuditEvent(
        kind="key.rotated",
        outcome=EventOutcome.SUCCEEDED,
        at=clock.now(),
        actor_kind=ActorKind.STAFF,
        actor_id=someone,
        facts={"new_kid": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
    )
    record(database, rotated)
    assert count(database, "SELECT count(*) FROM identity.audit_events WHERE actor_id IS NOT NULL") == 1
