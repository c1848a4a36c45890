"""The console tells what a campaign brought about, and asks those who took part."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import pytest

from identity.model import StaffRole
from issuance.effect.model import AgeBand, ApplicantChannel, Caveat, FunnelStep, SurveyMoment, WhyNothing
from issuance.effect.operations.answer_survey import answer_survey
from kernel.db import Session
from staff_console.effect_wording import CAVEATS, CHANNELS, MOMENTS, STEPS, WHY_NOTHING, age_band_text
from tests.issuance.effect.town import KEY, SAID
from tests.issuance.market import PAYING, wallet
from tests.merchants.shops import MARKET
from tests.staff_console.world import SHOPPING_AT, World

COMMERCE, AUDIT = StaffRole.COMMERCE, StaffRole.AUDIT


@pytest.fixture
def hall(world: World) -> World:
    """Five won and bought a unit at the counter, and person 0 used vouchers."""
    world.market.selling([1, 1, 1, 1, 1, 1])
    for number in range(6):
        world.sold(number, 1)
    world.shops_open()
    world.takes(MARKET.merchant_id, [1_280], SHOPPING_AT)
    return world


def path(hall: World, rest: str) -> str:
    return f"/campaigns/{hall.market.campaign_id}/{rest}"


def asked(hall: World, moment: str = "at_purchase", **body: Any) -> Any:
    answer = hall.post(path(hall, "surveys"), COMMERCE, json={"moment": moment, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def answered(hall: World, survey_id: str, people: int) -> None:
    said = {name: value for name, value in SAID.items() if name != "first_time"} | {"comment": "=よかった"}

    def answer(session: Session) -> None:
        for number in range(people):
            answer_survey(session, UUID(survey_id), wallet_id=wallet(number), answers=said, key=KEY, now=PAYING)

    hall.pay.run(answer)


def table(content: bytes) -> list[list[str]]:
    assert content.startswith("\ufeff".encode())
    assert content.count(b"\r\n") == content.count(b"\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_funnel_is_told_by_step_and_group(hall: World) -> None:
    funnel = hall.get(path(hall, "effect/funnel"), AUDIT).json()
    assert funnel["age_bands"] == ["unknown"]
    told = {step["step"]: step for step in funnel["steps"]}
    assert {name: step["people"] for name, step in told.items()} == {
        "invited": 0,
        "opened": 0,
        "applied": 6,
        "granted": 6,
        "bought": 6,
        "spent": None,
    }
    assert told["bought"]["by_district"] == [{"group": "unknown", "people": 6, "by_age_band": [6]}]
    assert told["spent"]["by_channel"] == [{"group": "web", "people": None}]


def test_the_funnel_is_a_file_for_a_spreadsheet(hall: World) -> None:
    answer = hall.get(path(hall, "effect/funnel.csv"), COMMERCE)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="funnel-{hall.market.campaign_id}.csv"'
    rows = table(answer.content)
    assert rows[0] == ["段階", "地区", "年代", "申込方法", "人数"]
    assert ["買った人", "全体", "全体", "全体", "6"] in rows
    assert ["買った人", "不明", "不明", "全体", "6"] in rows
    assert ["買った人", "全体", "全体", "スマートフォン・パソコン", "6"] in rows
    assert ["使った人", "全体", "全体", "全体", "非公表"] in rows
    assert len(rows) == 1 + 6 * 5


def test_a_survey_is_written_answered_and_told_in_figures(hall: World) -> None:
    survey = asked(hall)
    assert asked(hall) == survey
    answered(hall, survey["survey_id"], 5)
    (listed,) = hall.get(path(hall, "surveys"), AUDIT).json()["surveys"]
    assert (listed["version"], listed["answers"], listed["questions"]) == (1, 5, survey["questions"])
    estimates = hall.get(path(hall, "effect/estimates"), AUDIT).json()
    bought, used = estimates["estimates"]
    assert (bought["moment"], bought["asked"], bought["usable"], bought["value_yen"]) == ("at_purchase", 6, 5, 30_000)
    assert bought["per_100_yen_of_premium"] == {"point": 620, "low": 620, "high": 620}
    assert bought["in_all_yen"]["point"] == 37_200
    assert bought["if_silent_added_nothing_yen"] == 517
    assert CAVEATS[Caveat.INTENTION_NOT_DEED] in bought["caveats"]
    questions = {item["name"]: item for item in bought["questions"]}
    assert questions["comment"]["texts"] == ["=よかった"] * 5
    assert questions["bought_anyway"]["by_choice"][2]["people"] is None
    assert (used["why_nothing"], used["per_100_yen_of_premium"]) == ("too_few_answers", None)
    assert "使った商品券の額" in estimates["formula"]


def test_an_estimate_is_a_file_for_a_spreadsheet(hall: World) -> None:
    answered(hall, asked(hall)["survey_id"], 5)
    rows = table(hall.get(path(hall, "effect/estimates.csv"), COMMERCE).content)
    assert rows[0] == ["調査", "項目", "値", "95%区間の下限", "95%区間の上限"]
    assert ["購入時", "プレミアム100円あたりの追加の消費（円）", "620", "620", "620"] in rows
    assert ["利用後", "プレミアム100円あたりの追加の消費（円）", "不明", "", ""] in rows
    assert ["利用後", "推計できない理由", "使える回答が5件より少ないため、推計できません。", "", ""] in rows
    assert ["購入時", "今回 買った商品券は、いくら分ですか。 回答数", "5", "", ""] in rows
    assert not [row for row in rows if "よかった" in "".join(row)]


def test_questions_of_ones_own_are_asked_until_somebody_answers(hall: World) -> None:
    usual = asked(hall)["questions"]
    own = [
        *usual[:3],
        {
            "name": "way",
            "kind": "choice",
            "text": "どうやって",
            "choices": [{"value": "bus", "text": "バス"}, {"value": "car", "text": "車"}],
        },
    ]
    second = asked(hall, questions=own)
    assert (second["version"], [item["name"] for item in second["questions"]][-1]) == (2, "way")
    answered_by = {"way": "bus"}
    hall.pay.run(
        lambda session: answer_survey(
            session, UUID(second["survey_id"]), wallet_id=wallet(0), answers=answered_by, key=KEY, now=PAYING
        )
    )
    frozen = hall.post(path(hall, "surveys"), COMMERCE, json={"moment": "at_purchase"})
    assert (frozen.status_code, frozen.json()["code"]) == (409, "survey_questions_frozen")
    unusable = hall.post(path(hall, "surveys"), COMMERCE, json={"moment": "after_use", "questions": own})
    assert (unusable.status_code, unusable.json()["code"]) == (422, "survey_questions_not_usable")
    assert unusable.json()["facts"] == {"questions": ["first_time"]}


def test_a_campaign_that_is_not_there_is_refused(hall: World) -> None:
    for rest in ("funnel", "funnel.csv", "estimates", "estimates.csv"):
        answer = hall.get(f"/campaigns/{uuid4()}/effect/{rest}", AUDIT)
        assert (answer.status_code, answer.json()["code"]) == (404, "campaign_unknown")


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.HELP, StaffRole.ADMIN])
def test_other_desks_neither_read_nor_ask(role: StaffRole, hall: World) -> None:
    for rest in ("effect/funnel", "effect/funnel.csv", "effect/estimates", "effect/estimates.csv", "surveys"):
        assert hall.get(path(hall, rest), role).json()["code"] == "role_not_allowed"
    for writer in (role, AUDIT):
        refused = hall.post(path(hall, "surveys"), writer, json={"moment": "after_use"})
        assert refused.json()["code"] == "role_not_allowed"


def test_everything_has_its_words() -> None:
    assert STEPS.keys() == set(FunnelStep)
    assert CHANNELS.keys() == set(ApplicantChannel)
    assert CAVEATS.keys() == set(Caveat)
    assert WHY_NOTHING.keys() == set(WhyNothing)
    assert MOMENTS.keys() == set(SurveyMoment)
    assert len({age_band_text(band) for band in AgeBand}) == len(AgeBand)
