"""The commerce desk runs a campaign over JSON, from a blank sheet to an open round, and never alone."""

from typing import Any
from uuid import UUID

from httpx import Response

from identity.model import StaffRole
from tests.issuance.planning.proposals import DRAFT, NOW
from tests.staff_console.world import World

COMMERCE, FINANCE, AUDIT = StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.AUDIT
NEW = {"slug": "premium-2027", "title": "かしまん商品券 令和9年度"}


def rules(version: int = 1, **changes: Any) -> dict[str, Any]:
    """The body of an edit: the good proposal of the tests, with other terms if asked."""
    record = DRAFT.record()
    return {
        "based_on_version": version,
        "reason": "予算の議決",
        "title": record["title"],
        "terms": {**record["terms"], **changes},
        "rounds": record["rounds"],
    }


def drafted(world: World) -> str:
    world.clock.at = NOW
    answer = world.post("/campaigns", COMMERCE, json=NEW)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["campaign_id"])


def edited(world: World, **changes: Any) -> str:
    campaign_id = drafted(world)
    answer = world.post(f"/campaigns/{campaign_id}/plan", COMMERCE, json=rules(**changes))
    assert answer.status_code == 200, answer.text
    return campaign_id


def approval(world: World, campaign_id: str) -> dict[str, Any]:
    plan = world.get(f"/campaigns/{campaign_id}/plan", FINANCE).json()
    return {"rules_version": plan["version"], "sha256": plan["sha256"]}


def no(answer: Response) -> tuple[int, str, dict[str, Any]]:
    return answer.status_code, answer.json()["code"], answer.json()["facts"]


def test_a_blank_draft_answers_with_every_problem_in_a_sentence(world: World) -> None:
    campaign_id = drafted(world)
    plan = world.get(f"/campaigns/{campaign_id}/plan", COMMERCE).json()
    assert (plan["state"], plan["version"], plan["light"], plan["rounds"]) == ("draft", 1, "red", [])
    assert (plan["terms"]["units_total"], plan["terms"]["price_yen"], plan["terms"]["issuer"]) == (0, 4000, "city")
    reds = {item["name"]: item["sentence"] for item in plan["findings"] if item["light"] == "red"}
    assert reds == {
        "amount_out_of_range": "金額0円は使えません。1円から9,999,999,999,000円までにしてください。",
        "campaign_number_out_of_range": "総口数が0になっています。1から10,000,000までにしてください。",
    }
    again = world.post("/campaigns", COMMERCE, json=NEW)
    assert no(again) == (409, "slug_already_taken", {"slug": "premium-2027"})


def test_an_edited_plan_comes_back_as_it_was_sent_and_is_all_green(world: World) -> None:
    campaign_id = edited(world)
    plan = world.get(f"/campaigns/{campaign_id}/plan", AUDIT).json()
    assert (plan["version"], plan["light"], plan["sha256"]) == (2, "green", DRAFT.sha256)
    assert plan["terms"]["quotas"] == [
        {"name": "スマホなし", "units": 2000, "age_min": None, "age_max": None, "without_smartphone": True}
    ]
    assert plan["rounds"][0]["closes_at"] == "2027-05-28T08:00:00Z"
    sent_back = {**rules(2), "terms": plan["terms"], "rounds": plan["rounds"]}
    same = world.post(f"/campaigns/{campaign_id}/plan", COMMERCE, json=sent_back)
    assert same.json()["version"] == 2


def test_versions_tell_who_and_why_and_their_changes_can_be_asked_for(world: World) -> None:
    campaign_id = edited(world)
    world.post(f"/campaigns/{campaign_id}/plan", COMMERCE, json={**rules(2, cancel_days=5), "reason": "要綱"})
    versions = world.get(f"/campaigns/{campaign_id}/plan/versions", FINANCE).json()["versions"]
    clerk = str(world.clerks[COMMERCE])
    assert [(item["version"], item["by"], item["desk"], item["reason"]) for item in versions] == [
        (1, clerk, "commerce", "blank"),
        (2, clerk, "commerce", "予算の議決"),
        (3, clerk, "commerce", "要綱"),
    ]
    changes = world.get(f"/campaigns/{campaign_id}/plan/changes?from_version=2&to_version=3", FINANCE).json()
    assert changes == {"changes": [{"field": "terms.cancel_days", "before": 3, "after": 5}]}
    missing = world.get(f"/campaigns/{campaign_id}/plan/changes?from_version=2&to_version=9", FINANCE)
    assert no(missing) == (404, "rule_version_unknown", {"version": 9})


