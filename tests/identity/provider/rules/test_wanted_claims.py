"""What an application asks about the sign-in itself: how strong, and of whom."""

import json
from dataclasses import replace

import pytest

from identity.model import Acr
from identity.provider.refusals import AuthorizationRequestInvalid
from identity.provider.rules.authorization_request import meant_for, read_authorization_request
from tests.identity.provider.rules.samples import TOWN, parameters


def test_levels_that_nobody_knows_are_ignored_and_each_is_wished_once() -> None:
    asked = parameters(acr_values="urn:mace:silver urn:kashima:acr:line urn:kashima:acr:line 0")
    assert read_authorization_request(asked, TOWN).acr_values == (Acr.LINE,)


def test_levels_may_be_essential() -> None:
    wish = {"id_token": {"acr": {"essential": True, "values": [Acr.PASSKEY.value]}, "auth_time": None}}
    request = read_authorization_request(parameters(claims=json.dumps(wish), acr_values=Acr.LINE.value), TOWN)
    assert (request.acr_values, request.acr_is_essential) == ((Acr.PASSKEY, Acr.LINE), True)


def test_one_level_may_be_asked_for_by_its_value() -> None:
    wish = {"id_token": {"acr": {"value": Acr.PASSKEY.value}}}
    request = read_authorization_request(parameters(claims=json.dumps(wish)), TOWN)
    assert (request.acr_values, request.acr_is_essential) == ((Acr.PASSKEY,), False)


@pytest.mark.parametrize(
    "claims",
    [
        "{",
        "[]",
        "null",
        "1",
        '"id_token"',
        "9" * 10_000,
        "[" * 50_000,
        '{"id_token": 1}',
        '{"id_token": []}',
        '{"id_token": {"acr": {"values": "urn:kashima:acr:line"}}}',
        '{"id_token": {"acr": {"values": [1]}}}',
        '{"id_token": {"acr": {"value": 1}}}',
        '{"id_token": {"acr": {"essential": true, "values": ["urn:mace:gold"]}}}',
        '{"id_token": {"sub": {"value": 1}}}',
        '{"id_token": {"sub": {"value": "\\u0000"}}}',
    ],
)
def test_claims_that_cannot_be_read_are_refused(claims: str) -> None:
    with pytest.raises(AuthorizationRequestInvalid) as caught:
        read_authorization_request(parameters(claims=claims), TOWN)
    assert caught.value.parameter == "claims"


@pytest.mark.parametrize(
    "claims",
    [
        "{}",
        '{"id_token": null}',
        '{"id_token": {}}',
        '{"userinfo": {"name": {"essential": true}}, "id_token": {"email": null}}',
        '{"id_token": {"acr": null, "sub": null}}',
        '{"id_token": {"acr": {"essential": true}}}',
    ],
)
def test_claims_that_ask_for_nothing_of_ours_succeed(claims: str) -> None:
    request = read_authorization_request(parameters(claims=claims), TOWN)
    assert (request.acr_values, request.subject_hint) == ((), None)


def test_the_claims_and_the_hint_mean_one_person() -> None:
    asked = parameters(claims='{"id_token": {"sub": {"value": "subject-1"}}}')
    request = read_authorization_request(asked, TOWN)
    assert request.subject_hint == "subject-1"
    assert meant_for(request, None) is meant_for(request, "subject-1") is request
    with pytest.raises(AuthorizationRequestInvalid) as caught:
        meant_for(request, "subject-2")
    assert caught.value.parameter == "id_token_hint"
    assert meant_for(replace(request, subject_hint=None), "subject-2").subject_hint == "subject-2"
