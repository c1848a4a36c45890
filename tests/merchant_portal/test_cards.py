"""A paper card at the till: read like a phone's code, with the PIN asked for above its limit."""

import re
from typing import Any
from uuid import uuid4

import pytest

from kernel.ids import derived_id
from payments.cards.model import CardActor, CardActorKind, CardReason, PrintedCard
from payments.cards.operations.freeze_card import freeze_card
from payments.cards.operations.issue_card import issue_card
from tests.merchant_portal.world import CASHIER, NOON, PEPPER, WALLET, World
from tests.payments.cards.wallet_cards import OTHER_PIN, PIN

CLERK = CardActor(CardActorKind.STAFF, derived_id("staff", "clerk"))


@pytest.fixture
def card(world: World) -> PrintedCard:
    facts: dict[str, Any] = {"wallet_id": WALLET, "actor": CLERK, "reason": CardReason.NO_PHONE}
    return world.staff.run(lambda session: issue_card(session, **facts, pin=PIN, pepper=PEPPER, now=NOON))


def charge(world: World, card: PrintedCard, amount_yen: int, **facts: object) -> Any:
    return world.post("/charges", {"code": card.code, "amount_yen": amount_yen, **facts}, CASHIER, key=str(uuid4()))


def typed(card: PrintedCard, amount: str, form_key: str = "form-1", **facts: str) -> dict[str, str]:
    return {"form_key": form_key, "amount": amount, "code": card.code, **facts}


def test_a_card_is_charged_like_a_code_and_only_the_end_of_its_serial_is_told(world: World, card: PrintedCard) -> None:
    answer = charge(world, card, 1_280)
    assert answer.status_code == 201
    assert answer.json()["card_ending"] == card.card.serial[-4:]
    assert card.card.serial not in answer.text
    statement = "SELECT wallet_id, channel, charged_by FROM payments.payments"
    assert world.rows(statement) == [(WALLET, "card", CASHIER.subject)]


def test_above_the_limit_the_api_asks_for_the_pin_and_takes_it_under_a_new_key(world: World, card: PrintedCard) -> None:
    needed = charge(world, card, 3_001)
    assert (needed.status_code, needed.json()["code"]) == (409, "card_pin_needed")
    assert needed.json()["facts"]["limit_payment_yen"] == 3_000
    wrong = charge(world, card, 3_001, pin=OTHER_PIN)
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["facts"]["tries_left"]) == (403, "card_pin_wrong", 2)
    malformed = charge(world, card, 3_001, pin="12")
    assert (malformed.status_code, malformed.json()["code"]) == (422, "pin_malformed")
    assert charge(world, card, 3_001, pin=PIN).status_code == 201
    assert world.rows("SELECT pin_misses FROM payments.cards") == [(0,)]


def test_a_frozen_card_is_refused_by_name(world: World, card: PrintedCard) -> None:
    facts: dict[str, Any] = {"actor": CLERK, "reason": CardReason.LOST, "now": NOON}
    world.staff.run(lambda session: freeze_card(session, card.card.id, **facts))
    answer = charge(world, card, 100)
    assert (answer.status_code, answer.json()["code"]) == (409, "card_frozen")


def test_the_page_asks_for_the_pin_in_a_form_with_a_key_of_its_own(world: World, card: PrintedCard) -> None:
    browser = world.browser(CASHIER)
    asked = browser.post("/shop/charge", data=typed(card, "3500"))
    assert asked.status_code == 422
    assert "お金はまだ動いていません" in asked.text
    assert "3,500円" in asked.text
    (new_key,) = re.findall(r'name="form_key" value="([^"]+)"', asked.text)
    assert new_key != "form-1"

    wrong = browser.post("/shop/charge", data=typed(card, "3500", new_key, pin=OTHER_PIN))
    assert wrong.status_code == 422
    assert "card_pin_wrong" in wrong.text
    assert OTHER_PIN not in wrong.text
    (last_key,) = re.findall(r'name="form_key" value="([^"]+)"', wrong.text)

    done = browser.post("/shop/charge", data=typed(card, "3500", last_key, pin=PIN))
    assert (done.status_code, done.headers["location"].startswith("/shop/payments/")) == (303, True)
    assert world.rows("SELECT amount_yen, channel FROM payments.payments") == [(3_500, "card")]


def test_below_the_limit_the_page_asks_for_nothing_more(world: World, card: PrintedCard) -> None:
    done = world.browser(CASHIER).post("/shop/charge", data=typed(card, "1280"))
    assert done.status_code == 303


def test_a_misread_card_is_said_at_its_field(world: World, card: PrintedCard) -> None:
    misread = card.code[:-1] + ("0" if card.code[-1] != "0" else "1")
    answer = world.browser(CASHIER).post("/shop/charge", data={**typed(card, "1280"), "code": misread})
    assert answer.status_code == 422
    assert "code_unreadable" in answer.text
