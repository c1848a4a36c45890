"""The second opinion finds every kind of damage."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import ledger.audit
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    BANK,
    PAYOUT,
    STRIPE,
    audit,
    roll_up_everything,
)
from tests.ledger.story import GRACE_LOT, HOLD, LOT, SHORT_LOT, live_a_little

Damage = Callable[[psycopg.Connection[Any]], object]


def sql(statement: str, *values: object) -> Damage:
    return lambda connection: connection.execute(statement, values)


ONE_PAYMENT = "(SELECT id FROM ledger.journals WHERE kind = 'payment' ORDER BY sequence OFFSET 3 LIMIT 1)"
SHIFT_PARTS = """
UPDATE ledger.transfers AS t SET paid_yen = paid_yen + x.by_yen FROM (
    SELECT journal_id, line, row_number() OVER (ORDER BY journal_id) * 2 - 3 AS by_yen FROM ledger.transfers
    WHERE debit_account_id = %s AND paid_yen BETWEEN 1 AND amount_yen - 1 ORDER BY journal_id LIMIT 2
) AS x WHERE x.journal_id = t.journal_id AND x.line = t.line
"""
DAMAGES: dict[str, Damage] = {
    "lot's stored figures": sql("UPDATE ledger.lots SET paid_left_yen = paid_left_yen - 1 WHERE account_id = %s", LOT),
    "issued is all accounted for": sql("UPDATE ledger.lots SET premium_left_yen = 0 WHERE account_id = %s", LOT),
    "hold's stored figures": sql("UPDATE ledger.holds SET paid_left_yen = 0 WHERE account_id = %s", HOLD),
    "held is all accounted for": sql("UPDATE ledger.holds SET premium_left_yen = 0 WHERE account_id = %s", HOLD),
    "hold holds its amount": sql("UPDATE ledger.holds SET amount_yen = 78 WHERE account_id = %s", HOLD),
    "hold is placed once": sql(
        "UPDATE ledger.holds SET placed_journal_id = gen_random_uuid() WHERE account_id = %s", HOLD
    ),
    "part is exact": sql(SHIFT_PARTS, GRACE_LOT),
    "lot stays within its issue": sql(
        "UPDATE ledger.transfers SET amount_yen = amount_yen + 9000 WHERE debit_account_id = %s", GRACE_LOT
    ),
    "lot expires whole": sql(
        "UPDATE ledger.transfers SET amount_yen = amount_yen - 1 WHERE paid_yen = 0 AND journal_id IN"
        " (SELECT id FROM ledger.journals WHERE kind = 'lot_expired')"
    ),
    "lot is issued whole": sql(
        "UPDATE ledger.transfers SET amount_yen = 999 WHERE credit_account_id = %s AND paid_yen = 0 AND line = 2", LOT
    ),
    "lot is issued by its own kind": sql("UPDATE ledger.lots SET succeeds_lot_id = NULL"),
    "lot is issued once": sql(
        "UPDATE ledger.transfers SET credit_account_id = %s WHERE credit_account_id = %s", LOT, SHORT_LOT
    ),
    "only an untouched sale is cancelled": sql(
        "UPDATE ledger.transfers SET debit_account_id = (SELECT debit_account_id FROM ledger.transfers AS t JOIN"
        " ledger.journals AS j ON j.id = t.journal_id WHERE j.kind = 'sale_cancelled' LIMIT 1)"
        f" WHERE journal_id = {ONE_PAYMENT} AND line = 1"
    ),
    "lot account has its lot": sql("DELETE FROM ledger.lots WHERE account_id = %s", LOT),
    "held account has its hold": sql("DELETE FROM ledger.holds WHERE account_id = %s", HOLD),
    "lot was issued by a journal": sql(
        "DELETE FROM ledger.transfers WHERE %s IN (debit_account_id, credit_account_id)", SHORT_LOT
    ),
    "lot expires after its last day": sql(
        "UPDATE ledger.lots SET last_day = '2026-08-11' WHERE account_id = %s", SHORT_LOT
    ),
    "lot agrees with its account": sql("UPDATE ledger.lots SET campaign_id = gen_random_uuid()"),
    "move is legal": sql("UPDATE ledger.journals SET kind = 'points_granted' WHERE kind = 'voucher_sold'"),
    "move is of its part": sql(
        "UPDATE ledger.transfers SET paid_yen = paid_yen - 1 WHERE debit_account_id = %s", STRIPE.id
    ),
    "move stays in its campaign": sql(
        "UPDATE ledger.accounts SET campaign_id = gen_random_uuid() WHERE kind = 'merchant_payable'"
    ),
    "debits equal credits": sql("DELETE FROM ledger.accounts WHERE kind = 'coupon_funding'"),
    "account's stored totals": sql("UPDATE ledger.account_totals SET credit_paid_yen = credit_paid_yen + 1"),
    "never more given back than taken": sql(
        "UPDATE ledger.transfers SET amount_yen = 2000 WHERE reverses_line = 1 AND journal_id IN"
        " (SELECT id FROM ledger.journals WHERE kind = 'payment_refunded')"
    ),
    "part given back is exact": sql(
        "UPDATE ledger.transfers SET paid_yen = paid_yen - 1 WHERE paid_yen > 0 AND journal_id IN"
        " (SELECT id FROM ledger.journals WHERE kind = 'payment_refunded')"
    ),
    "given back to its owner": sql("UPDATE ledger.lots SET wallet_id = %s WHERE succeeds_lot_id IS NULL", uuid4()),
    "reverses its kind": sql("UPDATE ledger.journals SET kind = 'payment_voided' WHERE kind = 'hold_released'"),
    "reverses a line": sql("UPDATE ledger.transfers SET reverses_line = 9 WHERE reverses_line = 1"),
    "given back after it was taken": sql(
        "UPDATE ledger.journals SET event_at = event_at - interval '1 day' WHERE kind = 'payment_voided'"
    ),
    "undone whole": sql("UPDATE ledger.journals SET kind = 'payment_voided' WHERE kind = 'payment_refunded'"),
    "payout never below zero": sql(
        "UPDATE ledger.transfers SET amount_yen = amount_yen + 11 WHERE credit_account_id = %s"
        " AND debit_account_id = %s",
        BANK.id,
        PAYOUT.id,
    ),
    "journal has lines 1 to n": sql(
        f"UPDATE ledger.transfers SET line = 7 WHERE line = 2 AND journal_id = {ONE_PAYMENT}"
    ),
    "journal and transfers share a transaction": sql("UPDATE ledger.transfers SET transaction_id = '3' WHERE line = 2"),
    "accepted decision has its journal": sql(
        f"UPDATE ledger.decisions SET journal_id = gen_random_uuid() WHERE journal_id = {ONE_PAYMENT}"
    ),
    "journal was asked for once": sql(f"DELETE FROM ledger.decisions WHERE journal_id = {ONE_PAYMENT}"),
    "closed period stays closed": sql(
        "INSERT INTO ledger.period_closes (closed_through, closed_at, closed_by)"
        " VALUES ('2026-08-01', '2020-01-01', '-')"
    ),
    "shared account exists once": sql(
        "INSERT INTO ledger.accounts (id, kind, reference) VALUES (gen_random_uuid(), 'bank', 'city')"
    ),
    "hold never below zero": sql("UPDATE ledger.journals SET sequence = DEFAULT WHERE kind = 'hold_placed'"),
    "hold is resolved whole": sql(
        "UPDATE ledger.transfers SET amount_yen = amount_yen - 1 WHERE journal_id IN"
        " (SELECT id FROM ledger.journals WHERE kind = 'hold_captured')"
    ),
    "hold is resolved once": sql(
        "UPDATE ledger.transfers SET debit_account_id = (SELECT debit_account_id FROM ledger.transfers AS t JOIN"
        " ledger.journals AS j ON j.id = t.journal_id WHERE j.kind = 'hold_captured') WHERE journal_id IN"
        " (SELECT id FROM ledger.journals WHERE kind = 'hold_released')"
    ),
}


@pytest.mark.parametrize("check", DAMAGES)
def test_every_kind_of_damage_is_found(check: str, make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    live_a_little(worker)
    roll_up_everything(worker)
    with psycopg.connect(worker.url) as connection:
        connection.execute("SET session_replication_role = replica")
        DAMAGES[check](connection)
    report = audit(worker)
    assert not report.agrees
    assert check in {finding.check for finding in report.findings}


def test_every_check_of_the_auditor_is_tried() -> None:
    source = "".join(path.read_text() for path in Path(ledger.audit.__file__).parent.glob("*.py"))
    checks = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"add", "compare"}
        and isinstance(node.args[0], ast.Constant)
    }
    from ledger.audit.journals import OFFENDERS

    assert checks | OFFENDERS.keys() == DAMAGES.keys()
