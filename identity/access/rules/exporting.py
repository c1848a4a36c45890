"""How what is held about a person is written down for the person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from identity.access.model import AuditEvent, Document, Reading

SCHEMA = "kashiman.person/1"
"""The name and version of the document's form; the version counts up when a reader of an older one would break."""


def as_json(value: Any) -> Any:
    """Write a value in JSON: instants in UTC and days as ISO 8601, ids as text. Raises TypeError for anything else."""
    match value:
        case None | bool() | int() | float() | str():
            return value.value if isinstance(value, Enum) else value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | UUID():
            return str(value)
        case Mapping():
            return {str(name): as_json(item) for name, item in value.items()}
        case Sequence() | frozenset():
            return [as_json(item) for item in value]
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be exported")


def readings_written(readings: Iterable[Reading]) -> list[Document]:
    """Who read the person's data, as the person sees it."""
    return [
        {
            "at": reading.at,
            "desk": reading.desk,
            "staff_name": reading.staff_name,
            "screen": reading.screen,
            "reason": reading.reason.code,
            "reason_text": reading.reason.text,
            "case_reference": reading.reason.case_reference,
            "what": reading.what,
        }
        for reading in readings
    ]


def events_written(events: Iterable[AuditEvent]) -> list[Document]:
    """What happened to the person's identity; who of the staff did it stands in the readings."""
    return [
        {
            "at": event.at,
            "kind": event.kind,
            "outcome": event.outcome,
            "by": event.actor_kind,
            "client_id": event.client_id,
            "facts": event.facts,
        }
        for event in events
    ]
