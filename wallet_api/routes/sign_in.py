"""Signing in with the postcard's code."""

from fastapi import APIRouter

from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.http import refuses
from wallet_api.parts import AUDIENCE, Parts
from wallet_api.schemas import SignInAnswer, SignInBody
from wallet_api.signing_in import sign_in_resident
from wallet_api.viewer import NotAResident

router = APIRouter(tags=["sign-in"])


@router.post("/sign-in", responses=refuses(SignInCodeUnreadable, SignInCodeWrong, SignInLocked, NotAResident))
def sign_in_with_code(body: SignInBody, parts: Parts) -> SignInAnswer:
    """Exchange the code of the postcard for a short-lived token."""
    now = parts.clock.now()
    signed_in = sign_in_resident(parts, body.code, now)
    token = parts.issuer.issue(signed_in, AUDIENCE, now, parts.token_lifetime_s)
    return SignInAnswer(access_token=token, expires_in=parts.token_lifetime_s, display_name=signed_in.display_name)
