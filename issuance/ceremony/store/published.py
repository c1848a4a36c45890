"""Statements about what everybody may know of a draw; each names its columns, and nothing else is published."""

from uuid import UUID

from psycopg.rows import dict_row
from sqlmodel import Session

from issuance.ceremony.model import ObjectionOutcome, PublicObjection, PublicStep, ReceiptStanding
from issuance.model import Desk
from issuance.model.draws import StepKind
from kernel.db import driver_connection

STEPS = """
SELECT kind, reason, proposed_desk, proposed_at, confirmed_desk, confirmed_at,
       CASE kind WHEN 'extension' THEN (facts ->> 'closes_at')::timestamptz END AS closes_at,
       CASE kind WHEN 'extension' THEN (facts ->> 'draw_at')::timestamptz END AS draw_at,
       CASE kind WHEN 'beacon' THEN facts ->> 'beacon_id' END AS beacon_id,
       CASE kind WHEN 'beacon' THEN (facts ->> 'beacon_round')::bigint END AS beacon_round,
       CASE kind WHEN 'beacon' THEN (facts ->> 'due_at')::timestamptz END AS due_at
FROM issuance.draw_steps WHERE round_id = %s AND confirmed_at IS NOT NULL ORDER BY confirmed_at, proposed_at
"""
"""The people of a step, and the receipts that a correction leaves out, are not published."""
OBJECTIONS = """
SELECT o.standing, o.recorded_at, a.outcome, a.text AS answer, a.answered_at
FROM issuance.objections AS o LEFT JOIN issuance.objection_answers AS a ON a.objection_id = o.id
WHERE o.round_id = %s ORDER BY o.recorded_at, o.id
"""
"""What somebody said, and with which receipt, is theirs; what the city answered is written for everybody."""


def steps_of(session: Session, round_id: UUID) -> list[PublicStep]:
    """The steps of a round that two people took, the first first."""
    rows = driver_connection(session).cursor(row_factory=dict_row).execute(STEPS, [round_id])
    return [
        PublicStep(
            **{
                **row,
                "kind": StepKind(row["kind"]),
                "proposed_desk": _desk(row["proposed_desk"]),
                "confirmed_desk": _desk(row["confirmed_desk"]),
            }
        )
        for row in rows
    ]


def objections_to(session: Session, round_id: UUID) -> list[PublicObjection]:
    """The objections to a round's list, the first first."""
    rows = driver_connection(session).execute(OBJECTIONS, [round_id])
    return [
        PublicObjection(
            standing=ReceiptStanding(row[0]) if row[0] else None,
            recorded_at=row[1],
            outcome=ObjectionOutcome(row[2]) if row[2] else None,
            answer=row[3],
            answered_at=row[4],
        )
        for row in rows
    ]


def _desk(name: str | None) -> Desk | None:
    return Desk(name) if name else None
