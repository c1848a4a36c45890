"""Totals behind a cursor: right at any moment, rolled up or not."""

from threading import Event, Thread

import psycopg

from kernel.db import Database
from ledger.model import Posted
from ledger.operations.post_journals import post_journals
from ledger.operations.roll_up_totals import roll_up_totals
from ledger.queries import account_totals
from ledger.store.totals import Totals
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    COUPONS,
    PAYABLE,
    STRIPE,
    audit,
    pay,
    post,
    posted,
    refund,
    roll_up_everything,
    rows,
    sell,
)


def totals(database: Database) -> list[Totals]:
    accounts = [PAYABLE, STRIPE, COUPONS]
    found = database.run(lambda session: account_totals(session, accounts))
    return [found[account.id] for account in accounts]


def test_totals_are_right_before_and_after_rolling_up(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    assert totals(worker) == [Totals(0, 0, 0, 0)] * 3
    posted(worker, sell())
    payment = posted(worker, pay(1_000))
    posted(worker, refund(payment.journal.id, 100))
    expected = [Totals(100, 80, 1_000, 800), Totals(4_000, 4_000, 0, 0), Totals(0, 0, 0, 0)]
    assert totals(worker) == expected
    roll_up_everything(worker)
    assert totals(worker) == expected
    posted(worker, pay(500))
    assert totals(worker)[0] == Totals(100, 80, 1_500, 1_200)
    roll_up_everything(worker)
    assert totals(worker)[0] == Totals(100, 80, 1_500, 1_200)
    assert audit(worker).agrees


def test_only_shared_accounts_are_summed_up(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    posted(worker, sell())
    roll_up_everything(worker)
    query = "SELECT a.kind FROM ledger.account_totals AS t JOIN ledger.accounts AS a ON a.id = t.account_id ORDER BY 1"
    assert rows(worker, query) == [("premium_funding",), ("provider_clearing",)]


def test_a_transaction_under_way_is_neither_lost_nor_counted_twice(make_database: MakeDatabase) -> None:
    worker, payer = make_database("kashiman_worker"), make_database()
    posted(worker, sell())
    written, may_commit = Event(), Event()

    def pay_slowly() -> None:
        with payer.transaction() as session:
            (outcome,) = post_journals(session, [pay(1_000)])
            assert isinstance(outcome, Posted)
            written.set()
            assert may_commit.wait(timeout=20)

    thread = Thread(target=pay_slowly)
    thread.start()
    assert written.wait(timeout=20)
    posted(worker, sell())
    worker.run(roll_up_totals)
    assert totals(worker)[:2] == [Totals(0, 0, 0, 0), Totals(8_000, 8_000, 0, 0)]
    assert audit(worker).agrees
    may_commit.set()
    thread.join()
    assert totals(worker)[:2] == [Totals(0, 0, 1_000, 800), Totals(8_000, 8_000, 0, 0)]
    roll_up_everything(worker)
    assert totals(worker)[:2] == [Totals(0, 0, 1_000, 800), Totals(8_000, 8_000, 0, 0)]
    assert audit(worker).agrees


def test_a_dump_from_another_server_is_summed_up_anew(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    post(worker, sell(), pay(1_000))
    roll_up_everything(worker)
    with psycopg.connect(worker.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger.transfers SET transaction_id = '900000000000' WHERE paid_yen > 0")
        connection.execute("UPDATE ledger.totals_cursor SET before_transaction_id = '900000000001'")
    posted(worker, pay(500))
    worker.run(roll_up_totals)
    assert totals(worker)[:2] == [Totals(0, 0, 1_500, 1_200), Totals(4_000, 4_000, 0, 0)]
    worker.run(roll_up_totals)
    assert totals(worker)[:2] == [Totals(0, 0, 1_500, 1_200), Totals(4_000, 4_000, 0, 0)]
    assert "account's stored totals" not in {finding.check for finding in audit(worker).findings}


def test_two_roll_ups_at_once_count_everything_once(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker", pool_size=8)
    post(worker, sell(), *(pay(10) for _ in range(50)))
    threads = [Thread(target=worker.run, args=(roll_up_totals,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    roll_up_everything(worker)
    assert totals(worker)[0] == Totals(0, 0, 500, 400)
    assert audit(worker).agrees
