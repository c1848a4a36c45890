"""Money that is to be given back is given back once: by the provider, or by two people when it cannot."""

from datetime import timedelta
from functools import partial
from itertools import permutations
from uuid import uuid4

import psycopg
import pytest

from issuance.operations.process_refund_notices import process_refund_notices
from issuance.operations.receive_webhook import receive_webhook
from issuance.operations.record_desk_refund import record_desk_refund
from issuance.operations.record_refunds import record_refunds
from issuance.operations.record_refused_refund import record_refused_refund
from issuance.provider_model import ProviderEvent, ProviderRefund, ProviderRefundStatus
from issuance.provider_refusals import (
    CashIsGivenBackAtItsCounter,
    ProviderRefundNotPossible,
    RefundEvidenceMissing,
    RefundStillUnderWay,
    TakeBackWindowOver,
)
from issuance.purchase_model import DeskRefund, Purchase, PurchaseState, RefundMethod
from issuance.queries import (
    refunds_nobody_asked_for,
    refunds_that_failed,
    refunds_to_ask,
    refunds_to_read,
)
from issuance.refusals import PurchaseMoveNotLegal, PurchaseUnknown, SecondPersonNeeded
from kernel.db import violated_constraint
from ledger.refusals import LotWasTouched
from tests.issuance.market import FUMI, HANA, KENJI, PAYING, Market, contents
from tests.issuance.selling import (
    AT_THE_COUNTER,
    audited,
    cancel,
    found,
    left,
    paid,
    refund_of,
    sells_under,
    sold,
    spend,
    take_back,
    terms_with,
)

SUCCEEDED, FAILED = ProviderRefundStatus.SUCCEEDED, ProviderRefundStatus.FAILED
PENDING, WAITS = ProviderRefundStatus.PENDING, ProviderRefundStatus.REQUIRES_ACTION
EIGHT_DAYS = terms_with(cancel_days=8, small_shop_face_yen=2_000)
END_OF_WINDOW = PAYING.replace(hour=15) + timedelta(days=8)
"""The eighth city day after the purchase ends at 15:00 UTC."""
BY_TRANSFER = DeskRefund(RefundMethod.BANK_TRANSFER, "transfer 2023-0918-001", FUMI.id, HANA.id)


def record(market: Market, *refunds: ProviderRefund) -> list[PurchaseState]:
    ended = market.worker.run(lambda session: record_refunds(session, refunds, now=PAYING))
    return [purchase.state for purchase in ended]


def by_hand(market: Market, purchase: Purchase, refund: DeskRefund = BY_TRANSFER) -> Purchase:
    return market.staff.run(lambda session: record_desk_refund(session, purchase.id, refund, now=PAYING))


def to_be_given_back(market: Market) -> Purchase:
    market.selling([1])
    return cancel(market, paid(market, 0, 1))


def test_a_purchase_is_taken_back_within_the_days_of_its_campaign(market: Market) -> None:
    sells_under(market, EIGHT_DAYS, [2])
    purchase = paid(market, 0, 2)
    last_moment = END_OF_WINDOW - timedelta(microseconds=1)
    taken = take_back(market, purchase, now=last_moment)
    assert taken.state is PurchaseState.REFUND_NEEDED
    assert {lot[1:] for lot in left(market, 0)} == {(0, 0)}
    stored = contents(market.staff)
    assert take_back(market, purchase, now=END_OF_WINDOW) == taken
    assert contents(market.staff) == stored
    assert market.worker.run(refunds_to_ask) == [taken]
    audited(market)


def test_after_its_days_a_purchase_stays(market: Market) -> None:
    sells_under(market, EIGHT_DAYS, [1])
    purchase = paid(market, 0, 1)
    before = contents(market.staff)
    with pytest.raises(TakeBackWindowOver) as refused:
        take_back(market, purchase, now=END_OF_WINDOW)
    assert refused.value == TakeBackWindowOver(until=END_OF_WINDOW.isoformat())
    assert contents(market.staff) == before


