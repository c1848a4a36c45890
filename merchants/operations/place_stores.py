"""Write down where stores are."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from merchants.model import StorePlace
from merchants.refusals import StoreUnknown
from merchants.store.places import save_places
from merchants.store.shops import existing_stores


def place_stores(session: Session, places: Sequence[StorePlace], *, now: datetime) -> None:
    """Write the readings, addresses and points of stores down, over what was there; each store is named once.

    Refuses StoreUnknown for the first id that is no store's.
    """
    known = existing_stores(session, [place.store_id for place in places])
    for place in places:
        if place.store_id not in known:
            raise StoreUnknown(str(place.store_id))

    # Nothing below this line may refuse.
    save_places(session, places, now)
