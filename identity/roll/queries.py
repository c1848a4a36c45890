"""Questions about the roll: what an import would change, who lives here, and who somebody is by what they know."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from identity.roll import store
from identity.roll.model import DEFAULT_LAYOUT, ResidenceEvent, RollImport, RollLayout, RollPreview
from identity.roll.refusals import PersonHasDied
from identity.roll.rules.changes import decide_changes, demand_base_date_has_come, demand_not_older
from identity.roll.rules.digests import address_digest, name_birth_digest
from identity.roll.rules.reading import read_roll
from identity.roll.rules.text import normal_kana
from kernel.clock import city_date


def preview_import(
    session: Session,
    file: bytes,
    *,
    base_date: date,
    key: bytes,
    now: datetime,
    layout: RollLayout = DEFAULT_LAYOUT,
) -> RollPreview:
    """What import_roll would change at this moment; nothing is written. Refuses what import_roll refuses."""
    demand_base_date_has_come(base_date, city_date(now))
    extract = read_roll(file, base_date=base_date, key=key, layout=layout)
    last = last_import(session)
    demand_not_older(base_date, last.base_date if last else None)
    changes = decide_changes(extract, store.find_entries(session, extract.residents))
    return RollPreview(changes.counts, extract.columns_not_kept)


def last_import(session: Session) -> RollImport | None:
    """The newest import; None before the first."""
    return store.find_last_import(session)


def list_imports(session: Session, limit: int = 50) -> list[RollImport]:
    """The newest imports, the newest first."""
    return store.find_imports(session, limit)


def is_resident_on(session: Session, person_ids: Iterable[UUID], on: date) -> dict[UUID, bool]:
    """Whether each of these people lived in the city on a day, as far as the roll has told; False for strangers to it.

    The day of moving out or of death is the first day on which somebody does not. Somebody of whom no first day was
    told has lived here since birth.
    """
    asked = list(person_ids)
    residents = store.find_residents(session, asked, on)
    return {person_id: person_id in residents for person_id in asked}


def demand_living(session: Session, person_id: UUID) -> None:
    """Refuse PersonHasDied for somebody whom the roll records as dead; who moved out, and a stranger to it, may go on.

    The answer holds until the transaction ends: an import that tells of this death waits for it.
    """
    if store.find_day_of_death(session, person_id) is not None:
        raise PersonHasDied(str(person_id))


def departures_of(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, list[ResidenceEvent]]:
    """What imports told of people who left or returned, in that order; whoever never left is left out."""
    found: dict[UUID, list[ResidenceEvent]] = {}
    for event in store.find_events(session, list(person_ids)):
        found.setdefault(event.person_id, []).append(event)
    return found


def resident_household_sizes(session: Session, household_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many live in each household and have not left; one without such people is left out."""
    return store.count_residents_of_households(session, list(household_ids))


def people_matching(
    session: Session, *, key: bytes, family_kana: str, given_kana: str, birth_date: date, address: str
) -> list[UUID]:
    """The residents with this reading, birthday and address, however these are typed; usually one or none.

    The address is the one without the building. It proves nothing by itself: anybody may know these facts.
    """
    family, given = normal_kana(family_kana), normal_kana(given_kana)
    if family is None or given is None:
        return []
    named = name_birth_digest(key, family, given, birth_date)
    return store.find_by_digests(session, named, address_digest(key, address))
