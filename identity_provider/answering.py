"""Going on with a request: showing the page that comes next, or sending the browser back with the answer."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from identity.model import Acr, HolderKind
from identity.provider.model import Answer, Browser, NextPage, Step
from identity.rules.levels import is_enough
from identity_provider.look import BROWSER_COOKIE, BROWSER_COOKIE_S, PAGES
from identity_provider.parts import ProviderParts
from kernel.pages import msgid, protect

FOR_RESIDENTS = {"line", "agency"}
DOORS = {"code": Acr.POSTCARD, "passkey": Acr.PASSKEY, "line": Acr.LINE, "agency": Acr.JPKI_AUTH}
SCOPE_TEXTS = {
    "openid": msgid("この市のサービスを使っている本人であること（このアプリだけの番号で伝えます）"),
    "offline_access": msgid("ログインしたままにすること"),
    "profile4.read": msgid("氏名・住所・生年月日（住民登録のとおり）"),
    "wallet.read": msgid("商品券の残高とりれきを見ること"),
    "wallet.pay": msgid("商品券で支払うこと"),
}


def go_on(
    request: Request,
    parts: ProviderParts,
    browser: Browser,
    handle: str,
    outcome: NextPage | Answer,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    """Answer a browser with what its request needs next; `errors` says what was wrong with a try to sign in."""
    response = (
        _answered(request, parts, outcome)
        if isinstance(outcome, Answer)
        else _page(request, parts, handle, outcome, status, errors or {})
    )
    BROWSER_COOKIE.put(response, request, browser.secret, BROWSER_COOKIE_S)
    return response


def sign_in_page(
    request: Request,
    parts: ProviderParts,
    *,
    handle: str,
    client_name: str = "",
    wanted: tuple[Acr, ...] = (),
    serves: HolderKind = HolderKind.RESIDENT,
    status: int = 200,
    reason: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    """Ask somebody to sign in, by the doors that are open to them and prove enough."""
    page = PAGES.page(
        request,
        "id/sign_in.html",
        status=status,
        handle=handle,
        client_name=client_name,
        doors=_open_doors(parts, wanted, serves),
        agency_name=parts.agency_name,
        reason=reason,
        errors=errors or {},
    )
    return may_lead_to(page, *parts.leads_to)


def _page(
    request: Request, parts: ProviderParts, handle: str, page: NextPage, status: int, errors: dict[str, str]
) -> Response:
    if page.decision.step is Step.SIGN_IN:
        response = sign_in_page(
            request,
            parts,
            handle=handle,
            client_name=page.client.name_ja,
            wanted=page.decision.wanted,
            serves=page.client.serves,
            status=status,
            reason="step_up" if page.session and page.session.holder.kind is page.client.serves else "",
            errors=errors,
        )
    else:
        response = PAGES.page(
            request,
            "id/consent.html",
            handle=handle,
            client=page.client,
            told=[SCOPE_TEXTS.get(scope, scope) for scope in page.request.scopes],
        )
    return may_lead_to(response, page.request.redirect_uri)


def _open_doors(parts: ProviderParts, wanted: tuple[Acr, ...], serves: HolderKind) -> set[str]:
    closed = {name for name, other_side in (("line", parts.line), ("agency", parts.agency)) if other_side is None}
    if serves is not HolderKind.RESIDENT:
        closed |= FOR_RESIDENTS
    enough = {
        name
        for name, acr in DOORS.items()
        if not wanted or any(is_enough(acr, one) or (acr is Acr.PASSKEY and one is Acr.STAFF) for one in wanted)
    }
    return enough - closed


def _answered(request: Request, parts: ProviderParts, answer: Answer) -> Response:
    """The answer at the application's own address, naming who answers (RFC 9207)."""
    state = {"state": answer.request.state} if answer.request.state is not None else {}
    parameters = {**answer.parameters, **state, "iss": parts.issuer}
    if answer.request.response_mode == "form_post":
        response: Response = PAGES.page(
            request, "id/form_post.html", address=answer.request.redirect_uri, parameters=parameters
        )
        return may_lead_to(response, answer.request.redirect_uri)
    parts_of_uri = urlsplit(answer.request.redirect_uri)
    query = urlencode([*parse_qsl(parts_of_uri.query, keep_blank_values=True), *parameters.items()])
    return protect(RedirectResponse(urlunsplit(parts_of_uri._replace(query=query)), 303))


def may_lead_to(response: Response, *addresses: str) -> Response:
    """Let the forms of this page end at these origins too: browsers hold redirects against `form-action`."""
    policy = protect(response).headers["Content-Security-Policy"]
    targets = [urlsplit(address) for address in addresses]
    allowed = " ".join(["form-action 'self'", *(f"{target.scheme}://{target.netloc}" for target in targets)])
    response.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", allowed)
    return response
