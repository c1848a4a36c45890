"""What the shop took."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from kernel.clock import city_date
from kernel.http import FieldsInvalid, refuses
from merchant_portal.parts import Parts
from merchant_portal.reach import OwnStores
from merchant_portal.schemas import MovementAnswer, TakingsAnswer
from merchant_portal.takings import FIRST_DAY, LAST_DAY, takings_of
from merchant_portal.viewer import SIGN_IN_REFUSALS

router = APIRouter(tags=["shop: takings"])
Day = Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="A city day; today when left out")]


@router.get("/takings", responses=refuses(*SIGN_IN_REFUSALS, FieldsInvalid))
def takings(stores: OwnStores, parts: Parts, day: Day = None) -> TakingsAnswer:
    """One day of the user's stores, newest first; a user bound to one store sees that store alone."""
    with parts.database.transaction() as session:
        found = takings_of(session, stores, day or city_date(parts.clock.now()))
    return TakingsAnswer(
        day=found.day,
        payment_count=found.payment_count,
        taken_yen=found.taken_yen,
        given_back_yen=found.given_back_yen,
        net_yen=found.net_yen,
        movements=[
            MovementAnswer(
                kind=each.kind,
                id=each.id,
                payment_id=each.payment_id,
                store_id=each.store_id,
                store_name=found.store_names[each.store_id],
                amount_yen=each.amount_yen,
                at=each.at,
                match_phrase=each.match_phrase,
            )
            for each in found.movements
        ],
    )
