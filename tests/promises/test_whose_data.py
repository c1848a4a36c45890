"""Whose data is whose: what belongs to one holder is asked for by another of the same kind, at every address.

Which addresses take the name of a thing is read from their own declarations. Each stands in one of the tables below:
it is somebody's and was asked for by a neighbour, or it says why no owner is looked at.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from kernel.db import Database
from staff_console.viewer import RoleRequired
from tests.identity_provider.conftest import City, TestClient, app, browser, city
from tests.merchants.shops import CORNER, NORTH
from tests.promises.fields import Routes, dependencies_of, fields_of, filled_path, nested, never_ends, routes_of
from tests.promises.neighbours import Neighbour, Neighbours

RESIDENTS = {
    "POST /api/v1/wallet/purchases": "grant_unknown",
    "POST /api/v1/wallet/purchases/{purchase_id}/cancel": "purchase_unknown",
    "GET /api/v1/wallet/rounds/{round_id}/application": "application_unknown",
    "POST /api/v1/wallet/notices/{notice_id}/read": "notice_unknown",
    "GET /wallet/inbox/{notice_id}": "notice_unknown",
    "POST /api/v1/wallet/cards/{card_id}/freeze": "card_unknown",
    "POST /wallet/cards/{card_id}/freeze": "card_unknown",
    "GET /wallet/payments/{payment_id}": "payment_not_found",
    "GET /wallet/receipts/{payment_id}": "payment_not_found",
    "GET /wallet/receipts/{payment_id}/receipt.pdf": "payment_not_found",
    "GET /api/v1/wallet/receipts/{payment_id}/receipt.pdf": "payment_not_found",
    "GET /wallet/rounds/{round_id}/receipt": "application_unknown",
    "GET /wallet/grants/{grant_id}": "grant_unknown",
    "POST /wallet/grants/{grant_id}": "grant_unknown",
    "GET /wallet/purchases/{purchase_id}": "purchase_unknown",
    "POST /wallet/purchases/{purchase_id}/cancel": "purchase_unknown",
    "POST /id/account/doors/passkey/{reference}/remove": "door_not_found",
    "POST /id/account/doors/{door}/{link_id}/remove": "door_not_found",
    "POST /id/account/sessions/{session_id}/end": "session_not_yours",
    "POST /id/account/consents/{consent_id}/withdraw": "consent_not_yours",
    "GET /id/continue": "authorization_request_over",
    "POST /id/consent": "authorization_request_over",
}
"""What HANAKO is told who asks for what TARO has."""
SHOPS = {
    "POST /api/v1/shop/charges": "store_unknown",
    "POST /api/v1/shop/payments/{payment_id}/void": "payment_not_found",
    "POST /api/v1/shop/payments/{payment_id}/refunds": "payment_not_found",
    "GET /api/v1/shop/statements/{closing_id}": "statement_not_found",
    "GET /api/v1/shop/statements/{closing_id}/statement.csv": "statement_not_found",
    "GET /api/v1/shop/statements/{closing_id}/statement.pdf": "statement_not_found",
    "GET /api/v1/shop/stores/{store_id}/posters": "store_unknown",
    "GET /api/v1/shop/stores/{store_id}/posters/{serial}.svg": "store_unknown",
    "GET /api/v1/shop/stores/{store_id}/posters/{serial}/{paper}.pdf": "store_unknown",
    "GET /api/v1/shop/stores/{store_id}/posters/{serial}": "store_unknown",
    "POST /api/v1/shop/tills": "store_unknown",
    "POST /api/v1/shop/tills/{till_id}/release": "till_unknown",
    "POST /api/v1/shop/cashiers/{cashier_id}/sign-out": "cashier_unknown",
    "GET /shop/payments/{payment_id}": "payment_not_found",
    "GET /shop/payments/{payment_id}/void": "payment_not_found",
    "POST /shop/payments/{payment_id}/void": "payment_not_found",
    "GET /shop/payments/{payment_id}/refund": "payment_not_found",
    "POST /shop/payments/{payment_id}/refund/confirm": "payment_not_found",
    "POST /shop/payments/{payment_id}/refund": "payment_not_found",
    "GET /shop/statements/{closing_id}": "statement_not_found",
    "GET /shop/statements/{closing_id}/statement.csv": "statement_not_found",
    "GET /shop/statements/{closing_id}/statement.pdf": "statement_not_found",
    "GET /shop/posters/{store_id}/{serial}": "store_unknown",
    "GET /shop/posters/{store_id}/{serial}/{paper}.pdf": "store_unknown",
    "GET /shop/tills/{till_id}/release": "till_unknown",
    "GET /api/v1/shop/codes/{code_reference}": "dynamic_code_unknown",
    "POST /api/v1/shop/codes": "store_unknown",
    "GET /shop/codes/{code_reference}": "dynamic_code_unknown",
    "POST /shop/tills/{till_id}/release": "till_unknown",
    "POST /shop/cashiers/{cashier_id}/sign-out": "cashier_unknown",
}
"""What the baker is told who asks for what the market has; a cashier of the market's other store the same."""
FOR_THE_OWNER_ALONE = "owner_only"
AMONG_ONES_OWN = {
    "GET /shop/charge": "marks one of the user's own stores in a list",
    "POST /shop/charge": "chooses among the user's own stores; another is no choice",
    "POST /shop/tills": "chooses among the user's own stores; another is no choice",
    "POST /shop/codes": "chooses among the user's own stores; another is no choice",
}
FOR_EVERYBODY = {
    "GET /look/{back:path}": "the look is the browser's own, and the rest of the address is the way back",
    "POST /look/{back:path}": "the look is the browser's own, and the rest of the address is the way back",
    "POST /id/account/mail-address/code": "the code was sent to the address that oneself has asked for",
    "GET /wallet/icons/{name}": "the sign of the wallet is the same for all",
    "GET /wallet/shops/{store_code}": "what everybody may know of a shop",
    "POST /wallet/shops/{store_code}/favourite": "any shop can be liked; each has own favourites",
    "GET /api/v1/wallet/shops/{store_code}": "what everybody may know of a shop",
    "POST /api/v1/wallet/shops/{store_code}/favourite": "any shop can be liked; each has own favourites",
    "GET /wallet/history": "an id only says where the next page of one's own history begins",
    "GET /api/v1/wallet/history": "an id only says where the next page of one's own history begins",
    "POST /shop/posters/check": "whoever finds a code on the wall may ask what it is; the code itself says whose",
    "POST /api/v1/wallet/payments": "a poster hangs in the shop for whoever pays",
    "GET /wallet/pay/amount": "a poster hangs in the shop for whoever pays",
    "GET /wallet/pay/confirm": "a poster hangs in the shop for whoever pays",
    "GET /wallet/pay/check": "a poster hangs in the shop for whoever pays; the key is looked up among one's own",
    "POST /wallet/pay/give-up": "a poster hangs in the shop for whoever pays",
    "POST /wallet/pay": "a poster hangs in the shop for whoever pays",
    "POST /api/v1/wallet/rounds/{round_id}/application": "a round is open to all; each has an own application",
    "POST /api/v1/wallet/rounds/{round_id}/application/withdrawal": "a round is open to all; each withdraws their own",
    "POST /wallet/rounds/{round_id}/withdrawal": "a round is open to all; each withdraws their own",
    "GET /wallet/rounds/{round_id}": "a round is open to all residents",
    "POST /wallet/rounds/{round_id}": "a round is open to all; each has an own application",
    "POST /id/sign-in": "the code is what proves who signs in; the handle is only carried on to /id/continue",
    "POST /id/passkey/sign-in": "the passkey proves who signs in; the handle is only carried on to /id/continue",
    "POST /id/line": "the handle is only carried on to /id/continue",
    "POST /id/agency": "the handle is only carried on to /id/continue",
    "GET /id/liff": "the handle is only carried on to /id/continue",
    "POST /id/liff": "LINE proves who signs in; the handle is only carried on to /id/continue",
    "GET /id/device": "whoever reads the code off a device may decide for it (RFC 8628, 3.3)",
    "POST /id/device": "whoever reads the code off a device may decide for it (RFC 8628, 3.3)",
    "GET /id/device/confirm": "whoever reads the code off a device may decide for it (RFC 8628, 3.3)",
    "POST /id/device/decide": "whoever reads the code off a device may decide for it (RFC 8628, 3.3)",
    "GET /id/logout": "names an application, which is public; who is signed out is told by the cookie",
    "POST /id/logout/confirm": "names an application, which is public; who is signed out is told by the cookie",
    "POST /api/v1/wallet/rounds/{round_id}/opened": "a round is open to all; each is noted for themselves",
    "POST /api/v1/wallet/surveys/{survey_id}/answers": "a survey asks many; each has an own answer",
    "POST /api/v1/wallet/surveys/{survey_id}/withdrawal": "a survey asks many; each takes back their own answer",
    "GET /wallet/surveys/{survey_id}": "a survey asks many; its questions are the same for all",
    "POST /wallet/surveys/{survey_id}": "a survey asks many; each has an own answer",
    "POST /wallet/surveys/{survey_id}/withdrawal": "a survey asks many; each takes back their own answer",
    "GET /shop/join/{step}": "the steps of the form are the same for all; the draft is told by the browser's secret",
    "POST /shop/join/state": "the passphrase is what proves whose application it is",
    "GET /api/v1/draws/{slug}": "a draw is published",
    "GET /draws/{slug}": "a draw is published",
    "GET /draws/{slug}/files/{name}": "a draw is published",
}
STAFF = ("/api/v1/staff/", "/staff/")
"""Behind the counter a role decides and nobody owns: that everything there names its roles is held below."""
OTHER_FIELDS = {
    "units": 1,
    "method": "card",
    "amount_yen": 100,
    "amount": "100",
    "door": "line",
    "decision": "allow",
    "label": "x",
}
CHANGED_BY_ASKING = {
    "identity.audit_events": "that somebody was refused is on record",
    "identity.audit_unsealed": "that somebody was refused is on record",
}

