"""What was given back: to whom, of what, and never more than was taken."""

from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from ledger.audit.replay import exact_paid_part
from ledger.audit.report import Findings

REVERSES = {
    "sale_cancelled": "voucher_sold",
    "payment_voided": "payment",
    "payment_refunded": "payment",
    "hold_released": "hold_placed",
    "expiry_reversed": "lot_expired",
    "payout_returned": "settlement_closed",
}
WHOLE = ["sale_cancelled", "payment_voided", "hold_released", "expiry_reversed"]
REVERSALS = """
SELECT rj.corrects_id, r.reverses_line, rj.sequence, rj.kind, oj.kind, coalesce(rj.event_at >= oj.event_at, false),
       r.amount_yen, r.paid_yen, o.amount_yen, o.paid_yen,
       coalesce(r.debit_account_id = o.credit_account_id AND (
           r.credit_account_id = o.debit_account_id
           OR (s.succeeds_lot_id = o.debit_account_id AND s.wallet_id = before.wallet_id)), false)
FROM ledger.transfers AS r
JOIN ledger.journals AS rj ON rj.id = r.journal_id
LEFT JOIN ledger.journals AS oj ON oj.id = rj.corrects_id
LEFT JOIN ledger.transfers AS o ON o.journal_id = rj.corrects_id AND o.line = r.reverses_line
LEFT JOIN ledger.lots AS s ON s.account_id = r.credit_account_id AND s.succeeds_lot_id IS NOT NULL
LEFT JOIN ledger.lots AS before ON before.account_id = s.succeeds_lot_id
WHERE rj.kind = ANY (%(kinds)s) OR r.reverses_line IS NOT NULL
ORDER BY rj.corrects_id, r.reverses_line, rj.sequence
"""
NOT_WHOLE = """
SELECT rj.sequence, coalesce(o.amount_yen, 0)::bigint, r.amount_yen::bigint
FROM ledger.journals AS rj
CROSS JOIN LATERAL (SELECT sum(amount_yen) AS amount_yen FROM ledger.transfers WHERE journal_id = rj.id) AS r
CROSS JOIN LATERAL (SELECT sum(amount_yen) AS amount_yen FROM ledger.transfers WHERE journal_id = rj.corrects_id) AS o
WHERE rj.kind = ANY (%(whole)s) AND r.amount_yen IS DISTINCT FROM o.amount_yen
ORDER BY rj.sequence
"""


class Reversal(NamedTuple):
    """One transfer that gives back, beside the transfer that it reverses (None where there is none)."""

    corrects_id: UUID | None
    line: int | None
    sequence: int
    kind: str
    original_kind: str | None
    in_time: bool
    amount_yen: int
    paid_yen: int
    taken_yen: int | None
    taken_paid_yen: int
    goes_back: bool


def check_reversals(connection: psycopg.Connection[Any], findings: Findings) -> None:
    """Check every transfer that gives back, line by line in the order of the journals."""
    with connection.cursor(name="audit_reversals") as cursor:
        cursor.itersize = 5_000
        cursor.execute(REVERSALS, {"kinds": list(REVERSES)})
        reversals = (Reversal(*row) for row in cursor)
        for (corrects_id, line), group in groupby(reversals, key=lambda reversal: reversal[:2]):
            _check_line(f"journal {corrects_id}, line {line}", list(group), findings)
    for sequence, expected_yen, found_yen in connection.execute(NOT_WHOLE, {"whole": WHOLE}):
        findings.add("undone whole", f"journal {sequence}", expected_yen, found_yen)


def _check_line(subject: str, reversals: list[Reversal], findings: Findings) -> None:
    back_yen = back_paid_yen = 0
    for reversal in reversals:
        where = f"{subject}, given back by journal {reversal.sequence}"
        findings.compare("reverses its kind", where, REVERSES.get(reversal.kind), reversal.original_kind)
        findings.compare("given back after it was taken", where, True, reversal.in_time)
        findings.compare("given back to its owner", where, True, reversal.goes_back)
        if reversal.taken_yen is None:
            findings.add("reverses a line", where, "a transfer", "none")
            return
        exact = exact_paid_part(
            reversal.amount_yen, reversal.taken_paid_yen, reversal.taken_yen, back_yen, back_paid_yen
        )
        findings.compare("part given back is exact", where, exact, reversal.paid_yen)
        back_yen += reversal.amount_yen
        back_paid_yen += reversal.paid_yen
        premium_yen, back_premium_yen = reversal.taken_yen - reversal.taken_paid_yen, back_yen - back_paid_yen
        if back_paid_yen > reversal.taken_paid_yen or back_premium_yen > premium_yen:
            taken = (reversal.taken_paid_yen, premium_yen)
            findings.add("never more given back than taken", where, taken, (back_paid_yen, back_premium_yen))
