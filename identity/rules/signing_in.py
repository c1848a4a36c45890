"""Whether an attempt to sign in succeeds, and when a code is locked."""

import hmac
from datetime import datetime, timedelta
from typing import NamedTuple

from identity.model import Holder
from identity.refusals import SignInCodeWrong, SignInLocked
from kernel.refusals import Refusal

FAILURES_MAX = 5
LOCK_TIME = timedelta(minutes=15)

_NO_DIGEST = bytes(32)


class CodeState(NamedTuple):
    """A live code as it is stored: its holder, the digest of its secret, and how often it was tried wrongly."""

    selector: str
    holder: Holder
    secret_digest: bytes
    failures: int
    locked_until: datetime | None


class Attempt(NamedTuple):
    """What an attempt leads to: None or a refusal, and the counters to store."""

    refusal: Refusal | None
    failures: int
    locked_until: datetime | None


def decide_attempt(code: CodeState | None, given_digest: bytes, now: datetime) -> Attempt:
    """Decide an attempt on a code; None stands for a code that does not exist or was revoked.

    Refuses, in this order: SignInLocked while the lock lasts, even for the right secret; SignInCodeWrong, the same
    for an unknown code and for a wrong secret. The fifth failure in a row locks the code for 15 minutes and starts a
    new count; a success clears both. An attempt during the lock counts nothing and does not prolong it.
    """
    stored = code.secret_digest if code else _NO_DIGEST
    is_right = hmac.compare_digest(stored, given_digest)
    if code is None:
        return Attempt(SignInCodeWrong(), 0, None)
    if code.locked_until is not None and now < code.locked_until:
        return Attempt(SignInLocked(code.locked_until.isoformat()), code.failures, code.locked_until)
    if is_right:
        return Attempt(None, 0, None)
    failures = code.failures + 1
    if failures < FAILURES_MAX:
        return Attempt(SignInCodeWrong(), failures, None)
    return Attempt(SignInCodeWrong(), 0, now + LOCK_TIME)
