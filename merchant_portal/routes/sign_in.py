"""Signing in with the shop's code."""

from fastapi import APIRouter

from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.http import BodyNotReadable, FieldsInvalid, refuses
from merchant_portal.parts import AUDIENCE, Parts
from merchant_portal.schemas import SignInAnswer, SignInBody
from merchant_portal.signing_in import sign_in_shop_user
from merchant_portal.viewer import NotAShopUser

router = APIRouter(tags=["shop: sign-in"])
REFUSALS = (BodyNotReadable, FieldsInvalid, SignInCodeUnreadable, SignInLocked, SignInCodeWrong, NotAShopUser)


@router.post("/sign-in", responses=refuses(*REFUSALS))
def sign_in_with_code(body: SignInBody, parts: Parts) -> SignInAnswer:
    """Exchange the code of a shop user for a short-lived token."""
    now = parts.clock.now()
    signed_in = sign_in_shop_user(parts, body.code, now)
    return SignInAnswer(
        access_token=parts.issuer.issue(signed_in, AUDIENCE, now, parts.token_lifetime_s),
        expires_in=parts.token_lifetime_s,
        display_name=signed_in.display_name,
        role=str(signed_in.role),
        store_id=signed_in.store_id,
    )
