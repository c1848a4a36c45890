"""When a signing key is published, used, retired and forgotten, so that nobody ever meets a key they cannot find."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from identity.provider.jose.keys import SigningAlgorithm
from identity.provider.jose.refusals import KeyNotPublishedLongEnough, NextKeyMissing

JWKS_MAX_AGE_S = 300
TOKEN_LIFETIME_MAX_S = 3_600


class KeyState(StrEnum):
    """Published but not used yet; the one that signs; published for what it signed before."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """A key of the published set; a retired one has a time at which it stopped signing."""

    kid: str
    alg: SigningAlgorithm
    state: KeyState
    published_at: datetime
    retired_at: datetime | None = None


class Rotation(NamedTuple):
    """The keys that stay published, in their new states, and the ids of those that nothing needs any more."""

    keys: tuple[PublishedKey, ...]
    forgotten: tuple[str, ...]


def rotate(
    keys: Iterable[PublishedKey],
    now: datetime,
    *,
    jwks_max_age_s: int = JWKS_MAX_AGE_S,
    token_lifetime_max_s: int = TOKEN_LIFETIME_MAX_S,
) -> Rotation:
    """Per algorithm, let the next key sign and retire the active one; the caller then publishes a new next key.

    A next key waits twice the time that a key set may be cached. A retired key stays for the longest life of a token
    and the time of a cache. Refuses, for the first algorithm that is not ready: NextKeyMissing, then
    KeyNotPublishedLongEnough; then nothing changes.
    """
    known = list(keys)
    rising = {alg: _next_key(known, alg) for alg in sorted({key.alg for key in known})}
    for key in rising.values():
        usable_at = key.published_at + timedelta(seconds=2 * jwks_max_age_s)
        if now < usable_at:
            raise KeyNotPublishedLongEnough(key.kid, usable_at.isoformat())
    kept_for = timedelta(seconds=token_lifetime_max_s + jwks_max_age_s)
    forgotten = {key.kid for key in known if key.retired_at is not None and now >= key.retired_at + kept_for}
    rising_kids = {key.kid for key in rising.values()}
    return Rotation(
        tuple(_turned(key, key.kid in rising_kids, now) for key in known if key.kid not in forgotten),
        tuple(sorted(forgotten)),
    )


def _next_key(keys: list[PublishedKey], alg: SigningAlgorithm) -> PublishedKey:
    waiting = [key for key in keys if key.alg == alg and key.state is KeyState.NEXT]
    if not waiting:
        raise NextKeyMissing(alg)
    return min(waiting, key=lambda key: (key.published_at, key.kid))


def _turned(key: PublishedKey, rises: bool, now: datetime) -> PublishedKey:
    if rises:
        return replace(key, state=KeyState.ACTIVE)
    if key.state is KeyState.ACTIVE:
        return replace(key, state=KeyState.RETIRED, retired_at=now)
    return key