def test_an_edit_of_rules_that_somebody_else_changed_is_refused(world: World) -> None:
    campaign_id = edited(world)
    late = world.post(f"/campaigns/{campaign_id}/plan", COMMERCE, json=rules(1, cancel_days=5))
    assert no(late) == (409, "rules_changed_meanwhile", {"seen_version": 1, "newest_version": 2})


def test_forecasts_show_both_rules_at_three_demands(world: World) -> None:
    campaign_id = edited(world)
    draws = world.get(f"/campaigns/{campaign_id}/plan/forecasts", COMMERCE).json()["draws"]
    assert [draw["slug"] for draw in draws] == ["premium-2027-1", "premium-2027-2"]
    shown = [(item["demand_percent"], item["rule"], item["people_with_nothing"]) for item in draws[0]["forecasts"]]
    assert [(percent, rule) for percent, rule, _ in shown] == [
        (percent, rule) for percent in (66, 100, 200) for rule in ("equal_first", "all_or_nothing")
    ]
    assert [nothing for *_, nothing in shown[:5]] == [0, 0, 0, 0, 0]
    assert shown[5][2] > 8_000


def test_only_a_second_person_approves_and_only_what_they_saw(world: World) -> None:
    campaign_id = edited(world)
    seen = approval(world, campaign_id)
    path = f"/campaigns/{campaign_id}/approval"
    assert no(world.post(path, COMMERCE, json=seen))[1] == "second_person_needed"
    world.post(f"/campaigns/{campaign_id}/plan", COMMERCE, json=rules(2, cancel_days=5))
    changed = {"seen_version": 2, "newest_version": 3}
    assert no(world.post(path, FINANCE, json=seen)) == (409, "rules_changed_meanwhile", changed)
    answer = world.post(path, FINANCE, json=approval(world, campaign_id))
    assert answer.json() == {"campaign_id": campaign_id, "state": "approved", "rules_version": 3}
    assert no(world.post(path, FINANCE, json=seen))[1] == "campaign_not_a_draft"


def test_nothing_red_is_approved_and_what_is_red_is_named(world: World) -> None:
    campaign_id = edited(world, budget_yen=1, face_yen=4_000, small_shop_face_yen=0)
    answer = world.post(f"/campaigns/{campaign_id}/approval", FINANCE, json=approval(world, campaign_id))
    assert no(answer) == (409, "plan_has_red_findings", {"findings": ["face_not_above_price"]})


def test_a_draft_is_sent_back_with_a_reason_that_stays_in_its_history(world: World) -> None:
    campaign_id = edited(world)
    seen = approval(world, campaign_id)
    path = f"/campaigns/{campaign_id}/approval-refusals"
    empty = world.post(path, FINANCE, json={**seen, "reason": " "})
    assert no(empty) == (422, "planning_reason_missing", {})
    answer = world.post(path, FINANCE, json={**seen, "reason": "基準日を確かめてください"})
    assert (answer.status_code, answer.json()["state"]) == (200, "draft")
    events = world.get(f"/campaigns/{campaign_id}/history", AUDIT).json()["events"]
    assert [event["event"] for event in events] == ["drafted", "edited", "approval_refused"]
    assert (events[-1]["reason"], events[-1]["desk"]) == ("基準日を確かめてください", "finance")


