"""Sign in with the code of a postcard."""

from datetime import datetime

from sqlmodel import Session

from identity import queries, store
from identity.model import SignedIn
from identity.refusals import SignInCodeUnreadable, SignInCodeWrong
from identity.rules.sign_in_code import read_sign_in_code, secret_digest
from identity.rules.signing_in import decide_attempt
from kernel.refusals import Refusal


def sign_in(session: Session, code_text: str, *, pepper: bytes, now: datetime) -> SignedIn | Refusal:
    """Check a typed code and say who it belongs to.

    A refusal is returned, not raised, because a wrong attempt is counted: the caller commits either way. Refuses, in
    this order: SignInCodeUnreadable; SignInLocked; SignInCodeWrong. Attempts on one code wait for each other.
    """
    try:
        given = read_sign_in_code(code_text)
    except SignInCodeUnreadable as unreadable:
        return unreadable
    code = store.lock_code(session, given.selector)
    attempt = decide_attempt(code, secret_digest(pepper, given.secret), now)

    # Nothing below this line may refuse.
    if code and (attempt.failures, attempt.locked_until) != (code.failures, code.locked_until):
        store.save_attempt(session, code.selector, attempt.failures, attempt.locked_until)
    if attempt.refusal is not None or code is None:
        return attempt.refusal or SignInCodeWrong()
    return queries.signed_in_of(session, code.holder) or SignInCodeWrong()
