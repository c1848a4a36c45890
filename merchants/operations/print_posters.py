"""Give out serials for posters to be printed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.refusals import StoreUnknown
from merchants.rules.serials import random_serials
from merchants.store import shops


def print_posters(session: Session, store_ids: Sequence[UUID], *, key_id: str, now: datetime) -> list[str]:
    """Record a new poster for each store, in the order given, and answer their serials.

    A store named twice gets two. Posters printed before stay valid until they are revoked. Refuses StoreUnknown, and
    then records none.
    """
    if not store_ids:
        return []
    existing = shops.existing_stores(session, store_ids)
    for store_id in store_ids:
        if store_id not in existing:
            raise StoreUnknown(str(store_id))
    serials = list(random_serials(len(store_ids)))

    # Nothing below this line may refuse.
    shops.insert_posters(session, list(zip(serials, store_ids, strict=True)), key_id, now)
    return serials
