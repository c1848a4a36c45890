"""Every SQL statement of the roll. Batches go in by COPY or as array columns, whatever their size."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from identity.roll.model import (
    ResidenceEvent,
    ResidenceEventKind,
    ResidentFacts,
    RollCounts,
    RollEntry,
    RollImport,
    RollResident,
)
from kernel.db import driver_connection

TURN_LOCK = 7010
"""The advisory lock under which one import at a time looks and writes."""

LIVING_LOCK = "identity.roll:living:"
"""The first part of the name of an advisory lock of each person, under which a sign-in begins or a death is told."""

IMPORT = """
id, number, base_date, file_sha256, imported_by, imported_at,
added, changed, moved_out, died, returned, unchanged, passed_over, absent
"""
ENTRY = "person_id, roll_digest, name_birth_digest, address_digest, resident_since, moved_out_on, died_on"
REGISTERED_AS = """
SELECT identity.registered_as(%s::bytea[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[],
    %s::text[], %s::text[], %s::text[])
"""


def take_turn(session: Session) -> None:
    """Wait until no other import runs; the turn ends with the transaction."""
    driver_connection(session).execute("SELECT pg_advisory_xact_lock(%s)", [TURN_LOCK])


def find_last_import(session: Session) -> RollImport | None:
    """Read the import with the highest number."""
    return next(iter(find_imports(session, limit=1)), None)


def find_imports(session: Session, limit: int) -> list[RollImport]:
    """Read the newest imports, the newest first."""
    rows = driver_connection(session).execute(
        f"SELECT {IMPORT} FROM identity.roll_imports ORDER BY number DESC LIMIT %s",  # noqa: S608  # fixed columns
        [limit],
        binary=True,
    )
    return [_import(row) for row in rows]


def find_import_of_file(session: Session, base_date: date, file_sha256: str) -> RollImport | None:
    """Read the import of this very file as of this day."""
    row = (
        driver_connection(session)
        .execute(
            f"SELECT {IMPORT} FROM identity.roll_imports WHERE base_date = %s AND file_sha256 = %s",  # noqa: S608
            [base_date, file_sha256],
            binary=True,
        )
        .fetchone()
    )
    return _import(row) if row else None


def find_entries(session: Session, residents: Sequence[RollResident]) -> list[RollEntry]:
    """Read everybody who was ever on the roll, with the facts of an extract's rows where just these are registered.

    What is registered is compared by the database and does not leave it.
    """
    connection = driver_connection(session)
    told = {row.roll_digest: row.facts for row in residents}
    registered: set[bytes] = set()
    if told:
        columns = [list(told), *(list(column) for column in zip(*told.values(), strict=True))]
        registered = {row[0] for row in connection.execute(REGISTERED_AS, columns, binary=True)}
    rows = connection.execute(f"SELECT {ENTRY} FROM identity.roll_entries", binary=True)  # noqa: S608  # fixed columns
    return [RollEntry._make((*row, told[row[1]] if row[1] in registered else None)) for row in rows]


def insert_import(session: Session, done: RollImport) -> None:
    """Put an import on record."""
    marks = ", ".join(["%s"] * 14)
    driver_connection(session).execute(
        f"INSERT INTO identity.roll_imports ({IMPORT}) VALUES ({marks})",  # noqa: S608  # fixed columns
        [done.id, done.number, done.base_date, done.file_sha256, done.imported_by, done.imported_at, *done.counts],
    )


def insert_entries(session: Session, entries: Iterable[RollEntry], import_id: UUID) -> None:
    """Add people who were not on the roll before."""
    columns = f"{ENTRY}, last_import_id"
    with (
        driver_connection(session).cursor() as cursor,
        cursor.copy(f"COPY identity.roll_entries ({columns}) FROM STDIN") as copy,
    ):
        for entry in entries:
            copy.write_row((*entry[:7], import_id))


def mark_named(session: Session, person_ids: Sequence[UUID], import_id: UUID) -> None:
    """Store which import named these people last."""
    driver_connection(session).execute(
        "UPDATE identity.roll_entries SET last_import_id = %s WHERE person_id = ANY (%s::uuid[])",
        [import_id, list(person_ids)],
    )


def correct_entries(session: Session, entries: Sequence[RollEntry], import_id: UUID) -> None:
    """Store what changed of people on the roll, the households they moved to included; they are marked as named."""
    if not entries:
        return
    columns = [list(column) for column in zip(*(entry[:7] for entry in entries), strict=True)]
    driver_connection(session).execute(
        """
        UPDATE identity.roll_entries AS e
        SET name_birth_digest = c.name_birth_digest, address_digest = c.address_digest,
            resident_since = c.resident_since, moved_out_on = c.moved_out_on, died_on = c.died_on
        FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::date[], %s::date[], %s::date[])
            AS c (person_id, name_birth_digest, address_digest, resident_since, moved_out_on, died_on)
        WHERE e.person_id = c.person_id
        """,
        [columns[0], *columns[2:]],
    )
    people = {entry.person_id: entry.facts for entry in entries if entry.facts}
    if people:
        _correct_people(session, people, import_id)


def _correct_people(session: Session, people: Mapping[UUID, ResidentFacts], import_id: UUID) -> None:
    connection = driver_connection(session)
    facts = [list(column) for column in zip(*people.values(), strict=True)]
    connection.execute(
        "INSERT INTO identity.households (id) SELECT DISTINCT unnest(%s::uuid[]) ON CONFLICT DO NOTHING", [facts[0]]
    )
    connection.execute(
        """
        SELECT identity.correct_people_of_roll(%s, %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::date[], %s::text[], %s::text[], %s::text[])
        """,
        [import_id, list(people), *facts],
    )


def insert_events(session: Session, events: Iterable[ResidenceEvent], import_number: int) -> None:
    """Add that people left or returned."""
    columns = "person_id, import_number, kind, effective_on"
    with (
        driver_connection(session).cursor() as cursor,
        cursor.copy(f"COPY identity.residence_events ({columns}) FROM STDIN") as copy,
    ):
        for event in events:
            copy.write_row((event.person_id, import_number, event.kind.value, event.effective_on))


def find_events(session: Session, person_ids: Sequence[UUID]) -> list[ResidenceEvent]:
    """Read who left or returned and when, as the imports told it one after the other."""
    rows = driver_connection(session).execute(
        """
        SELECT person_id, kind, effective_on FROM identity.residence_events
        WHERE person_id = ANY (%s::uuid[]) ORDER BY import_number, person_id
        """,
        [list(person_ids)],
        binary=True,
    )
    return [ResidenceEvent(row[0], ResidenceEventKind(row[1]), row[2]) for row in rows]


def find_residents(session: Session, person_ids: Sequence[UUID], on: date) -> set[UUID]:
    """Read who of these people lived here on a day."""
    rows = driver_connection(session).execute(
        "SELECT identity.residents_on(%s::uuid[], %s)", [list(person_ids), on], binary=True
    )
    return {row[0] for row in rows}


def find_day_of_death(session: Session, person_id: UUID) -> date | None:
    """Read the day of somebody's death; an import that tells of one waits until this transaction ends."""
    connection = driver_connection(session)
    connection.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [f"{LIVING_LOCK}{person_id}"])
    row = connection.execute(
        "SELECT died_on FROM identity.roll_entries WHERE person_id = %s", [person_id], binary=True
    ).fetchone()
    return row[0] if row else None


