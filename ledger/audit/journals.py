"""Journals, decisions and closed periods: each query lists what should not exist."""

from typing import Any

import psycopg

from ledger.audit.report import Findings

OFFENDERS = {
    "journal has lines 1 to n": """
        SELECT j.id, 'lines 1 to n', coalesce(t.count || ' lines from ' || t.lowest || ' to ' || t.highest, 'none')
        FROM ledger.journals AS j LEFT JOIN (
            SELECT journal_id, count(*) AS count, min(line) AS lowest, max(line) AS highest
            FROM ledger.transfers GROUP BY journal_id
        ) AS t ON t.journal_id = j.id
        WHERE t.journal_id IS NULL OR t.lowest <> 1 OR t.highest <> t.count
    """,
    "journal and transfers share a transaction": """
        SELECT t.journal_id, j.transaction_id, t.transaction_id
        FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id
        WHERE t.transaction_id <> j.transaction_id
    """,
    "accepted decision has its journal": """
        SELECT d.key, d.journal_id, 'none' FROM ledger.decisions AS d
        WHERE d.journal_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger.journals AS j WHERE j.id = d.journal_id)
    """,
    "journal was asked for once": """
        SELECT j.id, 1, count(d.key)
        FROM ledger.journals AS j LEFT JOIN ledger.decisions AS d ON d.journal_id = j.id
        GROUP BY j.id HAVING count(d.key) > 1 OR (count(d.key) = 0 AND j.kind <> 'lot_expired')
    """,
    "closed period stays closed": """
        SELECT j.id, 'recorded by ' || p.closed_at, j.recorded_at
        FROM ledger.journals AS j JOIN ledger.period_closes AS p
            ON p.closed_through >= (j.event_at AT TIME ZONE 'Asia/Tokyo')::date AND p.closed_at < j.recorded_at
    """,
    "lot expires after its last day": """
        SELECT l.account_id, 'after ' || l.last_day, j.event_at
        FROM ledger.journals AS j JOIN ledger.transfers AS t ON t.journal_id = j.id
        JOIN ledger.lots AS l ON l.account_id = t.debit_account_id
        WHERE j.kind = 'lot_expired' AND (j.event_at AT TIME ZONE 'Asia/Tokyo')::date <= l.last_day
    """,
    "lot agrees with its account": """
        SELECT l.account_id, coalesce(a.kind, 'none') || ' of ' || coalesce(a.campaign_id::text, 'none'),
               'lot of ' || l.campaign_id
        FROM ledger.lots AS l LEFT JOIN ledger.accounts AS a ON a.id = l.account_id
        WHERE a.kind IS DISTINCT FROM 'lot' OR a.campaign_id IS DISTINCT FROM l.campaign_id
    """,
    "shared account exists once": """
        SELECT kind || ' ' || coalesce(reference, campaign_id::text, ''), 1, count(*)
        FROM ledger.accounts WHERE kind NOT IN ('lot', 'held')
        GROUP BY kind, campaign_id, merchant_id, reference HAVING count(*) > 1
    """,
}


def check_journals(connection: psycopg.Connection[Any], findings: Findings) -> None:
    """Look for journals without lines, decisions without journals, events in closed periods and the like."""
    for number, (check, query) in enumerate(OFFENDERS.items()):
        with connection.cursor(name=f"audit_offenders_{number}") as cursor:
            for subject, expected, found in cursor.execute(query):
                findings.add(check, subject, expected, found)
