"""Who applies in a wallet: what the city knows of them, on which a campaign decides who may, and their applications."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from identity.model import ResidentProfile
from identity.queries import people_by_wallets
from identity.roll.model import ResidenceEventKind
from identity.roll.queries import departures_of, is_resident_on
from issuance.model import ApplicationReceipt, ApplicationRequest, Eligibility, ReceiptSigner
from issuance.operations.submit_applications import submit_applications
from issuance.planning.queries import terms_of_rounds
from issuance.rules.ages import age_on
from kernel.clock import Clock
from kernel.db import Database, Session
from kernel.refusals import Refusal
from wallet_api.refusals import NotAResident


class WalletApplication(NamedTuple):
    """The holder of a wallet asks for units in a round; `key` and `replaces` as in an ApplicationRequest."""

    round_id: UUID
    wallet_id: UUID
    units: int
    key: str | None = None
    replaces: int | None = None


class Applicant(NamedTuple):
    """Whoever applies, as far as a campaign may ask."""

    person_id: UUID
    household_id: UUID | None
    eligibility: Eligibility


def take_wallet_applications(
    people: Database,
    applications: Database,
    asked: Sequence[WalletApplication],
    *,
    signer: ReceiptSigner,
    clock: Clock,
) -> list[ApplicationReceipt | Refusal]:
    """Look up who applies, then take what they ask for, each answered on its own and in order.

    People are read as one database role and applications written as another, so in two transactions.
    Refuses NotAResident for a wallet that is nobody's any more, then what `submit_applications` refuses.
    """
    known = people.run(lambda session: known_applicants(session, asked))
    requests = [
        _request(item, applicant) for item, applicant in zip(asked, known, strict=True) if applicant is not None
    ]
    taken = iter(applications.run(lambda session: submit_applications(session, requests, signer=signer, clock=clock)))
    return [NotAResident() if applicant is None else next(taken) for applicant in known]


def known_applicants(session: Session, asked: Sequence[WalletApplication]) -> list[Applicant | None]:
    """The facts about each applicant, in the order asked; None for a wallet that is nobody's any more.

    Whoever applies in the wallet has something to do it with. A fixed number of statements for each base date among
    the campaigns.
    """
    terms = terms_of_rounds(session, {item.round_id for item in asked})
    found = people_by_wallets(session, {item.wallet_id for item in asked})
    person_ids = [person.person_id for person in found.values()]
    dead = _dead(session, person_ids)
    base_dates = {item.base_date for item in terms.values() if item.base_date is not None}
    residents = {day: is_resident_on(session, person_ids, day) for day in base_dates}

    def applicant(item: WalletApplication) -> Applicant | None:
        person: ResidentProfile | None = found.get(item.wallet_id)
        if person is None:
            return None
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


def _request(asked: WalletApplication, applicant: Applicant) -> ApplicationRequest:
    return ApplicationRequest(
        round_id=asked.round_id,
        person_id=applicant.person_id,
        wallet_id=asked.wallet_id,
        household_id=applicant.household_id,
        units=asked.units,
        key=asked.key,
        eligibility=applicant.eligibility,
        replaces=asked.replaces,
    )
