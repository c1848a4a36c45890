"""The SQL behind the questions of pages."""

from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection
from settlement.model import CarryOverReason
from settlement.views import ClosingSummary, MovementRow, PayoutFile, PayoutSummary, Statement

FIND_CLOSINGS = """
SELECT c.id, c.number, c.cutoff_day, c.pay_day, c.closed_at, c.closed_by,
       (SELECT count(*) FROM settlement.payouts AS p WHERE p.closing_id = c.id AND p.reissues_payout_id IS NULL),
       s.paid_merchant_count, s.paid_yen, s.carried_over_count, s.carried_over_yen
FROM settlement.closings AS c
CROSS JOIN LATERAL (
    SELECT count(DISTINCT merchant_id) FILTER (WHERE carried_over_because IS NULL) AS paid_merchant_count,
           coalesce(sum(net_yen) FILTER (WHERE carried_over_because IS NULL), 0)::bigint AS paid_yen,
           count(*) FILTER (WHERE carried_over_because IS NOT NULL) AS carried_over_count,
           coalesce(sum(net_yen) FILTER (WHERE carried_over_because IS NOT NULL), 0)::bigint AS carried_over_yen
    FROM settlement.statements WHERE closing_id = c.id
) AS s
WHERE %(merchant)s::uuid IS NULL OR EXISTS (
    SELECT FROM settlement.statements WHERE closing_id = c.id AND merchant_id = %(merchant)s::uuid
)
ORDER BY c.number DESC
"""
FIND_STATEMENTS = """
SELECT merchant_id, campaign_id, payment_count, gross_paid_yen, gross_premium_yen, given_back_count,
       given_back_paid_yen, given_back_premium_yen, net_yen, carried_over_because
FROM settlement.statements
WHERE closing_id = %(closing)s AND (%(merchant)s::uuid IS NULL OR merchant_id = %(merchant)s::uuid)
ORDER BY merchant_id, campaign_id
"""
FIND_MOVEMENTS = """
SELECT m.event_at, m.journal_id, m.journal_kind, m.campaign_id, sum(m.amount_yen)::bigint, sum(m.paid_yen)::bigint
FROM settlement.settled_movements AS s
JOIN ledger.payable_movements AS m ON m.journal_id = s.journal_id AND m.line = s.line
WHERE s.closing_id = %s AND m.merchant_id = %s
GROUP BY m.event_at, m.journal_id, m.journal_kind, m.campaign_id
ORDER BY m.event_at, m.journal_id, m.campaign_id
"""
FIND_PAYOUTS = """
SELECT id, number, pay_day, total_yen, item_count, file_name, file_sha256, reissues_payout_id IS NOT NULL
FROM settlement.payouts WHERE closing_id = %s ORDER BY number
"""


def find_closings(session: Session, merchant_id: UUID | None = None) -> list[ClosingSummary]:
    """All closings, or those in which a merchant has a statement; the newest first."""
    rows = driver_connection(session).execute(FIND_CLOSINGS, {"merchant": merchant_id})
    return [ClosingSummary(*row) for row in rows]


def find_statements(session: Session, closing_id: UUID, merchant_id: UUID | None = None) -> list[Statement]:
    """The statements of a closing, of one merchant if given, by merchant and campaign."""
    rows = driver_connection(session).execute(FIND_STATEMENTS, {"closing": closing_id, "merchant": merchant_id})
    return [Statement(*row)._replace(carried_over_because=_reason(row[9])) for row in rows]


def _reason(word: str | None) -> CarryOverReason | None:
    return CarryOverReason(word) if word else None


def find_movements(session: Session, closing_id: UUID, merchant_id: UUID) -> list[MovementRow]:
    """The movements of one merchant that a closing took, in the order in which they happened."""
    rows = driver_connection(session).execute(FIND_MOVEMENTS, [closing_id, merchant_id])
    return [MovementRow(*row) for row in rows]


def find_payouts(session: Session, closing_id: UUID) -> list[PayoutSummary]:
    """The payouts of a closing, reissues included, in the order of their numbers."""
    return [PayoutSummary(*row) for row in driver_connection(session).execute(FIND_PAYOUTS, [closing_id])]


def find_file(session: Session, payout_id: UUID) -> PayoutFile | None:
    """The file of a payout."""
    row = (
        driver_connection(session)
        .execute("SELECT file_name, file_bytes, file_sha256 FROM settlement.payouts WHERE id = %s", [payout_id])
        .fetchone()
    )
    return PayoutFile(*row) if row else None
