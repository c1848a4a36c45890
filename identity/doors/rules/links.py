"""What a provider's word is worth, and whether the person it verified is the one we know."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from identity.doors.model import Door, Provider, ProviderIdentity, VerifiedClaims
from identity.doors.refusals import ProviderLoginTooOld, VerifiedPersonDiffers, VerifiedPersonNotFound
from identity.model import Acr, ResidentProfile
from kernel.refusals import BooksBroken

DOORS: Mapping[Provider, Door] = {Provider.LINE: Door.LINE, Provider.DAS: Door.DAS}
VOUCHES_FOR: Mapping[Provider, frozenset[Acr]] = {
    Provider.LINE: frozenset({Acr.LINE}),
    Provider.DAS: frozenset({Acr.JPKI_AUTH, Acr.JPKI_SIGN}),
}
"""What a provider can prove at all; a gateway that says more is wrong."""

NAMES: Mapping[Provider, str] = {Provider.LINE: "LINE", Provider.DAS: "マイナアプリ"}
"""What people call whom they signed in with."""

CLOCKS_DIFFER_BY = timedelta(seconds=10)

_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー─"), "-")


def demand_provider_may_vouch(identity: ProviderIdentity) -> None:
    """Raise BooksBroken for a level that the provider cannot prove (ASVS 5.0, 6.8.4)."""
    if identity.acr not in VOUCHES_FOR[identity.provider]:
        raise BooksBroken(f"{identity.provider} cannot prove {identity.acr}")


def signed_in_anew(identity: ProviderIdentity, since: datetime | None) -> ProviderIdentity:
    """The same person, if they signed in at the provider since then; None is any time.

    The provider's clock may be some seconds behind ours, and a login of that moment then counts from ours. Refuses
    ProviderLoginTooOld, also when the provider does not tell when they signed in (OpenID Connect Core 1.0, 3.1.3.7).
    """
    if since is None:
        return identity
    if not identity.tells_login or identity.auth_time < since - CLOCKS_DIFFER_BY:
        raise ProviderLoginTooOld(NAMES[identity.provider])
    return replace(identity, auth_time=max(identity.auth_time, since))


def demand_same_person(claims: VerifiedClaims | None, person: ResidentProfile) -> None:
    """Refuse VerifiedPersonDiffers unless verified name and birth date are those of this person."""
    if claims is None or not _has_name_and_birth(claims, person):
        raise VerifiedPersonDiffers


def the_one_resident(claims: VerifiedClaims | None, born_that_day: Iterable[ResidentProfile]) -> ResidentProfile:
    """Find the one resident whom verified name, birth date and address name together.

    The register writes addresses from the city on, a card from the prefecture on. Refuses VerifiedPersonNotFound for
    none and for several: whoever is not found this way goes to the counter.
    """
    found = [
        person
        for person in born_that_day
        if claims is not None and _has_name_and_birth(claims, person) and _lives_there(claims, person)
    ]
    if len(found) != 1:
        raise VerifiedPersonNotFound
    return found[0]


def _has_name_and_birth(claims: VerifiedClaims, person: ResidentProfile) -> bool:
    is_same_name = claims.name is not None and _plain(claims.name) == _plain(person.display_name)
    return is_same_name and claims.birth_date == person.birth_date


def _lives_there(claims: VerifiedClaims, person: ResidentProfile) -> bool:
    return claims.address is not None and _plain(claims.address).endswith(_plain(person.address))


def _plain(text: str) -> str:
    """Compatibility forms as Unicode's NFKC reads them, one hyphen, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_HYPHENS)
