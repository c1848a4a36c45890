"""Access tokens under attack: forged, stolen, too old, for somebody else; and what they are worth to whom."""

from datetime import timedelta

import pytest

from identity.provider.jose.keys import new_signing_key
from tests.identity.provider.jose.samples import claims_of, forged
from tests.identity_provider.application import Application, error_of, is_active, none_token, userinfo
from tests.identity_provider.conftest import City, TestClient


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_userinfo_tells_the_subject_to_who_holds_the_key(
    browser: TestClient, phone: Application, city: City, method: str
) -> None:
    tokens = phone.tokens(browser, city.code)
    answer = userinfo(phone, tokens["access_token"], method)
    assert answer.json() == {"sub": claims_of(tokens["id_token"])["sub"]}


def test_asvs_10_3_5_a_token_bound_to_a_key_is_refused_without_its_proof(
    browser: TestClient, phone: Application, city: City
) -> None:
    token = phone.tokens(browser, city.code)["access_token"]
    bearer = phone.http.get("/id/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert (bearer.status_code, bearer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    without = phone.http.get("/id/userinfo", headers={"Authorization": f"DPoP {token}"})
    assert (without.status_code, without.headers["www-authenticate"]) == (401, 'DPoP error="invalid_token"')
    others = phone.proof("/id/userinfo", "GET", access_token="another")
    for proof in (others, phone.proof("/id/userinfo", "POST", access_token=token), phone.proof("/id/userinfo", "GET")):
        answer = phone.http.get("/id/userinfo", headers={"Authorization": f"DPoP {token}", "DPoP": proof})
        assert answer.status_code == 401
    phone.key = new_signing_key("ES256")
    assert userinfo(phone, token).status_code == 401


def test_asvs_10_3_5_a_proof_is_good_for_one_request(browser: TestClient, phone: Application, city: City) -> None:
    token = phone.tokens(browser, city.code)["access_token"]
    proof = phone.proof("/id/userinfo", "GET", access_token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    assert [phone.http.get("/id/userinfo", headers=headers).status_code for _ in range(2)] == [200, 401]


def test_asvs_9_1_2_a_forged_access_token_tells_nothing(browser: TestClient, town: Application, city: City) -> None:
    token = town.tokens(browser, city.code)["access_token"]
    now = int(city.clock.now().timestamp())
    other = new_signing_key("ES256")
    wrong = [
        none_token(token),
        token[:-4] + "AAAA",
        forged(token, key=other),
        forged(token, key=other, header={"kid": other.kid}),
        forged(token, key=other, header={"jwk": {"kty": "EC"}}),
        forged(token, key=new_signing_key("RS256"), header={"alg": "RS256"}),
        forged(token, key=other, claims={"exp": now + 10**6}),
        town.tokens(browser, city.code)["id_token"],
        town.assertion(),
        "x",
        "a.b.c",
    ]
    for one in wrong:
        answer = userinfo(town, one)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert not is_active(town, one)
    assert userinfo(town, token).status_code == 200


def test_asvs_9_2_1_a_token_is_over_after_its_time(browser: TestClient, town: Application, city: City) -> None:
    token = town.tokens(browser, city.code)["access_token"]
    city.clock.advance(timedelta(seconds=599))
    assert is_active(town, token)
    city.clock.advance(timedelta(seconds=1))
    assert not is_active(town, token)
    assert userinfo(town, token).status_code == 401


def test_asvs_9_2_3_a_token_for_one_interface_opens_no_other(
    browser: TestClient, town: Application, city: City
) -> None:
    token = town.tokens(browser, city.code)["access_token"]
    for path in ("/api/v1/wallet/wallet", "/api/v1/wallet/payments", "/api/v1/staff/campaigns"):
        answer = town.http.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (401, 404, 405), path
    wallet = town.http.get("/api/v1/wallet/wallet", headers={"Authorization": f"Bearer {token}"})
    assert (wallet.status_code, wallet.json()["code"]) == (401, "token_invalid")


def test_only_who_is_concerned_is_told_what_a_token_is_worth(
    browser: TestClient, town: Application, farm: Application, phone: Application, kiosk: Application, city: City
) -> None:
    tokens = town.tokens(browser, city.code)
    told = town.post("/id/introspect", token=tokens["access_token"]).json()
    assert (told["active"], told["client_id"], told["aud"], told["token_type"]) == (True, "town", "town-api", "Bearer")
    assert (told["sub"], told["exp"] - told["iat"]) == (claims_of(tokens["id_token"])["sub"], 600)
    assert not is_active(farm, tokens["access_token"])
    assert is_active(kiosk, tokens["access_token"]), "it serves the same interface"
    assert error_of(phone.post("/id/introspect", token=tokens["access_token"])) == (401, "invalid_client")
    assert not is_active(town, tokens["refresh_token"])


def test_revocation_ends_ones_own_tokens_and_says_nothing_of_others(
    browser: TestClient, town: Application, farm: Application, city: City
) -> None:
    tokens = town.tokens(browser, city.code)
    for token in (tokens["access_token"], tokens["refresh_token"], "nobody's", none_token(tokens["access_token"])):
        answer = farm.post("/id/revoke", token=token)
        assert (answer.status_code, answer.json()) == (200, {})
    assert is_active(town, tokens["access_token"])
    town.post("/id/revoke", token=tokens["access_token"], token_type_hint="refresh_token")
    assert not is_active(town, tokens["access_token"])
    second = town.refresh(tokens["refresh_token"]).json()
    town.post("/id/revoke", token=second["refresh_token"])
    assert not is_active(town, second["access_token"])
    assert error_of(town.refresh(second["refresh_token"])) == (400, "invalid_grant")
