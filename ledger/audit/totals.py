"""Totals of the accounts that no payment updates, behind the cursor and in all."""

from collections import Counter
from typing import Any

import psycopg

from ledger.audit.report import Findings

TOTALS = """
SELECT coalesce(f.account_id, s.account_id), coalesce(f.debit_yen, 0), coalesce(f.credit_yen, 0),
       ARRAY[coalesce(f.debit_behind, 0), coalesce(f.debit_paid_behind, 0),
             coalesce(f.credit_behind, 0), coalesce(f.credit_paid_behind, 0)],
       ARRAY[coalesce(s.debit_yen, 0), coalesce(s.debit_paid_yen, 0),
             coalesce(s.credit_yen, 0), coalesce(s.credit_paid_yen, 0)]
FROM (
    SELECT account_id, sum(debit_yen)::bigint AS debit_yen, sum(credit_yen)::bigint AS credit_yen,
           (sum(debit_yen) FILTER (WHERE behind))::bigint AS debit_behind,
           (sum(paid_yen) FILTER (WHERE behind AND debit_yen > 0))::bigint AS debit_paid_behind,
           (sum(credit_yen) FILTER (WHERE behind))::bigint AS credit_behind,
           (sum(paid_yen) FILTER (WHERE behind AND credit_yen > 0))::bigint AS credit_paid_behind
    FROM (
        SELECT t.debit_account_id AS account_id, t.amount_yen AS debit_yen, 0 AS credit_yen, t.paid_yen,
               t.transaction_id < (SELECT before_transaction_id FROM ledger.totals_cursor) AS behind
        FROM ledger.transfers AS t
        UNION ALL
        SELECT t.credit_account_id, 0, t.amount_yen, t.paid_yen,
               t.transaction_id < (SELECT before_transaction_id FROM ledger.totals_cursor)
        FROM ledger.transfers AS t
    ) AS leg
    JOIN ledger.accounts AS a ON a.id = leg.account_id AND a.kind NOT IN ('lot', 'held')
    GROUP BY account_id
) AS f
FULL JOIN ledger.account_totals AS s ON s.account_id = f.account_id
"""


def check_totals(connection: psycopg.Connection[Any], findings: Findings) -> Counter[str]:
    """Compare the stored totals with the transfers behind the cursor; answers debit_yen and credit_yen of them all."""
    moved = Counter[str]()
    with connection.cursor(name="audit_totals") as cursor:
        cursor.itersize = 5_000
        for account_id, debit_yen, credit_yen, behind, stored in cursor.execute(TOTALS):
            moved["debit_yen"] += debit_yen
            moved["credit_yen"] += credit_yen
            findings.compare("account's stored totals", account_id, behind, stored)
    return moved
