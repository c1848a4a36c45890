"""The second opinion: it agrees with sound books, finds every kind of damage, and repairs nothing."""

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import ledger.audit
from kernel.clock import city_time
from kernel.db import Database
from ledger.audit import Finding, audit_books
from ledger.audit.flows import MOVES
from ledger.audit.report import SHOWN_PER_CHECK_MAX, AuditFigures, Findings
from ledger.model import (
    LEGAL_MOVES,
    CancelSale,
    CaptureHold,
    ExpireLot,
    JournalKind,
    Move,
    Posted,
    PostMoves,
    ReleaseHold,
)
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    AFTER_EXPIRY,
    BANK,
    CAMPAIGN,
    FEES,
    GRACE_TERMS,
    NOON,
    OTHER_SHOP,
    PAYABLE,
    PAYOUT,
    SHOP,
    SHORT_TERMS,
    STRIPE,
    audit,
    close,
    give_back_payout,
    grant,
    hold,
    key,
    pay,
    post,
    posted,
    refund,
    roll_up_everything,
    rows,
    sell,
    settle,
    snapshot,
    void,
)

LOT, GRACE_LOT, SHORT_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x3), UUID(int=0x99)
Damage = Callable[[psycopg.Connection[Any]], object]


def live_a_little(database: Database) -> None:
    """Every kind of event happens at least once."""
    post(database, sell(GRACE_LOT, terms=GRACE_TERMS), sell(SHORT_LOT, terms=SHORT_TERMS), sell(LOT), grant())
    sale = posted(database, sell())
    posted(database, CancelSale(key(), NOON, sale.journal.id))
    first, second, third, *_ = post(database, *(pay(1_001, coupon_yen=9) for _ in range(6)))
    assert isinstance(first, Posted)
    assert isinstance(second, Posted)
    assert isinstance(third, Posted)
    post(database, void(first.journal.id), refund(second.journal.id, 333), pay(50, shop=OTHER_SHOP))
    holds = [HOLD, uuid4(), uuid4()]
    post(database, *(hold(hold_id, 77) for hold_id in holds))
    post(database, CaptureHold(key(), NOON, holds[1], SHOP), ReleaseHold(key(), NOON, holds[2]))
    post(database, ExpireLot(key(), AFTER_EXPIRY, SHORT_LOT), refund(third.journal.id, 500, at=AFTER_EXPIRY))
    closed = posted(database, close(Move(PAYABLE, PAYOUT, 60, 40), Move(PAYABLE, PAYOUT, 40, 20)))
    post(database, give_back_payout(closed.journal.id, Move(PAYOUT, PAYABLE, 60, 40, 1)), settle(30, 20))
    fees = (Move(BANK, STRIPE, 90, 90), Move(FEES, STRIPE, 10, 10))
    posted(database, PostMoves(key(), NOON, JournalKind.PROVIDER_PAID_OUT, fees))


def test_sound_books_agree_and_the_figures_are_exact(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    live_a_little(worker)
    roll_up_everything(worker)
    report = audit(worker)
    assert report.findings == ()
    assert report.agrees
    figures = report.figures
    assert figures == AuditFigures(
        issued_yen=15_500,
        issued_paid_yen=12_000,
        issued_premium_yen=3_500,
        spent_yen=6 * 1_001 - 1_001 - 324 - 491 + 50 + 77,
        coupons_yen=6 * 9 - 9 - 9 - 9,
        payments=7,
        refunded_yen=1_010 + 333 + 500,
        payments_voided_yen=1_010,
        payments_refunded_yen=833,
        held_yen=77,
        expired_yen=3_994,
        remaining_yen=7_112,
        payable_yen=4_317 + 27 - 100 + 60,
        in_flight_yen=10,
        settled_yen=30,
        predicted_bank_yen=60,
        journals=26,
        transfers=44,
    )
    in_lots = rows(worker, "SELECT sum(paid_left_yen + premium_left_yen)::bigint FROM ledger.lots")[0][0]
    assert figures.remaining_yen == in_lots
    assert figures.issued_yen == figures.spent_yen + figures.held_yen + figures.expired_yen + figures.remaining_yen


def test_empty_books_agree(database: Database) -> None:
    report = audit(database)
    assert report.agrees
    assert report.figures.journals == 0


def test_the_audit_changes_nothing(database: Database) -> None:
    live_a_little(database)
    before = snapshot(database)
    with psycopg.connect(database.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger.lots SET paid_left_yen = paid_left_yen - 1 WHERE account_id = %s", [LOT])
        connection.commit()
        assert not audit_books(connection).agrees
    damaged = snapshot(database)
    assert damaged["lots"] != before["lots"]
    assert {name: table for name, table in damaged.items() if name != "lots"} == {
        name: table for name, table in before.items() if name != "lots"
    }


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


def test_a_finding_says_what_was_expected_and_what_was_found(database: Database) -> None:
    post(database, sell(LOT), pay(1_000))
    with psycopg.connect(database.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger.lots SET paid_left_yen = 3201, premium_left_yen = 799")
    assert audit(database).findings == (
        Finding("issued is all accounted for", f"campaign {CAMPAIGN}, paid", "3200", "3201"),
        Finding("issued is all accounted for", f"campaign {CAMPAIGN}, premium", "800", "799"),
        Finding("lot's stored figures", str(LOT), "(3200, 800)", "(3201, 799)"),
    )


def test_of_each_check_only_the_first_findings_are_kept() -> None:
    findings = Findings()
    for number in range(SHOWN_PER_CHECK_MAX + 5):
        findings.add("a check", number, 1, 2)
    assert len(findings.all()) == SHOWN_PER_CHECK_MAX + 1
    assert findings.all()[-1] == Finding("a check", "further findings", "0", "5")


def test_the_auditor_shares_no_code_with_the_writer() -> None:
    for path in Path(ledger.audit.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                assert not module.startswith(("kernel", "sqlmodel", "sqlalchemy")), path
                assert not module.startswith("ledger") or module.startswith("ledger.audit"), path


def test_the_auditors_own_moves_equal_the_writers() -> None:
    assert set(MOVES) == {tuple(map(str, move)) for move in LEGAL_MOVES}


def test_the_auditor_reads_one_snapshot_outside_any_other_transaction(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute("SELECT 1")
        with pytest.raises(psycopg.errors.ActiveSqlTransaction):
            audit_books(connection)


def test_payments_after_midnight_of_the_city_are_in_the_next_period(database: Database) -> None:
    post(database, sell(), pay(1, at=city_time(date(2026, 8, 2))))
    with psycopg.connect(database.url) as connection:
        connection.execute(
            "INSERT INTO ledger.period_closes (closed_through, closed_at, closed_by)"
            " VALUES ('2026-08-01', '2020-01-01', '-')"
        )
    assert len([found for found in audit(database).findings if found.check == "closed period stays closed"]) == 1
