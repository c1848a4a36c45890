"""Statements about applications."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.model import Application, Channel
from issuance.rules.caps import UnitsHeld
from kernel.db import driver_connection

APPLICATION = """a.round_id, a.person_id, a.version, a.receipt, a.units, a.wallet_id, a.household_id, a.channel,
    a.received_at, a.key, a.is_withdrawn, a.leaf, a.kid, a.signature"""
FIND_VERSIONS = f"""
SELECT {APPLICATION}
FROM unnest(%s::uuid[], %s::uuid[]) AS asked (round_id, person_id)
JOIN issuance.applications AS a ON a.round_id = asked.round_id AND a.person_id = asked.person_id
ORDER BY a.version
"""  # noqa: S608
INSERT_VERSIONS = """
INSERT INTO issuance.applications (round_id, person_id, version, receipt, units, wallet_id, household_id, channel,
    received_at, key, is_withdrawn, leaf, kid, signature)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::integer[], %s::text[], %s::integer[], %s::uuid[], %s::uuid[],
    %s::text[], %s::timestamptz[], %s::uuid[], %s::boolean[], %s::bytea[], %s::text[], %s::bytea[])
"""
NEWEST_VERSIONS = f"""
SELECT DISTINCT ON (a.person_id) {APPLICATION} FROM issuance.applications AS a
WHERE a.round_id = %s ORDER BY a.person_id, a.version DESC
"""  # noqa: S608

UNITS_HELD = "SELECT * FROM issuance.units_held(%s::uuid[], %s::uuid[], %s::uuid[])"
LOCK_UNITS_HELD = "SELECT * FROM issuance.lock_units_held(%s::uuid[], %s::uuid[], %s::uuid[])"

Applicant = tuple[UUID, UUID]
"""A round and a person."""


def find_versions(session: Session, applicants: Sequence[Applicant]) -> dict[Applicant, list[Application]]:
    """All stored versions of these applicants, oldest first; read after the rounds were shared."""
    found: defaultdict[Applicant, list[Application]] = defaultdict(list)
    if applicants:
        columns = [list(column) for column in zip(*set(applicants), strict=True)]
        for row in driver_connection(session).execute(FIND_VERSIONS, columns, binary=True):
            application = application_of(row)
            found[application.round_id, application.person_id].append(application)
    return found


def whose_receipt(session: Session, receipt: str) -> Applicant | None:
    """Whose a receipt number is."""
    statement = "SELECT round_id, person_id FROM issuance.applications WHERE receipt = %s LIMIT 1"
    row = driver_connection(session).execute(statement, [receipt]).fetchone()
    return (row[0], row[1]) if row else None


def lock_units_held(
    session: Session, campaign_ids: Collection[UUID], person_ids: Collection[UUID], household_ids: Collection[UUID]
) -> list[UnitsHeld]:
    """What these people and all members of these households hold of campaigns; nobody else counts them meanwhile.

    Locks are taken after those of the rounds. What is read after this call is newer than whatever the locks waited for.
    """
    facts = [list(campaign_ids), list(person_ids), list(household_ids)]
    rows = driver_connection(session).execute(LOCK_UNITS_HELD, facts, binary=True)
    return [UnitsHeld(*row) for row in rows]


def units_held(
    session: Session, campaign_ids: Collection[UUID], person_ids: Collection[UUID], household_ids: Collection[UUID]
) -> list[UnitsHeld]:
    """As `lock_units_held`, for who only looks."""
    facts = [list(campaign_ids), list(person_ids), list(household_ids)]
    return [UnitsHeld(*row) for row in driver_connection(session).execute(UNITS_HELD, facts, binary=True)]


def insert_versions(session: Session, applications: Sequence[Application]) -> None:
    """Write new versions; two first versions of one person at once violate the key, and the later one starts again."""
    if applications:
        columns = [list(column) for column in zip(*applications, strict=True)]
        driver_connection(session).execute(INSERT_VERSIONS, columns)


def newest_versions(session: Session, round_id: UUID) -> list[Application]:
    """The newest version of each applicant of a round, withdrawals included."""
    rows = driver_connection(session).execute(NEWEST_VERSIONS, [round_id], binary=True)
    return [application_of(row) for row in rows]


def granted_units(session: Session, round_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """Units granted and not forfeited, by round."""
    rows = driver_connection(session).execute(
        """
        SELECT g.round_id, sum(g.units - coalesce(lost.units, 0))::bigint
        FROM issuance.grants AS g
        LEFT JOIN LATERAL (
            SELECT sum(f.units) AS units FROM issuance.forfeits AS f WHERE f.grant_id = g.id
        ) AS lost ON true
        WHERE g.round_id = ANY (%s::uuid[]) GROUP BY g.round_id
        """,
        [list(round_ids)],
    )
    return {row[0]: row[1] for row in rows}


def application_of(row: Sequence[Any]) -> Application:
    """Read a version from a row in the order of its fields."""
    application = Application(*row)
    return application._replace(channel=Channel(application.channel))
