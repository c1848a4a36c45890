"""Statements about what clerks typed in for people, and about the paper forms."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from issuance.model import Application, ClerkEntry
from issuance.store.applications import APPLICATION, application_of
from kernel.db import driver_connection

FIND_FORMS = """
SELECT f.round_id, f.form_number, f.person_id FROM unnest(%s::uuid[], %s::text[]) AS asked (round_id, form_number)
JOIN issuance.paper_forms AS f ON f.round_id = asked.round_id AND f.form_number = asked.form_number
"""
INSERT_FORMS = """
INSERT INTO issuance.paper_forms (round_id, form_number, person_id)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[])
"""
INSERT_ENTRIES = """
INSERT INTO issuance.application_entries (round_id, person_id, version, clerk_id, form_number, received_on, reason)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::integer[], %s::uuid[], %s::text[], %s::date[], %s::text[])
"""
FIND_HISTORY = f"""
SELECT {APPLICATION}, e.clerk_id, e.form_number, e.received_on, e.reason
FROM issuance.applications AS a
LEFT JOIN issuance.application_entries AS e
    ON e.round_id = a.round_id AND e.person_id = a.person_id AND e.version = a.version
"""  # noqa: S608

Form = tuple[UUID, str]
"""A round and the number of a paper form."""


class Entered(NamedTuple):
    """A version and what a clerk typed for it."""

    round_id: UUID
    person_id: UUID
    version: int
    entry: ClerkEntry


def find_forms(session: Session, forms: Collection[Form]) -> dict[Form, UUID]:
    """Whose each of these forms is; one that was never entered is left out."""
    if not forms:
        return {}
    columns = [list(column) for column in zip(*forms, strict=True)]
    rows = driver_connection(session).execute(FIND_FORMS, columns)
    return {(row[0], row[1]): row[2] for row in rows}


def insert_entries(session: Session, fresh_forms: Mapping[Form, UUID], entered: Sequence[Entered]) -> None:
    """Write what clerks typed; a form that two enter at once violates the key, and the later one starts again."""
    connection = driver_connection(session)
    if fresh_forms:
        forms = [(round_id, number, person_id) for (round_id, number), person_id in fresh_forms.items()]
        connection.execute(INSERT_FORMS, [list(column) for column in zip(*forms, strict=True)])
    if entered:
        rows = [
            (*item[:3], item.entry.clerk_id, item.entry.form_number, item.entry.received_on, item.entry.reason)
            for item in entered
        ]
        connection.execute(INSERT_ENTRIES, [list(column) for column in zip(*rows, strict=True)])


def history_of_person(session: Session, round_id: UUID, person_id: UUID) -> list[tuple[Application, ClerkEntry | None]]:
    """Every version of a person's application with what a clerk typed for it, oldest first."""
    return _history(session, "a.round_id = %s AND a.person_id = %s", [round_id, person_id])


def history_of_receipt(session: Session, receipt: str) -> list[tuple[Application, ClerkEntry | None]]:
    """Every version under a receipt number with what a clerk typed for it, oldest first."""
    return _history(session, "a.receipt = %s", [receipt])


def _history(
    session: Session, condition: str, facts: Sequence[UUID | str]
) -> list[tuple[Application, ClerkEntry | None]]:
    statement = f"{FIND_HISTORY} WHERE {condition} ORDER BY a.version"
    rows = driver_connection(session).execute(statement, facts, binary=True)
    fields = len(Application._fields)
    return [
        (application_of(row[:fields]), ClerkEntry(*row[fields:]) if row[fields] is not None else None) for row in rows
    ]
