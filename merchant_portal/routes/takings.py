"""What the shop took."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kernel.clock import city_date
from kernel.http import FieldsInvalid, refuses
from merchant_portal.parts import Parts
from merchant_portal.reach import OwnStores
from merchant_portal.schemas import MovementAnswer, TakingsAnswer
from merchant_portal.takings import FIRST_DAY, LAST_DAY, takings_of
from merchant_portal.viewer import SIGN_IN_REFUSALS
from payments.queries import Movement

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
        movements=[movement_answer(each, found.store_names) for each in found.movements],
    )


def movement_answer(movement: Movement, store_names: Mapping[UUID, str]) -> MovementAnswer:
    """A movement as the takings and the live feed tell it."""
    return MovementAnswer(
        kind=movement.kind,
        id=movement.id,
        payment_id=movement.payment_id,
        number=movement.number,
        store_id=movement.store_id,
        store_name=store_names[movement.store_id],
        amount_yen=movement.amount_yen,
        at=movement.at,
        match_phrase=movement.match_phrase,
    )