REFUSED = (403, 404, 422, 400)
"""Not for you, not there, not to be chosen; 400 is how the standards say of a request that it is not this browser's."""

__all__ = ["app", "browser", "city"]  # fixtures of another room


@pytest.fixture
def neighbours(
    city: City, app: FastAPI, browser: TestClient, database_url: str, make_database: Callable[[str], Database]
) -> Neighbours:
    return Neighbours(city, app, database_url, make_database)


@pytest.fixture
def routes(app: FastAPI) -> Routes:
    return routes_of(app)


def test_asvs_8_2_2_every_address_that_takes_the_name_of_a_thing_says_whose_it_is(routes: Routes) -> None:
    naming = {name for name, route in routes.items() if any(each.is_id for each in fields_of(route))}
    behind_the_counter = {name for name in naming if name.split(" ")[1].startswith(STAFF)}
    told = [RESIDENTS, SHOPS, AMONG_ONES_OWN, FOR_EVERYBODY]
    assert naming - behind_the_counter == set().union(*told)
    assert sum(map(len, told)) == len(set().union(*told))
    assert len(behind_the_counter) > 30


def test_asvs_8_2_1_behind_the_counter_a_role_is_asked_for_at_every_address(routes: Routes) -> None:
    guards = {
        name: [each.call for each in dependencies_of(route) if isinstance(each.call, RoleRequired)]
        for name, route in routes.items()
        if name.split(" ")[1].startswith(STAFF) and "/staff/sign-" not in name
    }
    assert [name for name, found in guards.items() if not found] == []


