"""The four basics of マイナアプリ（旧デジタル認証アプリ） in the system's own words.

The agency's published pages name the claims (name, address, birthdate, gender) but not yet how each is written, so
several ways of writing are read. A value that none of them fits counts as not said; it never stops a sign-in.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from identity.doors.model import Gender, VerifiedClaims

_DATE = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")
_GENDERS = {
    "1": Gender.MALE,
    "2": Gender.FEMALE,
    "3": Gender.OTHER,
    "9": Gender.UNKNOWN,
    "male": Gender.MALE,
    "female": Gender.FEMALE,
    "other": Gender.OTHER,
    "unknown": Gender.UNKNOWN,
}


def verified_claims(userinfo: Mapping[str, object]) -> VerifiedClaims:
    """Read the basics of a userinfo answer; what is missing or unreadable becomes None."""
    return VerifiedClaims(
        name=plain_text(userinfo.get("name")),
        address=address_text(userinfo.get("address")),
        birth_date=birth_date(userinfo.get("birthdate")),
        gender=gender(userinfo.get("gender")),
    )


def birth_date(raw: object) -> date | None:
    """Read `YYYYMMDD` (also as a number) or `YYYY-MM-DD`; a date with an unknown month or day (00) is None."""
    written = _DATE.fullmatch(plain_text(str(raw) if type(raw) is int else raw) or "")
    if written is None:
        return None
    try:
        return date(int(written[1]), int(written[3]), int(written[4]))
    except ValueError:
        return None


def gender(raw: object) -> Gender | None:
    """Read 1, 2, 3, 9 or an English word; None when nothing is said, UNKNOWN for any other text or number."""
    text = plain_text(str(raw) if type(raw) is int else raw)
    return None if text is None else _GENDERS.get(text.lower(), Gender.UNKNOWN)


def address_text(raw: object) -> str | None:
    """Read a text, or the `formatted` text of an object (OpenID Connect Core 1.0, section 5.1.1)."""
    return plain_text(raw.get("formatted") if isinstance(raw, Mapping) else raw)


def plain_text(raw: object) -> str | None:
    """A text in Unicode's form NFKC, its runs of white space and control characters as one space; None if empty."""
    if not isinstance(raw, str):
        return None
    visible = "".join(
        " " if unicodedata.category(character).startswith("C") else character
        for character in unicodedata.normalize("NFKC", raw)
    )
    return " ".join(visible.split()) or None
