"""How an owner asks to be paid to another account, and stops what a stranger asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, NamedTuple

from identity.doors.rules.binding import demand_recent
from identity.model import Acr
from identity.rules.levels import is_enough
from kernel.db import Session
from kernel.refusals import Kind, Refusal
from merchant_portal.parts import PortalParts
from merchant_portal.typed_accounts import as_printed
from merchant_portal.viewer import ShopViewer
from merchants.model import (
    AccountEvent,
    AccountMover,
    AccountPlace,
    AccountStep,
    Actor,
    BankAccount,
    MaskedAccount,
)
from merchants.operations.ask_account_change import ask_account_change
from merchants.operations.move_account_change import move_account_change
from merchants.queries import account_events, masked_accounts
from merchants.rules.account_changes import account_in_force, open_change

RECENT_FOR_ACCOUNT_S = 900
"""Long enough to type an account off a passbook."""
STRONGEST = Acr.PASSKEY
"""The strongest way to sign in that shop users have."""
OBJECTION = "持ち主からの申し出"
"""Why an owner's own stop was made, where they do not say."""


@dataclass(eq=False)
class SignInTooWeakForAccount(Refusal):
    """Where the shop is paid is changed by somebody who signed in with a passkey."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


class OwnAccounts(NamedTuple):
    """The accounts of the owner's merchant: the one in force, the one that was asked for, and those before."""

    in_force: MaskedAccount | None
    asked_for: MaskedAccount | None
    others: tuple[MaskedAccount, ...]
    events: tuple[AccountEvent, ...]


def own_accounts(session: Session, owner: ShopViewer, now: datetime) -> OwnAccounts:
    """What the owner sees of the merchant's accounts."""
    accounts = [
        replace(account, holder_kana=as_printed(account.holder_kana))
        for account in masked_accounts(session, owner.merchant_id)
    ]
    places = [account.place for account in accounts]
    in_force = _of(accounts, account_in_force(places, now))
    asked_for = _of(accounts, open_change(places, now))
    others = tuple(account for account in reversed(accounts) if account not in (in_force, asked_for))
    return OwnAccounts(
        in_force, asked_for, others, tuple(account_events(session, [each.account_id for each in accounts]))
    )


def may_change_account(owner: ShopViewer, now: datetime) -> Refusal | None:
    """Why the owner has to sign in again before a change, if so."""
    try:
        demand_strongest_sign_in(owner, now)
    except Refusal as refusal:
        return refusal
    return None


def demand_strongest_sign_in(owner: ShopViewer, now: datetime) -> None:
    """Refuse, in this order: SignInTooWeakForAccount; SignInNotRecent (ASVS 5.0, 7.5.1 and 7.5.3)."""
    if not is_enough(owner.acr, STRONGEST):
        raise SignInTooWeakForAccount
    demand_recent(owner.proof, now=now, age_max_s=RECENT_FOR_ACCOUNT_S)


def ask_for_account(parts: PortalParts, owner: ShopViewer, account: BankAccount, *, key: str) -> AccountPlace:
    """Ask to be paid to another account, once for the key.

    Refuses, in this order: SignInTooWeakForAccount; SignInNotRecent; what `ask_account_change` refuses.
    """
    now = parts.clock.now()
    demand_strongest_sign_in(owner, now)
    return parts.database.run(
        lambda session: ask_account_change(session, owner.merchant_id, account, by=owner.shop_user_id, key=key, now=now)
    )


def stop_account(parts: PortalParts, owner: ShopViewer, number: int, reason: str) -> AccountEvent:
    """Stop a change before it begins; any sign-in of an owner is enough. Refuses as `move_account_change`."""
    now = parts.clock.now()
    by = Actor(AccountMover.OWNER, owner.shop_user_id)
    return parts.database.run(
        lambda session: move_account_change(
            session,
            owner.merchant_id,
            number,
            AccountStep.STOPPED,
            by=by,
            now=now,
            reason=reason.strip() or OBJECTION,
            terms=parts.joining,
        )
    )


def _of(accounts: Sequence[MaskedAccount], place: AccountPlace | None) -> MaskedAccount | None:
    return next((each for each in accounts if place is not None and each.account_id == place.account_id), None)
