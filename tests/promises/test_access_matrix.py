"""Who may use what: every operation of the interface, asked by everybody there is.

The policy is what an address declares by its guard (`resident`, `shop_user`, `requires(...)`); one without a guard is
for everybody by name (`test_routes.FOR_EVERYBODY`). Here each declared policy is held against real answers, and what
belongs to one person is asked for by another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import iter_route_contexts

from identity.model import Acr, Holder, HolderKind, ProvenSignIn, ShopRole, SignedIn, StaffRole
from identity.provider.operations.start_session import StartedSession, start_session
from merchant_portal.viewer import refunding_owner, shop_owner, shop_user, statement_reader
from staff_console.viewer import RoleRequired
from tests.identity_provider.conftest import ISSUER, NOW, City, TestClient, app, browser, city
from tests.promises.fields import filled_path, never_ends
from tests.promises.test_routes import FOR_EVERYBODY
from tests.tokens import TokenPress
from wallet_api.viewer import resident as resident_guard

REFUSED, LET_IN = "refused", "let in"

__all__ = ["app", "browser", "city"]  # fixtures of another room


@dataclass(frozen=True)
class Caller:
    """Somebody who asks, with a token for each audience that they could hold."""

    name: str
    signed_in: SignedIn | None


@pytest.fixture
def callers(city: City) -> list[Caller]:
    """Nobody, a resident, both roles of a shop, and each role of staff alone."""
    person = city.person
    known = SignedIn(kind=HolderKind.RESIDENT, subject=person.person_id, display_name="r", wallet_id=person.wallet_id)
    shops = [Caller(role.value, _somebody(HolderKind.SHOP, merchant_id=uuid4(), role=role)) for role in ShopRole]
    staff = [Caller(role.value, _somebody(HolderKind.STAFF, roles=frozenset({role}))) for role in StaffRole]
    return [Caller("nobody", None), Caller("resident", known), *shops, *staff]


def _somebody(kind: HolderKind, **facts: Any) -> SignedIn:
    return SignedIn(kind=kind, subject=uuid4(), display_name="somebody", **facts)


@pytest.fixture
def press(city: City) -> TokenPress:
    press = TokenPress(ISSUER)
    press.key = city.installation.key_ring.signing_key("ES256")
    return press


@pytest.fixture
def operations(app: Any) -> dict[str, Any]:
    """Every operation of OpenAPI below /api/v1 by its name, with what it depends on; a feed never ends its answer."""
    described = {f"{method.upper()} {path}" for path, item in app.openapi()["paths"].items() for method in item}
    found = {
        f"{method} {route.path}": route
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or set()) - {"HEAD"}
    }
    return {name: found[name] for name in sorted(described) if " /api/v1/" in name and not never_ends(found[name])}


def test_asvs_8_2_1_every_operation_answers_exactly_those_whom_it_declares(
    operations: dict[str, Any], callers: list[Caller], press: TokenPress, browser: TestClient
) -> None:
    wrong = {}
    assert len(operations) > 30
    for name, route in operations.items():
        for caller in callers:
            declared = LET_IN if _may(caller, route) else REFUSED
            if _outcome(browser, name, route, caller, press) != declared:
                wrong[f"{caller.name}: {name}"] = declared
    assert wrong == {}


def test_asvs_8_2_1_an_operation_without_a_declared_policy_does_not_exist(operations: dict[str, Any]) -> None:
    assert [name for name, route in operations.items() if not _guards(route) and name not in FOR_EVERYBODY] == []


def test_asvs_8_2_2_what_belongs_to_somebody_else_is_not_there(city: City, browser: TestClient) -> None:
    """A sign-in is ended by whom it belongs to; asked by another it does not exist, and goes on."""
    theirs = signed_in_at_provider(city, Holder(HolderKind.STAFF, city.clerk_id))
    mine = signed_in_at_provider(city, Holder(HolderKind.RESIDENT, city.person.person_id))
    browser.cookies.set("kashima_id", mine.cookie)
    assert browser.post(f"/id/account/sessions/{theirs.session_id}/end").status_code == 404
    assert browser.post(f"/id/account/consents/{uuid4()}/withdraw").status_code == 404
    browser.cookies.set("kashima_id", theirs.cookie)
    assert browser.get("/id/account").status_code == 200


def signed_in_at_provider(city: City, holder: Holder) -> StartedSession:
    proven = ProvenSignIn(holder, Acr.POSTCARD, ("otp",), NOW)
    return city.installation.resident_database.run(
        lambda session: start_session(session, proven, cookie=None, browser="Chrome", now=NOW)
    )


def _outcome(browser: TestClient, name: str, route: Any, caller: Caller, press: TokenPress) -> str:
    method, template = name.split(" ")
    face = template.split("/")[3]
    headers = {"Idempotency-Key": str(uuid4())}
    if caller.signed_in is not None:
        headers["Authorization"] = f"Bearer {press.issue(caller.signed_in, face, NOW)}"
    path = filled_path(name, route, {})
    answer = browser.request(method, path, headers=headers, json={} if method == "POST" else None)
    return REFUSED if answer.status_code in (401, 403) else LET_IN


def _guards(route: Any) -> list[Any]:
    def below(dependant: Any) -> Iterator[Any]:
        yield dependant.call
        for child in dependant.dependencies:
            yield from below(child)

    known = (resident_guard, shop_user, refunding_owner, shop_owner, statement_reader)
    return [call for call in below(route.dependant) if call in known or isinstance(call, RoleRequired)]


def _may(caller: Caller, route: Any) -> bool:
    return all(_lets_in(guard, caller.signed_in) for guard in _guards(route))


def _lets_in(guard: Any, who: SignedIn | None) -> bool:
    if who is None:
        return False
    if isinstance(guard, RoleRequired):
        return who.kind is HolderKind.STAFF and not who.roles.isdisjoint(guard.roles)
    if guard is resident_guard:
        return who.wallet_id is not None
    if guard in (refunding_owner, shop_owner, statement_reader):
        return who.role is ShopRole.OWNER
    return who.merchant_id is not None
