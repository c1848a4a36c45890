"""Every address is guarded or meant for everybody, moves money once, and tells what it refuses."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from identity_provider.viewer import signed_in
from kashiman.app import create_app
from kashiman.assembly import Installation
from kashiman.keys import load_keys
from kashiman.settings import Settings
from kashiman.wording.page import known_refusals
from kernel.clock import SystemClock
from kernel.http import STATUS_BY_KIND, idempotency_key
from merchant_portal.viewer import shop_user
from staff_console.viewer import RoleRequired
from wallet_api.viewer import resident

FOR_EVERYBODY = {
    "GET /openapi.json": "the description of the interface",
    "GET /docs": "the description of the interface",
    "GET /docs/oauth2-redirect": "the description of the interface",
    "GET /redoc": "the description of the interface",
    "GET /health/live": "the proxy asks",
    "GET /health/ready": "the proxy asks",
    "POST /webhooks/stripe": "the provider signs what it sends",
    "POST /webhooks/line": "LINE signs what it sends",
    "GET /wallet/sign-in": "whoever signs in is not signed in yet",
    "GET /shop/sign-in": "whoever signs in is not signed in yet",
    "GET /staff/sign-in": "whoever signs in is not signed in yet",
    "GET /wallet/sign-in/begin": "whoever signs in is not signed in yet",
    "GET /shop/sign-in/begin": "whoever signs in is not signed in yet",
    "GET /staff/sign-in/begin": "whoever signs in is not signed in yet",
    "GET /wallet/sign-in/callback": "whoever comes back brings a code for a sign-in that this browser began",
    "GET /shop/sign-in/callback": "whoever comes back brings a code for a sign-in that this browser began",
    "GET /staff/sign-in/callback": "whoever comes back brings a code for a sign-in that this browser began",
    "POST /wallet/sign-out": "whoever signs out may be signed out already",
    "POST /shop/sign-out": "whoever signs out may be signed out already",
    "GET /shop/join": "whoever wants to join has no account yet",
    "POST /shop/join": "whoever wants to join has no account yet",
    "GET /shop/join/{step}": "the draft is that of the browser that brings its secret",
    "POST /shop/join/business": "the draft is that of the browser that brings its secret",
    "POST /shop/join/trade": "the draft is that of the browser that brings its secret",
    "POST /shop/join/stores": "the draft is that of the browser that brings its secret",
    "POST /shop/join/stores/remove": "the draft is that of the browser that brings its secret",
    "POST /shop/join/account": "the draft is that of the browser that brings its secret",
    "POST /shop/join/pledge": "the draft is that of the browser that brings its secret",
    "POST /shop/join/check": "the draft is that of the browser that brings its secret",
    "GET /shop/join/done": "an application is read by whoever brings its number and passphrase",
    "GET /shop/join/state": "an application is read by whoever brings its number and passphrase",
    "POST /shop/join/state": "an application is read by whoever brings its number and passphrase",
    "POST /shop/join/state/correct": "an application is read by whoever brings its number and passphrase",
    "POST /shop/join/state/withdraw": "an application is read by whoever brings its number and passphrase",
    "POST /shop/join/state/leave": "makes a browser forget an application",
    "POST /api/v1/shop/account-checks": "reads what is typed and keeps nothing",
    "POST /staff/sign-out": "whoever signs out may be signed out already",
    "GET /.well-known/openid-configuration": "what the provider can do is public (OpenID Connect Discovery 1.0)",
    "GET /.well-known/oauth-authorization-server": "what the provider can do is public (RFC 8414)",
    "GET /id/jwks": "the keys are public (RFC 7517)",
    "GET /id/authorize": "an application sends a browser; the page that follows asks for a sign-in (RFC 6749, 3.1)",
    "POST /id/authorize": "an application sends a browser; the page that follows asks for a sign-in (RFC 6749, 3.1)",
    "POST /id/par": "the application proves itself in the form (RFC 9126)",
    "POST /id/token": "the application proves itself in the form (RFC 6749, 3.2)",
    "GET /id/userinfo": "the access token is looked at inside, with the standard's own errors (RFC 6750)",
    "POST /id/userinfo": "the access token is looked at inside, with the standard's own errors (RFC 6750)",
    "POST /id/introspect": "the application proves itself in the form (RFC 7662)",
    "POST /id/revoke": "the application proves itself in the form (RFC 7009)",
    "POST /id/device-authorization": "the device's application names itself in the form (RFC 8628, 3.1)",
    "GET /id/sign-in": "whoever signs in is not signed in yet",
    "POST /id/sign-in": "whoever signs in is not signed in yet",
    "GET /id/continue": "goes on with a request that this browser brought, and asks for a sign-in",
    "POST /id/consent": "answers a request that this browser brought, by the sign-in that it carries",
    "POST /id/passkey/challenge": "whoever signs in is not signed in yet",
    "POST /id/passkey/sign-in": "whoever signs in is not signed in yet",
    "POST /id/line": "whoever signs in is not signed in yet",
    "POST /id/agency": "whoever signs in is not signed in yet",
    "GET /id/line/callback": "whoever comes back brings a code for a sign-in that this browser began",
    "GET /id/agency/callback": "whoever comes back brings a code for a sign-in that this browser began",
    "GET /id/liff": "whoever signs in is not signed in yet",
    "GET /id/liff/scan": "opens LINE's camera for a shop's code and knows nothing of whoever holds it",
    "POST /id/liff": "whoever signs in is not signed in yet; LINE signs the token that is sent",
    "GET /id/device": "asks for the code that a device shows, and knows nothing yet",
    "POST /id/device": "shows a request to whoever is signed in, and asks everybody else for a sign-in",
    "GET /id/device/confirm": "shows a request to whoever is signed in, and asks everybody else for a sign-in",
    "POST /id/device/decide": "decides for whoever is signed in, and asks everybody else for a sign-in",
    "GET /wallet/payments/keys": "the key that signs results of payments is public (RFC 7517)",
    "GET /wallet/manifest.webmanifest": "what the wallet is called and looks like is public",
    "GET /wallet/icons/{name}": "the sign of the wallet is public",
    "GET /wallet/service-worker.js": "it keeps the same files for everybody",
    "GET /wallet/offline": "it tells of nobody, so that a browser can keep it",
    "GET /draws/": "a draw is public",
    "GET /draws/{slug}": "a draw is public",
    "GET /draws/{slug}/files/{name}": "what was published is public",
    "GET /draws/verifier.py": "whoever doubts a draw downloads it",
    "GET /look/{back:path}": "how pages look is everybody's own choice, kept in the browser",
    "POST /look/{back:path}": "how pages look is everybody's own choice, kept in the browser",
    "GET /api/v1/draws": "a draw is public",
    "GET /api/v1/draws/{slug}": "a draw is public",
    "GET /id/logout": "whoever signs out may be signed out already",
    "POST /id/logout": "an application's own page sends it (RP-Initiated Logout 1.0, 2) and it does what a link does",
    "POST /id/logout/confirm": "whoever signs out may be signed out already",
}
WITHOUT_A_KEY = {
    "POST /api/v1/wallet/codes": "shows a new code and moves nothing",
    "POST /api/v1/wallet/rounds/{round_id}/application": "a person has one application in a round",
    "POST /api/v1/staff/payouts/{payout_id}/settled": "the same fact again changes nothing",
    "POST /api/v1/staff/payouts/{payout_id}/items/{item_number}/returned": "the same fact again changes nothing",
    "POST /api/v1/staff/payouts/{payout_id}/items/{item_number}/reissued": "an item is paid anew once",
    "POST /api/v1/staff/campaigns": "a short name belongs to one campaign; again is refused by name",
    "POST /api/v1/staff/campaigns/{campaign_id}/plan": "the same rules again are the version that is there",
    "POST /api/v1/staff/campaigns/{campaign_id}/approval": "a draft is approved once; again is refused by name",
    "POST /api/v1/staff/campaigns/{campaign_id}/approval-refusals": "says why, and moves nothing",
    "POST /api/v1/staff/campaigns/{campaign_id}/moves": "a state is left once; again is refused by name",
    "POST /api/v1/staff/campaigns/{campaign_id}/planned-rounds": "a short name belongs to one round",
    "POST /api/v1/staff/campaigns/{campaign_id}/rounds": "a short name belongs to one round",
    "POST /api/v1/staff/rounds/{round_id}/withdrawal": "a round is withdrawn once; again changes nothing",
    "POST /api/v1/wallet/rounds/{round_id}/opened": "notes once that a round was shown",
    "POST /api/v1/wallet/surveys/{survey_id}/answers": "a survey is answered once; the same again changes nothing",
    "POST /api/v1/wallet/surveys/{survey_id}/withdrawal": "an answer is taken back once; again is refused by name",
    "POST /wallet/surveys/{survey_id}": "a survey is answered once; the same again changes nothing",
    "POST /wallet/surveys/{survey_id}/withdrawal": "an answer is taken back once; again is refused by name",
    "POST /api/v1/staff/campaigns/{campaign_id}/surveys": "the same questions again are the version that is there",
    "POST /api/v1/staff/books/periods": "a day is closed once; again is refused by name",
    "POST /api/v1/staff/books/audit": "reads and moves nothing",
    "POST /api/v1/staff/rounds/{round_id}/rule-sheet": "a proposal moves nothing, and a newer one takes its place",
    "POST /api/v1/staff/rounds/{round_id}/rule-sheet/confirm": "a step is confirmed once; again is refused by name",
    "POST /api/v1/staff/rounds/{round_id}/extension": "a proposal moves nothing, and a newer one takes its place",
    "POST /api/v1/staff/rounds/{round_id}/extension/confirm": "a step is confirmed once; again is refused by name",
    "POST /api/v1/staff/rounds/{round_id}/close": "a list is closed once; again is the same list",
    "POST /api/v1/staff/rounds/{round_id}/receipt-checks": "reads and moves nothing",
    "POST /api/v1/staff/rounds/{round_id}/objections": "says what somebody objects to, and moves nothing",
    "POST /api/v1/staff/objections/{objection_id}/answer": "the same answer again changes nothing",
    "POST /api/v1/staff/rounds/{round_id}/settlement": "a proposal moves nothing, and a newer one takes its place",
    "POST /api/v1/staff/rounds/{round_id}/settlement/confirm": "a step is confirmed once; again is refused by name",
    "POST /api/v1/staff/rounds/{round_id}/correction": "a proposal moves nothing, and a newer one takes its place",
    "POST /api/v1/staff/rounds/{round_id}/correction/confirm": "a step is confirmed once; again is refused by name",
    "POST /api/v1/staff/rounds/{round_id}/beacon": "a proposal moves nothing, and a newer one takes its place",
    "POST /api/v1/staff/rounds/{round_id}/freeze": "a step is confirmed once; again is refused by name",
    "POST /api/v1/staff/rounds/{round_id}/beacon-files": "a round is drawn once; again is refused by name",
    "POST /api/v1/staff/rounds/{round_id}/statistics": "published once; again is the same file",
    "POST /api/v1/staff/expiry/runs": "a dry run moves nothing, and a newer one takes its place",
    "POST /api/v1/staff/expiry/runs/{run_id}/approve": "a run is approved once; again is refused by name",
    "POST /api/v1/staff/expiry/runs/{run_id}/stop": "a run is stopped once; again is refused by name",
    "POST /api/v1/staff/expiry/runs/{run_id}/reversals": "asking moves nothing; each lot comes back by one reversal",
    "POST /api/v1/staff/expiry/reversals/{reversal_id}/confirm": "confirmed once; again is refused by name",
    "POST /api/v1/wallet/notices/{notice_id}/read": "what was read stays read",
    "POST /api/v1/wallet/notice-door": "the same choice again changes nothing",
    "POST /wallet/inbox/door": "the same choice again changes nothing",
    "POST /wallet/code": "shows a new code and moves nothing",
    "POST /api/v1/wallet/shops/{store_code}/favourite": "the same choice again changes nothing",
    "POST /wallet/shops/{store_code}/favourite": "the same choice again changes nothing",
    "POST /wallet/settings/balance": "the same choice again changes nothing",
    "POST /wallet/settings/door": "the same choice again changes nothing",
    "POST /wallet/balance": "the same choice again changes nothing",
    "POST /api/v1/wallet/purchases/{purchase_id}/cancel": "the same wish again changes nothing",
    "POST /wallet/purchases/{purchase_id}/cancel": "the same wish again changes nothing",
    "POST /api/v1/shop/tills": "a device is one till: bound again, it is its new till alone",
    "POST /api/v1/shop/tills/{till_id}/release": "a till is released once; again is refused by name",
    "POST /api/v1/shop/cashiers/{cashier_id}/sign-out": "what has ended stays ended",
    "POST /shop/posters/check": "reads and moves nothing",
    "POST /shop/tills": "a device is one till: bound again, it is its new till alone",
    "POST /api/v1/shop/codes": "shows a new code and moves nothing",
    "POST /shop/codes": "shows a new code and moves nothing",
    "POST /shop/practice": "pretends, and moves nothing",
    "POST /shop/tills/{till_id}/release": "a till is released once; again is refused by name",
    "POST /shop/cashiers/{cashier_id}/sign-out": "what has ended stays ended",
    "POST /shop/payments/{payment_id}/refund/confirm": "shows what will be given back and moves nothing",
    "POST /api/v1/shop/bank-accounts/stop": "a change is stopped once; again is refused by name",
    "POST /shop/account/change/confirm": "shows what will be asked for and moves nothing",
    "POST /shop/account/stop": "a change is stopped once; again is refused by name",
    "POST /api/v1/staff/shop-applications/{application_id}/corrections": "a state is left once",
    "POST /api/v1/staff/shop-applications/{application_id}/examination": "a state is left once",
    "POST /api/v1/staff/shop-applications/{application_id}/approval": "a state is left once; again is refused by name",
    "POST /api/v1/staff/shop-applications/{application_id}/refusal": "a state is left once; again is refused by name",
    "POST /api/v1/staff/shop-applications/{application_id}/sign-in-codes": "a new code ends the one before",
    "POST /api/v1/staff/bank-account-changes/{change_id}/approval": "decided once; again is refused by name",
    "POST /api/v1/staff/bank-account-changes/{change_id}/refusal": "decided once; again is refused by name",
    "POST /api/v1/staff/bank-account-changes/{change_id}/stop": "stopped once; again is refused by name",
    "POST /staff/shops/{application_id}/corrections": "a state is left once; again is refused by name",
    "POST /staff/shops/{application_id}/examination": "a state is left once; again is refused by name",
    "POST /staff/shops/{application_id}/refusal": "a state is left once; again is refused by name",
    "POST /staff/shops/{application_id}/approval": "a state is left once; again is refused by name",
    "POST /staff/shops/{application_id}/sign-in-codes": "a new code ends the one before",
    "POST /staff/account-changes/{change_id}/approval": "decided once; again is refused by name",
    "POST /staff/account-changes/{change_id}/refusal": "decided once; again is refused by name",
    "POST /staff/account-changes/{change_id}/stop": "stopped once; again is refused by name",
    "POST /staff/payouts/{payout_id}/settled": "the same fact again changes nothing",
    "POST /staff/payouts/{payout_id}/items/{item_number}/returned": "the same fact again changes nothing",
    "POST /staff/payouts/{payout_id}/items/{item_number}/reissued": "an item is paid anew once",
    "POST /staff/periods": "a day is closed once; again is refused by name",
    "POST /staff/audit": "reads and moves nothing",
    "POST /api/v1/staff/people/search": "reads and moves nothing",
    "POST /api/v1/staff/people/{person_id}/read": "reads and moves nothing",
    "POST /api/v1/staff/people/{person_id}/export": "reads and moves nothing",
    "POST /api/v1/staff/people/{person_id}/counter-code": "a new code ends the one before",
    "POST /api/v1/staff/people/{person_id}/cards/read": "reads and moves nothing",
    "POST /api/v1/staff/people/{person_id}/cards": "a wallet has one card; again is refused by name",
    "POST /api/v1/staff/cards/{card_id}/freeze": "what is frozen stays frozen",
    "POST /api/v1/staff/cards/{card_id}/unfreeze": "a card is unfrozen once; again is refused by name",
    "POST /api/v1/staff/cards/{card_id}/pin": "a new PIN takes the place of the one before",
    "POST /api/v1/staff/cards/{card_id}/replacement": "a card is replaced once; again is refused by name",
    "POST /api/v1/staff/cards/{card_id}/end": "a card is ended once; again is refused by name",
    "POST /api/v1/wallet/cards/{card_id}/freeze": "what is frozen stays frozen",
    "POST /wallet/cards/{card_id}/freeze": "what is frozen stays frozen",
    "POST /api/v1/staff/applications/story": "reads and moves nothing",
    "POST /staff/entries/search": "reads and moves nothing",
    "POST /api/v1/staff/roll/imports": "the same file again changes nothing",
    "POST /staff/people/search": "reads and moves nothing",
    "POST /staff/people/{person_id}/export": "reads and moves nothing",
    "POST /staff/people/{person_id}/counter-codes": "a new code ends the one before",
    "POST /staff/people/{person_id}/deletion": "a deletion is asked for once; again is refused by name",
    "POST /staff/deletions/{request_id}/confirm": "a request is confirmed once; again is refused by name",
    "POST /staff/deletions/{request_id}/withdraw": "a request is withdrawn once; again is refused by name",
    "POST /staff/roll/preview": "shows what a file would change and changes nothing",
    "POST /staff/roll/imports": "the same file again changes nothing",
    "POST /staff/staff-passkeys/{reference}/confirm": "a passkey is confirmed once; again is refused by name",
    "POST /id/account/passkeys/challenge": "gives a new challenge and changes nothing",
    "POST /id/account/passkeys": "a challenge is answered once",
    "POST /id/account/doors/passkey/{reference}/remove": "a passkey is removed once; again is refused by name",
    "POST /id/account/doors/{door}/{link_id}/remove": "a link is removed once; again is refused by name",
    "POST /id/account/mail-address": "a new code ends the one before, and few are sent within a day",
    "POST /id/account/mail-address/code": "a code is good once; again is refused by name",
    "POST /id/account/mail-address/remove": "an address is forgotten once; again is refused by name",
    "POST /id/account/line": "leads to LINE and changes nothing",
    "POST /id/account/agency": "leads to the agency and changes nothing",
    "POST /id/account/sessions/{session_id}/end": "a sign-in ends once; again is refused by name",
    "POST /id/account/sessions/end-all": "what has ended stays ended",
    "POST /id/account/consents/{consent_id}/withdraw": "an agreement is withdrawn once; again is refused by name",
}
IN_AN_ADDRESS = {
    "id_token_hint": "an application that signs somebody out sends it so (OpenID Connect RP-Initiated Logout 1.0, 2)",
    "card_id": "a random number that opens nothing: neither the code on a paper card nor its serial",
    "person_id": "a random number, at the console alone, that says nothing to whoever has not the roll",
}
PERSONAL = re.compile(
    r"(^|_)(family|given|full|display|legal|holder|payee|birth|age|kana|address|postal|phone|mail|email|password|pin"
    r"|token|secret|card|account|household|person)(_|$)|sign_in_code"
)
JSON, PAGES = "/api/v1/", ("/wallet", "/shop", "/staff", "/id", "/draws", "/look")
BY_THE_STANDARDS = {"APIRoute": ("/id/authorize", "/id/logout"), "ProtocolRoute": ("/id/",)}
"""What programs and other applications' pages send to the provider has no origin of ours and no page of ours."""
REFUSALS = known_refusals()


