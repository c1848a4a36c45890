"""Register merchants that apply."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from merchants import store
from merchants.model import NewMerchant, RegisteredMerchant
from merchants.refusals import MerchantAlreadyRegistered
from merchants.rules.registering import demand_usable_merchants, with_codes


def register_merchants(
    session: Session, merchants: Sequence[NewMerchant], *, now: datetime
) -> list[RegisteredMerchant]:
    """Register merchants with their stores and answer the codes they were given, in the order given.

    They have applied, and take no payment before approval. The batch is taken as a whole. Refuses, in this order:
    MerchantRecordInvalid; MerchantAlreadyRegistered.
    """
    if not merchants:
        return []
    demand_usable_merchants(merchants)
    stores = [new_store.store_id for merchant in merchants for new_store in merchant.stores]
    known = store.first_known_record(session, [merchant.merchant_id for merchant in merchants], stores)
    if known:
        raise MerchantAlreadyRegistered(str(known))
    registered = with_codes(merchants, *store.take_numbers(session, len(merchants), len(stores)))

    # Nothing below this line may refuse.
    store.insert_merchants(session, merchants, registered, now)
    return registered
