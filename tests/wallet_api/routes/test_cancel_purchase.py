"""Giving a purchase up, and what the provider is asked for again, over JSON."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from issuance.gateway import StripeProvider
from kashiman.demo.stripe_double.process import RunningDouble
from kernel.refusals import ProviderDown
from tests.wallet_api.routes.test_purchases import KONBINI, bought, units_left
from tests.wallet_api.world import World


@pytest.fixture(autouse=True)
def _nothing_waits(double: RunningDouble) -> None:
    double.control.drain()


def cancelled(api: TestClient, purchase: Any) -> Any:
    return api.post(f"purchases/{purchase['purchase_id']}/cancel")


def events(double: RunningDouble, kind: str) -> list[bytes]:
    return [event.body for event in double.control.events() if event.kind == kind]


def test_an_unpaid_purchase_is_given_up_at_the_provider_too(
    api: TestClient, world: World, double: RunningDouble
) -> None:
    purchase = bought(api, world).json()
    before = len(events(double, "payment_intent.canceled"))
    for _ in range(2):
        answer = cancelled(api, purchase)
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert len(events(double, "payment_intent.canceled")) == before + 1
    assert units_left(api) == 3


def test_what_was_paid_meanwhile_is_not_given_up(api: TestClient, world: World, double: RunningDouble) -> None:
    purchase = bought(api, world).json()
    provider_id = purchase["client_secret"].split("_secret_")[0]
    double.control.pay_card(provider_id)
    refused = cancelled(api, purchase)
    assert (refused.status_code, refused.json()["code"]) == (409, "provider_payment_closed")
    assert units_left(api) == 1


def test_nobody_cancels_what_the_provider_has_not_answered_about_or_what_is_not_theirs(
    api: TestClient, world: World, double: RunningDouble
) -> None:
    double.control.fail_next(503)
    purchase = bought(api, world).json()
    refused = cancelled(api, purchase)
    assert (refused.status_code, refused.json()["code"]) == (409, "purchase_move_not_legal")
    unknown = cancelled(api, {"purchase_id": uuid4()})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "purchase_unknown")
    assert units_left(api) == 1


def test_a_slip_whose_answer_was_lost_is_asked_for_again_for_the_same_payment(
    api: TestClient, world: World, double: RunningDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = len(events(double, "payment_intent.created"))

    def lost(*_: object) -> None:
        raise ProviderDown

    with monkeypatch.context() as outage:
        outage.setattr(StripeProvider, "confirm_konbini", lost)
        waiting = bought(api, world, **KONBINI).json()
    assert (waiting["state"], waiting["slip"]) == ("awaiting_payment", None)
    again = bought(api, world, **KONBINI).json()
    assert (again["purchase_id"], again["state"]) == (waiting["purchase_id"], "awaiting_payment")
    assert again["slip"]["stores"]["lawson"]["payment_code"].isdigit()
    assert len(events(double, "payment_intent.created")) == created + 1
    assert bought(api, world, **KONBINI).json() == again


def test_a_card_form_opened_again_is_for_the_payment_that_is_known(
    api: TestClient, world: World, double: RunningDouble
) -> None:
    created = len(events(double, "payment_intent.created"))
    purchase = bought(api, world).json()
    again = bought(api, world).json()
    assert again["client_secret"] == purchase["client_secret"]
    assert len(events(double, "payment_intent.created")) == created + 1
