"""Applying for units, and what was granted. Applying is a hot path: async, through the group commit."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Header
from starlette.responses import Response

from issuance.model import ApplicationRequest, Round
from issuance.queries import find_campaign, my_application, my_grants, open_rounds
from issuance.refusals import (
    ApplicationIsFinal,
    ApplicationWithdrawn,
    RoundNotOpen,
    RoundUnknown,
    UnitsOutOfRange,
    UnitsSoldOut,
)
from kernel.db import Session
from kernel.http import IdempotencyKeyMalformed, idempotency_key, refuses
from ledger.refusals import KeyReusedWithOtherContent
from wallet_api.parts import Parts
from wallet_api.schemas import ApplicationAnswer, ApplyBody, GrantAnswer, RoundAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, NotAResident, PersonViewer, ResidentPerson

router = APIRouter(tags=["applications"], responses=refuses(*SIGN_IN_REFUSALS, NotAResident))

APPLY_REFUSALS = (
    IdempotencyKeyMalformed,
    RoundUnknown,
    KeyReusedWithOtherContent,
    RoundNotOpen,
    ApplicationWithdrawn,
    ApplicationIsFinal,
    UnitsOutOfRange,
    UnitsSoldOut,
)


@router.get("/rounds")
def rounds(resident: ResidentPerson, parts: Parts) -> list[RoundAnswer]:
    """Rounds that take applications now, the one that closes first before the others."""
    now = parts.clock.now()
    with parts.database.transaction() as session:
        return [_round_answer(session, round_, resident) for round_ in open_rounds(session, now=now)]


@router.post(
    "/rounds/{round_id}/application",
    status_code=201,
    response_model=ApplicationAnswer,
    responses=refuses(*APPLY_REFUSALS),
)
async def apply(
    round_id: UUID,
    body: ApplyBody,
    resident: ResidentPerson,
    parts: Parts,
    key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Response:
    """Apply for units, or change an application; answers its signed receipt only after it is durable.

    A key is not needed: the same units again give the same receipt. With one, a repetition that arrives late is told
    from a change of mind.
    """
    request = ApplicationRequest(
        round_id=round_id,
        person_id=resident.person_id,
        wallet_id=resident.wallet_id,
        household_id=None,
        units=body.units,
        key=None if key is None else await idempotency_key(key),
    )
    taken = await parts.applications.submit(request)
    headers = {"Idempotency-Replayed": "true"} if taken.is_replay else None
    return Response(orjson.dumps(taken.receipt.members()), 201, headers, "application/json")


@router.get("/grants")
def grants(resident: ResidentPerson, parts: Parts) -> list[GrantAnswer]:
    """What was granted to the resident, oldest first, with the units that can still be bought."""
    with parts.database.transaction() as session:
        views = my_grants(session, resident.person_id, now=parts.clock.now())
    return [
        GrantAnswer(
            grant_id=view.grant_id,
            round_id=view.round_id,
            receipt=view.receipt,
            units=view.units,
            units_left=view.units_left,
            origin=view.origin,
            price_yen=view.price_yen,
            pay_from=view.pay_from,
            pay_until=view.pay_until,
        )
        for view in views
    ]


def _round_answer(session: Session, round_: Round, resident: PersonViewer) -> RoundAnswer:
    campaign = find_campaign(session, round_.campaign_id)
    assert campaign is not None
    mine = my_application(session, round_.id, resident.person_id)
    has_applied = mine is not None and not mine.is_withdrawn
    return RoundAnswer(
        round_id=round_.id,
        title=f"{campaign.title} 第{round_.number}回",
        price_yen=campaign.terms.price_yen,
        face_yen=campaign.terms.face_yen,
        max_units=round_.max_units,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        applied_units=mine.units if mine is not None and has_applied else None,
        receipt=mine.receipt.receipt if mine is not None else None,
    )
