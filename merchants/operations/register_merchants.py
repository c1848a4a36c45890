"""Register merchants that apply."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from kernel.ids import new_ids
from merchants.model import (
    AccountEvent,
    AccountMover,
    AccountState,
    AccountStep,
    NewMerchant,
    RegisteredMerchant,
)
from merchants.refusals import MerchantAlreadyRegistered
from merchants.rules.registering import demand_usable_merchants, with_codes
from merchants.store import bank_accounts, shops


def register_merchants(
    session: Session, merchants: Sequence[NewMerchant], *, now: datetime
) -> list[RegisteredMerchant]:
    """Register merchants with their stores and answer the codes they were given, in the order given.

    They have applied, and take no payment before approval; they are paid to the accounts that they name from now on,
    until they name others. The batch is taken as a whole. Refuses, in this order:
    MerchantRecordInvalid; MerchantAlreadyRegistered.
    """
    if not merchants:
        return []
    demand_usable_merchants(merchants)
    stores = [new_store.store_id for merchant in merchants for new_store in merchant.stores]
    known = shops.first_known_record(session, [merchant.merchant_id for merchant in merchants], stores)
    if known:
        raise MerchantAlreadyRegistered(str(known))
    registered = with_codes(merchants, *shops.take_numbers(session, len(merchants), len(stores)))

    # Nothing below this line may refuse.
    shops.insert_merchants(session, merchants, registered, now)
    _register_accounts(session, merchants, now)
    return registered


def _register_accounts(session: Session, merchants: Sequence[NewMerchant], now: datetime) -> None:
    account_ids = new_ids(len(merchants))
    named = [
        (account_id, merchant.merchant_id, 1, merchant.bank_account)
        for account_id, merchant in zip(account_ids, merchants, strict=True)
    ]
    bank_accounts.insert_accounts(session, named)
    states = (AccountState.PROPOSED, AccountState.ACCEPTED)
    by = (AccountMover.REGISTRATION, None)
    events = [
        AccountEvent(account_id, AccountStep.REGISTERED, *states, now, *by, valid_from=now)
        for account_id in account_ids
    ]
    bank_accounts.insert_events(session, events)