def test_asvs_8_2_2_what_a_resident_has_is_not_there_for_another(neighbours: Neighbours, routes: Routes) -> None:
    refused(neighbours, routes, neighbours.hanako, RESIDENTS)


def test_asvs_8_2_2_what_a_shop_has_is_not_there_for_another(neighbours: Neighbours, routes: Routes) -> None:
    refused(neighbours, routes, neighbours.baker, SHOPS)


def test_asvs_8_2_2_what_one_store_has_is_not_there_for_the_cashier_of_another(
    neighbours: Neighbours, routes: Routes
) -> None:
    refused(neighbours, routes, neighbours.south_till, SHOPS, or_else=FOR_THE_OWNER_ALONE)


def test_asvs_8_2_2_a_poster_of_another_shop_is_not_there_in_ones_own_store(
    neighbours: Neighbours, routes: Routes
) -> None:
    mixed = {**neighbours.belongings, "store_id": str(CORNER.store_id)}
    for address in ("/api/v1/shop/stores/{store_id}/posters/{serial}", "/shop/posters/{store_id}/{serial}"):
        answer = ask(neighbours.baker, f"GET {address}", routes, mixed)
        assert (answer.status_code, code_of(answer)) == (404, "poster_unknown")


def test_whoever_has_it_is_not_told_that_it_is_not_there(neighbours: Neighbours, routes: Routes) -> None:
    """The refusals above are about the asker and not about names that nobody has."""
    ended: set[str] = set()
    for owner, table in ((neighbours.taro, RESIDENTS), (neighbours.market, SHOPS)):
        for address in sorted(table, key=lambda name: (name.endswith("/sessions/{session_id}/end"), name)):
            things = set(re.findall(r"{(\w+)}", address))
            if things & ended:
                continue
            answer = ask(owner, address, routes, neighbours.belongings)
            assert answer.status_code != 404, address
            assert code_of(answer) != table[address], address
            assert "?reason=not_signed_in" not in answer.headers.get("location", ""), address
            if answer.status_code < 400 and re.match("POST .*/(release|remove|withdraw)$", address):
                ended |= things
    assert ended == {"till_id", "link_id", "door", "reference", "consent_id"}


