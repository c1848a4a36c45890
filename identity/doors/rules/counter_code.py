"""The code of the counter: three digits that find it, five that prove it, for ten minutes and three wrong tries.

With three tries among 100,000 secrets a guess succeeds once in 33,000 codes, and only while somebody stands at the
counter; digits alone are what everybody can type. It is written `123-45678`.
"""

import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

from identity.doors.model import CounterCodeState
from identity.doors.refusals import CounterCodeUnreadable, CounterCodeWrong
from identity.rules.sign_in_code import secret_digest
from kernel.refusals import Refusal

LIFETIME = timedelta(minutes=10)
SELECTORS = 1_000
FAILURES_MAX = 3

_SELECTOR_LENGTH = 3
_SECRET_LENGTH = 5
_TYPED_LENGTH_MAX = 40
_HYPHENS = dict.fromkeys(map(ord, "-‐‑‒–—―−ー─"))


class TypedCode(NamedTuple):
    """A code in its two parts."""

    selector: str
    secret: str

    @property
    def text(self) -> str:
        """The code as the clerk reads it out."""
        return f"{self.selector}-{self.secret}"


class CounterAttempt(NamedTuple):
    """What an attempt leads to: None or a refusal, whether the code is gone, and its count of failures."""

    refusal: Refusal | None
    is_code_gone: bool
    failures: int


def new_code(selector: int) -> TypedCode:
    """Make a code with a secret of five random digits; `selector` is 0 to 999."""
    return TypedCode(f"{selector:03d}", f"{secrets.randbelow(10**_SECRET_LENGTH):05d}")


def read_code(typed: str) -> TypedCode:
    """Read a code as people type it: spaces, hyphens, full width. Refuses CounterCodeUnreadable."""
    if len(typed) > _TYPED_LENGTH_MAX:
        raise CounterCodeUnreadable
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).translate(_HYPHENS)
    if len(plain) != _SELECTOR_LENGTH + _SECRET_LENGTH or not (plain.isascii() and plain.isdigit()):
        raise CounterCodeUnreadable
    return TypedCode(plain[:_SELECTOR_LENGTH], plain[_SELECTOR_LENGTH:])


def code_digest(pepper: bytes, code: TypedCode) -> bytes:
    """Compute what is stored of a code: the keyed digest of a text that no postcard has."""
    return secret_digest(pepper, f"counter:{code.text}")


def decide_attempt(code: CounterCodeState | None, given_digest: bytes, now: datetime) -> CounterAttempt:
    """Decide an attempt on a code; None stands for a code that does not exist or was used.

    Refuses CounterCodeWrong alike for an unknown, an expired and a wrong code. A code is gone once it was used or
    expired, and with its third failure.
    """
    is_right = hmac.compare_digest(code.secret_digest if code else bytes(32), given_digest)
    if code is None:
        return CounterAttempt(CounterCodeWrong(), is_code_gone=False, failures=0)
    if now >= code.expires_at:
        return CounterAttempt(CounterCodeWrong(), is_code_gone=True, failures=code.failures)
    if is_right:
        return CounterAttempt(None, is_code_gone=True, failures=code.failures)
    failures = code.failures + 1
    return CounterAttempt(CounterCodeWrong(), is_code_gone=failures >= FAILURES_MAX, failures=failures)
