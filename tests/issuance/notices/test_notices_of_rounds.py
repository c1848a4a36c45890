"""Results of draws, ends of pay windows, and offers from the waiting list."""

from datetime import date, timedelta

from issuance.model import PurchaseMethod, WithdrawalRequest
from issuance.notices.model import NoticeKind
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.withdraw_application import withdraw_application
from kernel.clock import SetClock, city_date
from tests.issuance.market import DRAWN, OPENS, PAY_UNTIL, Market, person, wallet
from tests.issuance.notices.post_office import PostOffice
from tests.ledger.books import rows

RESULT_DAY = city_date(DRAWN)
THREE_BEFORE, ONE_BEFORE = date(2023, 9, 27), date(2023, 9, 29)
"""PAY_UNTIL is the midnight after 30 September, the last day to pay."""


def kinds(office: PostOffice, number: int) -> list[NoticeKind]:
    return [item.notice.kind for item in office.inbox(wallet(number))]


def selling(office: PostOffice, units: list[int], offered: int = 10) -> Market:
    office.market.selling(units, offered)
    return office.market


def test_everybody_who_applied_is_told_of_the_result_and_nobody_else(post_office: PostOffice) -> None:
    office = post_office
    office.market.opened()
    receipts = office.market.apply_for([5, 5, 5])
    office.market.apply.run(
        lambda session: withdraw_application(
            session, WithdrawalRequest(office.market.round_id, person(2)), clock=SetClock(OPENS)
        )
    )
    assert office.make_at(DRAWN) == 0
    office.market.drawn([])
    assert office.make_at(DRAWN) == 2
    assert office.make_at(DRAWN + timedelta(days=1)) == 0
    facts = [office.inbox(wallet(number))[0].notice.facts for number in (0, 1)]
    assert facts == [
        {
            "round_id": str(office.market.round_id),
            "round_slug": "premium-2023-1",
            "campaign_title": "かしまんPAY 2023",
            "receipt": receipt,
            "units_applied": 5,
            "units_granted": 5,
            "void_reason": None,
            "stands_for_it": None,
            "merged_applications": 0,
        }
        for receipt in receipts[:2]
    ]
    assert office.inbox(wallet(2)) == []


def test_who_won_nothing_is_told_so(post_office: PostOffice) -> None:
    selling(post_office, [1, 1, 1], offered=2)
    post_office.make_at(DRAWN)
    granted = [post_office.inbox(wallet(number))[0].notice.facts["units_granted"] for number in range(3)]
    assert sorted(granted) == [0, 1, 1]


def test_an_old_result_is_no_news(post_office: PostOffice) -> None:
    selling(post_office, [1])
    assert post_office.make_at(DRAWN + timedelta(days=7, seconds=1)) == 0


def test_unpaid_grants_are_reminded_three_days_and_one_day_before_the_last_day_to_pay(
    post_office: PostOffice,
) -> None:
    office, market = post_office, selling(post_office, [2, 3])
    market.pay(market.bought(0, 2))
    market.start(market.request(1, 2, method=PurchaseMethod.KONBINI))
    office.make(RESULT_DAY + timedelta(days=1))
    made = {}
    for number in range(20, 33):
        day = date(2023, 9, 1) + timedelta(days=number - 1)
        made[day] = office.make(day)
    assert {day: count for day, count in made.items() if count} == {THREE_BEFORE: 1, ONE_BEFORE: 1}
    assert kinds(office, 0) == [NoticeKind.DRAW_RESULT]
    assert kinds(office, 1) == [NoticeKind.PAY_WINDOW_ENDS] * 2 + [NoticeKind.DRAW_RESULT]
    facts = office.inbox(wallet(1))[0].notice.facts
    assert {name: facts[name] for name in ("campaign_title", "units", "price_yen", "pay_until")} == {
        "campaign_title": "かしまんPAY 2023",
        "units": 3,
        "price_yen": 4_000,
        "pay_until": "2023-09-30T15:00:00+00:00",
    }
    assert facts["grant_id"] == str(market.grants(1)[0].grant_id)


def test_nobody_is_reminded_to_pay_once_the_deadline_is_there(post_office: PostOffice) -> None:
    selling(post_office, [2])
    post_office.make_at(DRAWN)
    assert post_office.make_at(PAY_UNTIL - timedelta(seconds=1)) == 1
    assert post_office.make_at(PAY_UNTIL) == 0


def test_an_offer_from_the_waiting_list_is_told_once(post_office: PostOffice) -> None:
    office, market = post_office, selling(post_office, [1, 1, 1], offered=2)
    waiting = next(number for number in range(3) if not market.grants(number))
    later = PAY_UNTIL + timedelta(hours=9)
    run = market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=later))
    assert len(run.offers) == 1
    assert office.make_at(later) == 1
    assert office.make_at(later + timedelta(hours=1)) == 0
    (item,) = office.inbox(wallet(waiting))
    assert item.notice.kind is NoticeKind.WAITING_LIST_OFFER
    assert item.notice.facts["units"] == 1
    assert item.notice.facts["pay_until"] == run.pay_until.isoformat()
    assert office.make(date(2023, 10, 5)) == 1
    assert kinds(office, waiting) == [NoticeKind.PAY_WINDOW_ENDS, NoticeKind.WAITING_LIST_OFFER]


def test_a_notice_holds_no_person(post_office: PostOffice) -> None:
    selling(post_office, [1])
    post_office.make_at(DRAWN)
    ((whole,),) = rows(post_office.pay, "SELECT n::text FROM issuance.notices AS n")
    assert str(wallet(0)) in whole
    assert str(person(0)) not in whole
