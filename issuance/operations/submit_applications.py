"""Take applications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.receipts import sign_receipt
from issuance.model import (
    Application,
    ApplicationReceipt,
    ApplicationRequest,
    GrantOrigin,
    ReceiptSigner,
    Round,
    RoundRule,
)
from issuance.purchase_model import NewGrant
from issuance.refusals import RoundUnknown
from issuance.rules.applications import application_given_before, check_application
from issuance.store import applications as store
from issuance.store import campaigns, grants
from issuance.store.applications import Applicant
from kernel.ids import derived_id
from kernel.refusals import Refusal


@dataclass
class _Batch:
    """What a batch knows, kept up to date while it is decided."""

    rounds: Mapping[UUID, Round]
    versions: dict[Applicant, list[Application]]
    units_left: dict[UUID, int]
    fresh: list[Application] = field(default_factory=list)


def submit_applications(
    session: Session, requests: Sequence[ApplicationRequest], *, signer: ReceiptSigner, now: datetime
) -> list[ApplicationReceipt | Refusal]:
    """Take applications in their order, each answered with its signed receipt or refused on its own.

    One application per person and round: the same units again give the same receipt, other units before closing
    a new version under the same number. A first-come round grants at once. A fixed number of statements.
    Refuses, in this order: RoundUnknown, KeyReusedWithOtherContent, then what `check_application` refuses.
    Raises UniqueViolation when another transaction took the same application at the same moment: `Database.run`
    starts again.
    """
    rounds = campaigns.share_rounds(session, list({request.round_id for request in requests}))
    versions = store.find_versions(session, [(request.round_id, request.person_id) for request in requests])
    batch = _Batch(rounds, versions, _units_left(session, rounds))
    outcomes = [_answer(request, batch, signer, now) for request in requests]

    # Nothing below this line may refuse.
    store.insert_versions(session, batch.fresh)
    _grant_at_once(session, batch, now)
    return outcomes


def _units_left(session: Session, rounds: Mapping[UUID, Round]) -> dict[UUID, int]:
    first_come = [round_.id for round_ in rounds.values() if round_.rule is RoundRule.FIRST_COME]
    granted = store.granted_units(session, first_come) if first_come else {}
    return {round_id: rounds[round_id].units_offered - granted.get(round_id, 0) for round_id in rounds}


def _answer(
    request: ApplicationRequest, batch: _Batch, signer: ReceiptSigner, now: datetime
) -> ApplicationReceipt | Refusal:
    round_ = batch.rounds.get(request.round_id)
    if round_ is None:
        return RoundUnknown(round_id=str(request.round_id))
    versions = batch.versions.setdefault((request.round_id, request.person_id), [])
    key = _key_of(request)
    try:
        given = application_given_before(request, key, versions)
        if given is not None:
            return _receipt(given, round_, is_replay=True)
        check_application(request, round_, versions, units_left=batch.units_left[round_.id], now=now)
    except Refusal as refusal:
        return refusal
    application = _new_version(request, round_, versions, signer, key, now)
    versions.append(application)
    batch.fresh.append(application)
    batch.units_left[round_.id] -= request.units
    return _receipt(application, round_, is_replay=False)


def _key_of(request: ApplicationRequest) -> UUID | None:
    """Only a digest of the caller's key is kept."""
    if request.key is None:
        return None
    return derived_id("application", str(request.round_id), str(request.person_id), request.key)


def _new_version(
    request: ApplicationRequest,
    round_: Round,
    versions: Sequence[Application],
    signer: ReceiptSigner,
    key: UUID | None,
    now: datetime,
) -> Application:
    signed = sign_receipt(
        signer.key,
        signer.kid,
        campaign=round_.slug,
        receipt=versions[-1].receipt if versions else signer.new_number(),
        version=len(versions) + 1,
        units=request.units,
        received_at=now,
    )
    return Application(
        round_id=request.round_id,
        person_id=request.person_id,
        version=signed.version,
        receipt=signed.receipt,
        units=request.units,
        wallet_id=request.wallet_id,
        household_id=request.household_id,
        channel=request.channel,
        received_at=now,
        key=key,
        is_withdrawn=False,
        leaf=bytes.fromhex(signed.leaf),
        kid=signed.kid,
        signature=bytes.fromhex(signed.sig),
    )


def _receipt(application: Application, round_: Round, *, is_replay: bool) -> ApplicationReceipt:
    return ApplicationReceipt(
        round_id=application.round_id,
        person_id=application.person_id,
        receipt=application.signed_receipt(round_.slug),
        received_at=application.received_at,
        is_replay=is_replay,
    )


def _grant_at_once(session: Session, batch: _Batch, now: datetime) -> None:
    for round_ in batch.rounds.values():
        if round_.rule is RoundRule.FIRST_COME:
            granted = [
                NewGrant(application.receipt, application.units, GrantOrigin.REMAINDER, round_.pay_until)
                for application in batch.fresh
                if application.round_id == round_.id
            ]
            grants.insert_grants(session, round_.id, granted, now)
