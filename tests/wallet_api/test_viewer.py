"""Only a resident is let in: a program with a token for the wallet, or a browser that is signed in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from identity.model import Holder, HolderKind, ShopRole, SignedIn
from identity.operations.add_shop_user import add_shop_user
from identity.provider.jose.dpop import write_dpop_proof
from identity.provider.jose.keys import new_signing_key
from kernel.clock import SetClock
from kernel.db import Database
from tests.conftest import MakeDatabase
from tests.sign_ins import signed_in_cookie
from tests.wallet_api.conftest import HOST, ISSUER, PRESS, TokenFor
from tests.wallet_api.world import NOW, World
from wallet_api.parts import WalletParts

PATHS = ["wallet", "history", "rounds", "grants", "purchases"]
COOKIE = "__Host-kashiman_wallet"
API = f"{ISSUER}/api/v1/wallet"
APPLICATION_KEY = new_signing_key("ES256")


def asked(app: FastAPI, path: str, authorization: str | None, *proofs: str) -> tuple[int, str]:
    headers = [("Authorization", authorization)] if authorization else []
    answer = TestClient(app, base_url=API).get(path, headers=[*headers, *(("DPoP", proof) for proof in proofs)])
    return answer.status_code, answer.json().get("code", "") if answer.status_code != 200 else ""


@pytest.fixture
def bound_token(world: World) -> str:
    """A token that only the holder of `APPLICATION_KEY` can use."""
    signed_in = SignedIn(kind=HolderKind.RESIDENT, subject=world.person_id, display_name="", wallet_id=world.wallet_id)
    return PRESS.issue(signed_in, "wallet", NOW, bound_to=APPLICATION_KEY)


def proof_for(token: str | None, path: str = "wallet", *, method: str = "GET", age_s: int = 0) -> str:
    return write_dpop_proof(
        APPLICATION_KEY,
        method=method,
        url=f"{API}/{path}",
        now=NOW - timedelta(seconds=age_s),
        jti=str(uuid4()),
        access_token=token,
    )


def test_whoever_brings_nothing_gets_no_wallet_asvs_8_2_1(app: FastAPI) -> None:
    for path in PATHS:
        assert asked(app, path, None) == (401, "not_signed_in")
        assert asked(app, path, "Bearer ") == (401, "token_missing")
        assert asked(app, path, "Basic d2FsbGV0Og==") == (401, "not_signed_in")


def test_a_token_of_another_audience_is_refused_asvs_9_2_3_and_10_3_1(
    app: FastAPI, world: World, token_for: TokenFor
) -> None:
    for audience in ("shop", "staff"):
        token = token_for(world.person_id, world.wallet_id, audience=audience)
        for path in PATHS:
            assert asked(app, path, f"Bearer {token}") == (401, "token_invalid")


def test_an_expired_token_is_refused_asvs_9_2_1(app: FastAPI, world: World, token_for: TokenFor) -> None:
    token = token_for(world.person_id, world.wallet_id, at=NOW - timedelta(minutes=10))
    assert asked(app, "wallet", f"Bearer {token}") == (401, "token_expired")


def test_a_token_is_over_in_the_second_that_it_names_asvs_9_2_1(
    app: FastAPI, world: World, token_for: TokenFor, clock: SetClock
) -> None:
    token = token_for(world.person_id, world.wallet_id)
    clock.advance(timedelta(minutes=10) - timedelta(seconds=1))
    assert asked(app, "wallet", f"Bearer {token}") == (200, "")
    clock.advance(timedelta(seconds=1))
    assert asked(app, "wallet", f"Bearer {token}") == (401, "token_expired")


def test_a_changed_token_is_refused_asvs_9_1_1(app: FastAPI, world: World, token_for: TokenFor) -> None:
    head, claims, signature = token_for(world.person_id, world.wallet_id).split(".")
    other_claims = token_for(world.person_id, world.neighbour_wallet_id).split(".")[1]
    assert asked(app, "wallet", f"Bearer {head}.{other_claims}.{signature}") == (401, "token_invalid")
    assert asked(app, "wallet", f"Bearer {head}.{claims}.") == (401, "token_invalid")


def test_a_proof_is_no_token_asvs_9_2_2(app: FastAPI, bound_token: str) -> None:
    assert asked(app, "wallet", f"Bearer {proof_for(bound_token)}") == (401, "token_invalid")


def test_somebody_without_a_wallet_is_no_resident_asvs_8_2_2(app: FastAPI, world: World, token_for: TokenFor) -> None:
    assert asked(app, "wallet", f"Bearer {token_for(world.person_id, None)}") == (403, "not_a_resident")


def test_a_shop_user_in_a_browser_is_no_resident_asvs_8_2_2(
    stranger: TestClient, world: World, parts: WalletParts, make_database: MakeDatabase
) -> None:
    user_id = make_database("kashiman_staff").run(
        lambda session: add_shop_user(session, merchant_id=uuid4(), display_name="店主", role=ShopRole.OWNER)
    )
    cookie = signed_in_cookie(parts.database, Holder(HolderKind.SHOP, user_id), NOW, client_id="wallet")
    stranger.cookies.set(COOKIE, cookie, domain=HOST)
    answer = stranger.get("/api/v1/wallet/wallet")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_resident")


def test_a_bound_token_opens_with_a_proof_of_its_key_asvs_10_3_5(app: FastAPI, bound_token: str) -> None:
    assert asked(app, "wallet", f"DPoP {bound_token}", proof_for(bound_token)) == (200, "")
    assert asked(app, "wallet", f"dpop {bound_token}", proof_for(bound_token)) == (200, "")


def test_a_bound_token_is_worth_nothing_without_its_proof_asvs_10_3_5(app: FastAPI, bound_token: str) -> None:
    assert asked(app, "wallet", f"DPoP {bound_token}") == (401, "dpop_proof_invalid")
    assert asked(app, "wallet", f"Bearer {bound_token}") == (401, "token_invalid")
    assert asked(app, "wallet", f"Bearer {bound_token}", proof_for(bound_token)) == (401, "token_invalid")


def test_a_proof_is_taken_once_asvs_10_3_5(app: FastAPI, bound_token: str, clock: SetClock) -> None:
    proof = proof_for(bound_token)
    assert asked(app, "wallet", f"DPoP {bound_token}", proof) == (200, "")
    for seconds in (0, 30, 30):
        clock.advance(timedelta(seconds=seconds))
        assert asked(app, "wallet", f"DPoP {bound_token}", proof) == (401, "dpop_proof_invalid")


def test_a_proof_of_another_request_or_key_or_time_is_refused_asvs_10_3_5(app: FastAPI, bound_token: str) -> None:
    somebody_elses = write_dpop_proof(
        new_signing_key("ES256"),
        method="GET",
        url=f"{API}/wallet",
        now=NOW,
        jti=str(uuid4()),
        access_token=bound_token,
    )
    refused = [
        [proof_for(bound_token, "history")],
        [proof_for(bound_token, method="POST")],
        [proof_for(None)],
        [proof_for("another-token")],
        [proof_for(bound_token, age_s=61)],
        [proof_for(bound_token, age_s=-61)],
        [somebody_elses],
        [proof_for(bound_token), proof_for(bound_token)],
        ["no-proof-at-all"],
    ]
    for proofs in refused:
        assert asked(app, "wallet", f"DPoP {bound_token}", *proofs) == (401, "dpop_proof_invalid"), proofs


def test_an_unbound_token_does_not_come_by_the_scheme_of_bound_ones(
    app: FastAPI, world: World, token_for: TokenFor
) -> None:
    token = token_for(world.person_id, world.wallet_id)
    assert asked(app, "wallet", f"DPoP {token}", proof_for(token)) == (401, "token_invalid")


def test_our_own_script_reads_with_the_cookie_and_no_other_page_does_asvs_3_5_2(browser: TestClient) -> None:
    answer = browser.get("/api/v1/wallet/wallet", headers={"Origin": "https://evil.example"})
    assert answer.json()["usable_yen"] == 8000
    assert [name for name in answer.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("origin", ["https://evil.example", "http://city.example", "null", ""])
def test_with_the_cookie_only_our_own_pages_change_something_asvs_3_5_1(
    browser: TestClient, world: World, origin: str
) -> None:
    body = {"code": world.bakery_code, "amount_yen": 1280}
    paid = browser.post("/api/v1/wallet/payments", json=body, headers={"Origin": origin, "Idempotency-Key": "k1"})
    assert (paid.status_code, paid.json()["code"]) == (403, "origin_not_ours")
    assert browser.get("/api/v1/wallet/wallet").json()["usable_yen"] == 8000


def test_with_the_cookie_our_own_page_pays(browser: TestClient, world: World) -> None:
    body = {"code": world.bakery_code, "amount_yen": 1280}
    paid = browser.post("/api/v1/wallet/payments", json=body, headers={"Idempotency-Key": "k1"})
    assert paid.status_code == 201
    assert browser.get("/api/v1/wallet/wallet").json()["usable_yen"] == 6720


def test_a_token_that_is_not_good_is_not_made_good_by_a_cookie(browser: TestClient) -> None:
    for scheme in ("Bearer", "DPoP"):
        answer = browser.get("/api/v1/wallet/wallet", headers={"Authorization": f"{scheme} a.b.c"})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_a_token_is_accepted_without_the_database(
    app: FastAPI, parts: WalletParts, world: World, token_for: TokenFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked_for(*_: object, **__: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(Database, "run", asked_for)
    monkeypatch.setattr(Database, "transaction", asked_for)
    body = {"code": "x", "amount_yen": 1280}
    headers = {"Authorization": f"Bearer {token_for(world.person_id, world.wallet_id)}", "Idempotency-Key": "k1"}
    answer = TestClient(app, base_url=API).post("payments", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "code_of_another_scheme")
