"""The provider's endpoints: the page, tokens, userinfo, keys and discovery (OpenID Connect Core 1.0)."""

import re
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from kashiman.demo.agency_double.assertions import check_client
from kashiman.demo.agency_double.people import basics_of
from kashiman.demo.agency_double.realm import ACCESS_TOKENS_LIVE, Realm
from kashiman.demo.agency_double.tokens import id_token
from kashiman.demo.doubles.chooser import Choice, chooser_page, error_page
from kashiman.demo.doubles.codes import CHALLENGE, AuthorizationRequest, CodeNotValid, max_age_of
from kashiman.demo.doubles.oauth import OauthError, bearer_of, form_of, redirect_back, single_values

SCOPES = frozenset(("openid", "name", "address", "birthdate", "gender"))
"""The scope `sign` belongs to the signing API, which is another contract."""

PRINTABLE = re.compile(r"[\x20-\x7E]{1,255}")


def oidc_routes(realm: Realm) -> APIRouter:
    """The endpoints below the issuer."""
    router = APIRouter(prefix=urlsplit(realm.issuer).path)
    _add_page(router, realm)
    _add_tokens(router, realm)
    _add_discovery(router, realm)
    return router


def _add_page(router: APIRouter, realm: Realm) -> None:
    @router.get("/protocol/openid-connect/auth")
    async def authorize(request: Request) -> Response:
        try:
            asked = single_values(parse_qsl(request.url.query, keep_blank_values=True))
        except OauthError as repeated:
            return error_page(repeated.description)
        if asked.get("client_id") != realm.client_id or asked.get("redirect_uri") not in realm.redirect_uris:
            return error_page("Invalid parameter: client_id or redirect_uri")
        error, description = _refused(asked)
        if error is not None:
            return _back(realm, asked["redirect_uri"], asked.get("state"), error, description)
        request_id = realm.desk.open(_request_of(asked))
        choices = [Choice(person.person_id, person.name) for person in realm.people.values()]
        note = "マイナンバーカードの代わりに、試験用の人物を選んでください。"
        return chooser_page("マイナアプリで認証（模擬）", note, request_id, choices)

    @router.post("/protocol/openid-connect/auth")
    async def choose(request: Request) -> Response:
        form = await form_of(request)
        asked, choice = realm.desk.close(form.get("request", "")), form.get("choice", "")
        if asked is None or (choice and choice not in realm.people):
            return error_page("この画面は使えません。")
        if not choice:
            return _back(realm, asked.redirect_uri, asked.state, "access_denied", "User denied")
        code = realm.desk.give_code(asked, choice, realm.clock.now())
        answer = {"state": asked.state, "session_state": token_hex(16), "code": code}
        return redirect_back(asked.redirect_uri, **answer, **_issuer(realm))


def _refused(asked: dict[str, str]) -> tuple[str | None, str]:
    scopes = set(asked.get("scope", "").split())
    flaws = (
        ("unsupported_response_type", "response_type", asked.get("response_type") == "code"),
        ("invalid_scope", "scope", "openid" in scopes and scopes <= SCOPES),
        ("invalid_request", "state", PRINTABLE.fullmatch(asked.get("state", ""))),
        ("invalid_request", "nonce", PRINTABLE.fullmatch(asked.get("nonce", ""))),
        ("invalid_request", "code_challenge_method", asked.get("code_challenge_method") == "S256"),
        ("invalid_request", "code_challenge", CHALLENGE.fullmatch(asked.get("code_challenge", ""))),
    )
    return next(((error, f"Invalid parameter: {name}") for error, name, is_good in flaws if not is_good), (None, ""))


def _request_of(asked: dict[str, str]) -> AuthorizationRequest:
    return AuthorizationRequest(
        redirect_uri=asked["redirect_uri"],
        scopes=frozenset(asked["scope"].split()),
        state=asked["state"],
        nonce=asked["nonce"],
        challenge=asked["code_challenge"],
        max_age_s=max_age_of(asked),
    )


def _back(realm: Realm, redirect_uri: str, state: str | None, error: str, description: str) -> Response:
    known = {} if state is None else {"state": state}
    return redirect_back(redirect_uri, error=error, error_description=description, **known, **_issuer(realm))


def _issuer(realm: Realm) -> dict[str, str]:
    return {"iss": realm.issuer} if realm.formats.sends_issuer else {}


def _add_tokens(router: APIRouter, realm: Realm) -> None:
    @router.post("/protocol/openid-connect/token")
    async def token(request: Request) -> Response:
        form = await form_of(request)
        if form.get("grant_type") != "authorization_code":
            raise OauthError(400, "unsupported_grant_type", "Unsupported grant_type")
        check_client(realm, form)
        return JSONResponse(_tokens(realm, form), headers={"Cache-Control": "no-store"})

    @router.get("/protocol/openid-connect/userinfo")
    async def userinfo(request: Request) -> dict[str, Any]:
        access = realm.access(bearer_of(request))
        if access is None:
            raise OauthError(401, "invalid_token", "Token verification failed")
        subject = access.person.subject_for(realm.client_id)
        return {"sub": subject, **basics_of(access.person, access.scopes, realm.formats)}


def _tokens(realm: Realm, form: dict[str, str]) -> dict[str, Any]:
    try:
        grant = realm.desk.redeem(
            form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier"), realm.clock.now()
        )
    except CodeNotValid as error:
        raise OauthError(400, "invalid_grant", str(error)) from error
    person, scopes = realm.people[grant.subject], grant.request.scopes
    access_token = realm.open_access(person, scopes)
    return {
        "access_token": access_token,
        "id_token": id_token(realm, person, grant.request, access_token),
        "scope": " ".join(sorted(scopes)),
        "token_type": "Bearer",
        "expires_in": int(ACCESS_TOKENS_LIVE.total_seconds()),
    }


def _add_discovery(router: APIRouter, realm: Realm) -> None:
    @router.get("/protocol/openid-connect/certs")
    async def certs() -> dict[str, Any]:
        return realm.keys.key_set()

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": realm.issuer,
            "authorization_endpoint": realm.endpoint("auth"),
            "token_endpoint": realm.endpoint("token"),
            "userinfo_endpoint": realm.endpoint("userinfo"),
            "jwks_uri": realm.endpoint("certs"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "scopes_supported": sorted(SCOPES),
            "acr_values_supported": ["aal3", "crl"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
        }
