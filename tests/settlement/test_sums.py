"""Whatever shops take and give back: file, flight and movements have one sum, and no yen is paid twice or lost."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.clock import city_time
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres
from settlement.queries import list_closings, list_payouts, list_statements, payout_file
from settlement.zengin.model import BankProfile
from settlement.zengin.read_transfer_file import read_transfer_file
from tests.conftest import cloned
from tests.settlement.city import BAKERY, CAFE, GROCER, POINTS, VOUCHER, City

CLOSINGS = (
    (date(2026, 11, 15), date(2026, 11, 27)),
    (date(2026, 11, 30), date(2026, 12, 11)),
    (date(2026, 12, 15), date(2026, 12, 25)),
)
SHOPS = (BAKERY, GROCER, CAFE)


class Takes(NamedTuple):
    wallet: int
    shop: UUID
    amount_yen: int
    is_before_cutoff: bool


class GivesBack(NamedTuple):
    payment: int
    amount_yen: int


AMOUNTS = st.one_of(st.integers(1, 3), st.integers(1, 5_000))
STEPS = st.one_of(
    st.builds(Takes, st.integers(0, 2), st.sampled_from(SHOPS), AMOUNTS, st.booleans()),
    st.builds(GivesBack, st.integers(0, 20), AMOUNTS),
)
ROUNDS = st.lists(st.lists(STEPS, max_size=8), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(rounds=ROUNDS, minimum_payout_yen=st.sampled_from([1, 100, 3_000]), items_max=st.integers(1, 3))
def test_every_sum_agrees_after_every_closing(
    postgres: EmbeddedPostgres,
    template: str,
    rounds: list[list[Takes | GivesBack]],
    minimum_payout_yen: int,
    items_max: int,
) -> None:
    with cloned(postgres, template) as url:
        databases = [Database(url, role=f"kashiman_{role}") for role in ("pay", "staff")]
        try:
            city = City(*databases)
            live(city, rounds, minimum_payout_yen, BankProfile(max_records_per_file=items_max))
        finally:
            for database in databases:
                database.close()


def live(city: City, rounds: list[list[Takes | GivesBack]], minimum_payout_yen: int, profile: BankProfile) -> None:
    wallets = [city.wallet(VOUCHER), city.wallet(POINTS), city.wallet(VOUCHER, is_free=True)]
    left: list[list[int]] = []
    payments: list[UUID] = []
    for steps, (cutoff_day, pay_day) in zip(rounds, CLOSINGS, strict=True):
        for number, step in enumerate(steps):
            if isinstance(step, Takes):
                day = cutoff_day if step.is_before_cutoff else cutoff_day + timedelta(days=1)
                city.wallets[VOUCHER] = wallets[step.wallet]
                payments += city.takes(step.shop, step.amount_yen, at=city_time(day, 9, number))
                left.append([step.amount_yen])
            elif payments:
                which = step.payment % len(payments)
                back_yen = min(step.amount_yen, left[which][0])
                if back_yen:
                    left[which][0] -= back_yen
                    city.gives_back(payments[which], back_yen, at=city_time(cutoff_day + timedelta(days=2)))
        city.closes(cutoff_day, pay_day, minimum_payout_yen=minimum_payout_yen, profile=profile)
        check_payouts(city, minimum_payout_yen)
        check_payables(city)


def check_payouts(city: City, minimum_payout_yen: int) -> None:
    """Σ of a file = what its journal put in flight = Σ of the movements it pays, by part."""
    closing = city.ask(list_closings)[0]
    paid_yen = 0
    for payout in city.ask(list_payouts, closing.id):
        read = read_transfer_file(
            city.ask(payout_file, payout.id).file_bytes, written_on=closing.cutoff_day + timedelta(days=1)
        )
        assert all(item.amount_yen >= minimum_payout_yen for item in read.items)
        in_flight = city.rows(
            "SELECT sum(t.amount_yen), sum(t.paid_yen) FROM ledger.transfers AS t"
            " JOIN ledger.accounts AS a ON a.id = t.credit_account_id WHERE a.reference = %s",
            str(payout.id),
        )
        movements = city.rows(
            "SELECT sum(m.amount_yen), sum(m.paid_yen) FROM settlement.settled_movements AS s"
            " JOIN ledger.payable_movements AS m USING (journal_id, line)"
            " WHERE s.closing_id = %s AND m.merchant_id IN"
            " (SELECT merchant_id FROM settlement.payout_items WHERE payout_id = %s)",
            closing.id,
            payout.id,
        )
        assert in_flight == movements
        assert in_flight[0][0] == read.total_yen == payout.total_yen
        paid_yen += read.total_yen
    statements = city.ask(list_statements, closing.id)
    assert paid_yen == sum(each.net_yen for each in statements if each.carried_over_because is None)


def check_payables(city: City) -> None:
    """What is still owed to each shop is the sum of the movements that no closing took, by part."""
    owed = city.rows(
        "SELECT a.merchant_id, a.campaign_id,"
        " sum(CASE WHEN t.credit_account_id = a.id THEN t.amount_yen ELSE -t.amount_yen END),"
        " sum(CASE WHEN t.credit_account_id = a.id THEN t.paid_yen ELSE -t.paid_yen END)"
        " FROM ledger.accounts AS a JOIN ledger.transfers AS t ON a.id IN (t.credit_account_id, t.debit_account_id)"
        " WHERE a.kind = 'merchant_payable' GROUP BY a.id ORDER BY 1, 2"
    )
    unsettled = city.rows(
        "SELECT m.merchant_id, m.campaign_id,"
        " coalesce(sum(m.amount_yen) FILTER (WHERE s.closing_id IS NULL), 0),"
        " coalesce(sum(m.paid_yen) FILTER (WHERE s.closing_id IS NULL), 0)"
        " FROM ledger.payable_movements AS m LEFT JOIN settlement.settled_movements AS s USING (journal_id, line)"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert owed == unsettled
