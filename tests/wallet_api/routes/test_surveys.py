"""Surveys over the API: offered after the fact, answered once, taken back; and who was shown a round is noted."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from issuance.effect.model import SurveyMoment
from issuance.effect.operations.write_survey import write_survey
from issuance.effect.rules.usual_questions import USUAL_QUESTIONS
from kernel.refusals import Busy
from tests.conftest import MakeDatabase
from tests.wallet_api.conftest import TokenFor
from tests.wallet_api.world import HANA, NOW, World
from wallet_api.parts import WalletParts

SAID = {"voucher_yen": 5_000, "bought_anyway": "nothing", "added_yen": 0, "first_time": "yes"}


def ask(make_database: MakeDatabase, world: World) -> UUID:
    """The commerce desk asks those who used the winter's vouchers."""
    written = make_database("kashiman_staff").run(
        lambda session: write_survey(
            session,
            world.winter_id,
            moment=SurveyMoment.AFTER_USE,
            questions=USUAL_QUESTIONS[SurveyMoment.AFTER_USE],
            by=HANA,
            now=NOW,
        )
    )
    return written.id


def pay(client: TestClient, world: World) -> None:
    body = {"code": world.bakery_code, "amount_yen": 500}
    assert client.post("/payments", json=body, headers={"Idempotency-Key": "k1"}).status_code == 201


def openings(database_url: str) -> list[Any]:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT campaign_id, wallet_id FROM issuance.campaign_openings").fetchall()


@pytest.fixture
def survey(api: TestClient, make_database: MakeDatabase, world: World) -> UUID:
    """A survey of somebody who has just paid with vouchers."""
    pay(api, world)
    return ask(make_database, world)


def test_a_survey_is_offered_once_vouchers_were_used(
    api: TestClient, make_database: MakeDatabase, world: World
) -> None:
    survey_id = ask(make_database, world)
    assert api.get("/surveys").json() == {"surveys": []}
    pay(api, world)
    (offered,) = api.get("/surveys").json()["surveys"]
    assert (offered["survey_id"], offered["campaign_title"]) == (str(survey_id), "かしまん商品券 冬")
    assert (offered["moment"], offered["is_answered"]) == ("after_use", False)
    assert [question["name"] for question in offered["questions"]] == [
        "voucher_yen",
        "bought_anyway",
        "added_yen",
        "first_time",
        "comment",
    ]
    assert offered["questions"][3]["choices"] == [{"value": "yes", "text": "ある"}, {"value": "no", "text": "ない"}]


def test_an_answer_is_given_once_and_taken_back(api: TestClient, survey: UUID) -> None:
    path = f"/surveys/{survey}"
    assert api.post(f"{path}/withdrawal").json()["code"] == "survey_answer_missing"
    assert api.post(f"{path}/answers", json={"answers": SAID}).status_code == 204
    assert api.post(f"{path}/answers", json={"answers": SAID}).status_code == 204
    assert api.get("/surveys").json()["surveys"][0]["is_answered"]
    other = api.post(f"{path}/answers", json={"answers": {"added_yen": 1}})
    assert (other.status_code, other.json()["code"]) == (409, "survey_answered_before")
    assert api.post(f"{path}/withdrawal").status_code == 204
    assert not api.get("/surveys").json()["surveys"][0]["is_answered"]


@pytest.mark.parametrize(
    ("answers", "status", "code"),
    [
        ({}, 422, "nothing_answered"),
        ({"added_yen": -1}, 422, "survey_answers_invalid"),
        ({"added_yen": 1.5}, 422, "fields_invalid"),
        ({"added_yen": True}, 422, "fields_invalid"),
        ({"comment": "長" * 501}, 422, "fields_invalid"),
        ({f"q{number}": 1 for number in range(21)}, 422, "fields_invalid"),
    ],
)
def test_what_is_no_answer_is_refused(
    api: TestClient, survey: UUID, answers: dict[str, Any], status: int, code: str
) -> None:
    refused = api.post(f"/surveys/{survey}/answers", json={"answers": answers})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not api.get("/surveys").json()["surveys"][0]["is_answered"]


def test_a_neighbour_who_used_nothing_is_not_asked(
    api: TestClient, survey: UUID, world: World, token_for: TokenFor
) -> None:
    token = token_for(world.neighbour_id, world.neighbour_wallet_id)
    headers = {"Authorization": f"Bearer {token}"}
    assert api.get("/surveys", headers=headers).json() == {"surveys": []}
    refused = api.post(f"/surveys/{survey}/answers", json={"answers": SAID}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "survey_not_for_this_wallet")
    assert api.post(f"/surveys/{uuid4()}/answers", json={"answers": SAID}).json()["code"] == "survey_unknown"


def test_an_app_tells_that_a_round_was_shown_and_it_is_noted_once(
    api: TestClient, world: World, database_url: str
) -> None:
    path = f"/rounds/{world.spring_round_id}/opened"
    assert [api.post(path).status_code for _ in range(3)] == [202, 202, 202]
    assert api.post(f"/rounds/{uuid4()}/opened").status_code == 202
    assert openings(database_url) == [(world.spring_id, world.wallet_id)]


def test_a_page_that_shows_a_round_notes_it_after_its_answer(
    browser: TestClient, world: World, database_url: str
) -> None:
    assert browser.get(f"/wallet/rounds/{uuid4()}").status_code == 404
    assert openings(database_url) == []
    assert browser.get(f"/wallet/rounds/{world.spring_round_id}").status_code == 200
    assert openings(database_url) == [(world.spring_id, world.wallet_id)]


def test_nobody_waits_for_the_note_and_nobody_is_told_when_it_fails(
    browser: TestClient, parts: WalletParts, world: World, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Full:
        async def submit(self, _opening: object) -> None:
            raise Busy

    parts.__dict__["openings"] = Full()
    assert browser.get(f"/wallet/rounds/{world.spring_round_id}").status_code == 200
    assert openings(database_url) == []
    assert "an opening was not noted: busy" in caplog.text
