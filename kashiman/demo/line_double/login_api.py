"""LINE Login v2.1: the page on which one signs in, and the endpoints behind it (developers.line.biz, LINE Login v2.1).

The page lies at access.line.me in the world and everything else at api.line.me; here both are one address.
"""

from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kashiman.demo.doubles.chooser import Choice, chooser_page, error_page
from kashiman.demo.doubles.codes import CHALLENGE, AuthorizationRequest, CodeNotValid, max_age_of
from kashiman.demo.doubles.oauth import OauthError, bearer_of, form_of, redirect_back, single_values
from kashiman.demo.line_double.account import ACCESS_TOKENS_LIVE, LINE_ISSUER, LineAccount, LineUser
from kashiman.demo.line_double.id_tokens import verified, web_token

SCOPES = frozenset(("openid", "profile"))
"""The scope `email` needs an application in LINE's console, and the double's channel has made none."""


def login_routes(account: LineAccount) -> APIRouter:
    """The endpoints of LINE Login."""
    router = APIRouter()
    _add_page(router, account)
    _add_tokens(router, account)
    _add_profile(router, account)
    return router


def _add_page(router: APIRouter, account: LineAccount) -> None:
    @router.get("/oauth2/v2.1/authorize")
    async def authorize(request: Request) -> Response:
        try:
            asked = single_values(parse_qsl(request.url.query, keep_blank_values=True))
        except OauthError as repeated:
            return error_page(repeated.description)
        reason = _unanswerable(account, asked)
        if reason is not None:
            return error_page(reason)
        error = _refused(asked)
        if error is not None:
            return redirect_back(asked["redirect_uri"], error=error, state=asked["state"])
        request_id = account.desk.open(_request_of(asked))
        choices = [Choice(user.user_id, user.name) for user in account.users.values()]
        return chooser_page("LINEでログイン（模擬）", "試験用の利用者を選んでください。", request_id, choices)

    @router.post("/oauth2/v2.1/authorize")
    async def choose(request: Request) -> Response:
        form = await form_of(request)
        asked, choice = account.desk.close(form.get("request", "")), form.get("choice", "")
        if asked is None or (choice and choice not in account.users):
            return error_page("この画面は使えません。")
        if not choice:
            description = "The resource owner denied the request."
            return redirect_back(
                asked.redirect_uri, error="access_denied", error_description=description, state=asked.state
            )
        code = account.desk.give_code(asked, choice, account.clock.now())
        return redirect_back(asked.redirect_uri, code=code, state=asked.state)


def _unanswerable(account: LineAccount, asked: dict[str, str]) -> str | None:
    if asked.get("client_id") != account.channel_id:
        return "client_id is invalid"
    if asked.get("redirect_uri") not in account.redirect_uris:
        return "Invalid redirect_uri value. Check if it is registered in a LINE developers site."
    return None if asked.get("state") else "state is required"


def _refused(asked: dict[str, str]) -> str | None:
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    scopes = set(asked.get("scope", "").split())
    if not scopes or not scopes <= SCOPES:
        return "invalid_scope"
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    with_proof = challenge is not None or method is not None
    if with_proof and (method != "S256" or not CHALLENGE.fullmatch(challenge or "")):
        return "invalid_request"
    return None


def _request_of(asked: dict[str, str]) -> AuthorizationRequest:
    return AuthorizationRequest(
        redirect_uri=asked["redirect_uri"],
        scopes=frozenset(asked["scope"].split()),
        state=asked["state"],
        nonce=asked.get("nonce"),
        challenge=asked.get("code_challenge"),
        max_age_s=max_age_of(asked),
    )


def _add_tokens(router: APIRouter, account: LineAccount) -> None:
    @router.post("/oauth2/v2.1/token")
    async def token(request: Request) -> dict[str, Any]:
        form = await form_of(request)
        if form.get("grant_type") != "authorization_code":
            raise OauthError(400, "unsupported_grant_type", "unsupported grant_type")
        if (form.get("client_id"), form.get("client_secret")) != (account.channel_id, account.channel_secret):
            raise OauthError(400, "invalid_client", "invalid client_id or client_secret")
        return _tokens(account, form)

    @router.post("/oauth2/v2.1/verify")
    async def verify_id_token(request: Request) -> dict[str, Any]:
        return verified(account, await form_of(request))

    @router.get("/oauth2/v2.1/verify")
    async def verify_access_token(access_token: str) -> dict[str, Any]:
        access = account.access(access_token)
        if access is None:
            raise OauthError(400, "invalid_request", "access token expired")
        left = access.expires_at - account.clock.now()
        scope = " ".join(sorted(access.scopes))
        return {"scope": scope, "client_id": account.channel_id, "expires_in": int(left.total_seconds())}

    @router.get("/oauth2/v2.1/certs")
    async def certs() -> dict[str, Any]:
        return account.keys.key_set()


def _tokens(account: LineAccount, form: dict[str, str]) -> dict[str, Any]:
    try:
        grant = account.desk.redeem(
            form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier"), account.clock.now()
        )
    except CodeNotValid as error:
        raise OauthError(400, "invalid_grant", str(error)) from error
    scopes = grant.request.scopes
    answer: dict[str, Any] = {
        "access_token": account.open_access(grant.subject, scopes),
        "expires_in": int(ACCESS_TOKENS_LIVE.total_seconds()),
        "scope": " ".join(sorted(scopes)),
        "token_type": "Bearer",
    }
    return {**answer, "id_token": web_token(account, grant)} if "openid" in scopes else answer


def _add_profile(router: APIRouter, account: LineAccount) -> None:
    @router.get("/v2/profile")
    async def profile(request: Request) -> dict[str, Any]:
        user = _opened(account, request, "profile")
        return {"userId": user.user_id, "displayName": user.name}

    @router.get("/oauth2/v2.1/userinfo")
    async def userinfo(request: Request) -> dict[str, Any]:
        user = _opened(account, request, "openid")
        return {"sub": user.user_id}

    @router.get("/.well-known/openid-configuration")
    async def discovery(request: Request) -> dict[str, Any]:
        base = str(request.base_url).rstrip("/")
        endpoints = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "certs",
        }
        return {
            "issuer": LINE_ISSUER,
            **{name: f"{base}/oauth2/v2.1/{path}" for name, path in endpoints.items()},
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
        }


def _opened(account: LineAccount, request: Request, scope: str) -> LineUser:
    access = account.access(bearer_of(request))
    if access is None:
        raise OauthError(401, "invalid_token", "The access token expired")
    if scope not in access.scopes:
        raise OauthError(403, "insufficient_scope", f"The scope {scope} is required")
    return account.users[access.user_id]
