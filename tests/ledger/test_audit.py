"""The second opinion: it agrees with sound books, says exactly what differs, and repairs nothing."""

import ast
from datetime import date
from pathlib import Path

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
)
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    CAMPAIGN,
    audit,
    pay,
    post,
    roll_up_everything,
    rows,
    sell,
    snapshot,
)
from tests.ledger.story import LOT, live_a_little


def test_sound_books_agree_and_the_figures_are_exact(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    live_a_little(worker)
    roll_up_everything(worker)
    report = audit(worker)
    assert report.findings == ()
    assert report.agrees
    figures = report.figures
    assert figures == AuditFigures(
        issued_yen=15_700,
        issued_paid_yen=12_000,
        issued_premium_yen=3_700,
        spent_yen=6 * 1_001 - 1_001 - 324 - 491 + 50 + 77,
        coupons_yen=6 * 9 - 9 - 9 - 9,
        payments=7,
        refunded_yen=1_010 + 333 + 500,
        payments_voided_yen=1_010,
        payments_refunded_yen=833,
        held_yen=77,
        expired_yen=3_994,
        remaining_yen=7_312,
        payable_yen=4_317 + 27 - 100 + 60,
        in_flight_yen=10,
        settled_yen=30,
        predicted_bank_yen=60,
        journals=29,
        transfers=47,
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