def test_asvs_8_2_2_a_store_of_another_shop_is_no_choice(neighbours: Neighbours, routes: Routes) -> None:
    before, their_store = neighbours.state(), {"store_id": str(CORNER.store_id), "store": str(CORNER.store_id)}
    code = neighbours.world.bakery_code
    for address in AMONG_ONES_OWN:
        answer = ask(neighbours.market, address, routes, their_store | {"code": code})
        assert answer.status_code == (200 if address.startswith("GET") else 422)
        assert CORNER.display_name not in answer.text
        assert NORTH.display_name in answer.text
    assert changed(before, neighbours.state()) == set()


def test_asvs_8_2_2_a_list_holds_what_is_ones_own(neighbours: Neighbours, routes: Routes) -> None:
    """Lists take no name of a holder: who asks is told by the token or the cookie, whatever else is sent."""
    theirs = set(neighbours.belongings.values()) | {str(neighbours.world.wallet_id), str(neighbours.world.person_id)}
    public = {neighbours.belongings["round_id"]}
    asked = 0
    for name, route in routes.items():
        if not name.startswith("GET ") or never_ends(route) or any(each.stands == "path" for each in fields_of(route)):
            continue
        for face, asker in (
            ("wallet", neighbours.hanako),
            ("shop", neighbours.baker),
            ("id/account", neighbours.hanako),
        ):
            if name.split(" ")[1].startswith((f"/api/v1/{face}", f"/{face}")):
                answer = ask(asker, name, routes, {})
                leaked = {thing for thing in theirs - public if thing in answer.text}
                assert leaked == set(), name
                asked += answer.status_code == 200
    assert asked > 15


