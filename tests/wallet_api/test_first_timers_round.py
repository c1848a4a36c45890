"""A round for those who won nothing yet, as somebody who won before and a newcomer see it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from issuance.operations.open_remainder_round import open_remainder_round
from kernel.clock import city_time
from kernel.db import Database
from tests.wallet_api.conftest import ISSUER, TokenFor
from tests.wallet_api.world import HANA, NOW, WINTER_ROUND, World

REST = replace(
    WINTER_ROUND,
    slug="winter-2026-rest",
    opens_at=city_time(date(2026, 11, 15)),
    closes_at=city_time(date(2026, 12, 15)),
    pay_from=city_time(date(2026, 11, 15)),
    pay_until=city_time(date(2026, 12, 20)),
    first_day=date(2026, 11, 15),
    first_time_only=True,
)


@pytest.fixture
def rest_id(world: World, make_database: Callable[[str], Database]) -> UUID:
    """The campaign in which the resident won three units, once more for others."""
    return make_database("kashiman_staff").run(
        lambda session: open_remainder_round(session, campaign_id=world.winter_id, round=REST, by=HANA, now=NOW)
    )


def test_the_list_of_rounds_says_for_whom_they_are(api: TestClient, world: World, rest_id: UUID) -> None:
    said = {item["round_id"]: item["first_time_only"] for item in api.get("rounds").json()}
    assert said == {str(rest_id): True, str(world.spring_round_id): False}


def test_who_won_before_is_refused_and_a_newcomer_is_not(
    api: TestClient, app: FastAPI, world: World, token_for: TokenFor, rest_id: UUID
) -> None:
    refused = api.post(f"rounds/{rest_id}/application", json={"units": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "granted_in_earlier_round")
    assert refused.json()["facts"] == {}
    token = token_for(world.neighbour_id, world.neighbour_wallet_id)
    neighbour = TestClient(app, base_url=f"{ISSUER}/api/v1/wallet", headers={"Authorization": f"Bearer {token}"})
    assert neighbour.post(f"rounds/{rest_id}/application", json={"units": 1}).status_code == 201


def test_the_page_says_so_before_anybody_fills_it_in(browser: TestClient, rest_id: UUID) -> None:
    assert browser.get("/wallet/buy").text.count("まだ当選していない方のための回です。") == 1
    page = browser.get(f"/wallet/rounds/{rest_id}").text
    assert "この回には申し込めません" in page
    assert 'name="units"' not in page
