"""Statements that make notices: candidates, of which only those are kept that were not made before."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.notices.model import NoticeKind
from kernel.db import driver_connection

MAKE = """
WITH candidates AS ({candidates}), made AS (
    INSERT INTO issuance.notices (wallet_id, kind, subject, day, facts, made_at)
    SELECT c.wallet_id, %(kind)s, c.subject, c.day, c.facts, %(now)s
    FROM candidates AS c
    WHERE NOT EXISTS (
        SELECT FROM issuance.notices AS n WHERE n.kind = %(kind)s AND n.subject = c.subject AND n.day = c.day
    )
    LIMIT %(limit)s
    ON CONFLICT ON CONSTRAINT notices_once DO NOTHING
    RETURNING id, wallet_id
)
INSERT INTO issuance.notice_deliveries (notice_id, chosen_door, door, next_at, delivered_at)
SELECT made.id, chosen.door, chosen.door, %(now)s, CASE chosen.door WHEN 'inbox' THEN %(now)s END
FROM made
LEFT JOIN issuance.notice_preferences AS p ON p.wallet_id = made.wallet_id
CROSS JOIN LATERAL (SELECT coalesce(p.door, 'inbox') AS door) AS chosen
"""
"""A notice and its delivery are one statement: none stands without the other, whenever a worker is killed."""

VALUE_EXPIRES = """
SELECT l.wallet_id, concat_ws('/', l.wallet_id, l.campaign_id, l.last_day) AS subject, step.day,
       jsonb_build_object(
           'campaign_id', l.campaign_id, 'campaign_title', min(c.title), 'last_day', l.last_day,
           'left_yen', sum(l.paid_left_yen + l.premium_left_yen),
           'small_shops_yen',
           coalesce(sum(l.paid_left_yen + l.premium_left_yen) FILTER (WHERE l.usable_at = 'small_shops'), 0)
       ) AS facts
FROM ledger.lots_with_value AS l
JOIN unnest(%(campaigns)s::uuid[], %(last_days)s::date[], %(days)s::date[]) AS step (campaign_id, last_day, day)
    ON step.campaign_id = l.campaign_id AND step.last_day = l.last_day
JOIN issuance.campaigns AS c ON c.id = l.campaign_id
GROUP BY l.wallet_id, l.campaign_id, l.last_day, step.day
HAVING min((l.issued_at AT TIME ZONE 'Asia/Tokyo')::date) <= step.day
"""
"""Whoever has had the value only since that day or later has not missed that reminder."""
UNPAID_GRANTS = """
FROM issuance.grants AS g
JOIN issuance.rounds AS r ON r.id = g.round_id
JOIN issuance.campaigns AS c ON c.id = r.campaign_id AND c.state IN ('selling', 'in_use')
JOIN LATERAL (
    SELECT g.units
         - (SELECT coalesce(sum(f.units), 0) FROM issuance.forfeits AS f WHERE f.grant_id = g.id)
         - (SELECT coalesce(sum(p.units), 0) FROM issuance.purchases AS p
            WHERE p.grant_id = g.id AND p.state IN ('paid', 'disputed', 'charged_back', 'refunded')) AS units
) AS unpaid ON unpaid.units > 0
"""
"""Units that were asked for at the provider and not paid for yet are lost at the deadline like any other."""
GRANT_FACTS = """
jsonb_build_object(
    'grant_id', g.id, 'campaign_title', c.title, 'units', unpaid.units,
    'price_yen', (c.rules ->> 'price_yen')::bigint, 'pay_until', g.pay_until
) AS facts
"""
PAY_WINDOW_ENDS = f"""
SELECT g.wallet_id, g.id::text AS subject, step.day, {GRANT_FACTS} {UNPAID_GRANTS}
JOIN unnest(%(deadlines)s::timestamptz[], %(days)s::date[]) AS step (pay_until, day) ON step.pay_until = g.pay_until
WHERE r.pay_from <= %(now)s
  AND (greatest(g.granted_at, r.pay_from) AT TIME ZONE 'Asia/Tokyo')::date <= step.day