Routes = dict[str, RouteContext]


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Routes:
    """Every address of the application by method and path; nothing connects to a database until it is asked."""
    keys = load_keys(tmp_path_factory.mktemp("keys"))
    installation = Installation(Settings(bench=False), "postgresql://nobody@localhost/nothing", SystemClock(), keys)
    contexts = list(iter_route_contexts(create_app(installation).routes))
    return {f"{method} {context.path}": context for context in contexts for method in _methods(context)}


def test_every_address_is_guarded_or_meant_for_everybody(routes: Routes) -> None:
    assert {name for name, route in routes.items() if not _guards(route)} == FOR_EVERYBODY.keys()


def test_an_address_of_a_face_is_guarded_by_the_viewer_of_that_face(routes: Routes) -> None:
    guards: dict[str, Any] = {"wallet": resident, "shop": shop_user, "id": signed_in}
    for name, route in _guarded(routes).items():
        face = name.split(" ")[1].removeprefix(JSON.rstrip("/")).split("/")[1]
        found = _guards(route)
        assert all(guard is guards[face] if face in guards else isinstance(guard, RoleRequired) for guard in found), (
            name
        )


def test_an_address_of_the_console_names_the_roles_it_lets_in(routes: Routes) -> None:
    required = [
        guard for route in _guarded(routes).values() for guard in _guards(route) if isinstance(guard, RoleRequired)
    ]
    assert len(required) > 20
    assert all(guard.roles for guard in required)


