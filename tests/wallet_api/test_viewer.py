"""Only a resident with a token for the wallet is let in."""

from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.wallet_api.conftest import ISSUER, TokenFor
from tests.wallet_api.world import NOW, World

PATHS = ["wallet", "history", "rounds", "grants", "purchases"]


def asked(app: FastAPI, path: str, token: str | None) -> tuple[int, str]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = TestClient(app, base_url=f"{ISSUER}/api/v1/wallet").get(path, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_no_token_no_wallet_asvs_8_2_1(app: FastAPI) -> None:
    for path in PATHS:
        assert asked(app, path, None) == (401, "token_missing")


def test_a_token_of_another_audience_is_refused_asvs_9_2_3(app: FastAPI, world: World, token_for: TokenFor) -> None:
    for audience in ("shop", "staff"):
        token = token_for(world.person_id, world.wallet_id, audience=audience)
        for path in PATHS:
            assert asked(app, path, token) == (401, "token_invalid")


def test_an_expired_token_is_refused_asvs_9_2_1(app: FastAPI, world: World, token_for: TokenFor) -> None:
    token = token_for(world.person_id, world.wallet_id, at=NOW - timedelta(minutes=10))
    assert asked(app, "wallet", token) == (401, "token_expired")


def test_a_changed_token_is_refused_asvs_9_1_1(app: FastAPI, world: World, token_for: TokenFor) -> None:
    head, claims, signature = token_for(world.person_id, world.wallet_id).split(".")
    other_claims = token_for(world.person_id, world.neighbour_wallet_id).split(".")[1]
    assert asked(app, "wallet", f"{head}.{other_claims}.{signature}") == (401, "token_invalid")
    assert asked(app, "wallet", f"{head}.{claims}.") == (401, "token_invalid")


def test_somebody_without_a_wallet_is_no_resident_asvs_8_2_2(app: FastAPI, world: World, token_for: TokenFor) -> None:
    assert asked(app, "wallet", token_for(world.person_id, None)) == (403, "not_a_resident")
