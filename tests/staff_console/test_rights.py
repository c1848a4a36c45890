"""Every address declares who may use it, and nobody else may (ASVS 8.2.1, 8.3.1: deny by default, on the server)."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from identity.model import HolderKind, StaffRole
from staff_console.router import pages, router
from staff_console.viewer import RoleRequired, requires
from tests.staff_console.world import ISSUER, World
from tests.tokens import TokenPress

ANY_ID = str(UUID(int=7))
COMMERCE, FINANCE, HELP, AUDIT = StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.HELP, StaffRole.AUDIT
ADMIN = StaffRole.ADMIN
ALLOWED: dict[tuple[str, str], set[StaffRole]] = {
    ("GET", "/campaigns"): {COMMERCE, HELP, AUDIT},
    ("GET", "/campaigns/{campaign_id}"): {COMMERCE, HELP, AUDIT},
    ("POST", "/campaigns"): {COMMERCE},
    ("GET", "/campaigns/{campaign_id}/plan"): {COMMERCE, FINANCE, AUDIT},
    ("POST", "/campaigns/{campaign_id}/plan"): {COMMERCE},
    ("GET", "/campaigns/{campaign_id}/plan/versions"): {COMMERCE, FINANCE, AUDIT},
    ("GET", "/campaigns/{campaign_id}/plan/changes"): {COMMERCE, FINANCE, AUDIT},
    ("GET", "/campaigns/{campaign_id}/plan/forecasts"): {COMMERCE, FINANCE, AUDIT},
    ("GET", "/campaigns/{campaign_id}/history"): {COMMERCE, FINANCE, AUDIT},
    ("POST", "/campaigns/{campaign_id}/approval"): {COMMERCE, FINANCE},
    ("POST", "/campaigns/{campaign_id}/approval-refusals"): {COMMERCE, FINANCE},
    ("POST", "/campaigns/{campaign_id}/moves"): {COMMERCE, FINANCE},
    ("POST", "/campaigns/{campaign_id}/planned-rounds"): {COMMERCE},
    ("POST", "/campaigns/{campaign_id}/rounds"): {COMMERCE},
    ("POST", "/rounds/{round_id}/withdrawal"): {COMMERCE},
    ("GET", "/campaigns/{campaign_id}/effect/funnel"): {COMMERCE, AUDIT},
    ("GET", "/campaigns/{campaign_id}/effect/funnel.csv"): {COMMERCE, AUDIT},
    ("GET", "/campaigns/{campaign_id}/effect/estimates"): {COMMERCE, AUDIT},
    ("GET", "/campaigns/{campaign_id}/effect/estimates.csv"): {COMMERCE, AUDIT},
    ("GET", "/campaigns/{campaign_id}/surveys"): {COMMERCE, AUDIT},
    ("POST", "/campaigns/{campaign_id}/surveys"): {COMMERCE},
    ("GET", "/rounds/{round_id}/draw"): {COMMERCE, HELP, AUDIT},
    ("GET", "/rounds/{round_id}/draw/{name}"): {COMMERCE, HELP, AUDIT},
    ("GET", "/grants"): {COMMERCE, HELP},
    ("POST", "/applications"): {COMMERCE, HELP},
    ("POST", "/applications/withdrawals"): {COMMERCE, HELP},
    ("POST", "/applications/story"): {COMMERCE, HELP},
    ("POST", "/counter-sales"): {COMMERCE, HELP},
    ("GET", "/closings"): {FINANCE, AUDIT},
    ("GET", "/closings/{closing_id}"): {FINANCE, AUDIT},
    ("GET", "/closings/{closing_id}/statements.csv"): {FINANCE, AUDIT},
    ("POST", "/closings"): {FINANCE},
    ("GET", "/payouts/{payout_id}"): {FINANCE, AUDIT},
    ("GET", "/payouts/{payout_id}/file"): {FINANCE},
    ("POST", "/payouts/{payout_id}/settled"): {FINANCE},
    ("POST", "/payouts/{payout_id}/items/{item_number}/returned"): {FINANCE},
    ("POST", "/payouts/{payout_id}/items/{item_number}/reissued"): {FINANCE},
    ("GET", "/books/trial-balance"): {FINANCE, AUDIT},
    ("POST", "/books/periods"): {FINANCE},
    ("POST", "/books/audit"): {AUDIT},
    ("POST", "/people/search"): {HELP},
    ("POST", "/people/{person_id}/read"): {HELP},
    ("POST", "/people/{person_id}/export"): {HELP},
    ("POST", "/people/{person_id}/counter-code"): {HELP},
    ("POST", "/people/{person_id}/cards/read"): {COMMERCE, HELP},
    ("POST", "/people/{person_id}/cards"): {COMMERCE, HELP},
    ("POST", "/cards/{card_id}/freeze"): {COMMERCE, HELP},
    ("POST", "/cards/{card_id}/unfreeze"): {COMMERCE, HELP},
    ("POST", "/cards/{card_id}/pin"): {COMMERCE, HELP},
    ("POST", "/cards/{card_id}/replacement"): {COMMERCE, HELP},
    ("POST", "/cards/{card_id}/end"): {COMMERCE, HELP},
    ("GET", "/expiry/due"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("GET", "/expiry/runs"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("GET", "/expiry/runs/{run_id}"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("GET", "/rounds/{round_id}/ceremony"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("POST", "/rounds/{round_id}/receipt-checks"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("POST", "/rounds/{round_id}/objections"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("GET", "/rounds/{round_id}/reconciliation"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("GET", "/rounds/{round_id}/explanations/{receipt}"): {COMMERCE, FINANCE, HELP, AUDIT},
    ("POST", "/expiry/runs"): {COMMERCE, FINANCE},
    ("POST", "/expiry/runs/{run_id}/approve"): {COMMERCE, FINANCE},
    ("POST", "/expiry/runs/{run_id}/stop"): {COMMERCE, FINANCE},
    ("POST", "/expiry/runs/{run_id}/reversals"): {COMMERCE, FINANCE},
    ("POST", "/expiry/reversals/{reversal_id}/confirm"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/rule-sheet"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/rule-sheet/confirm"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/extension"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/extension/confirm"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/close"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/settlement"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/settlement/confirm"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/correction"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/correction/confirm"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/beacon"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/freeze"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/beacon-files"): {COMMERCE, FINANCE},
    ("POST", "/rounds/{round_id}/statistics"): {COMMERCE, FINANCE},
    ("POST", "/objections/{objection_id}/answer"): {COMMERCE, FINANCE},
    ("POST", "/roll/imports"): {ADMIN},
    ("GET", "/shop-applications"): {COMMERCE, AUDIT},
    ("GET", "/shop-applications/{application_id}"): {COMMERCE, AUDIT},
    ("POST", "/shop-applications/{application_id}/corrections"): {COMMERCE},
    ("POST", "/shop-applications/{application_id}/examination"): {COMMERCE},
    ("POST", "/shop-applications/{application_id}/approval"): {COMMERCE},
    ("POST", "/shop-applications/{application_id}/refusal"): {COMMERCE},
    ("POST", "/shop-applications/{application_id}/sign-in-codes"): {COMMERCE},
    ("GET", "/bank-account-changes"): {FINANCE, AUDIT},
    ("GET", "/bank-account-changes/{change_id}"): {FINANCE, AUDIT},
    ("POST", "/bank-account-changes/{change_id}/approval"): {FINANCE},
    ("POST", "/bank-account-changes/{change_id}/refusal"): {FINANCE},
    ("POST", "/bank-account-changes/{change_id}/stop"): {FINANCE},
}
PAGES_ALLOWED: dict[tuple[str, str], set[StaffRole]] = {
    ("GET", "/"): set(StaffRole),
    ("GET", "/campaigns"): {COMMERCE, HELP, AUDIT},
    ("GET", "/campaigns/{campaign_id}"): {COMMERCE, HELP, AUDIT},
    ("GET", "/rounds/{round_id}/draw/{name}"): {COMMERCE, HELP, AUDIT},
    ("GET", "/entries"): {COMMERCE, HELP},
    ("POST", "/entries/search"): {COMMERCE, HELP},
    ("POST", "/entries"): {COMMERCE, HELP},
    ("POST", "/entries/withdrawals"): {COMMERCE, HELP},
    ("GET", "/entries/receipts/{receipt}"): {COMMERCE, HELP},
    ("GET", "/counter"): {COMMERCE, HELP},
    ("POST", "/counter/sales"): {COMMERCE, HELP},
    ("GET", "/counter/sales/{purchase_id}"): {COMMERCE, HELP},
    ("GET", "/closings"): {FINANCE, AUDIT},
    ("POST", "/closings"): {FINANCE},
    ("GET", "/closings/{closing_id}"): {FINANCE, AUDIT},
    ("GET", "/closings/{closing_id}/statements.csv"): {FINANCE, AUDIT},
    ("GET", "/payouts/{payout_id}"): {FINANCE, AUDIT},
    ("GET", "/payouts/{payout_id}/file"): {FINANCE},
    ("POST", "/payouts/{payout_id}/settled"): {FINANCE},
    ("POST", "/payouts/{payout_id}/items/{item_number}/returned"): {FINANCE},
    ("POST", "/payouts/{payout_id}/items/{item_number}/reissued"): {FINANCE},
    ("GET", "/trial-balance"): {FINANCE, AUDIT},
    ("POST", "/periods"): {FINANCE},
    ("GET", "/audit"): {AUDIT},
    ("POST", "/audit"): {AUDIT},
    ("GET", "/people"): {HELP},
    ("POST", "/people/search"): {HELP},
    ("POST", "/people/{person_id}/export"): {HELP},
    ("POST", "/people/{person_id}/counter-codes"): {HELP},
    ("POST", "/people/{person_id}/deletion"): {HELP},
    ("GET", "/deletions"): {HELP, ADMIN},
    ("POST", "/deletions/{request_id}/confirm"): {HELP, ADMIN},
    ("POST", "/deletions/{request_id}/withdraw"): {HELP, ADMIN},
    ("GET", "/roll"): {ADMIN},
    ("POST", "/roll/preview"): {ADMIN},
    ("POST", "/roll/imports"): {ADMIN},
    ("GET", "/shops"): {COMMERCE, FINANCE, AUDIT},
    ("GET", "/shops/{application_id}"): {COMMERCE, AUDIT},
    ("POST", "/shops/{application_id}/corrections"): {COMMERCE},
    ("POST", "/shops/{application_id}/examination"): {COMMERCE},
    ("POST", "/shops/{application_id}/refusal"): {COMMERCE},
    ("POST", "/shops/{application_id}/approval"): {COMMERCE},
    ("POST", "/shops/{application_id}/sign-in-codes"): {COMMERCE},
    ("GET", "/account-changes/{change_id}"): {FINANCE, AUDIT},
    ("POST", "/account-changes/{change_id}/approval"): {FINANCE},
    ("POST", "/account-changes/{change_id}/refusal"): {FINANCE},
    ("POST", "/account-changes/{change_id}/stop"): {FINANCE},
    ("GET", "/staff-passkeys"): {ADMIN},
    ("POST", "/staff-passkeys/{reference}/confirm"): {ADMIN},
}
PAGES_WITHOUT_ROLE = {
    ("GET", "/sign-in"),
    ("GET", "/sign-in/begin"),
    ("GET", "/sign-in/callback"),
    ("POST", "/sign-out"),
}


def routes_of(found: APIRouter) -> Iterator[APIRoute]:
    """All routes of a router, those of the routers it includes as well."""
    for route in found.routes:
        inner: Any = getattr(route, "original_router", None)
        if isinstance(inner, APIRouter):
            yield from routes_of(inner)
        else:
            assert isinstance(route, APIRoute), route
            yield route


def declared_roles(found: APIRouter) -> dict[tuple[str, str], list[RoleRequired]]:
    """The roles that each address of a router declares."""
    return {
        (method, route.path): [
            each.call for each in route.dependant.dependencies if isinstance(each.call, RoleRequired)
        ]
        for route in routes_of(found)
        for method in route.methods or set()
    }


def concrete(path: str) -> str:
    for name, value in {
        "item_number": "1",
        "name": "results.csv",
        "reference": "cGFzc2tleQ",
        "receipt": "01HK3Q8W2ZB7N5TX",
    }.items():
        path = path.replace(f"{{{name}}}", value)
    return re.sub(r"{\w+_id}", ANY_ID, path)


def test_every_address_of_the_api_declares_exactly_the_roles_of_this_table() -> None:
    declared = declared_roles(router)
    assert {address: {role for each in found for role in each.roles} for address, found in declared.items()} == ALLOWED


def test_every_page_declares_exactly_the_roles_of_this_table() -> None:
    declared = declared_roles(pages)
    assert {address for address, found in declared.items() if not found} == PAGES_WITHOUT_ROLE
    assert {address: set(found[0].roles) for address, found in declared.items() if found} == PAGES_ALLOWED


@pytest.mark.parametrize("role", list(StaffRole))
def test_a_role_reaches_what_it_may_and_nothing_else_asvs_8_2_1(world: World, role: StaffRole) -> None:
    for (method, path), allowed in ALLOWED.items():
        answer = world.send(method, concrete(path), role, json={} if method == "POST" else None)
        if role in allowed:
            assert answer.status_code not in {401, 403}, (method, path, answer.text)
        else:
            assert answer.status_code == 403, (method, path, answer.text)
            assert answer.json()["code"] == "role_not_allowed"
            assert answer.json()["facts"]["needed_roles"] == sorted(allowed)


def test_a_clerk_with_two_roles_has_the_rights_of_both(world: World) -> None:
    assert world.get("/campaigns", StaffRole.HELP, StaffRole.FINANCE).status_code == 200
    assert world.get("/closings", StaffRole.HELP, StaffRole.FINANCE).status_code == 200


def test_an_address_that_names_no_role_lets_in_nobody_asvs_8_3_1() -> None:
    assert requires().roles == frozenset()
    assert {address for address, roles in ALLOWED.items() if ADMIN in roles} == {("POST", "/roll/imports")}


def test_without_token_and_cookie_nothing_is_answered_asvs_8_3_1(world: World) -> None:
    for method, path in ALLOWED:
        answer = world.client.request(method, f"/api/v1/staff{concrete(path)}", headers={"Origin": ISSUER})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), (method, path)


def test_a_token_of_a_resident_or_a_shop_is_not_staff_asvs_8_2_1(world: World) -> None:
    for kind in (HolderKind.RESIDENT, HolderKind.SHOP):
        token = world.token(StaffRole.FINANCE, kind=kind)
        answer = world.client.get("/api/v1/staff/closings", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_staff")


def test_a_token_that_somebody_else_signed_is_refused_asvs_9_1_1(world: World) -> None:
    forged = world.token(StaffRole.FINANCE, press=TokenPress(ISSUER))
    answer = world.client.get("/api/v1/staff/closings", headers={"Authorization": f"Bearer {forged}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


@pytest.mark.parametrize("audience", ["wallet", "shop"])
def test_a_token_for_another_face_is_refused_asvs_9_2_3(world: World, audience: str) -> None:
    token = world.token(StaffRole.FINANCE, audience=audience)
    answer = world.client.get("/api/v1/staff/closings", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_a_browser_has_at_the_api_the_rights_of_its_clerk_asvs_8_2_1(world: World) -> None:
    world.signs_in_at_the_browser(FINANCE)
    assert world.client.get("/api/v1/staff/closings").status_code == 200
    answer = world.client.get("/api/v1/staff/campaigns")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


@pytest.mark.parametrize("role", list(StaffRole))
def test_a_page_of_another_desk_says_so_and_shows_nothing_asvs_8_2_1(world: World, role: StaffRole) -> None:
    world.signs_in_at_the_browser(role)
    for (method, path), allowed in PAGES_ALLOWED.items():
        answer = world.client.request(method, f"/staff{concrete(path)}", headers={"Origin": ISSUER})
        if role in allowed:
            assert answer.status_code not in {401, 403}, (method, path, answer.text)
        else:
            assert answer.status_code == 403, (method, path)
            assert "sentence for role_not_allowed" in answer.text
