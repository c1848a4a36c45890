"""What the log of events may hold: no token, no code, no secret and no personal data (ASVS 5.0, 16.2.5)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from identity.access.model import AuditEvent, Fact
from identity.access.refusals import AuditFactHoldsSecret, AuditFactUnusable, AuditKindUnknown
from identity.rules.my_number import refuse_my_number
from kernel.refusals import Refusal

SUBJECTS = frozenset(
    [
        *("sign_in", "authorization", "consent", "token", "session", "device", "logout"),
        *("key", "client", "link", "passkey", "mail", "code", "person", "staff", "roll", "reading"),
    ]
)
TEXT_CHARACTERS_MAX = 200
WHOLE_NUMBER_MAX = 2**53 - 1
REMOVED = "[removed]"

_KIND = re.compile(r"(?P<subject>[a-z]+(?:_[a-z]+)*)\.[a-z]+(?:_[a-z]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PUBLIC_NAMES = frozenset({"refusal_code", "error_code", "reason_code", "kid", "jkt", "new_kid", "old_kid"})
_THUMBPRINT_NAMES = frozenset({"kid", "jkt", "new_kid", "old_kid"})
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
_SECRET_WORDS = frozenset(
    [
        *("token", "jwt", "secret", "password", "passphrase", "pin", "code", "otp", "assertion", "verifier"),
        *("cookie", "credential", "authorization", "nonce", "proof", "pepper", "private", "bearer", "selector"),
    ]
)
_PERSONAL_WORDS = frozenset(
    ["name", "kana", "address", "birth", "birthdate", "birthday", "email", "mail", "phone", "telephone", "postal", "ip"]
)
_SECRET_VALUES = (
    re.compile(r"\bey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}"),  # RFC 7515, section 7.1: a header begins with `{`
    re.compile(r"-----BEGIN "),  # RFC 7468, section 2
    re.compile(r"\b(?:bearer|dpop|basic)\s+\S{8,}", re.IGNORECASE),  # RFC 6750, section 2.1
    re.compile(r"[?&#;](?:\w*(?:token|code|secret|assertion|verifier|password)\w*)=", re.IGNORECASE),
    re.compile(r"(?<![0-9A-Fa-f-])[0-9A-Fa-f]{32,}(?![0-9A-Fa-f-])"),
    re.compile(
        r"\b(?=[0-9A-Za-z-]*[0-9])(?=[0-9A-Za-z-]*[A-Za-z])[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2}-[0-9A-Za-z]{2}\b"
    ),
    re.compile(r"^(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z]{14}$"),  # a postcard code without its hyphens
)
_LONG_RUN = re.compile(r"[A-Za-z0-9_-]{32,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SIGNS_OF_CHANCE = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))


def demand_loggable(event: AuditEvent) -> None:
    """Check an event before it is stored.

    Refuses, in this order: AuditKindUnknown; for each fact by name AuditFactHoldsSecret for a name of secrets or
    personal data; AuditFactUnusable for a name or value of another form, longer than 200 characters or with control
    characters; AuditFactHoldsSecret for a value that looks like a JWT, a key, a token, a postcard code or a My Number.
    """
    kind = _KIND.fullmatch(event.kind)
    if not kind or kind["subject"] not in SUBJECTS:
        raise AuditKindUnknown(event.kind[:80])
    if event.client_id is not None:
        _demand_value("client_id", event.client_id)
    for name, value in event.facts.items():
        _demand_fact(name, value)


def cleaned_facts(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The same facts with `[removed]` for each value that would be refused, for events about foreign input.

    A fact whose very name would be refused is left out.
    """
    kept: dict[str, Fact] = {}
    for name, value in facts.items():
        if not _NAME.fullmatch(name) or _is_name_of_secret(name):
            continue
        try:
            _demand_value(name, value)
            kept[name] = value
        except Refusal:
            kept[name] = REMOVED
    return kept


def _demand_fact(name: str, value: Fact) -> None:
    if _is_name_of_secret(name):
        raise AuditFactHoldsSecret(name[:40])
    if not _NAME.fullmatch(name):
        raise AuditFactUnusable(name[:40])
    _demand_value(name, value)


def _is_name_of_secret(name: str) -> bool:
    words = set(name.lower().split("_"))
    return name not in _PUBLIC_NAMES and bool(words & (_SECRET_WORDS | _PERSONAL_WORDS))


def _demand_value(name: str, value: Fact) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > WHOLE_NUMBER_MAX:
            raise AuditFactUnusable(name)
        value = str(value)
    if isinstance(value, str):
        _demand_text(name, value)
    elif isinstance(value, Sequence) and all(isinstance(item, str) for item in value):
        for item in value:
            _demand_text(name, item)
    else:
        raise AuditFactUnusable(name)


def _demand_text(name: str, text: str) -> None:
    if len(text) > TEXT_CHARACTERS_MAX or any(unicodedata.category(sign).startswith("C") for sign in text):
        raise AuditFactUnusable(name)
    if name in _THUMBPRINT_NAMES and _THUMBPRINT.fullmatch(text):
        return
    if looks_like_secret(text):
        raise AuditFactHoldsSecret(name)
    refuse_my_number(**{name: text})


def looks_like_secret(text: str) -> bool:
    """Whether a text has the form of a JWT, a key, a token or a code, or carries one as a parameter of an address."""
    if any(pattern.search(text) for pattern in _SECRET_VALUES):
        return True
    return any(_looks_random(run) for run in _LONG_RUN.findall(_UUID.sub(" ", text)))


def _looks_random(run: str) -> bool:
    return all(sign.search(run) for sign in _SIGNS_OF_CHANCE)
