"""Applications that a clerk enters: on paper or for somebody at the counter, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from identity.access.model import PersonField, PersonOfKana, PersonView, Reason, ReasonCode
from identity.access.operations.find_people_by import find_people_by
from identity.access.operations.read_person import read_person
from identity.queries import household_ids_of
from identity.roll.model import ResidenceEventKind
from identity.roll.queries import departures_of, is_resident_on
from issuance.ceremony.model import ApplicationExplained
from issuance.ceremony.queries import explain_application
from issuance.model import (
    Application,
    ApplicationHistory,
    ApplicationReceipt,
    ApplicationRequest,
    CampaignTerms,
    Channel,
    ClerkEntry,
    Eligibility,
    Quota,
    Round,
    WithdrawalRequest,
)
from issuance.operations.submit_applications import submit_applications
from issuance.operations.withdraw_application import withdraw_application
from issuance.planning.queries import terms_of_rounds
from issuance.queries import (
    ApplicationView,
    application_history,
    closed_list,
    find_campaign,
    find_round,
    my_application,
    open_rounds,
    whose_application,
)
from issuance.refusals import ApplicationUnknown, RoundUnknown
from issuance.rules.ages import age_on
from kernel.db import Session
from kernel.refusals import Refusal
from staff_console.desks.receipts import grants_of_receipt
from staff_console.parts import ConsoleParts
from staff_console.schemas import GrantAnswer
from staff_console.viewer import StaffViewer

SEARCH_SCREEN, ENTRY_SCREEN, STORY_SCREEN = "applications/search", "applications/entry", "applications/story"
SHOWN = (PersonField.NAME, PersonField.KANA, PersonField.BIRTH_DATE, PersonField.ADDRESS)
ENTERING = Reason(ReasonCode.COUNTER, "商品券の申し込みの受け付け")


class PaperForm(NamedTuple):
    """A paper form by its printed number, and the day on which it came in; None for one that is no day."""

    number: str
    received_on: date | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a clerk enters for somebody; without a form the person stands at the counter."""

    round_id: UUID
    person_id: UUID
    key: str
    form: PaperForm | None = None
    reason: str | None = None

    @property
    def channel(self) -> Channel:
        return Channel.PAPER if self.form else Channel.COUNTER

    def by(self, clerk_id: UUID) -> ClerkEntry:
        number, received_on = self.form or (None, None)
        return ClerkEntry(clerk_id, number, received_on, self.reason)


class _Known(NamedTuple):
    """What the record tells of somebody for whom a clerk enters something."""

    wallet_id: UUID
    household_id: UUID | None
    eligibility: Eligibility


class OpenRound(NamedTuple):
    """A round that takes applications now, with the title of its campaign."""

    title: str
    round: Round


class Told(NamedTuple):
    """What happened to an application, and what became of it."""

    history: ApplicationHistory
    drawn: ApplicationExplained
    is_list_closed: bool
    grants: Sequence[GrantAnswer]


def rounds_to_enter(parts: ConsoleParts) -> list[OpenRound]:
    """The rounds for which something can be entered now."""
    with parts.database.transaction() as session:
        rounds = open_rounds(session, now=parts.clock.now())
        campaigns = {round_.campaign_id: find_campaign(session, round_.campaign_id) for round_ in rounds}
    return [
        OpenRound(f"{campaign.title} 第{round_.number}回", round_)
        for round_ in rounds
        if (campaign := campaigns[round_.campaign_id]) is not None
    ]


def find(parts: ConsoleParts, viewer: StaffViewer, wanted: PersonOfKana) -> list[PersonView]:
    """The people whom a form or somebody at the counter names. Refuses as `find_people_by`."""
    return parts.database.run(
        lambda session: find_people_by(
            session,
            wanted,
            staff_id=viewer.staff_id,
            roles=viewer.roles,
            reason=ENTERING,
            fields=SHOWN,
            screen=SEARCH_SCREEN,
            now=parts.clock.now(),
        )
    )


def applications_of(
    parts: ConsoleParts, round_id: UUID, person_ids: Sequence[UUID]
) -> dict[UUID, ApplicationHistory | None]:
    """What these people did in a round so far."""
    with parts.database.transaction() as session:
        keys = parts.signer.public_keys
        return {each: application_history(session, round_id, each, receipt_keys=keys) for each in person_ids}


