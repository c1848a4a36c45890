"""Take applications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.receipts import sign_receipt
from issuance.model import (
    Application,
    ApplicationReceipt,
    ApplicationRequest,
    CampaignTerms,
    GrantOrigin,
    ReceiptSigner,
    Round,
    RoundRule,
)
from issuance.purchase_model import NewGrant
from issuance.refusals import PaperFormAlreadyEntered, RoundUnknown
from issuance.rules.applications import application_given_before, check_application, stored_key
from issuance.rules.caps import UNLIMITED, HeldUnits, UnitsHeld, UnitsLeft
from issuance.rules.entries import as_registered
from issuance.store import applications as store
from issuance.store import campaigns, entries, grants
from issuance.store.applications import Applicant
from issuance.store.entries import Entered, Form
from kernel.clock import Clock
from kernel.database_clock import MACHINE, told_time
from kernel.refusals import Refusal


@dataclass
class _Batch:
    """What a batch knows, kept up to date while it is decided."""

    rounds: Mapping[UUID, tuple[Round, CampaignTerms]]
    held: HeldUnits
    versions: dict[Applicant, list[Application]]
    units_left: dict[UUID, int]
    forms: dict[Form, UUID]
    fresh: list[Application] = field(default_factory=list)
    fresh_forms: dict[Form, UUID] = field(default_factory=dict)
    entered: list[Entered] = field(default_factory=list)

    def left(self, request: ApplicationRequest, round_: Round, terms: CampaignTerms) -> UnitsLeft:
        """What this request may ask for."""
        left = self.held.left(
            terms,
            campaign_id=round_.campaign_id,
            round_id=round_.id,
            person_id=request.person_id,
            household_id=request.household_id,
        )
        return left._replace(of_round=self.units_left.get(round_.id, UNLIMITED))

    def check_form(self, request: ApplicationRequest) -> None:
        """Refuse PaperFormAlreadyEntered for a form that is somebody else's."""
        form = _form_of(request)
        if form is not None and self.forms.get(form, request.person_id) != request.person_id:
            raise PaperFormAlreadyEntered(form_number=form[1])

    def take(self, application: Application, round_: Round, request: ApplicationRequest) -> None:
        """Count an application that was taken, and what a clerk typed for it."""
        self.versions[round_.id, application.person_id].append(application)
        self.fresh.append(application)
        person_id, household_id = application.person_id, application.household_id
        facts = (round_.campaign_id, round_.id, person_id, household_id, application.units)
        self.held.put(UnitsHeld(*facts, was_granted=round_.rule is RoundRule.FIRST_COME))
        if round_.id in self.units_left:
            self.units_left[round_.id] -= application.units
        form = _form_of(request)
        if form is not None and form not in self.forms:
            self.forms[form] = self.fresh_forms[form] = person_id
        if request.entry is not None:
            self.entered.append(Entered(round_.id, person_id, application.version, request.entry))


def submit_applications(
    session: Session, asked: Sequence[ApplicationRequest], *, signer: ReceiptSigner, clock: Clock
) -> list[ApplicationReceipt | Refusal]:
    """Take applications in their order, each answered with its signed receipt or refused on its own.

    One application per person and round, whatever the channel: the same units again give the same receipt, other units
    before closing a new version under the same number, also after it was withdrawn. The time is the database's, read
    once the rounds are held: `clock` tells what time that is here. A first-come round grants at once. The caps of a
    person and of a household hold over all rounds of a campaign. A fixed number of statements, and three more for what
    clerks typed in.
    Refuses, in this order: RoundUnknown; what `application_given_before` refuses; what `check_application` refuses;
    PaperFormAlreadyEntered.
    Raises UniqueViolation when another transaction took the same application at the same moment: `Database.run`
    starts again.
    """
    asked_at = MACHINE.now()
    requests = [replace(request, entry=as_registered(request.entry)) if request.entry else request for request in asked]
    rounds, told_at = campaigns.share_rounds(session, list({request.round_id for request in requests}))
    now = told_time(clock, asked_at=asked_at, told_at=told_at) if told_at else clock.now()
    batch = _Batch(
        rounds=rounds,
        held=_held_units(session, rounds, requests),
        versions=store.find_versions(session, [(request.round_id, request.person_id) for request in requests]),
        units_left=_units_left(session, rounds),
        forms=entries.find_forms(session, {form for request in requests if (form := _form_of(request))}),
    )
    outcomes = [_answer(request, batch, signer, now) for request in requests]

    # Nothing below this line may refuse.
    store.insert_versions(session, batch.fresh)
    entries.insert_entries(session, batch.fresh_forms, batch.entered)
    _grant_at_once(session, batch, now)
    return outcomes


def _form_of(request: ApplicationRequest) -> Form | None:
    """The paper form on which somebody asks."""
    number = request.entry.form_number if request.entry else None
    return (request.round_id, number) if number else None


def _held_units(
    session: Session, rounds: Mapping[UUID, tuple[Round, CampaignTerms]], requests: Sequence[ApplicationRequest]
) -> HeldUnits:
    campaign_ids = {round_.campaign_id for round_, _ in rounds.values()}
    people = {request.person_id for request in requests}
    households = {request.household_id for request in requests if request.household_id is not None}
    return HeldUnits(store.lock_units_held(session, campaign_ids, people, households))


def _units_left(session: Session, rounds: Mapping[UUID, tuple[Round, CampaignTerms]]) -> dict[UUID, int]:
    """What is left of the rounds that grant at once."""
    first_come = {round_.id: round_ for round_, _ in rounds.values() if round_.rule is RoundRule.FIRST_COME}
    granted = store.granted_units(session, list(first_come)) if first_come else {}
    return {round_id: round_.units_offered - granted.get(round_id, 0) for round_id, round_ in first_come.items()}


def _answer(
    request: ApplicationRequest, batch: _Batch, signer: ReceiptSigner, now: datetime
) -> ApplicationReceipt | Refusal:
    found = batch.rounds.get(request.round_id)
    if found is None:
        return RoundUnknown(round_id=str(request.round_id))
    round_, terms = found
    versions = batch.versions.setdefault((request.round_id, request.person_id), [])
    key = stored_key(request.round_id, request.person_id, request.key)
    try:
        given = application_given_before(request, key, versions)
        if given is not None:
            return _receipt(given, round_, is_replay=True)
        check_application(request, round_, terms, versions, batch.left(request, round_, terms), now)
        batch.check_form(request)
    except Refusal as refusal:
        return refusal
    application = _new_version(request, round_, versions, signer, key, now)
    batch.take(application, round_, request)
    return _receipt(application, round_, is_replay=False)


def _new_version(
    request: ApplicationRequest,
    round_: Round,
    versions: Sequence[Application],
    signer: ReceiptSigner,
    key: UUID | None,
    now: datetime,
) -> Application:
    received_at = max([now, *(version.received_at for version in versions[-1:])])
    signed = sign_receipt(
        signer.key,
        signer.kid,
        campaign=round_.slug,
        receipt=versions[-1].receipt if versions else signer.new_number(),
        version=len(versions) + 1,
        units=request.units,
        received_at=received_at,
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
        received_at=received_at,
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
    for round_, _ in batch.rounds.values():
        if round_.rule is RoundRule.FIRST_COME:
            granted = [
                NewGrant(application.receipt, application.units, GrantOrigin.REMAINDER, round_.pay_until)
                for application in batch.fresh
                if application.round_id == round_.id
            ]
            grants.insert_grants(session, round_.id, granted, now)
