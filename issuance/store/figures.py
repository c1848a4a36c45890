"""Statements that sum up a campaign."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection

ROUND_FIGURES = """
SELECT r.id, r.slug, r.state, applied.people, r.units_offered, applied.units, granted.units, lost.units,
       held.unpaid, held.paid
FROM issuance.rounds AS r
CROSS JOIN LATERAL (
    SELECT count(*) AS people, coalesce(sum(units), 0)::bigint AS units FROM (
        SELECT DISTINCT ON (a.person_id) a.units, a.is_withdrawn FROM issuance.applications AS a
        WHERE a.round_id = r.id ORDER BY a.person_id, a.version DESC
    ) AS newest WHERE NOT is_withdrawn
) AS applied
CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.units), 0)::bigint AS units FROM issuance.grants AS g WHERE g.round_id = r.id
) AS granted
CROSS JOIN LATERAL (
    SELECT coalesce(sum(f.units), 0)::bigint AS units
    FROM issuance.grants AS g JOIN issuance.forfeits AS f ON f.grant_id = g.id WHERE g.round_id = r.id
) AS lost
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.units) FILTER (WHERE p.state IN ('requested', 'awaiting_payment')), 0)::bigint AS unpaid,
           coalesce(sum(p.units) FILTER (WHERE p.state = 'paid'), 0)::bigint AS paid
    FROM issuance.grants AS g JOIN issuance.purchases AS p ON p.grant_id = g.id WHERE g.round_id = r.id
) AS held
WHERE r.campaign_id = %s ORDER BY r.number
"""
CAMPAIGN_YEN = """
SELECT coalesce(sum(amount_yen) FILTER (WHERE state = 'paid'), 0)::bigint,
       coalesce(sum(premium_yen) FILTER (WHERE state = 'paid'), 0)::bigint,
       coalesce(sum(received_yen) FILTER (WHERE state = 'refund_needed'), 0)::bigint
FROM issuance.purchases WHERE campaign_id = %s
"""


def round_figures(session: Session, campaign_id: UUID) -> list[tuple[Any, ...]]:
    """Each round of a campaign with its people and units."""
    return driver_connection(session).execute(ROUND_FIGURES, [campaign_id]).fetchall()


def campaign_yen(session: Session, campaign_id: UUID) -> tuple[int, int, int]:
    """Yen paid, its premium, and yen to be given back."""
    row = driver_connection(session).execute(CAMPAIGN_YEN, [campaign_id]).fetchone()
    return (row[0], row[1], row[2]) if row else (0, 0, 0)