def test_asvs_8_3_1_who_asks_is_never_taken_from_what_was_sent(neighbours: Neighbours) -> None:
    """A holder's id in a query is not read, and in a document or a form it is no field."""
    taro, hanako = neighbours.taro.signed_in, neighbours.hanako
    claimed = {"wallet_id": str(taro.wallet_id), "person_id": str(taro.subject), "subject": str(taro.subject)}
    headers = {"Authorization": f"Bearer {hanako.token}", "Idempotency-Key": str(uuid4())}
    asked = hanako.browser.get("/api/v1/wallet/wallet", params=claimed, headers=headers)
    assert asked.json() == {"usable_yen": 0, "total_yen": 0, "lots": []}
    bought = {"grant_id": neighbours.belongings["grant_id"], "units": 1, "method": "card"}
    answer = hanako.browser.post("/api/v1/wallet/purchases", json=bought | claimed, headers=headers)
    assert (answer.status_code, code_of(answer)) == (422, "fields_invalid")
    form = {"units": "1", "method": "card", "form_key": "k" * 20, **claimed}
    page = hanako.browser.post(f"/wallet/grants/{bought['grant_id']}", data=form)
    assert (page.status_code, code_of(page)) == (404, "grant_unknown")


def test_a_change_would_be_seen(neighbours: Neighbours, routes: Routes) -> None:
    belongings = neighbours.belongings
    before = neighbours.state()
    refund = "POST /api/v1/shop/payments/{payment_id}/refunds"
    assert ask(neighbours.market, refund, routes, belongings).status_code == 201
    assert {"ledger.transfers", "payments.reversals", "ledger.decisions"} <= changed(before, neighbours.state())


def refused(neighbours: Neighbours, routes: Routes, asker: Neighbour, table: dict[str, str], or_else: str = "") -> None:
    """Each address answers the named refusal and nothing of what was asked for, and nothing changes."""
    belongings = neighbours.belongings
    before = neighbours.state()
    wrong = {}
    for address, code in table.items():
        answer = ask(asker, address, routes, belongings)
        told = code_of(answer)
        if answer.status_code not in REFUSED or told not in {code, or_else}:
            wrong[address] = f"{answer.status_code} {told}"
        assert shown(answer) == set(), address
    assert wrong == {}
    assert changed(before, neighbours.state()) == set()


def shown(answer: Any) -> set[str]:
    """Words that only whoever may see a thing should read; its name was sent, so that may be said again."""
    return {word for word in ("1,200", "1200", NORTH.display_name, "winter-2026") if word in answer.text}


def ask(asker: Neighbour, address: str, routes: Routes, named: Mapping[str, str]) -> Any:
    """Ask as somebody, with these names of things and with something proper in every other field."""
    method, path = address.split(" ")
    values = {"form_key": str(uuid4()), **OTHER_FIELDS, **named}
    content: dict[str, Any] = {"query": {}, "form": {}, "json": {}, "path": {}}
    for each in fields_of(routes[address]):
        if each.name in values:
            content[each.stands] |= nested(each.place, values[each.name])
    headers = {"Idempotency-Key": str(uuid4())}
    if path.startswith("/api/"):
        headers["Authorization"] = f"Bearer {asker.token}"
    return asker.browser.request(
        method,
        filled_path(address, routes[address], content["path"]),
        headers=headers,
        params=content["query"],
        data=content["form"] or None,
        json=content["json"] or None,
    )


def code_of(answer: Any) -> str:
    """The code of a refusal, from a problem document or from a page."""
    if "problem+json" in answer.headers.get("content-type", ""):
        return str(answer.json()["code"])
    found = re.search(r'class="mark">(\w+)<', answer.text)
    return found[1] if found else ""


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {table for table in before if before[table] != after[table]} - CHANGED_BY_ASKING.keys()
