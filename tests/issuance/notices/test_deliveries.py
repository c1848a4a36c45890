"""A notice reaches whoever chose another door at least once under one key, and the inbox in the end."""

from datetime import timedelta
from uuid import UUID

import pytest

from issuance.notices.model import DeliveryOutcome, DoorKind, NoticeDelivery
from issuance.notices.operations.take_due_notices import AT_ONCE, TAKEN_FOR
from issuance.notices.rules.pauses import PAUSES, try_again_at
from tests.issuance.notices.post_office import LAST_DAY, PostOffice, morning
from tests.ledger.books import OTHER_WALLET, rows

DELIVERED, UNREACHABLE, TRY_AGAIN = DeliveryOutcome
NOW = morning(LAST_DAY - timedelta(days=30))


def waiting(office: PostOffice, door: DoorKind = DoorKind.LINE) -> NoticeDelivery:
    """A notice that was just made for somebody who chose this door."""
    office.choose(door)
    office.sold()
    office.make_at(NOW)
    (delivery,) = office.take(NOW)
    return delivery


def attempts(office: PostOffice) -> list[tuple[object, ...]]:
    return rows(office.pay, "SELECT number, door, outcome FROM issuance.notice_attempts ORDER BY number")


def test_without_a_choice_a_notice_is_in_the_inbox_at_once(office: PostOffice) -> None:
    office.sold()
    office.make_at(NOW)
    assert office.take(NOW) == []
    (item,) = office.inbox()
    assert (item.door, item.delivered_at, item.is_unread) == (DoorKind.INBOX, NOW, True)


@pytest.mark.parametrize("door", [DoorKind.LINE, DoorKind.EMAIL])
def test_the_chosen_door_delivers_once(door: DoorKind, office: PostOffice) -> None:
    delivery = waiting(office, door)
    assert (delivery.door, delivery.attempts, delivery.key) == (door, 0, delivery.notice.id)
    assert (office.inbox()[0].delivered_at, office.unread()) == (None, 0)
    office.record(delivery, DELIVERED, NOW)
    (item,) = office.inbox()
    assert (item.door, item.delivered_at, item.is_unread) == (door, NOW, False)
    assert office.take(NOW + timedelta(days=1)) == []
    assert attempts(office) == [(1, door, "delivered")]


def test_what_a_killed_worker_took_is_due_again_under_the_same_key(office: PostOffice) -> None:
    delivery = waiting(office)
    assert office.take(NOW + TAKEN_FOR - timedelta(seconds=1)) == []
    (again,) = office.take(NOW + TAKEN_FOR)
    assert again == delivery
    assert office.make_at(NOW) == 0
    office.record(again, DELIVERED, NOW + TAKEN_FOR)
    office.record(delivery, UNREACHABLE, NOW + TAKEN_FOR)
    assert attempts(office) == [(1, "line", "delivered")]
    assert office.unread() == 0


def test_a_wallet_that_a_door_cannot_reach_finds_the_notice_unread_in_its_inbox(office: PostOffice) -> None:
    office.record(waiting(office), UNREACHABLE, NOW)
    (item,) = office.inbox()
    assert (item.door, item.delivered_at, item.is_unread) == (DoorKind.INBOX, NOW, True)
    assert rows(office.pay, "SELECT chosen_door, door FROM issuance.notice_deliveries") == [("line", "inbox")]
    assert office.take(NOW + timedelta(days=1)) == []


def test_a_door_that_fails_is_tried_after_pauses_and_then_the_inbox_takes_over(office: PostOffice) -> None:
    delivery, now = waiting(office), NOW
    for number, pause in enumerate(PAUSES, start=1):
        office.record(delivery, TRY_AGAIN, now)
        assert office.take(now + pause - timedelta(seconds=1)) == []
        now += pause
        (delivery,) = office.take(now)
        assert delivery.attempts == number
    assert office.unread() == 0
    office.record(delivery, TRY_AGAIN, now)
    assert (office.unread(), office.take(now + timedelta(days=1))) == (1, [])
    assert len(attempts(office)) == len(PAUSES) + 1


def test_all_attempts_end_within_the_day_for_which_a_key_is_known() -> None:
    assert sum(PAUSES, len(PAUSES) * TAKEN_FOR) < timedelta(hours=24)
    assert try_again_at(len(PAUSES) + 1, NOW) is None


def test_a_choice_counts_for_what_is_made_from_then_on(office: PostOffice) -> None:
    office.sold()
    office.make_at(NOW)
    assert office.chosen() is DoorKind.INBOX
    office.choose(DoorKind.LINE)
    office.choose(DoorKind.LINE)
    assert (office.chosen(), office.chosen(OTHER_WALLET)) == (DoorKind.LINE, DoorKind.INBOX)
    assert office.take(NOW) == []
    office.make(LAST_DAY - timedelta(days=14))
    assert [item.door for item in office.inbox()] == [DoorKind.LINE, DoorKind.INBOX]


def test_due_notices_are_taken_some_at_a_time(office: PostOffice) -> None:
    for number in range(AT_ONCE + 1):
        office.choose(DoorKind.LINE, UUID(int=0xA000 + number))
        office.sold(wallet_id=UUID(int=0xA000 + number))
    office.make_at(NOW)
    assert [len(office.take(NOW)) for _ in range(3)] == [AT_ONCE, 1, 0]
