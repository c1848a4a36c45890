"""Ask to be paid to another account."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.ids import derived_id
from merchants.model import AccountMover, AccountPlace, AccountState, Actor, BankAccount
from merchants.refusals import MerchantUnknown
from merchants.rules.account_changes import asking, demand_nothing_open
from merchants.rules.joining import demand_payable
from merchants.store import bank_accounts


def ask_account_change(
    session: Session, merchant_id: UUID, account: BankAccount, *, by: UUID, key: str, now: datetime
) -> AccountPlace:
    """Record an account that the owner `by` wants to be paid to; nothing is paid there before staff approve it.

    The holder's name is in the characters of a bank's file. The same key again answers the same place. How strongly the
    owner signed in is the caller's to know. Refuses, in this order: what `demand_payable` refuses; MerchantUnknown;
    AccountChangeUnderWay.
    """
    demand_payable(account)
    account_id = derived_id("bank account", str(merchant_id), key)
    places = bank_accounts.lock_places(session, merchant_id)
    if not places:
        raise MerchantUnknown(str(merchant_id))
    known = next((place for place in places if place.account_id == account_id), None)
    if known is not None:
        return known
    demand_nothing_open(places, now)
    place = AccountPlace(account_id, places[-1].number + 1, AccountState.PROPOSED, None)

    # Nothing below this line may refuse.
    bank_accounts.insert_accounts(session, [(account_id, merchant_id, place.number, account)])
    bank_accounts.insert_events(session, [asking(place, Actor(AccountMover.OWNER, by), now)])
    return place
