"""An application, its request, sign-ins and agreements, for decisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from identity.model import Acr, Holder, HolderKind
from identity.provider.jose.keys import jwks, new_signing_key
from identity.provider.jose.pkce import challenge_of
from identity.provider.model import (
    Authentication,
    Client,
    ConsentView,
    Grant,
    GrantType,
    ProviderSession,
)
from kernel.ids import derived_id

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
REDIRECT = "https://town.example/callback"
CHALLENGE = challenge_of("v" * 43)
KEY = new_signing_key("ES256")
TARO = Holder(HolderKind.RESIDENT, derived_id("person", "taro"))
CLERK = Holder(HolderKind.STAFF, derived_id("staff", "clerk"))

TOWN = Client(
    id="town",
    name_ja="町のアプリ",
    purpose_ja="町のようすを見ます。",
    serves=HolderKind.RESIDENT,
    sector="town",
    redirect_uris=(REDIRECT, "https://town.example/other?tab=1"),
    audience="town-api",
    scopes=frozenset({"openid", "offline_access", "town.read", "town.write"}),
    grant_types=frozenset({GrantType.CODE, GrantType.REFRESH}),
    jwks=jwks([KEY]),
    acr_min=Acr.POSTCARD,
    refresh_lifetime_s=3_600,
)
PLAIN = {
    "client_id": ["town"],
    "response_type": ["code"],
    "redirect_uri": [REDIRECT],
    "scope": ["openid"],
    "code_challenge": [CHALLENGE],
    "code_challenge_method": ["S256"],
}


def parameters(**changes: object) -> dict[str, list[str]]:
    """The plain request with changes: None leaves a parameter out, a list sends it so many times."""
    changed: dict[str, Any] = {**PLAIN, **changes}
    return {
        name: value if isinstance(value, list) else [str(value)] for name, value in changed.items() if value is not None
    }


def proof(acr: Acr = Acr.POSTCARD, seconds_ago: float = 0) -> Authentication:
    """A proof of somebody some time ago."""
    return Authentication(acr, ("pwd",), NOW - timedelta(seconds=seconds_ago))


def signed_in(*proofs: Authentication, holder: Holder = TARO) -> ProviderSession:
    """A sign-in with these proofs."""
    first = min(one.at for one in proofs)
    until = first + timedelta(hours=12)
    return ProviderSession(derived_id("session", "one"), holder, "Chrome", first, NOW, until, proofs)


def agreement(*scopes: str, seconds_ago: float = 100, text_version: int = 1) -> ConsentView:
    """What somebody agreed to for the application."""
    at = NOW - timedelta(seconds=seconds_ago)
    return ConsentView(derived_id("consent", "one"), "town", "町のアプリ", "目的", scopes, text_version, at)


def grant(**changes: Any) -> Grant:
    """What somebody granted the application."""
    made = Grant(
        id=derived_id("grant", "one"),
        client_id="town",
        session_id=derived_id("session", "one"),
        holder=TARO,
        scopes=("openid", "offline_access"),
        acr=Acr.POSTCARD,
        amr=("pwd",),
        auth_time=NOW,
        nonce=None,
        granted_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    return replace(made, **changes)
