"""What a resident has, had, and shows at the till."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kernel.clock import city_date
from kernel.http import refuses
from ledger.queries import wallet_lots
from merchants.queries import store_names
from payments.codes.consumer_code import CODE_LIFETIME_S
from payments.codes.picture import code_svg
from payments.operations.issue_consumer_code import issue_consumer_code
from payments.queries import BEFORE_ALL, wallet_history
from wallet_api.parts import Parts
from wallet_api.schemas import CodeAnswer, HistoryAnswer, LotAnswer, MovementAnswer, WalletAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["wallet"], responses=refuses(*SIGN_IN_REFUSALS))
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


@router.get("/wallet")
def wallet(resident: Resident, parts: Parts) -> WalletAnswer:
    """The balance and the lots it is made of, in the order in which they will be spent."""
    today = city_date(parts.clock.now())
    with parts.database.transaction() as session:
        views = wallet_lots(session, resident.wallet_id)
    lots = [
        LotAnswer(
            lot_id=view.lot_id,
            campaign_id=view.campaign_id,
            usable_at=view.usable_at,
            first_day=view.first_day,
            last_day=view.last_day,
            issued_yen=view.issued_yen,
            left_yen=view.left_yen,
            usable_today=view.usable_on(today),
        )
        for view in views
    ]
    return WalletAnswer(
        usable_yen=sum(lot.left_yen for lot in lots if lot.usable_today),
        total_yen=sum(lot.left_yen for lot in lots),
        lots=lots,
    )


@router.get("/history")
def history(
    resident: Resident,
    parts: Parts,
    before: datetime = END_OF_TIME,
    before_id: UUID = BEFORE_ALL,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HistoryAnswer:
    """What the wallet paid and got back, newest first.

    For the page after this one ask again with the last movement's `at` as `before` and its `id` as `before_id`.
    """
    with parts.database.transaction() as session:
        movements = wallet_history(session, resident.wallet_id, before=before, before_id=before_id, limit=limit)
        names = store_names(session, {movement.store_id for movement in movements})
    return HistoryAnswer(
        movements=[
            MovementAnswer(
                kind=movement.kind,
                id=movement.id,
                payment_id=movement.payment_id,
                store_name=names[movement.store_id],
                amount_yen=movement.amount_yen,
                at=movement.at,
                match_phrase=movement.match_phrase,
            )
            for movement in movements
        ]
    )


@router.post("/codes", status_code=201)
def show_code(resident: Resident, parts: Parts) -> CodeAnswer:
    """A new code to show at the till: it lives 60 seconds, works once, and replaces the one before it."""
    now = parts.clock.now()
    code = parts.database.run(lambda session: issue_consumer_code(session, wallet_id=resident.wallet_id, now=now))
    expires_at = now + timedelta(seconds=CODE_LIFETIME_S)
    return CodeAnswer(code=code.text, svg=code_svg(code.text), expires_at=expires_at)
