"""Signing in with the code on the shop's letter."""

from datetime import datetime

from identity.model import SignedIn
from identity.operations.sign_in import sign_in
from kernel.refusals import Refusal
from merchant_portal.parts import PortalParts
from merchant_portal.viewer import NotAShopUser


def sign_in_shop_user(parts: PortalParts, code: str, now: datetime) -> SignedIn:
    """Say which shop user a code belongs to.

    Refuses, in this order: SignInCodeUnreadable; SignInLocked; SignInCodeWrong; NotAShopUser.
    """
    signed_in = parts.database.run(lambda session: sign_in(session, code, pepper=parts.pepper, now=now))
    if isinstance(signed_in, Refusal):
        raise signed_in
    if signed_in.merchant_id is None or signed_in.role is None:
        raise NotAShopUser
    return signed_in