def test_a_campaign_without_such_days_takes_nothing_back(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    with pytest.raises(TakeBackWindowOver) as refused:
        take_back(market, purchase)
    assert refused.value == TakeBackWindowOver(until=None)


def test_what_was_touched_is_not_taken_back(market: Market) -> None:
    sells_under(market, EIGHT_DAYS, [1])
    purchase = paid(market, 0, 1)
    spend(market, 0, 1)
    before = contents(market.staff)
    with pytest.raises(LotWasTouched):
        take_back(market, purchase)
    assert contents(market.staff) == before


def test_cash_is_given_back_by_a_clerk_at_the_counter_that_took_it(market: Market) -> None:
    sells_under(market, EIGHT_DAYS, [1])
    purchase = sold(market, 0, 1)
    before = contents(market.staff)
    for clerk in (None, AT_THE_COUNTER._replace(counter="library")):
        with pytest.raises(CashIsGivenBackAtItsCounter):
            take_back(market, purchase, clerk)
    assert contents(market.staff) == before
    assert take_back(market, purchase, AT_THE_COUNTER).state is PurchaseState.REFUNDED
    assert take_back(market, purchase, AT_THE_COUNTER).state is PurchaseState.REFUNDED
    assert market.worker.run(refunds_to_ask) == []
    audited(market)


def test_what_is_not_paid_cannot_be_taken_back(market: Market) -> None:
    sells_under(market, EIGHT_DAYS, [1])
    purchase = market.bought(0, 1)
    with pytest.raises(PurchaseMoveNotLegal):
        take_back(market, purchase)
    with pytest.raises(PurchaseUnknown):
        market.staff.run(lambda session: record_desk_refund(session, uuid4(), BY_TRANSFER, now=PAYING))


def test_the_provider_is_asked_once_and_only_its_success_is_the_end(market: Market) -> None:
    purchase = to_be_given_back(market)
    assert market.worker.run(refunds_to_ask) == [purchase]
    assert record(market, refund_of(purchase, WAITS)) == []
    assert market.worker.run(refunds_to_ask) == []
    refund_id = f"re_{purchase.id.hex}"
    assert market.worker.run(refunds_to_read) == [refund_id]
    stored = contents(market.staff, "issuance.refund_events")
    assert record(market, refund_of(purchase, WAITS)) == []
    assert contents(market.staff, "issuance.refund_events") == stored
    assert record(market, refund_of(purchase, SUCCEEDED, 3_999)) == []
    assert record(market, refund_of(purchase, SUCCEEDED)) == [PurchaseState.REFUNDED]
    assert record(market, refund_of(purchase, SUCCEEDED)) == []
    assert market.worker.run(refunds_to_read) == []
    audited(market)


@pytest.mark.parametrize("order", permutations([WAITS, PENDING, SUCCEEDED]))
def test_whatever_order_a_refund_is_heard_of_in_it_ends_once(
    market: Market, order: tuple[ProviderRefundStatus, ...]
) -> None:
    purchase = to_be_given_back(market)
    ended = [state for status in order for state in record(market, refund_of(purchase, status))]
    assert ended == [PurchaseState.REFUNDED]
    assert found(market, purchase).state is PurchaseState.REFUNDED


def test_notices_of_refunds_say_what_to_read_and_wait_for_it(market: Market) -> None:
    purchase = to_be_given_back(market)
    refund = refund_of(purchase, SUCCEEDED)
    for number, at in enumerate((PAYING, PAYING + timedelta(seconds=2))):
        event = ProviderEvent(f"evt_{number}", "refund.updated", purchase.provider_id, refund.refund_id, at)
        market.apply.run(partial(receive_webhook, event=event, body=b"{}", now=at))
    assert market.waiting() == []
    assert market.worker.run(refunds_to_read) == [refund.refund_id]
    read_at = PAYING + timedelta(seconds=1)
    ended = market.worker.run(lambda session: process_refund_notices(session, [refund], read_at=read_at, now=read_at))
    assert [item.state for item in ended] == [PurchaseState.REFUNDED]
    assert market.worker.run(refunds_to_read) == [refund.refund_id], "the second notice came after the reading"
    later = read_at + timedelta(seconds=2)
    market.worker.run(lambda session: process_refund_notices(session, [refund], read_at=later, now=later))
    assert market.worker.run(refunds_to_read) == []


@pytest.mark.parametrize("status", [FAILED, ProviderRefundStatus.CANCELED])
def test_what_the_provider_could_not_give_back_is_given_back_by_two_people(
    market: Market, status: ProviderRefundStatus
) -> None:
    purchase = to_be_given_back(market)
    record(market, refund_of(purchase, WAITS), refund_of(purchase, status))
    assert market.worker.run(refunds_that_failed) == [purchase]
    assert market.worker.run(refunds_to_ask) == []
    ended = by_hand(market, purchase)
    assert ended.state is PurchaseState.REFUNDED
    stored = contents(market.staff)
    assert by_hand(market, purchase) == ended
    with pytest.raises(PurchaseMoveNotLegal):
        by_hand(market, purchase, BY_TRANSFER._replace(evidence="another transfer"))
    assert contents(market.staff) == stored
    assert market.worker.run(refunds_that_failed) == []
    assert record(market, refund_of(purchase, status)) == []
    audited(market)


def test_what_the_provider_refuses_to_begin_needs_another_way(market: Market) -> None:
    purchase = to_be_given_back(market)
    refusal = ProviderRefundNotPossible(purchase.provider_id or "", "charge_disputed")

    def refuse() -> bool:
        return market.worker.run(lambda session: record_refused_refund(session, purchase.id, refusal, now=PAYING))

    assert (refuse(), refuse()) == (True, False)
    assert market.worker.run(refunds_that_failed) == [purchase]
    in_cash = DeskRefund(RefundMethod.CASH, "receipt 17", FUMI.id, KENJI.id)
    assert by_hand(market, purchase, in_cash).state is PurchaseState.REFUNDED
    unknown = market.worker.run(lambda session: record_refused_refund(session, uuid4(), refusal, now=PAYING))
    assert unknown is False


def test_money_is_not_given_back_twice_by_impatient_people(market: Market) -> None:
    purchase = to_be_given_back(market)
    with pytest.raises(RefundStillUnderWay) as refused:
        by_hand(market, purchase)
    assert refused.value == RefundStillUnderWay(status="not_asked")
    for status in (WAITS, PENDING):
        record(market, refund_of(purchase, status))
        with pytest.raises(RefundStillUnderWay) as refused:
            by_hand(market, purchase)
        assert refused.value == RefundStillUnderWay(status=status)
    assert found(market, purchase).state is PurchaseState.REFUND_NEEDED


def test_one_person_alone_or_without_evidence_gives_nothing_back(market: Market) -> None:
    purchase = to_be_given_back(market)
    record(market, refund_of(purchase, FAILED))
    before = contents(market.staff)
    with pytest.raises(SecondPersonNeeded):
        by_hand(market, purchase, BY_TRANSFER._replace(second_person=FUMI.id))
    for wrong in (BY_TRANSFER._replace(evidence="  "), BY_TRANSFER._replace(way=RefundMethod.PROVIDER)):
        with pytest.raises(RefundEvidenceMissing):
            by_hand(market, purchase, wrong)
    assert contents(market.staff) == before


def test_the_database_itself_wants_two_people(market: Market, database_url: str) -> None:
    purchase = to_be_given_back(market)
    statement = """
        INSERT INTO issuance.refund_events (purchase_id, way, status, amount_yen, evidence, by, second_person, at)
        VALUES (%s, 'cash', 'succeeded', 4000, 'x', %s, %s, now())
    """
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(statement, [purchase.id, HANA.id, HANA.id])
    assert violated_constraint(refused.value) == "refund_events_need_two_people"


def test_a_refund_that_nobody_here_asked_for_is_shown(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    assert record(market, refund_of(purchase, SUCCEEDED)) == []
    assert market.worker.run(refunds_nobody_asked_for) == [purchase]
    assert cancel(market, purchase).state is PurchaseState.REFUND_NEEDED
    assert market.worker.run(refunds_to_ask) == []
    assert market.worker.run(refunds_to_read) == [f"re_{purchase.id.hex}"]
    assert record(market, refund_of(purchase, SUCCEEDED)) == [PurchaseState.REFUNDED]
    audited(market)
