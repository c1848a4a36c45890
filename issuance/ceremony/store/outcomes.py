"""Statements about what followed from a draw: grants, notices, purchases and their lots; and about its applicants."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import CategoryCounts
from kernel.db import driver_connection

GRANTED = """
SELECT receipt, sum(units)::integer FROM issuance.grants WHERE round_id = %s AND origin = 'draw' GROUP BY receipt
"""
NOTICED = """
SELECT facts ->> 'receipt', (facts ->> 'units_granted')::integer FROM issuance.notices
WHERE kind = 'draw_result' AND facts ->> 'round_id' = %s
"""
PAID = """
SELECT p.id, p.units, g.receipt, p.amount_yen + p.premium_yen,
       (SELECT coalesce(sum(t.amount_yen), 0)::bigint FROM ledger.transfers AS t
        JOIN ledger.lots AS l ON l.account_id = t.credit_account_id
        WHERE t.journal_id IN (p.journal_id, p.small_journal_id)
          AND (l.wallet_id, l.campaign_id) = (p.wallet_id, p.campaign_id))
FROM issuance.purchases AS p JOIN issuance.grants AS g ON g.id = p.grant_id
WHERE p.round_id = %s AND g.origin = 'draw' AND p.state IN ('paid', 'disputed')
"""
CATEGORY_COUNTS = "SELECT * FROM issuance.draw_category_counts(%s) ORDER BY dimension, category"
VERSIONS = """
SELECT person_id, version, units FROM issuance.applications WHERE round_id = %s AND receipt = %s ORDER BY version
"""
DUE = """
SELECT r.id FROM issuance.rounds AS r WHERE r.state = 'frozen' AND EXISTS (
    SELECT FROM issuance.draw_steps AS s
    WHERE s.round_id = r.id AND s.kind = 'beacon' AND s.confirmed_at IS NOT NULL
      AND (s.facts ->> 'due_at')::timestamptz <= %s
) ORDER BY r.id
"""


class PaidPurchase(NamedTuple):
    """A paid purchase of units that were drawn, with the yen it should have issued and the yen that lots got."""

    purchase_id: UUID
    units: int
    receipt: str
    due_yen: int
    issued_yen: int


def granted_by_draw(session: Session, round_id: UUID) -> dict[str, int]:
    """Units granted by the draw itself, by receipt."""
    return {row[0]: row[1] for row in driver_connection(session).execute(GRANTED, [round_id])}


def noticed(session: Session, round_id: UUID) -> list[tuple[str, int]]:
    """Receipt and granted units of each notice of a result."""
    return [(row[0], row[1]) for row in driver_connection(session).execute(NOTICED, [str(round_id)])]


def paid_purchases(session: Session, round_id: UUID) -> list[PaidPurchase]:
    """Paid purchases of units that the draw granted."""
    return [PaidPurchase(*row) for row in driver_connection(session).execute(PAID, [round_id])]


def category_counts(session: Session, round_id: UUID) -> list[CategoryCounts]:
    """What a drawn round gave by district, age band and hour of application."""
    rows = driver_connection(session).execute(CATEGORY_COUNTS, [round_id])
    return [CategoryCounts(row[0], row[1], *map(int, row[2:])) for row in rows]


def versions_of(session: Session, round_id: UUID, receipt: str) -> Sequence[tuple[UUID, int, int]]:
    """Person, version and units of every version under a receipt number."""
    return [(row[0], row[1], row[2]) for row in driver_connection(session).execute(VERSIONS, [round_id, receipt])]


def rounds_to_draw(session: Session, now: datetime) -> list[UUID]:
    """Frozen rounds whose beacon's value can exist."""
    return [row[0] for row in driver_connection(session).execute(DUE, [now])]


def people_of(session: Session, round_id: UUID) -> dict[UUID, str]:
    """The receipt of everybody who applied in a round, by person."""
    statement = "SELECT DISTINCT person_id, receipt FROM issuance.applications WHERE round_id = %s"
    return {row[0]: row[1] for row in driver_connection(session).execute(statement, [round_id])}
