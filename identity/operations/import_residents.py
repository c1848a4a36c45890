"""Import residents from the city's register."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from identity import store
from identity.model import ImportedResident, NewResident
from identity.refusals import ResidentAlreadyKnown
from identity.rules.residents import demand_usable_residents
from kernel.clock import city_date


def import_residents(session: Session, residents: Sequence[NewResident], *, now: datetime) -> list[ImportedResident]:
    """Add residents with a wallet each, and the households they name; answer their ids in the order given.

    A wallet id is wholly random, so that neither its value nor its order says anything about the person. The batch is
    taken as a whole. Refuses, in this order: ResidentRecordInvalid; ResidentAlreadyKnown.
    """
    if not residents:
        return []
    demand_usable_residents(residents, city_date(now))
    known = store.first_known_person(session, [resident.person_id for resident in residents])
    if known:
        raise ResidentAlreadyKnown(str(known))
    imported = [ImportedResident(resident.person_id, uuid4()) for resident in residents]

    # Nothing below this line may refuse.
    store.insert_residents(session, residents, imported)
    return imported