def test_an_approved_campaign_opens_with_its_planned_rounds(world: World) -> None:
    campaign_id = edited(world)
    move = f"/campaigns/{campaign_id}/moves"
    early = world.post(move, COMMERCE, json={"to_state": "open"})
    assert no(early) == (409, "campaign_move_not_legal", {"from_state": "draft", "to_state": "open"})
    world.post(f"/campaigns/{campaign_id}/approval", FINANCE, json=approval(world, campaign_id))
    by_finance = world.post(move, FINANCE, json={"to_state": "open"})
    assert no(by_finance) == (403, "desk_may_not_move_campaign", {"desk": "finance", "to_state": "open"})
    assert world.post(move, COMMERCE, json={"to_state": "open"}).json()["state"] == "open"
    opened = world.post(
        f"/campaigns/{campaign_id}/planned-rounds",
        COMMERCE,
        json={"slug": "premium-2027-1", "commitments": ["ab" * 32]},
    )
    assert opened.status_code == 201, opened.text
    rounds = world.get(f"/campaigns/{campaign_id}", COMMERCE).json()["rounds"]
    assert [(item["round_id"], item["units"]["offered"]) for item in rounds] == [(opened.json()["round_id"], 28_000)]
    unknown = world.post(f"/campaigns/{campaign_id}/planned-rounds", COMMERCE, json={"slug": "nine"})
    assert no(unknown) == (404, "round_not_planned", {"round_slug": "nine"})
    other = {**DRAFT.record()["rounds"][1], "units_offered": 1_999}
    differs = world.post(f"/campaigns/{campaign_id}/rounds", COMMERCE, json=other)
    assert no(differs) == (409, "round_differs_from_plan", {"round_slug": "premium-2027-2"})
    kept = {**other, "slug": "more", "quota": None}
    too_many = world.post(f"/campaigns/{campaign_id}/rounds", COMMERCE, json=kept)
    assert no(too_many) == (409, "units_exceed_campaign", {"asked_units": 1_999, "left_units": 0})


def test_approval_is_no_move_and_states_that_do_not_exist_are_malformed(world: World) -> None:
    campaign_id = edited(world)
    for to_state in ("approved", "draft", "won"):
        answer = world.post(f"/campaigns/{campaign_id}/moves", COMMERCE, json={"to_state": to_state})
        assert no(answer) == (422, "fields_invalid", {"fields": ["to_state"]})


def test_a_time_without_an_offset_and_a_yen_with_a_fraction_are_malformed(world: World) -> None:
    campaign_id = drafted(world)
    body = rules(price_yen=4000.5)
    body["rounds"][0]["opens_at"] = "2027-05-10T09:00:00"
    answer = world.post(f"/campaigns/{campaign_id}/plan", COMMERCE, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "fields_invalid")


def test_last_years_campaign_is_the_next_ones_draft(world: World) -> None:
    campaign_id = edited(world)
    copy = {"slug": "premium-2028", "title": "令和10年度", "copy_of": campaign_id}
    plan = world.post("/campaigns", COMMERCE, json=copy).json()
    assert (plan["copied_from"], plan["terms"]["base_date"]) == (campaign_id, "2028-05-01")
    assert plan["rounds"][0]["opens_at"] == "2028-05-10T00:00:00Z"
    nowhere = world.post("/campaigns", COMMERCE, json={**copy, "slug": "x", "copy_of": str(UUID(int=9))})
    assert no(nowhere) == (404, "campaign_unknown", {"campaign_id": str(UUID(int=9))})


def test_a_campaign_that_does_not_exist_has_no_plan(world: World) -> None:
    nowhere = f"/campaigns/{UUID(int=9)}"
    for answer in (
        world.get(f"{nowhere}/plan", COMMERCE),
        world.get(f"{nowhere}/plan/versions", COMMERCE),
        world.get(f"{nowhere}/plan/forecasts", COMMERCE),
        world.get(f"{nowhere}/history", COMMERCE),
        world.post(f"{nowhere}/plan", COMMERCE, json=rules()),
        world.post(f"{nowhere}/moves", COMMERCE, json={"to_state": "open"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "campaign_unknown")
