"""Every day the number of applications and their root are published, once and for good."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from issuance.ceremony.queries import daily_file, published_days, rounds_with_days
from issuance.lottery.files import parse_daily
from issuance.lottery.receipts import running_root
from issuance.refusals import RoundHasNoDraw, RoundNotOpen, RoundStillOpen
from kernel.clock import city_time
from tests.issuance.ceremony.hall import applied, close, files, publish_days, refused
from tests.issuance.market import (
    CAMPAIGN,
    CLOSES,
    FIRST_COME,
    JUST_BEFORE_CLOSING,
    OPENS,
    ROUND,
    Market,
    application,
)

FIRST_DAY, LAST_DAY = date(2023, 8, 1), date(2023, 9, 9)


def test_a_day_is_what_stood_at_its_end(market: Market) -> None:
    round_id = market.opened()
    (first,) = applied(market, application(round_id, 0, 3), now=OPENS + timedelta(hours=23, minutes=59, seconds=59))
    (second,) = applied(market, application(round_id, 1, 2), now=OPENS + timedelta(days=1))
    applied(market, application(round_id, 0, 5), now=OPENS + timedelta(days=1))
    assert publish_days(market, OPENS + timedelta(days=1) - timedelta(seconds=1)) == []
    one, two = publish_days(market, OPENS + timedelta(days=2))
    assert (one.day, one.count, one.root) == (FIRST_DAY, 1, running_root([(first.receipt, 3)]).hex())
    both = running_root([(first.receipt, 5), (second.receipt, 2)]).hex()
    assert (two.day, two.count, two.root) == (date(2023, 8, 2), 2, both)
    assert publish_days(market, OPENS + timedelta(days=2)) == []


def test_a_day_without_applications_is_published_too(market: Market) -> None:
    market.opened()
    (day,) = publish_days(market, OPENS + timedelta(days=1))
    assert (day.count, day.root) == (0, "2e7bc0e75dd148ef0bb54ec0309f2fabff47a9baa1e6ba3d4eea0ab12684d2f8")


def test_days_that_were_slept_through_are_published_as_they_were(market: Market) -> None:
    round_id = market.opened()
    for number in range(3):
        applied(market, application(round_id, number, 1), now=OPENS + timedelta(days=number))
    days = publish_days(market, OPENS + timedelta(days=3))
    assert [day.count for day in days] == [1, 2, 3]


def test_after_closing_all_days_stand_in_daily_csv(market: Market) -> None:
    round_id = market.opened()
    applied(market, application(round_id, 0, 1), now=JUST_BEFORE_CLOSING)
    publish_days(market, CLOSES)
    assert "daily.csv" not in files(market), "the deadline could still move"
    assert market.worker.run(lambda session: rounds_with_days(session, now=CLOSES)) == [round_id]
    close(market)
    publish_days(market, CLOSES)
    days = parse_daily(files(market)["daily.csv"])
    assert (days[0].day, days[-1].day, len(days), days[-1].count) == (FIRST_DAY, LAST_DAY, 40, 1)
    assert files(market)["daily.csv"] == market.staff.run(lambda session: daily_file(session, round_id))
    assert len(market.staff.run(lambda session: published_days(session, round_id))) == 40
    assert market.worker.run(lambda session: rounds_with_days(session, now=CLOSES)) == []
    publish_days(market, CLOSES + timedelta(days=1))


def test_a_leap_day_is_a_day_and_the_deadline_is_its_midnight(market: Market) -> None:
    deadline = city_time(date(2024, 3, 1))
    leap = replace(
        ROUND,
        slug="leap-1",
        opens_at=city_time(date(2024, 2, 28)),
        closes_at=deadline,
        pay_from=city_time(date(2024, 3, 10)),
        pay_until=city_time(date(2024, 3, 31)),
        first_day=date(2024, 3, 10),
        last_day=date(2024, 8, 31),
    )
    market.opened(leap, replace(CAMPAIGN, slug="leap"))
    second = timedelta(seconds=1)
    applied(market, application(market.round_id, 0, 1), now=deadline - second)
    for late in (deadline, deadline + second):
        (outcome,) = market.submit(application(market.round_id, 1, 1), now=late)
        assert isinstance(outcome, RoundNotOpen)
    no = refused(market, lambda: close(market, now=deadline - second))
    assert no == RoundStillOpen(closes_at=deadline.isoformat())
    assert close(market, now=deadline).rows == 1
    days = [(day.day.isoformat(), day.count) for day in publish_days(market, deadline)]
    assert days == [("2024-02-28", 0), ("2024-02-29", 1)]


def test_a_first_come_round_has_no_roots(market: Market) -> None:
    market.opened(FIRST_COME)
    assert refused(market, lambda: publish_days(market, CLOSES)) == RoundHasNoDraw(round_slug=FIRST_COME.slug)


def test_what_was_published_cannot_be_changed(market: Market, database_url: str) -> None:
    market.opened()
    publish_days(market, OPENS + timedelta(days=1))
    for statement in ("UPDATE issuance.daily_roots SET count = 9", "DELETE FROM issuance.daily_roots"):
        with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
