"""Sign in with the code that a clerk handed over."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.rules.addresses import WINDOW, address_digest, demand_address_not_over
from identity.doors.rules.counter_code import TypedCode, code_digest, decide_attempt, read_code
from identity.doors.store import codes
from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from kernel.refusals import Refusal

METHODS = ("otp",)
"""A code that is good once (RFC 8176)."""


def sign_in_by_counter_code(
    session: Session, code_text: str, *, pepper: bytes, address: str, now: datetime
) -> ProvenSignIn | Refusal:
    """Use up a typed code and say who came; `address` is the network address of the browser.

    Misses count together with those of postcards, by address. A refusal is returned, not raised, because a miss is
    counted: the caller commits either way. Refuses, in this order: CounterCodeUnreadable; TooManyAttempts;
    CounterCodeWrong.
    """
    digest = address_digest(pepper, address)
    try:
        given = read_code(code_text)
        demand_address_not_over(codes.lock_misses(session, digest, now - WINDOW), now)
    except Refusal as refusal:
        return refusal
    answer = _use(session, given, pepper, now)
    if isinstance(answer, Refusal):
        codes.insert_miss(session, digest, now)
    return answer


def _use(session: Session, given: TypedCode, pepper: bytes, now: datetime) -> ProvenSignIn | Refusal:
    code = codes.lock_code(session, given.selector)
    attempt = decide_attempt(code, code_digest(pepper, given), now)
    if attempt.is_code_gone:
        codes.delete_code(session, given.selector)
    elif code is not None:
        codes.save_failures(session, given.selector, attempt.failures)
    if attempt.refusal is None and code is not None:
        return ProvenSignIn(Holder(HolderKind.RESIDENT, code.person_id), Acr.COUNTER, METHODS, now)
    assert attempt.refusal is not None
    return attempt.refusal