def test_whatever_moves_money_takes_a_key(routes: Routes) -> None:
    posts = {name: route for name, route in _guarded(routes).items() if name.startswith("POST ")}
    assert {name for name, route in posts.items() if not _takes_key(name, route)} == WITHOUT_A_KEY.keys()


def test_an_address_is_read_or_sent_to_and_nothing_else(routes: Routes) -> None:
    assert {name.split(" ")[0] for name in routes} == {"GET", "POST"}


def test_every_page_is_checked_for_its_origin_and_protected(routes: Routes) -> None:
    pages = {name: route for name, route in routes.items() if name.split(" ")[1].startswith(PAGES)}
    assert len(pages) > 30
    kinds = {name: type(route.original_route).__name__ for name, route in pages.items()}
    unprotected = {name: kind for name, kind in kinds.items() if kind != "PageRoute"}
    assert unprotected.keys() <= FOR_EVERYBODY.keys()
    assert all(name.split(" ")[1].startswith(BY_THE_STANDARDS[kind]) for name, kind in unprotected.items())


def test_every_address_says_what_it_does(routes: Routes) -> None:
    endpoints = {
        name: route.endpoint
        for name, route in routes.items()
        if isinstance(route.original_route, APIRoute) and not name.startswith(("GET /docs", "GET /redoc"))
    }
    assert [name for name, endpoint in endpoints.items() if not (endpoint and endpoint.__doc__)] == []


