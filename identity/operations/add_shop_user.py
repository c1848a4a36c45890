"""Add someone who signs in for a merchant."""

from uuid import UUID

from sqlmodel import Session

from identity import store
from identity.model import HolderKind, ShopRole, ShopUser
from identity.refusals import DisplayNameMissing, PersonUnknown
from kernel.ids import new_id


def add_shop_user(
    session: Session,
    *,
    merchant_id: UUID,
    display_name: str,
    role: ShopRole,
    store_id: UUID | None = None,
    person_id: UUID | None = None,
) -> UUID:
    """Add a shop user and answer the id; without `store_id` the user may act at every store of the merchant.

    `person_id` names the resident that the user is, if known. That merchant and store exist is the caller's to know.
    Refuses, in this order: DisplayNameMissing; PersonUnknown.
    """
    if not display_name.strip():
        raise DisplayNameMissing
    if person_id is not None and not store.existing_holders(session, HolderKind.RESIDENT, [person_id]):
        raise PersonUnknown(str(person_id))
    user = ShopUser(new_id(), merchant_id, store_id, display_name.strip(), role, person_id)

    # Nothing below this line may refuse.
    store.insert_shop_user(session, user)
    return user.shop_user_id
