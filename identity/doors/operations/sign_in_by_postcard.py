"""Sign in with the code of a postcard, or with the enrolment code of a shop user or member of staff."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.rules.addresses import WINDOW, address_digest, demand_address_not_over
from identity.doors.store import codes
from identity.model import Acr, Holder, ProvenSignIn
from identity.operations.sign_in import sign_in
from identity.refusals import SignInCodeUnreadable
from kernel.refusals import Refusal

METHODS = ("pwd",)
"""A shared secret (RFC 8176)."""


def sign_in_by_postcard(
    session: Session, code_text: str, *, pepper: bytes, address: str, now: datetime
) -> ProvenSignIn | Refusal:
    """Check a typed code and say who came; `address` is the network address of the browser.

    After 20 misses within ten minutes from one address (IPv6: one /64) no code is looked at from there, so that whoever
    guesses locks no holder. A refusal is returned, not raised, because a miss is counted: the caller commits either
    way. Refuses, in this order: TooManyAttempts; SignInCodeUnreadable, which counts as no miss; SignInLocked;
    SignInCodeWrong.
    """
    digest = address_digest(pepper, address)
    try:
        demand_address_not_over(codes.lock_misses(session, digest, now - WINDOW), now)
    except Refusal as refusal:
        return refusal
    answer = sign_in(session, code_text, pepper=pepper, now=now)
    if not isinstance(answer, Refusal):
        return ProvenSignIn(Holder(answer.kind, answer.subject), Acr.POSTCARD, METHODS, now)
    if not isinstance(answer, SignInCodeUnreadable):
        codes.insert_miss(session, digest, now)
    return answer
