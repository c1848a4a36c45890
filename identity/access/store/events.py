"""Statements about events and their chain."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from identity.access.model import (
    DISCLOSED,
    ActorKind,
    AuditEvent,
    ChainHead,
    ChainLink,
    Disclosure,
    EventOutcome,
    PersonField,
    StoredEvent,
)
from identity.access.rules.chain import NO_HEAD
from kernel.db import driver_connection

SEALING_LOCK = 7012
"""Links are made one after the other: whoever seals holds this advisory lock."""

EVENT = "e.sequence, e.at, e.kind, e.outcome, e.actor_kind, e.actor_id, e.person_id, e.client_id, e.facts"
INSERT_EVENTS = """
INSERT INTO identity.audit_events (at, kind, outcome, actor_kind, actor_id, person_id, client_id, facts)
SELECT at, kind, outcome, actor_kind, actor_id, person_id, client_id, facts::jsonb
FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::text[], %s::text[])
    WITH ORDINALITY AS new (at, kind, outcome, actor_kind, actor_id, person_id, client_id, facts, place)
ORDER BY place
"""
INSERT_DISCLOSURE = f"""{INSERT_EVENTS}
ON CONFLICT (person_id, client_id, facts) WHERE kind = '{DISCLOSED}' DO NOTHING
"""
FIND_DISCLOSURES = f"""
SELECT at, client_id, facts -> 'what' FROM identity.audit_events
WHERE person_id = %s AND kind = '{DISCLOSED}' ORDER BY at DESC, sequence DESC LIMIT %s
"""  # noqa: S608  # our own constant
TAKE_WAITING = f"""
WITH taken AS (
    DELETE FROM identity.audit_unsealed
    WHERE sequence IN (SELECT sequence FROM identity.audit_unsealed ORDER BY sequence LIMIT %s) RETURNING sequence
)
SELECT {EVENT} FROM taken JOIN identity.audit_events AS e USING (sequence) ORDER BY e.sequence
"""  # noqa: S608  # a fixed list of columns
READ_LINKS = f"""
SELECT s.position, s.sequence, s.previous_hash, s.hash, {EVENT}
FROM identity.audit_seals AS s LEFT JOIN identity.audit_events AS e USING (sequence)
WHERE s.position > %s ORDER BY s.position LIMIT %s
"""  # noqa: S608


def insert_events(session: Session, events: Sequence[AuditEvent]) -> None:
    """Write events in the order given, in one statement."""
    driver_connection(session).execute(INSERT_EVENTS, _columns(events))


def insert_disclosure(session: Session, event: AuditEvent) -> None:
    """Write that an application was told of a person, unless the same is written of that day."""
    driver_connection(session).execute(INSERT_DISCLOSURE, _columns([event]))


def _columns(events: Sequence[AuditEvent]) -> list[list[Any]]:
    rows = [
        (
            *(event.at, event.kind, event.outcome.value, event.actor_kind.value),
            *(event.actor_id, event.person_id, event.client_id, json.dumps(dict(event.facts), ensure_ascii=False)),
        )
        for event in events
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def find_events_about(session: Session, person_id: UUID, limit: int | None) -> list[AuditEvent]:
    """The newest events about a person, newest first; without `limit` all of them."""
    rows = driver_connection(session).execute(
        f"SELECT {EVENT} FROM identity.audit_events AS e WHERE e.person_id = %s"  # noqa: S608
        " ORDER BY e.sequence DESC LIMIT %s",
        [person_id, limit],
    )
    return [_stored(row).event for row in rows]


def find_disclosures(session: Session, person_id: UUID, limit: int) -> list[Disclosure]:
    """What applications were told of a person, newest first."""
    rows = driver_connection(session).execute(FIND_DISCLOSURES, [person_id, limit])
    return [Disclosure(at, client_id, tuple(map(PersonField, what))) for at, client_id, what in rows]


def lock_head(session: Session) -> ChainHead:
    """Wait for whoever seals, and read the end of the chain."""
    driver_connection(session).execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
    return find_head(session)


def find_head(session: Session) -> ChainHead:
    """Read the end of the chain."""
    row = (
        driver_connection(session)
        .execute("SELECT position, hash FROM identity.audit_seals ORDER BY position DESC LIMIT 1", binary=True)
        .fetchone()
    )
    return ChainHead(*row) if row else NO_HEAD


def take_waiting(session: Session, limit: int) -> list[StoredEvent]:
    """Take the oldest events that wait out of the queue."""
    return [_stored(row) for row in driver_connection(session).execute(TAKE_WAITING, [limit])]


def insert_links(session: Session, links: Sequence[ChainLink], now: datetime) -> None:
    """Add links to the chain."""
    columns = zip(*((link.position, link.sequence, link.previous_hash, link.hash) for link in links), strict=True)
    driver_connection(session).execute(
        """
        INSERT INTO identity.audit_seals (position, sequence, previous_hash, hash, sealed_at)
        SELECT new.*, %s FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[]) AS new
        """,
        [now, *(list(column) for column in columns)],
    )


def read_links(session: Session, after_position: int, limit: int) -> list[ChainLink]:
    """Read the links after a position with their events, in the order of the chain."""
    rows = driver_connection(session).execute(READ_LINKS, [after_position, limit])
    return [_link(row) for row in rows]


def link_hash(session: Session, position: int) -> bytes | None:
    """The hash of one link."""
    row = (
        driver_connection(session)
        .execute("SELECT hash FROM identity.audit_seals WHERE position = %s", [position], binary=True)
        .fetchone()
    )
    return row[0] if row else None


def never_sealed(session: Session) -> list[int]:
    """Events that are neither in the chain nor in the queue."""
    rows = driver_connection(session).execute(
        """
        SELECT sequence FROM identity.audit_events
        EXCEPT SELECT sequence FROM identity.audit_seals EXCEPT SELECT sequence FROM identity.audit_unsealed
        ORDER BY sequence
        """
    )
    return [row[0] for row in rows]


def count_waiting(session: Session) -> int:
    """How many events wait to be sealed."""
    row = driver_connection(session).execute("SELECT count(*) FROM identity.audit_unsealed").fetchone()
    return int(row[0]) if row else 0


def _link(row: Sequence[Any]) -> ChainLink:
    position, sequence, previous_hash, own_hash, *event = row
    stored = None if event[0] is None else _stored(event)
    return ChainLink(position, sequence, previous_hash, own_hash, stored)


def _stored(row: Sequence[Any]) -> StoredEvent:
    sequence, at, kind, outcome, actor_kind, actor_id, person_id, client_id, facts = row
    event = AuditEvent(
        kind=kind,
        outcome=EventOutcome(outcome),
        at=at,
        actor_kind=ActorKind(actor_kind),
        actor_id=actor_id,
        person_id=person_id,
        client_id=client_id,
        facts=facts,
    )
    return StoredEvent(sequence, event)
