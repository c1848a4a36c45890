"""Payouts: what was closed into each is settled, returned or still in flight."""

from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg

from ledger.audit.report import Findings

PAYOUT_LEGS = """
SELECT a.id, j.sequence, leg.paid_yen, leg.premium_yen
FROM ledger.accounts AS a
CROSS JOIN LATERAL (
    SELECT journal_id, line, paid_yen, amount_yen - paid_yen AS premium_yen
    FROM ledger.transfers WHERE credit_account_id = a.id
    UNION ALL
    SELECT journal_id, line, -paid_yen, paid_yen - amount_yen FROM ledger.transfers WHERE debit_account_id = a.id
) AS leg
JOIN ledger.journals AS j ON j.id = leg.journal_id
WHERE a.kind = 'payout_in_flight' ORDER BY a.id, j.sequence, leg.line
"""


def check_payouts(connection: psycopg.Connection[Any], findings: Findings) -> None:
    """No payout ever gives more than was closed into it, of either part, in the order of the journals."""
    with connection.cursor(name="audit_payouts") as cursor:
        cursor.itersize = 5_000
        for account_id, legs in groupby(cursor.execute(PAYOUT_LEGS), key=itemgetter(0)):
            paid = premium = 0
            for _, sequence, paid_yen, premium_yen in legs:
                paid += paid_yen
                premium += premium_yen
                if paid < 0 or premium < 0:
                    subject = f"payout {account_id}, journal {sequence}"
                    findings.add("payout never below zero", subject, ">= 0", (paid, premium))
