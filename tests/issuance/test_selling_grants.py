"""What was given back, disputed, printed or paid out is only added to, and each process may do its own part of it."""

from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from issuance.operations.print_receipt import print_receipt
from issuance.operations.record_refunds import record_refunds
from issuance.provider_model import DisputeStatus, ProviderRefundStatus
from kernel.db import Database, Session, driver_connection
from tests.issuance.market import HANA, PAYING, Market
from tests.issuance.payouts.bank import book, charge_entry, dispute_of, follow, payout_of
from tests.issuance.selling import cancel, paid, refund_of, sold

HISTORY = {
    "refund_events": "amount_yen = 1",
    "counter_receipts": "purchase_id = purchase_id",
    "receipt_prints": "copy_number = 7",
    "dispute_events": "outcome = 'closed'",
    "payout_entries": "amount_yen = 1",
}
STANDING = {"disputes": "opened_at = now()", "provider_payouts": "amount_yen = amount_yen + 1"}


def execute(session: Session, statement: str) -> None:
    driver_connection(session).execute(statement.encode())


@pytest.fixture
def busy_market(market: Market) -> Market:
    """One row in every table of selling at least."""
    market.selling([3, 1])
    given_back, in_cash, disputed = paid(market, 0, 1, "a"), sold(market, 0, 1), paid(market, 0, 1, "b")
    refund = refund_of(cancel(market, given_back), ProviderRefundStatus.PENDING)
    market.worker.run(lambda session: record_refunds(session, [refund], now=PAYING))
    market.staff.run(lambda session: print_receipt(session, in_cash.id, clerk_id=HANA.id, now=PAYING))
    follow(market, dispute_of(disputed, DisputeStatus.NEEDS_RESPONSE))
    book(market, payout_of(charge_entry(given_back), charge_entry(disputed)))
    return market


@pytest.mark.parametrize("change", ["UPDATE", "DELETE", "TRUNCATE"])
def test_history_of_selling_is_changed_by_nobody_not_even_a_superuser(
    busy_market: Market, database_url: str, change: str
) -> None:
    for table, assignment in (HISTORY | STANDING).items():
        statement = {
            "UPDATE": f"UPDATE issuance.{table} SET {assignment}",
            "DELETE": f"DELETE FROM issuance.{table}",
            "TRUNCATE": f"TRUNCATE issuance.{table} CASCADE",
        }[change]
        with (
            psycopg.connect(database_url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="history is only added to"),
        ):
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("role", "forbidden"),
    [
        ("kashiman_pay", [*HISTORY, *STANDING]),
        ("kashiman_apply", [*HISTORY, *STANDING]),
        ("kashiman_auditor", [*HISTORY, *STANDING]),
        ("kashiman_worker", ["counter_receipts", "receipt_prints"]),
        ("kashiman_staff", ["disputes", "dispute_events", "provider_payouts", "payout_entries"]),
    ],
)
def test_each_process_writes_only_its_own_part_and_all_may_read(
    make_database: Callable[..., Database], role: str, forbidden: list[str]
) -> None:
    database = make_database(role)
    for table in forbidden:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
            database.run(partial(execute, statement=f"INSERT INTO issuance.{table} DEFAULT VALUES"))
    for table in (*HISTORY, *STANDING):
        database.run(partial(execute, statement=f"SELECT FROM issuance.{table}"))


def test_nobody_says_afterwards_that_a_card_was_not_to_be_checked(busy_market: Market, database_url: str) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("UPDATE issuance.purchases SET checks_card = true")
