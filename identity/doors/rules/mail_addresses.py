"""An address for e-mail, and the code that proves whose it is.

Six digits live for ten minutes and three wrong tries, and five codes are sent to a person within a day: a guess
succeeds once in 66,000 days, and nobody is flooded with letters that they did not ask for.
"""

import hmac
import math
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from identity.doors.model import MailAddressState
from identity.doors.refusals import MailAddressUnreadable, MailCodeWrong, TooManyMailCodes
from identity.rules.sign_in_code import secret_digest
from kernel.refusals import Refusal

CODE_LIFETIME = timedelta(minutes=10)
CODE_LENGTH = 6
FAILURES_MAX = 3
CODES_MAX = 5
COUNTED_FOR = timedelta(days=1)
ADDRESS_LENGTH_MAX, LOCAL_LENGTH_MAX = 254, 64
"""RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3: a path of 256 octets has two angle brackets."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+")
"""WHATWG HTML, "valid email address", with a dot in the domain: it takes the dots that Japanese carriers gave out."""
_TYPED_LENGTH_MAX = 40


class MailAttempt(NamedTuple):
    """What typing a code leads to: None or a refusal, whether the code is gone, and its count of failures."""

    refusal: Refusal | None
    is_code_gone: bool
    failures: int


def read_mail_address(typed: str) -> str:
    """Read an address as people type it: spaces around, full width. Refuses MailAddressUnreadable."""
    if len(typed) > ADDRESS_LENGTH_MAX * 2:
        raise MailAddressUnreadable
    address = unicodedata.normalize("NFKC", typed).strip()
    local, _, domain = address.rpartition("@")
    if len(address) > ADDRESS_LENGTH_MAX or len(local) > LOCAL_LENGTH_MAX or not _ADDRESS.fullmatch(address):
        raise MailAddressUnreadable
    return f"{local}@{domain.lower()}"


def new_mail_code() -> str:
    """Make a code of six random digits."""
    return f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}d}"


def read_mail_code(typed: str) -> str:
    """Read a code as people type it: spaces, hyphens, full width; what is no code at all reads as an empty text."""
    plain = "".join(unicodedata.normalize("NFKC", typed[:_TYPED_LENGTH_MAX]).split()).replace("-", "")
    return plain if len(plain) == CODE_LENGTH and plain.isascii() and plain.isdigit() else ""


def mail_code_digest(pepper: bytes, person_id: UUID, address: str, code: str) -> bytes:
    """Compute what is stored of a code: the keyed digest of it together with who asked and for which address."""
    return secret_digest(pepper, f"mail:{person_id}:{address}:{code}")


def count_of_codes(known: MailAddressState | None, now: datetime) -> tuple[int, datetime]:
    """Count one more code to a person: how many with it, since when. Refuses TooManyMailCodes after five in a day."""
    if known is None or known.counted_since + COUNTED_FOR <= now:
        return 1, now
    if known.codes_sent >= CODES_MAX:
        left = known.counted_since + COUNTED_FOR - now
        raise TooManyMailCodes(retry_after_s=math.ceil(left.total_seconds()))
    return known.codes_sent + 1, known.counted_since


def decide_mail_attempt(known: MailAddressState | None, given_digest: bytes, now: datetime) -> MailAttempt:
    """Decide an attempt. Refuses MailCodeWrong alike for no code, an expired and a wrong one.

    A code is gone once it was used or expired, and with its third failure.
    """
    is_right = hmac.compare_digest((known and known.code_digest) or bytes(32), given_digest)
    if known is None or known.code_digest is None or known.code_expires_at is None:
        return MailAttempt(MailCodeWrong(), is_code_gone=False, failures=0)
    if now >= known.code_expires_at:
        return MailAttempt(MailCodeWrong(), is_code_gone=True, failures=known.failures)
    if is_right:
        return MailAttempt(None, is_code_gone=True, failures=known.failures)
    failures = known.failures + 1
    return MailAttempt(MailCodeWrong(), is_code_gone=failures >= FAILURES_MAX, failures=failures)
