"""What the city knows of whoever applies: the plain facts on which a campaign decides who may."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from identity.model import ResidentProfile
from identity.queries import people_by_wallets
from identity.roll.model import ResidenceEventKind
from identity.roll.queries import departures_of, is_resident_on
from issuance.model import Eligibility
from issuance.planning.queries import terms_of_rounds
from issuance.rules.ages import age_on
from kernel.db import Session


class Applying(NamedTuple):
    """The holder of a wallet applies in a round."""

    round_id: UUID
    wallet_id: UUID


class Applicant(NamedTuple):
    """Whoever applies, as far as a campaign may ask; `person_id` is None for a wallet that is nobody's any more."""

    person_id: UUID | None
    household_id: UUID | None
    eligibility: Eligibility


def known_applicants(session: Session, asked: Sequence[Applying]) -> list[Applicant]:
    """The facts about each applicant, in the order asked; whoever applies in the wallet has something to do it with.

    A fixed number of statements for each base date among the campaigns.
    """
    terms = terms_of_rounds(session, {item.round_id for item in asked})
    people = people_by_wallets(session, {item.wallet_id for item in asked})
    person_ids = [person.person_id for person in people.values()]
    dead = _dead(session, person_ids)
    base_dates = {item.base_date for item in terms.values() if item.base_date is not None}
    residents = {day: is_resident_on(session, person_ids, day) for day in base_dates}

    def applicant(item: Applying) -> Applicant:
        person: ResidentProfile | None = people.get(item.wallet_id)
        if person is None:
            return Applicant(None, None, Eligibility())
        base_date = terms[item.round_id].base_date if item.round_id in terms else None
        known = Eligibility(
            lived_here_on_base_date=residents[base_date].get(person.person_id) if base_date else None,
            age_on_base_date=age_on(person.birth_date, base_date) if base_date else None,
            has_smartphone=True,
            has_died=person.person_id in dead,
        )
        return Applicant(person.person_id, person.household_id, known)

    return [applicant(item) for item in asked]


def _dead(session: Session, person_ids: Sequence[UUID]) -> set[UUID]:
    told = departures_of(session, person_ids)
    return {person_id for person_id, events in told.items() if events[-1].kind is ResidenceEventKind.DIED}
