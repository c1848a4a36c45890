"""Put a resident's mark on a store, or take it off."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.refusals import StoreUnknown
from merchants.store.places import delete_favourite, find_shop, insert_favourite


def mark_favourite(session: Session, wallet_id: UUID, store_code: str, *, is_favourite: bool, now: datetime) -> None:
    """Remember, for one wallet alone, that a store is a favourite or is none; the same again changes nothing.

    Refuses StoreUnknown for a code that no open store has.
    """
    shop = find_shop(session, store_code, wallet_id)
    if shop is None:
        raise StoreUnknown(store_code)

    # Nothing below this line may refuse.
    if is_favourite:
        insert_favourite(session, wallet_id, shop.store_id, now)
    else:
        delete_favourite(session, wallet_id, shop.store_id)
