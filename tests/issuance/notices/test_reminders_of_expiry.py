"""Whoever holds value is reminded 30, 14, 7 and 1 days before its last day, each time once."""

from datetime import date, timedelta

import pytest

from issuance.model import CampaignDraft, CampaignTerms
from issuance.notices.model import NoticeKind
from issuance.notices.rules.reminders import due_reminder_day
from kernel.clock import city_time
from ledger.model import ShopSize, UsableAt
from tests.issuance.notices.post_office import FIRST_DAY, ISSUED_AT, LAST_DAY, PostOffice, morning
from tests.ledger.books import OTHER_WALLET, WALLET, pay, posted

DAY = timedelta(days=1)
REMINDER_DAYS = [LAST_DAY - number * DAY for number in (30, 14, 7, 1)]


def test_a_holder_is_reminded_four_times_in_all(office: PostOffice) -> None:
    office.sold()
    day = FIRST_DAY
    made = {}
    while day <= LAST_DAY + 3 * DAY:
        made[day] = office.make(day) + office.make_at(city_time(day, 20, 5))
        day += DAY
    assert {day for day, count in made.items() if count} == set(REMINDER_DAYS)
    assert office.made() == [("value_expires", day) for day in REMINDER_DAYS]
    assert [item.notice.day for item in office.inbox()] == REMINDER_DAYS[::-1]


def test_a_reminder_says_what_is_left_at_that_moment_and_until_when(office: PostOffice) -> None:
    office.sold()
    office.sold(usable_at=UsableAt.SMALL_SHOPS, paid_yen=1_500, premium_yen=500)
    posted(office.pay, pay(1_234, at=ISSUED_AT, size=ShopSize.LARGE))
    assert office.make(REMINDER_DAYS[0]) == 1
    (item,) = office.inbox()
    assert (item.notice.kind, item.notice.wallet_id, item.is_unread) == (NoticeKind.VALUE_EXPIRES, WALLET, True)
    assert item.notice.facts == {
        "campaign_id": str(office.market.campaign_id),
        "campaign_title": "かしまんPAY 2023",
        "last_day": "2024-02-29",
        "left_yen": 5_766,
        "small_shops_yen": 2_000,
    }


def test_an_empty_wallet_is_not_reminded(office: PostOffice) -> None:
    office.sold()
    office.sold(wallet_id=OTHER_WALLET)
    posted(office.pay, pay(5_000, at=ISSUED_AT))
    assert office.make(REMINDER_DAYS[0]) == 1
    assert (office.inbox(), len(office.inbox(OTHER_WALLET))) == ([], 1)
    posted(office.pay, pay(5_000, at=ISSUED_AT, wallet_id=OTHER_WALLET))
    assert office.make(REMINDER_DAYS[1]) == 0


def test_lots_of_one_campaign_that_end_together_are_one_reminder(office: PostOffice) -> None:
    office.sold()
    office.sold(at=ISSUED_AT + DAY)
    office.sold(last_day=LAST_DAY - DAY)
    assert office.make(REMINDER_DAYS[0]) == 2
    assert sorted(item.notice.facts["left_yen"] for item in office.inbox()) == [5_000, 10_000]


@pytest.mark.parametrize(
    ("awake", "reminded"),
    [
        ([13], [14]),
        ([29, 28, 13], [30, 14]),
        ([6], [7]),
        ([7, 6, 1, 0], [7, 1]),
        ([0], [1]),
        ([20, 10, 3, 2], [30, 14, 7]),
        ([-1, -2], []),
    ],
)
def test_a_worker_that_slept_sends_what_it_missed_last_once(
    awake: list[int], reminded: list[int], office: PostOffice
) -> None:
    office.sold()
    for days_left in awake:
        assert office.make(LAST_DAY - days_left * DAY) <= 1
    assert office.made() == [("value_expires", LAST_DAY - number * DAY) for number in reminded]


def test_a_reminder_that_passed_before_the_value_was_there_is_not_missed(office: PostOffice) -> None:
    late = LAST_DAY - 10 * DAY
    office.sold(at=city_time(late, 12))
    assert office.make(late + DAY) == 0
    assert office.make(LAST_DAY - 7 * DAY) == 1
    office.sold(at=city_time(LAST_DAY - 7 * DAY, 23, 59, 59), wallet_id=OTHER_WALLET)
    assert office.make(LAST_DAY - 6 * DAY) == 1


def test_the_day_begins_at_the_citys_midnight(office: PostOffice) -> None:
    office.sold()
    midnight = city_time(REMINDER_DAYS[0])
    assert office.make_at(midnight - timedelta(seconds=1)) == 0
    assert office.make_at(midnight) == 1


def test_a_campaign_says_itself_how_many_days_before(office: PostOffice) -> None:
    terms = CampaignTerms(units_total=20, budget_yen=20_000, reminder_days=(3,))
    office.market.planned(CampaignDraft("spring-2024", "春の商品券", terms))
    office.sold()
    assert [office.make(LAST_DAY - number * DAY) for number in (30, 14, 7, 4, 3, 2, 1)] == [0, 0, 0, 0, 1, 0, 0]


def test_many_reminders_are_made_some_at_a_time(office: PostOffice) -> None:
    for _ in range(2):
        office.sold()
        office.sold(wallet_id=OTHER_WALLET)
    office.sold(last_day=LAST_DAY - DAY)
    assert [office.make_at(morning(REMINDER_DAYS[0]), limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2024, 1, 29), None),
        (date(2024, 1, 30), date(2024, 1, 30)),
        (date(2024, 2, 14), date(2024, 1, 30)),
        (date(2024, 2, 15), date(2024, 2, 15)),
        (date(2024, 2, 28), date(2024, 2, 28)),
        (date(2024, 2, 29), date(2024, 2, 28)),
        (date(2024, 3, 1), None),
    ],
)
def test_the_due_reminder_of_a_leap_day_is_golden(today: date, due: date | None) -> None:
    assert due_reminder_day(LAST_DAY, (30, 14, 7, 1), today) == due
    assert due_reminder_day(LAST_DAY, (), today) is None
