"""Statements about the steps of a draw that two people take, and about what is open about its list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlmodel import Session

from issuance.lottery.rule_sheet import RULE_SHEET_FILE, PublishedRules, parse_rule_sheet
from issuance.model import Clerk
from issuance.model.draws import DrawStep, ListStatus, StepKind
from issuance.store import draws
from kernel.db import driver_connection
from kernel.ids import new_id

STEP = "id, round_id, kind, facts, reason, proposed_by, proposed_at, confirmed_by, confirmed_at"
INSERT = """
INSERT INTO issuance.draw_steps (id, round_id, kind, facts, reason, proposed_by, proposed_desk, proposed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
CONFIRM = "UPDATE issuance.draw_steps SET confirmed_by = %s, confirmed_desk = %s, confirmed_at = %s WHERE id = %s"
OBJECTIONS_OPEN = """
SELECT count(*) FILTER (WHERE a.objection_id IS NULL)::integer,
       count(*) FILTER (WHERE a.outcome = 'upheld' AND a.answered_at > %(listed_at)s)::integer
FROM issuance.objections AS o LEFT JOIN issuance.objection_answers AS a ON a.objection_id = o.id
WHERE o.round_id = %(round_id)s
"""


def insert_step(
    session: Session,
    round_id: UUID,
    kind: StepKind,
    facts: Mapping[str, Any],
    *,
    by: Clerk,
    now: datetime,
    reason: str = "",
) -> UUID:
    """Write what a first person proposes for a desk, and give the step's id."""
    step_id = new_id()
    what = [step_id, round_id, kind, Jsonb(dict(facts)), reason]
    driver_connection(session).execute(INSERT, [*what, by.id, by.desk, now])
    return step_id


def confirm_step(session: Session, step_id: UUID, *, by: Clerk, now: datetime) -> None:
    """Write who confirmed a step, and for which desk."""
    driver_connection(session).execute(CONFIRM, [by.id, by.desk, now, step_id])


def steps_of(session: Session, round_id: UUID) -> list[DrawStep]:
    """The steps of a round, the first first."""
    statement = f"SELECT {STEP} FROM issuance.draw_steps WHERE round_id = %s ORDER BY proposed_at, id"  # noqa: S608
    rows = driver_connection(session).cursor(row_factory=dict_row).execute(statement, [round_id])
    return [DrawStep(**{**row, "kind": StepKind(row["kind"])}) for row in rows]


def newest_step(session: Session, round_id: UUID, kind: StepKind) -> DrawStep | None:
    """The newest step of a kind, whether or not it was confirmed."""
    found = [step for step in steps_of(session, round_id) if step.kind is kind]
    return found[-1] if found else None


def confirmed_steps(session: Session, round_id: UUID, kind: StepKind) -> list[DrawStep]:
    """The steps of a kind that a second person confirmed, the first first."""
    return [step for step in steps_of(session, round_id) if step.kind is kind and step.confirmed_at is not None]


def newest_confirmed(session: Session, round_id: UUID, kind: StepKind) -> DrawStep | None:
    """The step of a kind that was confirmed last."""
    found = confirmed_steps(session, round_id, kind)
    return max(found, key=lambda step: step.confirmed_at or step.proposed_at) if found else None


def announced_draw_at(session: Session, round_id: UUID, rules: PublishedRules | None) -> datetime | None:
    """When a draw was announced for: by its newest extension, else by its rule sheet."""
    if rules is None:
        return None
    extended = confirmed_steps(session, round_id, StepKind.EXTENSION)
    return datetime.fromisoformat(extended[-1].facts["draw_at"]) if extended else rules.draw_at


def list_status(session: Session, draw: draws.Draw) -> ListStatus:
    """How far a closed list is from being drawn."""
    sheet = draws.find_file(session, draw.round_id, RULE_SHEET_FILE)
    rules = parse_rule_sheet(sheet) if sheet is not None else None
    corrections = confirmed_steps(session, draw.round_id, StepKind.CORRECTION)
    settled = confirmed_steps(session, draw.round_id, StepKind.SETTLEMENT)
    corrected_at = corrections[-1].confirmed_at if corrections else None
    facts = {"round_id": draw.round_id, "listed_at": corrected_at or draw.closed_at}
    row = driver_connection(session).execute(OBJECTIONS_OPEN, facts).fetchone() or (0, 0)
    return ListStatus(
        rules=rules,
        draw_at=announced_draw_at(session, draw.round_id, rules),
        closed_at=draw.closed_at,
        corrected_at=corrected_at,
        settled_at=settled[-1].confirmed_at if settled else None,
        unanswered=row[0],
        uncorrected=row[1],
    )