def enter(
    parts: ConsoleParts, viewer: StaffViewer, entry: Entry, *, units: int, replaces: int | None
) -> ApplicationReceipt:
    """Enter an application or, for a wish of the resident, a change of it.

    What decides whether somebody may apply is read on record first, whatever becomes of the application. Refuses, in
    this order: RoundUnknown; as `read_person`; as `submit_applications`.
    """
    known = parts.database.run(lambda session: _known(session, parts, viewer, entry))
    request = ApplicationRequest(
        round_id=entry.round_id,
        person_id=entry.person_id,
        wallet_id=known.wallet_id,
        household_id=known.household_id,
        units=units,
        channel=entry.channel,
        key=entry.key,
        eligibility=known.eligibility,
        replaces=replaces,
        entry=entry.by(viewer.staff_id),
    )
    (outcome,) = parts.database.run(
        lambda session: submit_applications(session, [request], signer=parts.signer, clock=parts.clock)
    )
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def withdraw(parts: ConsoleParts, viewer: StaffViewer, entry: Entry) -> Application:
    """Withdraw somebody's application for a wish that is written down. Refuses as `withdraw_application`."""
    asked = WithdrawalRequest(
        entry.round_id, entry.person_id, entry.channel, key=entry.key, entry=entry.by(viewer.staff_id)
    )
    return parts.database.run(lambda session: withdraw_application(session, asked, clock=parts.clock))


def printed_receipt(session: Session, receipt: str) -> tuple[ApplicationView, OpenRound]:
    """The newest receipt of a number, to be printed; nothing of the person is on it. Refuses ApplicationUnknown."""
    whose = whose_application(session, receipt)
    view = my_application(session, *whose) if whose else None
    round_ = find_round(session, view.round_id) if view else None
    campaign = find_campaign(session, round_.campaign_id) if round_ else None
    if view is None or round_ is None or campaign is None:
        raise ApplicationUnknown
    return view, OpenRound(f"{campaign.title} 第{round_.number}回", round_)


def tell(parts: ConsoleParts, viewer: StaffViewer, receipt: str, reason: Reason) -> Told:
    """Everything that happened to an application, on record. Refuses ApplicationUnknown; as `read_person`."""

    def read(session: Session) -> tuple[UUID, UUID]:
        whose = whose_application(session, receipt)
        if whose is None:
            raise ApplicationUnknown
        read_person(
            session,
            whose[1],
            staff_id=viewer.staff_id,
            roles=viewer.roles,
            reason=reason,
            fields=[PersonField.WALLET],
            screen=STORY_SCREEN,
            now=parts.clock.now(),
        )
        return whose

    round_id, person_id = parts.database.run(read)
    with parts.database.transaction() as session:
        history = application_history(session, round_id, person_id, receipt_keys=parts.signer.public_keys)
        assert history is not None
        return Told(
            history,
            explain_application(session, round_id, receipt),
            closed_list(session, round_id) is not None,
            grants_of_receipt(session, receipt, parts.clock.now()),
        )


def _known(session: Session, parts: ConsoleParts, viewer: StaffViewer, entry: Entry) -> _Known:
    """Read what the round asks of whoever applies, and nothing else."""
    round_, terms = find_round(session, entry.round_id), terms_of_rounds(session, [entry.round_id])
    if round_ is None:
        raise RoundUnknown(round_id=str(entry.round_id))
    asked = terms[round_.id]
    person = read_person(
        session,
        entry.person_id,
        staff_id=viewer.staff_id,
        roles=viewer.roles,
        reason=ENTERING,
        fields=_fields_asked(asked, asked.quota(round_.quota)),
        screen=ENTRY_SCREEN,
        now=parts.clock.now(),
    )
    assert person.wallet_id is not None
    return _Known(
        person.wallet_id,
        household_ids_of(session, [entry.person_id]).get(entry.person_id),
        _eligibility(session, person, asked.base_date),
    )


def _fields_asked(terms: CampaignTerms, quota: Quota | None) -> set[PersonField]:
    fields = {PersonField.WALLET}
    if terms.age_min is not None or (quota and (quota.age_min is not None or quota.age_max is not None)):
        fields.add(PersonField.BIRTH_DATE)
    if quota and quota.without_smartphone:
        fields.add(PersonField.SMARTPHONE)
    return fields


def _eligibility(session: Session, person: PersonView, base_date: date | None) -> Eligibility:
    person_id = person.person_id
    told = departures_of(session, [person_id]).get(person_id, [])
    return Eligibility(
        lived_here_on_base_date=is_resident_on(session, [person_id], base_date)[person_id] if base_date else None,
        age_on_base_date=age_on(person.birth_date, base_date) if person.birth_date and base_date else None,
        has_smartphone=person.has_smartphone,
        has_died=bool(told) and told[-1].kind is ResidenceEventKind.DIED,
    )