def test_every_guarded_address_of_the_interface_declares_what_it_refuses(routes: Routes) -> None:
    """What a dependency's docstring says that it refuses is in the description of every address that depends on it."""
    undeclared = {
        name: sorted(missing)
        for name, route in _guarded(routes).items()
        if JSON in name and (missing := _refused_by_dependencies(route) - {code for _, code in _declared(route)})
    }
    assert undeclared == {}


def test_every_declared_refusal_stands_under_its_own_status(routes: Routes) -> None:
    api = [route for name, route in routes.items() if JSON in name]
    assert len(api) > 20
    declared = {(int(status), code) for route in api for status, code in _declared(route)}
    assert declared == {(STATUS_BY_KIND[REFUSALS[code].kind], code) for _, code in declared}


def test_no_address_carries_personal_data(routes: Routes) -> None:
    """Addresses stand in logs and histories: ids and codes of things may be there, facts about people may not."""
    spoken = {name: found for name, route in routes.items() if (found := _personal_parameters(route))}
    assert set().union(*spoken.values()) == IN_AN_ADDRESS.keys()
    assert {name.split(" ")[1] for name, found in spoken.items() if "id_token_hint" in found} == {"/id/logout"}
    assert all("/staff/people/" in name for name, found in spoken.items() if "person_id" in found)


