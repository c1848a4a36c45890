"""A sign-in that is under way at a provider, and reading the answer with which the browser comes back."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from identity.doors.gateway.refusals import (
    ProviderCallbackUnreadable,
    ProviderSignInCancelled,
    ProviderSignInMixedUp,
    ProviderSignInRefused,
    ProviderSignInStateWrong,
    ProviderSignInTooSlow,
)
from identity.doors.model import Provider
from kernel.refusals import ProviderDown

MAY_TAKE = timedelta(minutes=10)
"""Long enough to find a card and a PIN, short enough that a state left in a history is worth nothing."""

_NOT_NOW = frozenset(("server_error", "temporarily_unavailable"))
_ERROR_NAME = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingProviderSignIn:
    """What must be remembered while somebody is away at a provider; whoever stores it lets it be used once.

    `state`, `nonce` and `verifier` are secrets of 32 and 64 random bytes in base64url. With `max_age_s` the person must
    have signed in there at most so many seconds before they are sent away.
    """

    provider: Provider
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    with_basics: bool = False
    max_age_s: int | None = None
    expires_at: datetime

    @property
    def challenge(self) -> str:
        """The code challenge of the verifier: base64url of its SHA-256 (RFC 7636, section 4.2, S256)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def to_record(self) -> dict[str, str | bool]:
        """The facts that matter on the way back, as JSON values."""
        return {
            "provider": self.provider.value,
            "state": self.state,
            "nonce": self.nonce,
            "verifier": self.verifier,
            "with_basics": self.with_basics,
            "expires_at": self.expires_at.isoformat(),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, str | bool]) -> Self:
        """Read what `to_record` wrote."""
        return cls(
            provider=Provider(str(record["provider"])),
            state=str(record["state"]),
            nonce=str(record["nonce"]),
            verifier=str(record["verifier"]),
            with_basics=bool(record["with_basics"]),
            expires_at=datetime.fromisoformat(str(record["expires_at"])),
        )


def begin_provider_sign_in(
    provider: Provider, *, now: datetime, with_basics: bool = False, max_age_s: int | None = None
) -> PendingProviderSignIn:
    """Make fresh secrets for a sign-in at a provider; with basics, the four basics are asked for as well."""
    return PendingProviderSignIn(
        provider=provider,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64),
        with_basics=with_basics,
        max_age_s=max_age_s,
        expires_at=now + MAY_TAKE,
    )


def read_callback(parameters: Mapping[str, str], pending: PendingProviderSignIn, *, issuer: str, now: datetime) -> str:
    """Read the query with which the browser comes back, and answer the code.

    Refuses, in this order: ProviderSignInStateWrong; ProviderSignInTooSlow; ProviderSignInMixedUp when the answer
    names an issuer (RFC 9207) that is not exactly `issuer`; ProviderSignInCancelled and ProviderSignInRefused;
    ProviderCallbackUnreadable. ProviderDown when the provider says that it cannot answer now.
    """
    name = pending.provider.value
    if not hmac.compare_digest(parameters.get("state", "").encode(errors="replace"), pending.state.encode()):
        raise ProviderSignInStateWrong(name)
    if now >= pending.expires_at:
        raise ProviderSignInTooSlow(name)
    if parameters.get("iss", issuer) != issuer:
        raise ProviderSignInMixedUp(name)
    _check_error(parameters.get("error"), name)
    if not parameters.get("code"):
        raise ProviderCallbackUnreadable(name)
    return parameters["code"]


def _check_error(error: str | None, provider: str) -> None:
    if error is None:
        return
    # LINE documents its errors in capitals and sends them in small letters.
    reason = error.lower()
    if reason == "access_denied":
        raise ProviderSignInCancelled(provider)
    if reason in _NOT_NOW:
        raise ProviderDown(f"{provider}: {reason}")
    raise ProviderSignInRefused(provider, reason if _ERROR_NAME.fullmatch(reason) else "unknown")
