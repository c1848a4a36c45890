"""The resident's paper card: seen, and stopped with one button."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient

from kernel.db import Database
from kernel.ids import derived_id
from payments.cards.model import CardActor, CardActorKind, CardReason, PrintedCard
from payments.cards.operations.issue_card import issue_card
from payments.cards.operations.replace_card import replace_card
from payments.cards.queries import card_events, find_card
from tests.wallet_api.world import NOW, World

MakeDatabase = Callable[[str], Database]
CLERK = CardActor(CardActorKind.STAFF, derived_id("staff", "clerk"))
FACTS: dict[str, Any] = {"actor": CLERK, "pepper": bytes(32), "now": NOW}


def issued(make_database: MakeDatabase, wallet_id: UUID, pin: str | None = "2749") -> PrintedCard:
    facts = {**FACTS, "reason": CardReason.WISHED, "pin": pin}
    return make_database("kashiman_staff").run(lambda session: issue_card(session, wallet_id=wallet_id, **facts))


def test_whoever_has_no_card_reads_where_to_get_one(browser: TestClient) -> None:
    page = browser.get("/wallet/cards")
    assert page.status_code == 200
    assert "紙カードはありません" in page.text
    assert '<form method="post" action="/wallet/cards' not in page.text


def test_the_card_is_shown_without_its_code_and_stopped_with_one_button(
    browser: TestClient, world: World, make_database: MakeDatabase
) -> None:
    printed = issued(make_database, world.wallet_id)
    serial = printed.card.serial
    page = browser.get("/wallet/cards").text
    assert f"{serial[:3]}-{serial[3:6]}-{serial[6:]}" in page
    assert "1回に 3,000円 まで、1日に 10,000円 まで" in page
    assert printed.code not in page

    stopped = browser.post(f"/wallet/cards/{printed.card.id}/freeze")
    assert (stopped.status_code, stopped.headers["location"]) == (303, "/wallet/cards")
    page = browser.get("/wallet/cards").text
    assert "止まっています" in page
    assert "このカードを止める" not in page
    events = make_database("kashiman_pay").run(lambda session: card_events(session, printed.card.id))
    assert events[-1].actor == CardActor(CardActorKind.HOLDER, world.wallet_id)


def test_a_neighbours_card_is_neither_shown_nor_stopped(
    browser: TestClient, world: World, make_database: MakeDatabase
) -> None:
    other = issued(make_database, world.neighbour_wallet_id)
    assert other.card.serial[-4:] not in browser.get("/wallet/cards").text
    for card_id in (other.card.id, uuid4()):
        assert browser.post(f"/wallet/cards/{card_id}/freeze").status_code == 404
    found = make_database("kashiman_pay").run(lambda session: find_card(session, other.card.id))
    assert found is not None
    assert found.state == "active"


def test_earlier_cards_stand_below_without_a_button(
    browser: TestClient, world: World, make_database: MakeDatabase
) -> None:
    old = issued(make_database, world.wallet_id, pin=None)
    make_database("kashiman_staff").run(
        lambda session: replace_card(session, old.card.id, reason=CardReason.DAMAGED, **FACTS)
    )
    page = browser.get("/wallet/cards").text
    assert "新しいカードにかえました" in page
    assert page.count("このカードを止める") == 1
    assert browser.post(f"/wallet/cards/{old.card.id}/freeze").status_code == 409
