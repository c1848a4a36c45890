"""Workers that make and send notices at the same moment tell everybody once."""

from collections.abc import Callable
from uuid import UUID

import pytest

from issuance.notices.model import DeliveryOutcome, DoorKind
from kernel.db import Database
from tests.issuance.notices.post_office import LAST_DAY, REMINDED, PostOffice, morning
from tests.ledger.books import rows
from tests.races.crowd import at_once

NOW = morning(LAST_DAY)
WALLETS = [UUID(int=0xA000 + number) for number in range(20)]


@pytest.fixture
def office(make_database: Callable[..., Database]) -> PostOffice:
    office = PostOffice(lambda role: make_database(role, pool_size=8))
    office.market.planned(REMINDED)
    for wallet_id in WALLETS:
        office.choose(DoorKind.LINE, wallet_id)
        office.sold(wallet_id=wallet_id)
    return office


def test_workers_that_make_notices_at_once_make_each_once(office: PostOffice) -> None:
    answers = at_once([lambda: office.make_at(NOW, limit=7)] * 8)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    while office.make_at(NOW):
        pass
    made = rows(office.pay, "SELECT count(*), count(DISTINCT wallet_id) FROM issuance.notices")
    assert made == [(20, 20)]
    assert rows(office.pay, "SELECT count(*) FROM issuance.notice_deliveries") == [(20,)]


def test_workers_that_send_at_once_take_each_notice_once(office: PostOffice) -> None:
    office.make_at(NOW)
    answers = at_once([lambda: office.take(NOW)] * 6)
    taken = [delivery.key for answer in answers if isinstance(answer, list) for delivery in answer]
    assert len(taken) == len(set(taken)) == 20


def test_two_records_of_one_delivery_leave_one_end(office: PostOffice) -> None:
    office.make_at(NOW)
    delivery, *_ = office.take(NOW)
    delivered, unreachable = DeliveryOutcome.DELIVERED, DeliveryOutcome.UNREACHABLE
    answers = at_once(
        [lambda: office.record(delivery, delivered, NOW), lambda: office.record(delivery, unreachable, NOW)]
    )
    assert answers == [None, None]
    ends = "SELECT count(*) FROM issuance.notice_attempts WHERE notice_id = %s"
    assert rows(office.pay, ends, [delivery.key]) == [(1,)]
