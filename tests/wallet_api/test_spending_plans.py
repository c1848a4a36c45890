"""What a payment will use is told before it is made: soonest expiry first, to the single yen, the rest in cash."""

from datetime import date
from uuid import UUID

import pytest

from merchants.model import MerchantSize
from wallet_api.schemas import LotAnswer
from wallet_api.spending_plans import plan_spending


def lot(number: int, left_yen: int, usable_at: str = "all_shops", *, usable_today: bool = True) -> LotAnswer:
    return LotAnswer(
        lot_id=UUID(int=number),
        campaign_id=UUID(int=1),
        usable_at=usable_at,
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
        issued_yen=left_yen,
        left_yen=left_yen,
        usable_today=usable_today,
    )


LOTS = [lot(1, 500), lot(2, 300, "small_shops"), lot(3, 900, usable_today=False), lot(4, 200)]


@pytest.mark.parametrize(
    ("amount_yen", "size", "uses", "cash_yen", "left_yen"),
    [
        (1, MerchantSize.SMALL, [(1, 1)], 0, 999),
        (500, MerchantSize.SMALL, [(1, 500)], 0, 500),
        (501, MerchantSize.SMALL, [(1, 500), (2, 1)], 0, 499),
        (1_000, MerchantSize.SMALL, [(1, 500), (2, 300), (4, 200)], 0, 0),
        (1_220, MerchantSize.SMALL, [(1, 500), (2, 300), (4, 200)], 220, 0),
        (700, MerchantSize.LARGE, [(1, 500), (4, 200)], 0, 0),
        (701, MerchantSize.LARGE, [(1, 500), (4, 200)], 1, 0),
    ],
)
def test_lots_are_used_in_their_order_where_they_may_be(
    amount_yen: int, size: MerchantSize, uses: list[tuple[int, int]], cash_yen: int, left_yen: int
) -> None:
    plan = plan_spending(LOTS, size, amount_yen)
    assert [(use.lot.lot_id.int, use.use_yen) for use in plan.uses] == uses
    assert (plan.cash_yen, plan.covered_yen, plan.left_yen) == (cash_yen, amount_yen - cash_yen, left_yen)


def test_without_anything_to_use_all_of_it_is_cash() -> None:
    plan = plan_spending([], MerchantSize.SMALL, 100)
    assert (plan.uses, plan.usable_yen, plan.cash_yen) == ((), 0, 100)
