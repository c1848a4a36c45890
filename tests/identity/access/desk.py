"""A clerk's reason and screen, and short ways to read and count, for the tests of access."""

from collections.abc import Collection
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from identity.access.model import (
    ActorKind,
    AuditEvent,
    EventOutcome,
    PersonField,
    PersonView,
    Reason,
    ReasonCode,
)
from identity.access.operations.read_person import read_person
from identity.model import StaffRole
from kernel.db import Database, driver_connection

CALLED = Reason(ReasonCode.INQUIRY, "本人から残高について電話があった", "2026-窓-0012")
SCREEN = "help_desk/person"
ADDRESSED = (PersonField.NAME, PersonField.ADDRESS)


def read(
    database: Database,
    person_id: UUID,
    staff_id: UUID,
    now: datetime,
    *,
    fields: Collection[PersonField] = ADDRESSED,
    reason: Reason = CALLED,
    roles: Collection[StaffRole] = (StaffRole.HELP,),
) -> PersonView:
    """Read a person in a transaction of its own."""
    return database.run(
        lambda session: read_person(
            session,
            person_id,
            staff_id=staff_id,
            roles=roles,
            reason=reason,
            fields=fields,
            screen=SCREEN,
            now=now,
        )
    )


def count(database: Database, statement: LiteralString) -> int:
    """The one number that a statement answers."""
    row = database.run(lambda session: driver_connection(session).execute(statement).fetchone())
    assert row is not None
    return int(row[0])


def signed_in(at: datetime, person_id: UUID | None = None, **facts: str | int) -> AuditEvent:
    """Somebody signed in with a passkey."""
    return AuditEvent(
        kind="sign_in.passkey",
        outcome=EventOutcome.SUCCEEDED,
        at=at,
        actor_kind=ActorKind.RESIDENT,
        actor_id=person_id,
        person_id=person_id,
        client_id="wallet",
        facts={"acr": "urn:kashima:acr:passkey", **facts},
    )
