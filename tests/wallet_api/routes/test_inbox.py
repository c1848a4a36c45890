"""The inbox over the API: one's own notices, read once opened, and the choice of a door."""

from dataclasses import replace
from datetime import date, timedelta
from typing import cast
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from identity.doors.operations.ask_mail_address import ask_mail_address
from identity.doors.operations.confirm_mail_address import confirm_mail_address
from issuance.notices.operations.make_notices import make_notices
from kernel.clock import city_time
from kernel.db import Database
from ledger.model import Terms, UsableAt
from tests.conftest import MakeDatabase
from tests.identity.people import PEPPER
from tests.ledger.books import post, sell
from tests.wallet_api.conftest import TokenFor
from tests.wallet_api.world import NOW, World

LAST_DAY = date(2026, 12, 15)
TOLD_AT = city_time(LAST_DAY - timedelta(days=14), 9, 5)


def tell(make_database: MakeDatabase, world: World) -> None:
    """Two weeks before their last day, both neighbours are reminded of 5,000 yen."""
    pay, worker = make_database("kashiman_pay"), make_database("kashiman_worker")
    terms = Terms(UsableAt.SMALL_SHOPS, NOW.date(), LAST_DAY)
    for wallet_id in (world.wallet_id, world.neighbour_wallet_id):
        post(pay, sell(terms=terms, at=NOW, wallet_id=wallet_id, campaign_id=world.winter_id))
    make(worker)


def make(worker: Database) -> None:
    worker.run(lambda session: make_notices(session, now=TOLD_AT))


@pytest.fixture
def told(make_database: MakeDatabase, world: World) -> World:
    tell(make_database, world)
    return world


def test_the_inbox_says_what_happened_and_what_is_unread(api: TestClient, told: World) -> None:
    answer = api.get("/notices").json()
    assert (answer["unread"], answer["door"]) == (1, "inbox")
    (notice,) = answer["notices"]
    assert notice.pop("notice_id")
    assert notice == {
        "kind": "value_expires",
        "title": "2026年12月15日(火) で使えなくなる商品券があります",
        "body": "「かしまん商品券 冬」の残り 5,000円は、2026年12月15日(火) まで使えます。"
        "このうち 5,000円は、中小のお店だけで使えます。その日を過ぎると、使えなくなります。",
        "made_at": "2026-12-01T00:05:00Z",
        "is_unread": True,
        "sent_by": "inbox",
        "draw_path": None,
        "facts": {
            "campaign_id": str(told.winter_id),
            "campaign_title": "かしまん商品券 冬",
            "last_day": "2026-12-15",
            "left_yen": 5_000,
            "small_shops_yen": 5_000,
        },
    }


def test_a_notice_is_read_once_it_was_opened(api: TestClient, told: World) -> None:
    notice_id = api.get("/notices").json()["notices"][0]["notice_id"]
    for _ in range(2):
        opened = api.post(f"/notices/{notice_id}/read")
        assert (opened.status_code, opened.json()["is_unread"]) == (200, False)
    assert api.get("/notices").json()["unread"] == 0


def test_a_notice_of_a_neighbour_is_not_there(api: TestClient, told: World, token_for: TokenFor) -> None:
    token = token_for(told.neighbour_id, told.neighbour_wallet_id)
    theirs = api.get("/notices", headers={"Authorization": f"Bearer {token}"}).json()["notices"][0]["notice_id"]
    for notice_id in (theirs, str(uuid4())):
        answer = api.post(f"/notices/{notice_id}/read")
        assert (answer.status_code, answer.json()["code"]) == (404, "notice_unknown")
    assert UUID(theirs)


def test_older_notices_are_asked_for_by_time(api: TestClient, told: World) -> None:
    made_at = api.get("/notices").json()["notices"][0]["made_at"]
    assert api.get("/notices", params={"before": made_at}).json()["notices"] == []
    assert api.get("/notices", params={"limit": 0}).status_code == 422


def test_a_door_is_chosen_and_counts_from_then_on(api: TestClient, world: World, make_database: MakeDatabase) -> None:
    for door in ("line", "line", "inbox", "line"):
        assert api.post("/notice-door", json={"door": door}).status_code == 204
        assert api.get("/notices").json()["door"] == door
    tell(make_database, world)
    answer = api.get("/notices").json()
    assert (answer["unread"], answer["notices"][0]["sent_by"]) == (0, "line")
    assert api.post("/notice-door", json={"door": "fax"}).json()["code"] == "fields_invalid"


@pytest.fixture
def mailing(api: TestClient) -> TestClient:
    """The same programs, in a city that sends e-mail."""
    app = cast(FastAPI, api.app)
    app.state.wallet = replace(app.state.wallet, sends_mail=True)
    return api


def test_e_mail_is_chosen_once_an_address_is_proved(
    mailing: TestClient, world: World, make_database: MakeDatabase
) -> None:
    assert mailing.post("/notice-door", json={"door": "email"}).json()["code"] == "mail_address_missing"
    prove_address(make_database, world)
    assert mailing.post("/notice-door", json={"door": "email"}).status_code == 204
    assert mailing.get("/notices").json()["door"] == "email"


def test_a_city_without_a_mail_server_takes_no_such_choice(
    api: TestClient, world: World, make_database: MakeDatabase
) -> None:
    prove_address(make_database, world)
    assert api.post("/notice-door", json={"door": "email"}).json()["code"] == "mail_door_closed"
    assert api.get("/notices").json()["door"] == "inbox"


def prove_address(make_database: MakeDatabase, world: World) -> None:
    """The resident gives an address for e-mail and types the code that was mailed to it."""
    pay, person_id = make_database("kashiman_pay"), world.person_id
    asked = pay.run(lambda s: ask_mail_address(s, person_id, "taro@example.jp", pepper=PEPPER, now=NOW))
    pay.run(lambda s: confirm_mail_address(s, person_id, asked.code, pepper=PEPPER, now=NOW))
