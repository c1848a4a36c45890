"""Reading what an application asks (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2.1; RFC 7636)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from identity.model import Acr
from identity.provider.model import MAX_SCOPE_COUNT, AuthorizationRequest, Client, GrantType
from identity.provider.refusals import (
    AuthorizationRequestInvalid,
    RedirectUriNotRegistered,
    RequestObjectNotSupported,
    RequestUriNotSupported,
    ResponseTypeNotSupported,
    ScopeNotAllowed,
)

Parameters = Mapping[str, Sequence[str]]
"""Every value that came, by name: a parameter that comes twice is an error, not a choice."""

TEXT_LENGTH_MAX = 512
MAX_AGE_S_MAX = 366 * 86_400
RESPONSE_MODES = ("query", "form_post")
PROMPTS = frozenset({"none", "login", "consent", "select_account"})

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")


class ReturnAddress(NamedTuple):
    """Where an answer goes, once that address is trusted."""

    redirect_uri: str
    state: str | None
    response_mode: str


def read_return_address(parameters: Parameters, client: Client) -> ReturnAddress:
    """Find out where the answer goes; what is refused before this is never sent anywhere.

    The address is compared character by character with those registered (ASVS 5.0, 10.4.1). Refuses
    RedirectUriNotRegistered; a state or response mode that cannot be read is left out here and refused later.
    """
    uris = parameters.get("redirect_uri", ())
    if len(uris) != 1 or uris[0] not in client.redirect_uris:
        raise RedirectUriNotRegistered
    states, modes = parameters.get("state", ()), parameters.get("response_mode", ())
    state = states[0] or None if len(states) == 1 and _is_text(states[0]) else None
    mode = modes[0] if len(modes) == 1 and modes[0] in RESPONSE_MODES else RESPONSE_MODES[0]
    return ReturnAddress(uris[0], state, mode)


def read_authorization_request(parameters: Parameters, client: Client) -> AuthorizationRequest:
    """Read a request whole; parameters that no standard here knows are ignored.

    Refuses, in this order: RedirectUriNotRegistered; AuthorizationRequestInvalid for a repeated parameter;
    RequestObjectNotSupported; RequestUriNotSupported; ResponseTypeNotSupported; ScopeNotAllowed;
    AuthorizationRequestInvalid with the first parameter that is missing or not of its form.
    """
    address = read_return_address(parameters, client)
    for name, values in parameters.items():
        if len(values) > 1:
            raise AuthorizationRequestInvalid(name)
    given = {name: values[0] for name, values in parameters.items() if values and values[0] != ""}
    _demand_plain_request(given, client)
    claims = _claims_of_id_token(given)
    acr_values, is_essential = _acr_values(given, claims)
    return AuthorizationRequest(
        client_id=client.id,
        redirect_uri=address.redirect_uri,
        scopes=_scopes(given, client),
        code_challenge=_challenge(given),
        state=_text(given, "state"),
        nonce=_text(given, "nonce"),
        response_mode=_one_of(given, "response_mode", RESPONSE_MODES),
        prompts=_prompts(given),
        max_age_s=_max_age_s(given),
        acr_values=acr_values,
        acr_is_essential=is_essential,
        dpop_thumbprint=_thumbprint(given),
        subject_hint=_wanted_subject(claims),
        ui_locale=_text(given, "ui_locales"),
    )


def meant_for(request: AuthorizationRequest, subject: str | None) -> AuthorizationRequest:
    """A request for the person of an ID token hint, if there is one.

    Refuses AuthorizationRequestInvalid when the request's claims mean somebody else.
    """
    if subject is None or subject == request.subject_hint:
        return request
    if request.subject_hint is not None:
        raise AuthorizationRequestInvalid("id_token_hint")
    return replace(request, subject_hint=subject)


def _demand_plain_request(given: Mapping[str, str], client: Client) -> None:
    if "request" in given:
        raise RequestObjectNotSupported
    if "request_uri" in given:
        raise RequestUriNotSupported
    if given.get("response_type") != "code":
        raise ResponseTypeNotSupported
    if GrantType.CODE not in client.grant_types:
        raise AuthorizationRequestInvalid("client_id")


def _scopes(given: Mapping[str, str], client: Client) -> tuple[str, ...]:
    """The scopes asked for, once each, in order; those of OpenID Connect that we do not hold are accepted."""
    asked = list(dict.fromkeys(given.get("scope", "").split(" ")))
    if "openid" not in asked or len(asked) > MAX_SCOPE_COUNT:
        raise ScopeNotAllowed
    standard = {"openid", "profile", "email", "address", "phone"}
    if not set(asked) <= client.scopes | standard:
        raise ScopeNotAllowed
    return tuple(scope for scope in asked if scope in client.scopes or scope == "openid")


def _challenge(given: Mapping[str, str]) -> str:
    if given.get("code_challenge_method") != "S256":
        raise AuthorizationRequestInvalid("code_challenge_method")
    challenge = given.get("code_challenge", "")
    if not _CHALLENGE.fullmatch(challenge):
        raise AuthorizationRequestInvalid("code_challenge")
    return challenge


def _prompts(given: Mapping[str, str]) -> frozenset[str]:
    prompts = frozenset(given.get("prompt", "").split())
    if not prompts <= PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise AuthorizationRequestInvalid("prompt")
    return prompts


def _max_age_s(given: Mapping[str, str]) -> int | None:
    text = given.get("max_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= MAX_AGE_S_MAX):
        raise AuthorizationRequestInvalid("max_age")
    return int(text)


def _acr_values(given: Mapping[str, str], claims: Mapping[str, Any]) -> tuple[tuple[Acr, ...], bool]:
    """The levels asked for, strongest wish first, and whether one of them must be reached; unknown ones are ignored."""
    wished, is_essential = given.get("acr_values", "").split(), False
    acr = claims.get("acr")
    if isinstance(acr, dict):
        values = acr.get("values", [acr["value"]] if "value" in acr else [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise AuthorizationRequestInvalid("claims")
        wished, is_essential = [*values, *wished], acr.get("essential") is True
    known = tuple(dict.fromkeys(Acr(value) for value in wished if value in set(Acr)))
    if is_essential and wished and not known:
        raise AuthorizationRequestInvalid("claims")
    return known, is_essential


def _wanted_subject(claims: Mapping[str, Any]) -> str | None:
    """The one person whom the application means (OpenID Connect Core 1.0, section 5.5.1)."""
    wanted = claims.get("sub")
    subject = wanted.get("value") if isinstance(wanted, dict) else None
    if subject is not None and not (isinstance(subject, str) and _is_text(subject)):
        raise AuthorizationRequestInvalid("claims")
    return subject


def _claims_of_id_token(given: Mapping[str, str]) -> Mapping[str, Any]:
    text = given.get("claims")
    if text is None:
        return {}
    try:
        claims = json.loads(text)
    except (ValueError, RecursionError):
        raise AuthorizationRequestInvalid("claims") from None
    members = claims.get("id_token") if isinstance(claims, dict) else claims
    if not isinstance(members, dict | None) or not isinstance(claims, dict):
        raise AuthorizationRequestInvalid("claims")
    return members or {}


def _thumbprint(given: Mapping[str, str]) -> str | None:
    text = given.get("dpop_jkt")
    if text is not None and not _CHALLENGE.fullmatch(text):
        raise AuthorizationRequestInvalid("dpop_jkt")
    return text


def _one_of(given: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    text = given.get(name, known[0])
    if text not in known:
        raise AuthorizationRequestInvalid(name)
    return text


def _text(given: Mapping[str, str], name: str) -> str | None:
    text = given.get(name)
    if text is not None and not _is_text(text):
        raise AuthorizationRequestInvalid(name)
    return text


def _is_text(text: str) -> bool:
    return len(text) <= TEXT_LENGTH_MAX and _PRINTABLE.fullmatch(text) is not None
