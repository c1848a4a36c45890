"""Statements about readings."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import kwargs_row
from sqlmodel import Session

from identity.access.model import PersonField, PersonView, Reader, Reading, ReadingPlace, Reason, ReasonCode
from identity.model import StaffRole
from kernel.db import driver_connection
from kernel.ids import new_ids

READ = "SELECT * FROM identity.read_on_record(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
FIND = """
SELECT r.id, r.at, r.desk, s.display_name, r.screen, r.reason_code, r.reason_text, r.case_reference, r.what
FROM identity.readings AS r JOIN identity.staff AS s ON s.id = r.staff_id
WHERE r.person_id = %s
"""


def read_on_record(
    session: Session, person_ids: Sequence[UUID], *, reader: Reader, fields: Collection[PersonField], now: datetime
) -> dict[UUID, PersonView]:
    """Write one record for each person who is there and answer the fields that it names, by person id.

    Both are one statement of the database's own: staff have no other way to either.
    """
    reason = reader.reason
    what = [field.value for field in PersonField if field in fields]
    facts = [reader.staff_id, now, reader.desk.value, reader.screen, reason.code.value, reason.text]
    with driver_connection(session).cursor(binary=True, row_factory=kwargs_row(PersonView)) as cursor:
        cursor.execute(READ, [new_ids(len(person_ids)), list(person_ids), *facts, what, reason.case_reference])
        return {view.person_id: view for view in cursor}


def find_readings(session: Session, person_id: UUID, before: ReadingPlace | None, limit: int | None) -> list[Reading]:
    """The readings of a person, newest first, after a place in the list; without `limit` all of them."""
    after = "AND (r.at, r.id) < (%s, %s)" if before else ""
    rows = driver_connection(session).execute(
        f"{FIND} {after} ORDER BY r.at DESC, r.id DESC LIMIT %s",
        [person_id, *(before or ()), limit],
        binary=True,
    )
    return [
        Reading(
            *(row[0], row[1], StaffRole(row[2]), row[3], row[4]),
            Reason(ReasonCode(row[5]), row[6], row[7]),
            tuple(map(PersonField, row[8])),
        )
        for row in rows
    ]


def purge_readings(session: Session, older_than: datetime) -> int:
    """Take readings away that are older than this and than the database lets go of; answer how many went."""
    row = driver_connection(session).execute("SELECT identity.purge_readings(%s)", [older_than]).fetchone()
    return int(row[0]) if row else 0
