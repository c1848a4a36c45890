"""Signing in to the wallet, by API or by page."""

from datetime import datetime

from identity.model import SignedIn
from identity.operations.sign_in import sign_in
from kernel.refusals import Refusal
from wallet_api.parts import WalletParts
from wallet_api.viewer import NotAResident


def sign_in_resident(parts: WalletParts, code: str, now: datetime) -> SignedIn:
    """Say which resident a code belongs to; a wrong attempt is counted before it is refused.

    Refuses, in this order: SignInCodeUnreadable, SignInLocked, SignInCodeWrong, NotAResident.
    """
    outcome = parts.database.run(lambda session: sign_in(session, code, pepper=parts.pepper, now=now))
    if isinstance(outcome, Refusal):
        raise outcome
    if outcome.wallet_id is None:
        raise NotAResident
    return outcome
