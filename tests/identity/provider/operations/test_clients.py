"""Applications are registered, and prove themselves at every call with an assertion that is good once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.provider.jose.client_assertion import write_client_assertion
from identity.provider.operations.register_client import register_client
from identity.provider.queries import client_by_id
from identity.provider.refusals import ClientDescriptionInvalid, ClientNotProven, ClientNotRegistered
from kernel.db import driver_connection
from tests.identity.provider.operations.world import (
    FARM,
    FARM_KEY,
    ISSUER,
    KIOSK,
    PHONE,
    TOWN,
    TOWN_KEY,
    World,
)


@pytest.mark.parametrize("client", [TOWN, FARM, PHONE, KIOSK])
def test_an_application_is_found_as_it_was_registered(world: World, client: Any) -> None:
    assert world.run(lambda session: client_by_id(session, client.id)) == client


def test_an_application_is_described_anew_under_its_name(world: World) -> None:
    changed = replace(TOWN, name_ja="別の名", max_age_s=60, jwks=None, access_lifetime_s=300)
    world.register(changed)
    assert world.run(lambda session: client_by_id(session, "town")) == changed


@pytest.mark.parametrize("client_id", ["", "nobody", "TOWN", "town ", "\x00", "\ud800", "a" * 5_000, "' OR 1=1 --"])
def test_an_application_that_is_not_registered_is_not_found(world: World, client_id: str) -> None:
    with pytest.raises(ClientNotRegistered):
        world.run(lambda session: client_by_id(session, client_id))
    with pytest.raises(ClientNotProven):
        world.authenticate(world.assertion() if client_id else None, client_id=client_id)


def test_an_unsound_description_changes_nothing(world: World) -> None:
    before = world.dump()
    with pytest.raises(ClientDescriptionInvalid):
        world.register(replace(TOWN, redirect_uris=("http://town.example/",)))
    with pytest.raises(ClientDescriptionInvalid):
        world.staff.run(
            lambda session: register_client(session, replace(TOWN, access_lifetime_s=3_600), now=world.clock.now())
        )
    assert world.dump() == before


def test_a_confidential_application_proves_itself_and_a_public_one_says_its_name(world: World) -> None:
    assert world.authenticate(world.assertion()) == TOWN
    assert world.authenticate(world.assertion(audience=f"{ISSUER}/id/token")) == TOWN
    assert world.authenticate(None, "phone", assertion_type=None) == PHONE


def test_asvs_10_4_16_an_assertion_proves_once(world: World) -> None:
    assertion = world.assertion()
    assert world.authenticate(assertion) == TOWN
    before = world.dump()
    with pytest.raises(ClientNotProven):
        world.authenticate(assertion)
    assert world.dump() == before


def test_the_same_number_in_another_applications_assertion_is_another_one(world: World) -> None:
    assert world.authenticate(world.assertion("town", jti="1")) == TOWN
    assert world.authenticate(world.assertion("farm", jti="1"), "farm") == FARM
    with pytest.raises(ClientNotProven):
        world.authenticate(world.assertion("town", jti="1"))


WRONG: list[dict[str, Any]] = [
    {"assertion": None},
    {"assertion": ""},
    {"assertion": "a.b.c"},
    {"assertion_type": None},
    {"assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
    {"client_id": "farm"},
    {"client_id": "phone"},
    {"client_id": None, "assertion": None},
    {"client_id": None, "assertion": "a.b.c"},
    {"client_id": None, "assertion_type": None},
    {"audiences": ("https://other.example",)},
    {"now": timedelta(minutes=6)},
    {"now": timedelta(minutes=-6)},
]


@pytest.mark.parametrize("changes", WRONG)
def test_asvs_10_4_16_what_does_not_prove_is_refused_and_remembers_nothing(
    world: World, changes: dict[str, Any]
) -> None:
    changes = {"assertion": world.assertion(), **changes}
    if isinstance(changes.get("now"), timedelta):
        changes["now"] = world.clock.now() + changes["now"]
    before = world.dump()
    with pytest.raises(ClientNotProven):
        world.authenticate(**changes)
    assert world.dump() == before


def test_asvs_9_1_1_another_applications_key_proves_nothing(world: World) -> None:
    forged = write_client_assertion(FARM_KEY, client_id="town", audience=ISSUER, now=world.clock.now(), jti="1")
    with pytest.raises(ClientNotProven):
        world.authenticate(forged)
    for_farm = write_client_assertion(TOWN_KEY, client_id="farm", audience=ISSUER, now=world.clock.now(), jti="2")
    with pytest.raises(ClientNotProven):
        world.authenticate(for_farm)


def test_asvs_9_1_1_beside_an_assertion_the_name_may_be_left_out_but_never_the_proof(world: World) -> None:
    assert world.authenticate(world.assertion(), client_id=None) == TOWN
    assert world.authenticate(world.assertion("farm"), client_id="") == FARM
    now = world.clock.now()
    forged = write_client_assertion(FARM_KEY, client_id="town", audience=ISSUER, now=now, jti="1")
    of_nobody = write_client_assertion(FARM_KEY, client_id="\x00", audience=ISSUER, now=now, jti="2")
    of_phone = write_client_assertion(FARM_KEY, client_id="phone", audience=ISSUER, now=now, jti="3")
    for assertion in (forged, of_nobody, of_phone):
        with pytest.raises(ClientNotProven):
            world.authenticate(assertion, client_id=None)


def test_a_retired_application_is_gone(world: World) -> None:
    world.staff.run(
        lambda session: driver_connection(session).execute(
            "UPDATE identity.clients SET retired_at = now() WHERE id = 'town'"
        )
    )
    with pytest.raises(ClientNotProven):
        world.authenticate(world.assertion())
