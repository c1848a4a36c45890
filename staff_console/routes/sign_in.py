"""Signing in with a staff code."""

from fastapi import APIRouter

from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.http import refuses
from staff_console.parts import AUDIENCE, Parts
from staff_console.refusals import NotStaff
from staff_console.schemas import SignInAnswer, SignInBody
from staff_console.signing_in import sign_in_staff

router = APIRouter(tags=["sign-in"])


@router.post("/sign-in", responses=refuses(SignInCodeUnreadable, SignInCodeWrong, SignInLocked, NotStaff))
def sign_in_with_code(body: SignInBody, parts: Parts) -> SignInAnswer:
    """Exchange a staff code for a short-lived token."""
    signed_in = sign_in_staff(parts, body.code)
    token = parts.issuer.issue(signed_in, AUDIENCE, parts.clock.now(), parts.token_lifetime_s)
    return SignInAnswer(
        access_token=token,
        expires_in=parts.token_lifetime_s,
        display_name=signed_in.display_name,
        roles=sorted(signed_in.roles),
    )
