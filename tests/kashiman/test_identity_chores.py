"""What the worker does for identity: seals events, and forgets what is over."""

from datetime import timedelta
from typing import Any, LiteralString

import pytest

from identity.access.model import ActorKind, AuditEvent, EventOutcome, PersonField, Reason, ReasonCode
from identity.access.operations.read_person import read_person
from identity.access.operations.record_events import record_events
from identity.access.queries import verify_chain
from identity.model import StaffRole
from identity.operations.add_staff import add_staff
from identity.operations.import_residents import import_residents
from identity.provider.operations.use_proof_once import use_proof_once
from identity.provider.rules.retention import USED_ONCE_KEPT
from kashiman.assembly import Installation
from kashiman.worker import purge_readings, seal, sweep_sign_ins
from kernel.clock import SetClock
from kernel.db import driver_connection
from tests.identity.doors.visits import Passkeys
from tests.identity.people import TARO


def ask(installation: Installation, question: LiteralString) -> list[tuple[Any, ...]]:
    return installation.staff_database.run(lambda session: driver_connection(session).execute(question).fetchall())


def happened(installation: Installation, count: int) -> None:
    """So many events happened."""
    event = AuditEvent(
        kind="sign_in.passkey",
        outcome=EventOutcome.SUCCEEDED,
        at=installation.clock.now(),
        actor_kind=ActorKind.NOBODY,
    )
    installation.resident_database.run(lambda session: record_events(session, [event] * count))


@pytest.mark.parametrize("count", [0, 3, 2_001])
def test_every_event_that_waits_is_sealed_in_one_run(installation: Installation, count: int) -> None:
    happened(installation, count)
    seal(installation)
    report = installation.staff_database.run(verify_chain)
    assert (report.head.position, report.waiting, report.faults) == (count, 0, ())


def test_proofs_and_attempts_are_swept_when_they_are_over_and_not_before(
    installation: Installation, clock: SetClock
) -> None:
    until = clock.now() + timedelta(minutes=10)
    database = installation.resident_database
    assert database.run(lambda session: use_proof_once(session, "dpop", bytes(32), expires_at=until))
    Passkeys(database, clock).begin_sign_in()
    sweep_sign_ins(installation)
    assert ask(installation, "SELECT count(*) FROM identity.passkey_challenges") == [(1,)]
    assert not database.run(lambda session: use_proof_once(session, "dpop", bytes(32), expires_at=until))
    clock.at = until + timedelta(seconds=1) + USED_ONCE_KEPT
    sweep_sign_ins(installation)
    assert ask(installation, "SELECT count(*) FROM identity.passkey_challenges") == [(0,)]
    assert database.run(lambda session: use_proof_once(session, "dpop", bytes(32), expires_at=until))


def test_a_young_record_of_a_reading_stays(installation: Installation) -> None:
    now, staff = installation.clock.now(), installation.staff_database
    clerk = staff.run(lambda session: add_staff(session, display_name="窓口", roles=[StaffRole.HELP]))
    staff.run(lambda session: import_residents(session, [TARO], now=now))
    staff.run(
        lambda session: read_person(
            session,
            TARO.person_id,
            staff_id=clerk,
            roles={StaffRole.HELP},
            reason=Reason(ReasonCode.INQUIRY, "本人から電話があった"),
            fields=[PersonField.NAME],
            screen="help_desk/person",
            now=now,
        )
    )
    purge_readings(installation)
    assert ask(installation, "SELECT count(*) FROM identity.readings") == [(1,)]
