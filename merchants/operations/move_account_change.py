"""Approve, refuse or stop a change of account."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.model import USUAL_TERMS, AccountEvent, AccountStep, Actor, JoiningTerms
from merchants.rules.account_changes import decide_account_step
from merchants.store import bank_accounts


def move_account_change(
    session: Session,
    merchant_id: UUID,
    number: int,
    step: AccountStep,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    terms: JoiningTerms = USUAL_TERMS,
) -> AccountEvent:
    """Take a step with the account of this number; an approved one is paid to when its days of cooling are over.

    Payouts that are in a file already keep the account that they have. Refuses as `decide_account_step`.
    """
    places = bank_accounts.lock_places(session, merchant_id)
    event = decide_account_step(places, number, step, by=by, now=now, reason=reason, terms=terms)

    # Nothing below this line may refuse.
    bank_accounts.insert_events(session, [event])
    return event
