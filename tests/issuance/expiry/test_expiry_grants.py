"""What the database itself refuses about runs and reversals, whoever asks."""

from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from kernel.db import violated_constraint
from tests.issuance.expiry.desk import ExpiryDesk
from tests.ledger.books import SHORT_TERMS, posted, sell

A = UUID(int=1)
HISTORY = ["expiry_run_events", "expiry_run_lots", "expiry_run_campaigns", "expired_lots", "expiry_reversal_lots"]


def reversed_run(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    desk.give_back(desk.confirm(desk.ask(desk.executed())))


@pytest.mark.parametrize("table", [*HISTORY, "reversed_lots", "expiry_run_moves", "expiry_reversal_moves"])
def test_history_is_changed_by_nobody_not_even_a_superuser(table: str, desk: ExpiryDesk) -> None:
    reversed_run(desk)
    for statement in (f"DELETE FROM issuance.{table}", f"TRUNCATE issuance.{table} CASCADE"):
        with pytest.raises(errors.InsufficientPrivilege), psycopg.connect(desk.pay.url) as connection:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE issuance.expiry_runs SET state = 'planned'", "expiry_runs_move_is_legal"),
        ("UPDATE issuance.expiry_runs SET state = 'stopped'", "expiry_runs_move_is_legal"),
        ("UPDATE issuance.expiry_reversals SET state = 'asked'", "expiry_reversals_move_is_legal"),
    ],
)
def test_steps_are_only_those_of_the_table_of_moves(statement: str, constraint: str, desk: ExpiryDesk) -> None:
    reversed_run(desk)
    with pytest.raises(errors.CheckViolation) as refused, psycopg.connect(desk.pay.url) as connection:
        connection.execute(statement)
    assert violated_constraint(refused.value) == constraint


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE issuance.expiry_runs SET digest = repeat('0', 64)",
        "UPDATE issuance.expiry_runs SET through_day = '2027-01-01'",
        "UPDATE issuance.expiry_runs SET state = 'done', approved_by = gen_random_uuid()",
        "UPDATE issuance.expiry_reversals SET last_day = '2027-01-01'",
        "DELETE FROM issuance.expiry_runs",
        "DELETE FROM issuance.expiry_reversals",
    ],
)
def test_what_was_approved_stays_as_it_was(statement: str, desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    desk.ask(desk.executed())
    posted(desk.pay, sell(terms=SHORT_TERMS))
    desk.approved()
    with pytest.raises(errors.InsufficientPrivilege), psycopg.connect(desk.pay.url) as connection:
        connection.execute(statement)


def test_one_person_is_never_both(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    desk.ask(desk.executed())
    posted(desk.pay, sell(terms=SHORT_TERMS))
    desk.plan()
    for statement, constraint in (
        (
            "UPDATE issuance.expiry_runs SET state = 'approved', approved_by = planned_by, approved_at = now()"
            " WHERE state = 'planned'",
            "expiry_runs_need_two_people",
        ),
        (
            "UPDATE issuance.expiry_reversals SET state = 'confirmed', confirmed_by = asked_by, confirmed_at = now()",
            "expiry_reversals_need_two_people",
        ),
    ):
        with pytest.raises(errors.CheckViolation) as refused, psycopg.connect(desk.pay.url) as connection:
            connection.execute(statement)
        assert violated_constraint(refused.value) == constraint


def test_planning_is_for_staff_and_expiring_for_the_worker(desk: ExpiryDesk) -> None:
    reversed_run(desk)
    approve = "UPDATE issuance.expiry_runs SET approved_by = gen_random_uuid()"
    expired = "INSERT INTO issuance.expired_lots SELECT * FROM issuance.expired_lots"
    read = "SELECT * FROM issuance.expiry_run_lots"
    for role, statement in (
        ("kashiman_worker", approve),
        ("kashiman_worker", "INSERT INTO issuance.expiry_run_lots SELECT * FROM issuance.expiry_run_lots"),
        ("kashiman_staff", expired),
        ("kashiman_pay", read),
        ("kashiman_apply", read),
        ("kashiman_auditor", expired),
    ):
        options = f"-c role={role}"
        with (
            pytest.raises(errors.InsufficientPrivilege),
            psycopg.connect(desk.pay.url, options=options) as connection,
        ):
            connection.execute(statement)