"""
WAITING_LIST_OFFER = f"""
SELECT g.wallet_id, g.id::text AS subject, (g.granted_at AT TIME ZONE 'Asia/Tokyo')::date AS day, {GRANT_FACTS}
{UNPAID_GRANTS}
WHERE g.origin = 'waiting_list' AND g.granted_at >= %(since)s AND g.pay_until > %(now)s
"""
DRAW_RESULT = """
SELECT a.wallet_id, concat_ws('/', a.round_id, a.wallet_id) AS subject,
       (d.published_at AT TIME ZONE 'Asia/Tokyo')::date AS day,
       jsonb_build_object(
           'round_id', a.round_id, 'round_slug', r.slug, 'campaign_title', c.title, 'receipt', a.receipt,
           'units_applied', a.units, 'units_granted', coalesce(g.units, 0), 'void_reason', v.reason,
           'stands_for_it', v.stands_for_it, 'merged_applications', coalesce(merged.applications, 0)
       ) AS facts
FROM issuance.draws AS d
JOIN issuance.rounds AS r ON r.id = d.round_id AND r.state = 'drawn'
JOIN issuance.campaigns AS c ON c.id = r.campaign_id
JOIN LATERAL (
    SELECT DISTINCT ON (person_id) round_id, person_id, wallet_id, receipt, units, is_withdrawn
    FROM issuance.applications WHERE round_id = d.round_id ORDER BY person_id, version DESC
) AS a ON NOT a.is_withdrawn
LEFT JOIN issuance.grants AS g ON g.round_id = a.round_id AND g.person_id = a.person_id AND g.origin = 'draw'
LEFT JOIN issuance.draw_voids AS v
    ON v.round_id = a.round_id AND v.list_version = d.list_version AND v.receipt = a.receipt
LEFT JOIN (
    SELECT round_id, list_version, stands_for_it, count(*) AS applications FROM issuance.draw_voids
    WHERE stands_for_it IS NOT NULL GROUP BY round_id, list_version, stands_for_it
) AS merged ON (merged.round_id, merged.list_version, merged.stands_for_it) = (a.round_id, d.list_version, a.receipt)
WHERE d.drawn_at IS NOT NULL AND d.published_at BETWEEN %(since)s AND %(now)s
"""
"""Everybody who applied and did not withdraw, whether they won, lost, or were not in the list; and nobody else."""
LAST_DAYS = """
SELECT DISTINCT campaign_id, last_day FROM ledger.lots_with_value WHERE last_day BETWEEN %s AND %s ORDER BY 1, 2
"""
DEADLINES = """
SELECT DISTINCT pay_until FROM issuance.grants WHERE pay_until > %s AND pay_until <= %s ORDER BY 1
"""


def last_days(session: Session, first: date, last: date) -> list[tuple[UUID, date]]:
    """Last days between two days on which any lot that holds value ends, by campaign."""
    return [(row[0], row[1]) for row in driver_connection(session).execute(LAST_DAYS, [first, last])]


def deadlines(session: Session, after: datetime, until: datetime) -> list[datetime]:
    """Deadlines of grants between two instants."""
    return [row[0] for row in driver_connection(session).execute(DEADLINES, [after, until])]


def make_value_expires(session: Session, steps: Sequence[tuple[UUID, date, date]], *, now: datetime, limit: int) -> int:
    """Remind holders of value: each step is a campaign, the last day of lots, and the day of the reminder."""
    campaigns, last_days_, days = ([step[index] for step in steps] for index in range(3))
    facts = {"campaigns": campaigns, "last_days": last_days_, "days": days}
    return _make(session, NoticeKind.VALUE_EXPIRES, VALUE_EXPIRES, facts, now, limit)


def make_pay_window_ends(session: Session, steps: Sequence[tuple[datetime, date]], *, now: datetime, limit: int) -> int:
    """Remind holders of unpaid grants: each step is a deadline and the day of the reminder."""
    facts = {"deadlines": [deadline for deadline, _ in steps], "days": [day for _, day in steps]}
    return _make(session, NoticeKind.PAY_WINDOW_ENDS, PAY_WINDOW_ENDS, facts, now, limit)


def make_draw_results(session: Session, *, since: datetime, now: datetime, limit: int) -> int:
    """Tell everybody who applied that a result was published."""
    return _make(session, NoticeKind.DRAW_RESULT, DRAW_RESULT, {"since": since}, now, limit)


def make_waiting_list_offers(session: Session, *, since: datetime, now: datetime, limit: int) -> int:
    """Tell whoever was offered units from the waiting list."""
    return _make(session, NoticeKind.WAITING_LIST_OFFER, WAITING_LIST_OFFER, {"since": since}, now, limit)


def _make(session: Session, kind: NoticeKind, candidates: str, facts: dict[str, Any], now: datetime, limit: int) -> int:
    statement = MAKE.replace("{candidates}", candidates).encode()
    return driver_connection(session).execute(statement, {**facts, "kind": kind, "now": now, "limit": limit}).rowcount
