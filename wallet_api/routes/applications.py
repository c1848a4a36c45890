"""Applying for units, and what was granted. Applying is a hot path: async, through the group commit."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header
from starlette.responses import Response

from issuance.ceremony.queries import explain_application
from issuance.model import Channel, Round, VersionHistory, WithdrawalRequest
from issuance.queries import (
    GrantView,
    application_history,
    closed_list,
    find_campaign,
    my_application,
    my_grants,
    open_rounds,
)
from issuance.refusals import (
    AgeOutsideCampaign,
    AlreadyApplied,
    ApplicantHasDied,
    ApplicationIsFinal,
    ApplicationUnknown,
    GrantedInEarlierRound,
    HouseholdNotKnown,
    NotForThisQuota,
    NotResidentOnBaseDate,
    RoundNotOpen,
    RoundUnknown,
    RoundWithdrawn,
    RulesNotPublished,
    UnitsExceedHouseholdCap,
    UnitsExceedPersonCap,
    UnitsOutOfRange,
    UnitsSoldOut,
)
from kernel.db import Session
from kernel.http import IdempotencyKeyMalformed, IdempotencyKeyMissing, idempotency_key, refuses
from ledger.refusals import KeyReusedWithOtherContent
from wallet_api.applicants import WalletApplication
from wallet_api.draw_links import draw_path, draw_paths
from wallet_api.parts import Parts
from wallet_api.refusals import NotAResident
from wallet_api.schemas import (
    ApplicationAnswer,
    ApplicationStoryAnswer,
    ApplicationVersionAnswer,
    ApplyBody,
    GrantAnswer,
    RoundAnswer,
    WithdrawnAnswer,
)
from wallet_api.viewer import SIGN_IN_REFUSALS, PersonViewer, Resident, ResidentPerson

router = APIRouter(tags=["applications"], responses=refuses(*SIGN_IN_REFUSALS, NotAResident))

APPLY_REFUSALS = (
    IdempotencyKeyMalformed,
    RoundUnknown,
    KeyReusedWithOtherContent,
    AlreadyApplied,
    RoundWithdrawn,
    RulesNotPublished,
    RoundNotOpen,
    ApplicationIsFinal,
    ApplicantHasDied,
    NotResidentOnBaseDate,
    AgeOutsideCampaign,
    NotForThisQuota,
    GrantedInEarlierRound,
    UnitsOutOfRange,
    UnitsExceedPersonCap,
    HouseholdNotKnown,
    UnitsExceedHouseholdCap,
    UnitsSoldOut,
)
WITHDRAW_REFUSALS = (
    IdempotencyKeyMissing,
    IdempotencyKeyMalformed,
    RoundUnknown,
    KeyReusedWithOtherContent,
    RoundWithdrawn,
    RulesNotPublished,
    RoundNotOpen,
    ApplicationUnknown,
    ApplicationIsFinal,
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
    responses=refuses(*SIGN_IN_REFUSALS, *APPLY_REFUSALS),
)
async def apply(
    round_id: UUID,
    body: ApplyBody,
    resident: Resident,
    parts: Parts,
    key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Response:
    """Apply for units, or change an application; answers its signed receipt only after it is durable.

    A key is not needed: the same units again give the same receipt. With one, a repetition that arrives late is told
    from a change of mind.
    """
    checked_key = None if key is None else await idempotency_key(key)
    asked = WalletApplication(round_id, resident.wallet_id, body.units, checked_key, body.replaces_version)
    taken = await parts.applications.submit(asked)
    headers = {"Idempotency-Replayed": "true"} if taken.is_replay else None
    return Response(orjson.dumps(taken.receipt.members()), 201, headers, "application/json")


@router.post("/rounds/{round_id}/application/withdrawal", responses=refuses(*SIGN_IN_REFUSALS, *WITHDRAW_REFUSALS))
async def withdraw(
    round_id: UUID, resident: ResidentPerson, parts: Parts, key: Annotated[str, Depends(idempotency_key)]
) -> WithdrawnAnswer:
    """Withdraw the application; until the closing the resident may apply again under the same number.

    A repetition that arrives late does not withdraw what was taken up again.
    """
    withdrawn = await parts.withdrawals.submit(WithdrawalRequest(round_id, resident.person_id, key=key))
    return WithdrawnAnswer(receipt=withdrawn.receipt, version=withdrawn.version, withdrawn_at=withdrawn.received_at)


@router.get("/rounds/{round_id}/application", responses=refuses(*SIGN_IN_REFUSALS, ApplicationUnknown))
def story(round_id: UUID, resident: ResidentPerson, parts: Parts) -> ApplicationStoryAnswer:
    """Everything that happened to the resident's application, and what became of it."""
    with parts.database.transaction() as session:
        history = application_history(session, round_id, resident.person_id, receipt_keys=parts.receipt_keys)
        if history is None:
            raise ApplicationUnknown
        drawn = explain_application(session, round_id, history.receipt)
        is_closed = closed_list(session, round_id) is not None
        granted = my_grants(session, resident.person_id, now=parts.clock.now())
        published = draw_paths(session, [round_id])
    return ApplicationStoryAnswer(
        round_id=round_id,
        receipt=history.receipt,
        versions=[_version_answer(version) for version in history.versions],
        is_withdrawn=history.is_withdrawn,
        is_in_closed_list=drawn.listed_units is not None if is_closed else None,
        listed_units=drawn.listed_units,
        void_reason=drawn.void_reason,
        stands_for_it=drawn.stands_for_it,
        rank=drawn.rank,
        rows=drawn.rows,
        drawn_units=drawn.granted_units,
        waiting_position=drawn.waiting_position,
        draw_path=published.get(round_id),
        grants=[_grant_answer(view) for view in granted if view.round_id == round_id],
    )


@router.get("/grants")
def grants(resident: ResidentPerson, parts: Parts) -> list[GrantAnswer]:
    """What was granted to the resident, oldest first, with the units that can still be bought."""
    with parts.database.transaction() as session:
        views = my_grants(session, resident.person_id, now=parts.clock.now())
    return [_grant_answer(view) for view in views]


def _grant_answer(view: GrantView) -> GrantAnswer:
    return GrantAnswer(
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


def _version_answer(version: VersionHistory) -> ApplicationVersionAnswer:
    entry = version.entry
    return ApplicationVersionAnswer(
        version=version.version,
        at=version.at,
        channel=version.channel,
        entered_by="city" if entry or version.channel is not Channel.WEB else "resident",
        form_number=entry.form_number if entry else None,
        received_on=entry.received_on if entry else None,
        reason=entry.reason if entry else None,
        units_before=version.units_before,
        units=version.units,
        signature=version.signature,
    )


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
        first_time_only=round_.first_time_only,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        applied_units=mine.units if mine is not None and has_applied else None,
        receipt=mine.receipt.receipt if mine is not None else None,
        draw_path=draw_path(round_),
    )