@pytest.mark.parametrize("name", ["family_name", "birth_date", "email", "sign_in_code", "access_token"])
def test_names_of_personal_data_are_recognised(name: str) -> None:
    assert PERSONAL.search(name)


def _methods(context: RouteContext) -> set[str]:
    return (context.methods or set()) - {"HEAD"}


def _guarded(routes: Routes) -> Routes:
    return {name: route for name, route in routes.items() if name not in FOR_EVERYBODY}


def _dependencies(route: RouteContext) -> list[Dependant]:
    """What an address depends on, all the way down; the first is the endpoint itself."""

    def below(dependant: Dependant) -> Iterator[Dependant]:
        yield dependant
        for child in dependant.dependencies:
            yield from below(child)

    return list(below(route.dependant)) if isinstance(route.original_route, APIRoute) else []


def _guards(route: RouteContext) -> list[Any]:
    calls = [dependant.call for dependant in _dependencies(route)]
    return [call for call in calls if call in (resident, shop_user, signed_in) or isinstance(call, RoleRequired)]


def _takes_key(name: str, route: RouteContext) -> bool:
    if JSON in name:
        return idempotency_key in [dependant.call for dependant in _dependencies(route)]
    return "form_key" in {field.name for dependant in _dependencies(route) for field in dependant.body_params}


def _declared(route: RouteContext) -> set[tuple[int | str, str]]:
    contents = [(status, response.get("content", {})) for status, response in route.responses.items()]
    examples = [
        (status, content.get("application/problem+json", {}).get("examples", {})) for status, content in contents
    ]
    return {(status, code) for status, codes in examples for code in codes}


def _refused_by_dependencies(route: RouteContext) -> set[str]:
    texts = [_docstring(dependant.call) for dependant in _dependencies(route)[1:]]
    said = " ".join(words for text in texts for words in re.findall(r"Refuses[,:]?\s(.*)", text, re.DOTALL))
    return {refusal.code for refusal in REFUSALS.values() if re.search(rf"\b{refusal.__name__}\b", said)}


def _docstring(call: Any) -> str:
    own = call.__doc__ if hasattr(call, "__name__") else type(call).__call__.__doc__
    return own or ""


def _personal_parameters(route: RouteContext) -> set[str]:
    fields = [
        field.name for dependant in _dependencies(route) for field in (*dependant.path_params, *dependant.query_params)
    ]
    return {name for name in fields if PERSONAL.search(name)}
