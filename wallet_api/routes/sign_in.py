"""Signing in with the postcard's code."""

from fastapi import APIRouter

from identity.operations.sign_in import sign_in
from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.http import refuses
from kernel.refusals import Refusal
from wallet_api.parts import AUDIENCE, Parts
from wallet_api.schemas import SignInAnswer, SignInBody
from wallet_api.viewer import NotAResident

router = APIRouter(tags=["sign-in"])


@router.post("/sign-in", responses=refuses(SignInCodeUnreadable, SignInCodeWrong, SignInLocked, NotAResident))
def sign_in_with_code(body: SignInBody, parts: Parts) -> SignInAnswer:
    """Exchange the code of the postcard for a short-lived token."""
    now = parts.clock.now()
    signed_in = parts.database.run(lambda session: sign_in(session, body.code, pepper=parts.pepper, now=now))
    if isinstance(signed_in, Refusal):
        raise signed_in
    if signed_in.wallet_id is None:
        raise NotAResident
    token = parts.issuer.issue(signed_in, AUDIENCE, now, parts.token_lifetime_s)
    return SignInAnswer(access_token=token, expires_in=parts.token_lifetime_s, display_name=signed_in.display_name)
