"""A provider's keys are fetched when they are needed, kept for an hour, and only those for ES256 are used."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from identity.doors.gateway.provider_http import ProviderHttp
from identity.doors.gateway.provider_keys import ProviderKeys, es256_keys
from identity.doors.model import Provider
from kernel.clock import SetClock
from kernel.refusals import ProviderDown
from tests.identity.doors.provider_script import NOW, KeyOfProvider, ScriptedProvider, json_answer, key_set

OLD, NEW = KeyOfProvider("old"), KeyOfProvider("new")
RSA_JWK = jwt.algorithms.RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key(), as_dict=True)
P384_JWK = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True)


class Shelf:
    """Keys at an address on paper."""

    def __init__(self) -> None:
        self.script, self.clock = ScriptedProvider({"certs": key_set(OLD)}), SetClock(NOW)
        http = ProviderHttp(Provider.LINE, 1.0, self.script.transport)
        self.keys = ProviderKeys(http, "https://api.line.me/oauth2/v2.1/certs", self.clock)

    def knows(self, key_id: str) -> bool:
        return self.keys.key(key_id) is not None


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_keys_are_fetched_once_in_an_hour(shelf: Shelf) -> None:
    assert shelf.script.asked == []
    assert shelf.knows("old")
    shelf.clock.advance(timedelta(minutes=59))
    assert shelf.knows("old")
    assert len(shelf.script.asked) == 1
    shelf.clock.advance(timedelta(minutes=1))
    assert shelf.knows("old")
    assert len(shelf.script.asked) == 2


def test_a_new_key_is_found_when_it_is_first_used(shelf: Shelf) -> None:
    assert not shelf.knows("new")
    shelf.script.answers["certs"] = key_set(OLD, NEW)
    shelf.clock.advance(timedelta(seconds=30))
    assert shelf.knows("new")
    assert shelf.knows("old")
    assert len(shelf.script.asked) == 2


def test_made_up_key_ids_do_not_become_a_load_for_the_provider(shelf: Shelf) -> None:
    assert not any(shelf.knows(f"made-up-{number}") for number in range(100))
    assert len(shelf.script.asked) == 1


def test_a_key_that_was_taken_away_is_not_believed_after_an_hour(shelf: Shelf) -> None:
    assert shelf.knows("old")
    shelf.script.answers["certs"] = key_set(NEW)
    shelf.clock.advance(timedelta(hours=1))
    assert not shelf.knows("old")


def test_keys_that_cannot_be_fetched_are_an_outage_and_known_ones_still_serve(shelf: Shelf) -> None:
    assert shelf.knows("old")
    shelf.script.answers["certs"] = json_answer({}, 503)
    shelf.clock.advance(timedelta(seconds=30))
    assert shelf.knows("old")
    with pytest.raises(ProviderDown):
        shelf.knows("new")


@pytest.mark.parametrize(
    "other",
    [
        {**RSA_JWK, "kid": "k"},
        {**P384_JWK, "kid": "k"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k"},
        {**OLD.jwk, "kid": "k", "alg": "HS256"},
        {**OLD.jwk, "kid": "k", "use": "enc"},
        {**OLD.jwk, "kid": 7},
        {**OLD.jwk, "kid": "k", "x": "AAAA"},
        {**OLD.jwk, "kid": "k", "y": OLD.jwk["x"]},
        {name: value for name, value in OLD.jwk.items() if name != "y"},
        "key",
        None,
    ],
)
def test_asvs_9_1_2_a_key_that_is_not_for_es256_is_passed_over(other: Any) -> None:
    assert es256_keys([other, OLD.jwk]).keys() == {"old"}


@pytest.mark.parametrize("content", [{}, {"keys": None}, {"keys": {}}, {"keys": []}])
def test_a_set_without_keys_knows_none(shelf: Shelf, content: Any) -> None:
    shelf.script.answers["certs"] = json_answer(content)
    assert not shelf.knows("old")
