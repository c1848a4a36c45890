"""The SQL behind the questions of pages."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection
from settlement.model import CarryOverReason, PayoutState
from settlement.views import (
    ClosingSummary,
    MerchantTransfer,
    MovementRow,
    PayoutFile,
    PayoutSummary,
    Statement,
    UnsettledSum,
)

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
SUM_UNSETTLED = """
SELECT u.campaign_id, u.waited, c.carried_over_because, u.payment_count, u.taken_yen, u.given_back_count,
       u.given_back_yen
FROM (
    SELECT m.campaign_id, m.event_at < %(cutoff)s AS waited,
           count(DISTINCT m.journal_id) FILTER (WHERE m.amount_yen > 0) AS payment_count,
           coalesce(sum(m.amount_yen) FILTER (WHERE m.amount_yen > 0), 0)::bigint AS taken_yen,
           count(DISTINCT m.journal_id) FILTER (WHERE m.amount_yen < 0) AS given_back_count,
           coalesce(-sum(m.amount_yen) FILTER (WHERE m.amount_yen < 0), 0)::bigint AS given_back_yen
    FROM ledger.payable_movements AS m
    WHERE m.merchant_id = %(merchant)s AND NOT EXISTS (
        SELECT FROM settlement.settled_movements AS s WHERE s.journal_id = m.journal_id AND s.line = m.line
    )
    GROUP BY 1, 2
) AS u
LEFT JOIN LATERAL (
    SELECT t.carried_over_because
    FROM settlement.statements AS t JOIN settlement.closings AS k ON k.id = t.closing_id
    WHERE u.waited AND t.merchant_id = %(merchant)s AND t.campaign_id = u.campaign_id
    ORDER BY k.number DESC LIMIT 1
) AS c ON true
ORDER BY u.waited DESC, u.campaign_id
"""
FIND_UNSETTLED = """
SELECT m.event_at, m.journal_id, m.journal_kind, m.campaign_id, sum(m.amount_yen)::bigint, sum(m.paid_yen)::bigint
FROM ledger.payable_movements AS m
WHERE m.merchant_id = %s AND NOT EXISTS (
    SELECT FROM settlement.settled_movements AS s WHERE s.journal_id = m.journal_id AND s.line = m.line
)
GROUP BY m.event_at, m.journal_id, m.journal_kind, m.campaign_id
ORDER BY m.event_at DESC, m.journal_id DESC, m.campaign_id LIMIT %s
"""
FIND_TRANSFERS = """
SELECT p.pay_day, i.amount_yen, coalesce(own.kind, whole.kind), coalesce(own.event_day, whole.event_day), own.reason,
       p.reissues_payout_id IS NOT NULL
FROM settlement.payouts AS p
JOIN settlement.payout_items AS i ON i.payout_id = p.id AND i.merchant_id = %(merchant)s
LEFT JOIN LATERAL (
    SELECT e.kind, e.event_day, e.reason FROM settlement.payout_events AS e
    WHERE e.payout_id = p.id AND e.item_number = i.item_number ORDER BY e.id DESC LIMIT 1
) AS own ON true
LEFT JOIN LATERAL (
    SELECT e.kind, e.event_day FROM settlement.payout_events AS e
    WHERE e.payout_id = p.id AND e.item_number IS NULL ORDER BY e.id DESC LIMIT 1
) AS whole ON true
WHERE p.closing_id = %(closing)s
ORDER BY p.number
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


def sum_unsettled(session: Session, merchant_id: UUID, cutoff: datetime) -> list[UnsettledSum]:
    """What no closing took yet of one merchant, by campaign, what happened before `cutoff` apart from the rest."""
    rows = driver_connection(session).execute(SUM_UNSETTLED, {"merchant": merchant_id, "cutoff": cutoff})
    return [UnsettledSum(row[0], row[1], _reason(row[2]), *row[3:]) for row in rows]


def find_unsettled(session: Session, merchant_id: UUID, limit: int) -> list[MovementRow]:
    """The newest movements of one merchant that no closing took yet."""
    return [MovementRow(*row) for row in driver_connection(session).execute(FIND_UNSETTLED, [merchant_id, limit])]


def find_transfers(session: Session, closing_id: UUID, merchant_id: UUID) -> list[MerchantTransfer]:
    """What was sent to one merchant's bank after a closing, reissues included, in the order of the payouts."""
    rows = driver_connection(session).execute(FIND_TRANSFERS, {"closing": closing_id, "merchant": merchant_id})
    return [MerchantTransfer(*row)._replace(state=PayoutState(row[2])) for row in rows]


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