def hold_sign_ins_of(session: Session, person_ids: Sequence[UUID]) -> None:
    """Wait for sign-ins of these people that are about to begin, and let none begin until this transaction ends."""
    driver_connection(session).execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name",
        [sorted(f"{LIVING_LOCK}{person_id}" for person_id in person_ids)],
    )


def count_residents_of_households(session: Session, household_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count those who live in each household and have not left."""
    rows = driver_connection(session).execute(
        """
        SELECT household_id, count(*) FROM identity.people JOIN identity.roll_entries ON person_id = id
        WHERE household_id = ANY (%s::uuid[]) AND moved_out_on IS NULL AND died_on IS NULL GROUP BY household_id
        """,
        [list(household_ids)],
        binary=True,
    )
    return {row[0]: row[1] for row in rows}


def find_by_digests(session: Session, name_birth: bytes, address: bytes) -> list[UUID]:
    """Read who lives here with this reading, birthday and address."""
    rows = driver_connection(session).execute(
        """
        SELECT person_id FROM identity.roll_entries
        WHERE name_birth_digest = %s AND address_digest = %s AND moved_out_on IS NULL AND died_on IS NULL
        ORDER BY person_id
        """,
        [name_birth, address],
        binary=True,
    )
    return [row[0] for row in rows]


def _import(row: Sequence[Any]) -> RollImport:
    import_id, number, base_date, file_sha256, imported_by, imported_at, *counts = row
    return RollImport(
        id=import_id,
        number=number,
        base_date=base_date,
        file_sha256=file_sha256,
        imported_by=imported_by,
        imported_at=imported_at,
        counts=RollCounts._make(counts),
    )
