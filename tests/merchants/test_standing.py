"""A merchant's status moves by three operations only, each with its record."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import derived_id
from kernel.refusals import Refusal
from merchants.model import MerchantStatus, RegisteredMerchant, StatusChange
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.resume_merchant import resume_merchant
from merchants.operations.suspend_merchant import suspend_merchant
from merchants.queries import list_merchants, merchant_counts, open_stores, status_history
from merchants.refusals import MerchantStatusNotAllowed, MerchantUnknown, SuspensionReasonMissing
from tests.merchants.shops import BAKERY, MARKET

NOBODY = derived_id("merchant", "nobody")
APPLIED, APPROVED, SUSPENDED = MerchantStatus.APPLIED, MerchantStatus.APPROVED, MerchantStatus.SUSPENDED


class Desk:
    """The commerce desk with its clerk and its clock."""

    def __init__(self, database: Database, clerk: UUID, clock: SetClock) -> None:
        self.database, self.clerk, self.clock = database, clerk, clock

    def approve(self, *ids: UUID) -> list[StatusChange]:
        return self.database.run(lambda session: approve_merchants(session, ids, by=self.clerk, now=self.clock.now()))

    def suspend(self, merchant_id: UUID, reason: str = "苦情") -> StatusChange:
        return self.database.run(
            lambda session: suspend_merchant(session, merchant_id, by=self.clerk, reason=reason, now=self.clock.now())
        )

    def resume(self, merchant_id: UUID, reason: str = "解決") -> StatusChange:
        return self.database.run(
            lambda session: resume_merchant(session, merchant_id, by=self.clerk, reason=reason, now=self.clock.now())
        )

    def counts(self) -> dict[MerchantStatus, int]:
        return self.database.run(merchant_counts)

    def history(self, merchant_id: UUID) -> list[StatusChange]:
        return self.database.run(lambda session: status_history(session, merchant_id))


@pytest.fixture
def desk(staff_database: Database, clerk: UUID, clock: SetClock) -> Desk:
    return Desk(staff_database, clerk, clock)


def refusal_of(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


def test_approval_opens_the_stores_of_a_whole_batch(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    changes = desk.approve(BAKERY.merchant_id, MARKET.merchant_id, BAKERY.merchant_id)
    assert [(change.merchant_id, change.from_status, change.to_status) for change in changes] == [
        (BAKERY.merchant_id, APPLIED, APPROVED),
        (MARKET.merchant_id, APPLIED, APPROVED),
    ]
    assert desk.counts() == {APPROVED: 2}
    assert [store.store_code for store in desk.database.run(open_stores)] == ["S001", "S002", "S003"]


def test_approving_nobody_changes_nothing(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    assert desk.approve() == []
    assert desk.counts() == {APPLIED: 2}


def test_one_unknown_merchant_refuses_the_whole_approval(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    assert refusal_of(lambda: desk.approve(BAKERY.merchant_id, NOBODY)) == MerchantUnknown(str(NOBODY))
    assert desk.counts() == {APPLIED: 2}


def test_one_approved_merchant_refuses_the_whole_approval(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    desk.approve(MARKET.merchant_id)
    assert refusal_of(lambda: desk.approve(BAKERY.merchant_id, MARKET.merchant_id)) == MerchantStatusNotAllowed(
        str(MARKET.merchant_id), "approved", "approved"
    )
    assert desk.counts() == {APPLIED: 1, APPROVED: 1}


def test_approval_does_not_end_a_suspension(desk: Desk, approved: list[RegisteredMerchant]) -> None:
    desk.suspend(BAKERY.merchant_id)
    assert refusal_of(lambda: desk.approve(BAKERY.merchant_id)) == MerchantStatusNotAllowed(
        str(BAKERY.merchant_id), "suspended", "approved"
    )
    assert desk.counts() == {APPROVED: 1, SUSPENDED: 1}


def test_a_suspension_and_its_end_are_history_with_reasons(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    start = desk.clock.now()
    desk.approve(BAKERY.merchant_id)
    desk.clock.advance(timedelta(days=1))
    suspended = desk.suspend(BAKERY.merchant_id, "　不正の疑い　")
    desk.clock.advance(timedelta(days=1))
    resumed = desk.resume(BAKERY.merchant_id, "調査終了")
    day = timedelta(days=1)
    assert desk.history(BAKERY.merchant_id) == [
        StatusChange(BAKERY.merchant_id, start, desk.clerk, APPLIED, APPROVED, ""),
        StatusChange(BAKERY.merchant_id, start + day, desk.clerk, APPROVED, SUSPENDED, "不正の疑い"),
        StatusChange(BAKERY.merchant_id, start + 2 * day, desk.clerk, SUSPENDED, APPROVED, "調査終了"),
    ]
    assert desk.history(BAKERY.merchant_id)[1:] == [suspended, resumed]
    assert desk.history(MARKET.merchant_id) == []


def test_lists_can_ask_for_one_status(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    desk.approve(BAKERY.merchant_id)
    applied = desk.database.run(lambda session: list_merchants(session, status=APPLIED))
    everybody = desk.database.run(list_merchants)
    assert [merchant.merchant_code for merchant in applied] == ["M0001"]
    assert [merchant.merchant_code for merchant in everybody] == ["M0001", "M0002"]


def test_nothing_moves_without_a_reason(desk: Desk, approved: list[RegisteredMerchant]) -> None:
    assert refusal_of(lambda: desk.suspend(BAKERY.merchant_id, " ")) == SuspensionReasonMissing()
    desk.suspend(BAKERY.merchant_id)
    assert refusal_of(lambda: desk.resume(BAKERY.merchant_id, "　")) == SuspensionReasonMissing()
    assert desk.counts() == {APPROVED: 1, SUSPENDED: 1}


def test_only_an_approved_merchant_is_suspended(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    assert refusal_of(lambda: desk.suspend(NOBODY)) == MerchantUnknown(str(NOBODY))
    assert refusal_of(lambda: desk.suspend(BAKERY.merchant_id)) == MerchantStatusNotAllowed(
        str(BAKERY.merchant_id), "applied", "suspended"
    )
    desk.approve(BAKERY.merchant_id)
    desk.suspend(BAKERY.merchant_id)
    assert refusal_of(lambda: desk.suspend(BAKERY.merchant_id)) == MerchantStatusNotAllowed(
        str(BAKERY.merchant_id), "suspended", "suspended"
    )
    assert len(desk.history(BAKERY.merchant_id)) == 2


def test_only_a_suspended_merchant_is_resumed(desk: Desk, registered: list[RegisteredMerchant]) -> None:
    assert refusal_of(lambda: desk.resume(NOBODY)) == MerchantUnknown(str(NOBODY))
    assert refusal_of(lambda: desk.resume(BAKERY.merchant_id)) == MerchantStatusNotAllowed(
        str(BAKERY.merchant_id), "applied", "approved"
    )
    assert desk.counts() == {APPLIED: 2}
