"""Give everything that is held about a person."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import ActorKind, AuditEvent, Document, EventOutcome, StaffAccess
from identity.access.operations.read_person import read_person
from identity.access.operations.record_events import record_events
from identity.access.rules.exporting import SCHEMA, as_json, events_written, readings_written
from identity.access.rules.reading import ALL_FIELDS
from identity.access.store import events, people, readings
from identity.refusals import PersonUnknown


def export_person(
    session: Session,
    person_id: UUID,
    *,
    access: StaffAccess | None = None,
    doors: Sequence[Mapping[str, object]] = (),
    consents: Sequence[Mapping[str, object]] = (),
    extra: Mapping[str, object] | None = None,
    now: datetime,
) -> Document:
    """Answer a JSON object with everything that identity holds about a person, and record that it was given.

    The person asks for it alone; staff ask for it with `access`, which records a reading of all fields as
    `read_person` does. The caller adds what other rooms hold: `doors`, `consents`, and `extra` by name, which stands
    under `other`. It holds no secret: of sign-in codes only their dates. Refuses what `read_person` refuses;
    PersonUnknown.
    """
    profile = _profile(session, person_id, access, now)
    parts = {"doors": doors, "consents": consents, "other": extra or {}}
    document = as_json({**_held(session, person_id, now), "person": {"person_id": person_id, **profile}, **parts})

    # Nothing below this line may refuse.
    record_events(session, [_exported(person_id, access, now)])
    return dict(document)


def _profile(session: Session, person_id: UUID, access: StaffAccess | None, now: datetime) -> Document:
    if access is not None:
        view = asdict(read_person(session, person_id, **access._asdict(), fields=ALL_FIELDS, now=now))
        return {column: view[column] for column in people.COLUMNS}
    own = people.read_own(session, person_id)
    if own is None:
        raise PersonUnknown(str(person_id))
    return own


def _held(session: Session, person_id: UUID, now: datetime) -> Document:
    return {
        "schema": SCHEMA,
        "made_at": now,
        "household_members": people.count_household_of(session, person_id),
        "sign_in_codes": [
            {"issued_at": issued, "revoked_at": revoked} for issued, revoked in people.code_dates(session, person_id)
        ],
        "shops": [
            {"merchant_id": merchant_id, "shown_as": shown_as, "role": role}
            for merchant_id, shown_as, role in people.shops_of(session, person_id)
        ],
        "readings": readings_written(readings.find_readings(session, person_id, None, None)),
        "events": events_written(events.find_events_about(session, person_id, None)),
    }


def _exported(person_id: UUID, access: StaffAccess | None, now: datetime) -> AuditEvent:
    return AuditEvent(
        kind="person.exported",
        outcome=EventOutcome.SUCCEEDED,
        at=now,
        actor_kind=ActorKind.STAFF if access else ActorKind.RESIDENT,
        actor_id=access.staff_id if access else person_id,
        person_id=person_id,
    )
