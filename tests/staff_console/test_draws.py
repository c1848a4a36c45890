"""Two clerks take a draw from its rule sheet to its results over the console's JSON."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from identity.model import StaffRole
from issuance.model import ApplicationReceipt
from kernel.clock import SystemClock
from tests.issuance.ceremony.relay import beacon_json
from tests.issuance.market import (
    BEACON_ROUND,
    CLOSES,
    DRAW_AT,
    FALLBACK,
    FROZEN,
    OPENS,
    PLANNED,
    ROUND,
    SECRET,
    SIGNATURE,
    application,
)
from tests.staff_console.world import World

COMMERCE, FINANCE, HELP, AUDIT = StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.HELP, StaffRole.AUDIT
SHEET = {
    "draw_at": DRAW_AT.isoformat(),
    "holders": [{"office": "監査委員", "commitment": ROUND.commitments[0]}],
    "fallback": {"beacon_id": FALLBACK.beacon_id, "how": FALLBACK.how},
    "exclusions": ["亡くなった方"],
}
BEACON = {"beacon_id": "drand-quicknet", "beacon_round": BEACON_ROUND}
EVENING = CLOSES - timedelta(hours=6)


@pytest.fixture
def hall(world: World) -> World:
    """A round that is announced and has no rule sheet, some days before it opens."""
    market = world.market
    market.announced()
    world.clock.at = PLANNED
    return world


def done(hall: World, path: str, role: StaffRole, body: Any = None, status: int = 204) -> Any:
    answer = hall.post(f"/rounds/{hall.market.round_id}/{path}", role, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if status != 204 else None


def ruled(hall: World) -> None:
    """The rule sheet is published."""
    sheet = done(hall, "rule-sheet", COMMERCE, SHEET, 201)
    done(hall, "rule-sheet/confirm", FINANCE, sheet)


def closed(hall: World) -> list[ApplicationReceipt]:
    """Two applications in a closed list."""
    ruled(hall)
    outcomes = hall.market.submit(*(application(hall.market.round_id, number, 3) for number in (0, 1)))
    hall.clock.at = CLOSES
    done(hall, "close", COMMERCE, status=200)
    return [outcome for outcome in outcomes if isinstance(outcome, ApplicationReceipt)]


def ceremony(hall: World) -> Any:
    answer = hall.get(f"/rounds/{hall.market.round_id}/ceremony", AUDIT)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_draw_goes_from_its_rules_to_its_results_by_two_people(hall: World) -> None:
    receipts = closed(hall)
    hall.clock.at = FROZEN
    named = done(hall, "beacon", COMMERCE, BEACON, 201)
    assert named == {**BEACON, "due_at": "2023-09-15T11:00:03Z"}
    done(hall, "freeze", FINANCE, {"reveals": [SECRET.hex()]}, 200)
    hall.clock.at = DRAW_AT
    file = {"content": beacon_json().decode()}
    assert done(hall, "beacon-files", COMMERCE, file, 200) == {"signature": SIGNATURE, "is_drawn": False}
    assert done(hall, "beacon-files", FINANCE, file, 200) == {"signature": SIGNATURE, "is_drawn": True}
    told = ceremony(hall)
    assert (told["state"], told["has_rule_sheet"]) == ("drawn", True)
    assert [(step["kind"], step["proposed_by"], step["confirmed_by"]) for step in told["steps"]] == [
        (kind, "commerce さん", "finance さん") for kind in ("rule_sheet", "beacon", "beacon_value")
    ]
    assert "content" not in told["steps"][0]["facts"]
    number = receipts[0].receipt.receipt
    found = hall.get(f"/rounds/{hall.market.round_id}/explanations/{number}", HELP).json()
    assert (found["receipt"], found["granted_units"], found["rows"]) == (number, 3, 2)
    report = hall.get(f"/rounds/{hall.market.round_id}/reconciliation", AUDIT).json()
    assert (report["agrees"], list(report["differences"])) == (False, ["winner_without_notice"])
    assert len(done(hall, "statistics", COMMERCE, status=200)["sha256"]) == 64


def test_one_person_alone_takes_no_step(hall: World) -> None:
    sheet = done(hall, "rule-sheet", COMMERCE, SHEET, 201)
    alone = [("rule-sheet/confirm", sheet)]
    for path, body in alone:
        assert done(hall, path, COMMERCE, body, 403)["code"] == "second_person_needed"
    done(hall, "rule-sheet/confirm", FINANCE, sheet)
    hall.clock.at = EVENING
    done(hall, "extension", COMMERCE, {"closes_at": (CLOSES + timedelta(hours=2)).isoformat(), "reason": "台風"})
    assert done(hall, "extension/confirm", COMMERCE, status=403)["code"] == "second_person_needed"
    hall.clock.at = CLOSES
    assert done(hall, "extension/confirm", FINANCE, status=409)["code"] == "extension_too_late"
    done(hall, "close", COMMERCE, status=200)
    done(hall, "settlement", COMMERCE, {"reason": "異議なし"})
    assert done(hall, "settlement/confirm", COMMERCE, status=403)["code"] == "second_person_needed"
    done(hall, "correction", COMMERCE, {"excluded": {}, "reason": "申出"})
    assert done(hall, "correction/confirm", COMMERCE, status=403)["code"] == "second_person_needed"
    hall.clock.at = FROZEN
    done(hall, "beacon", COMMERCE, BEACON, 201)
    answer = done(hall, "freeze", COMMERCE, {"reveals": [SECRET.hex()]}, 403)
    assert answer["code"] == "second_person_needed"


def test_an_extension_moves_the_deadline(hall: World) -> None:
    ruled(hall)
    hall.clock.at = EVENING
    earlier = done(hall, "extension", COMMERCE, {"closes_at": OPENS.isoformat(), "reason": "台風"}, 422)
    assert earlier["code"] == "extension_not_later"
    later = CLOSES + timedelta(hours=2)
    done(hall, "extension", COMMERCE, {"closes_at": later.isoformat(), "reason": "台風"})
    assert done(hall, "extension/confirm", FINANCE, status=200) == {"closes_at": "2023-09-09T17:00:00Z"}
    hall.clock.at = CLOSES
    assert done(hall, "close", COMMERCE, status=409)["code"] == "round_still_open"
    assert ceremony(hall)["closes_at"] == "2023-09-09T17:00:00Z"


def test_an_announced_round_opens_late_or_is_withdrawn(hall: World) -> None:
    assert ceremony(hall)["state"] == "announced"
    hall.clock.at = EVENING
    sheet = done(hall, "rule-sheet", COMMERCE, SHEET, 201)
    hall.clock.at = CLOSES
    assert done(hall, "rule-sheet/confirm", FINANCE, sheet, 409)["code"] == "round_never_opened"
    assert done(hall, "close", COMMERCE, status=409)["code"] == "round_never_opened"
    assert done(hall, "withdrawal", FINANCE, {"reason": "x"}, 403)["code"] == "role_not_allowed"
    assert done(hall, "withdrawal", COMMERCE, {"reason": " "}, 422)["code"] == "planning_reason_missing"
    done(hall, "withdrawal", COMMERCE, {"reason": "議会の議決が間に合わない"})
    done(hall, "withdrawal", COMMERCE, {"reason": "もういちど"})
    assert ceremony(hall)["state"] == "withdrawn"
    history = hall.get(f"/campaigns/{hall.market.campaign_id}/history", AUDIT).json()["events"]
    assert history[-1]["event"] == "round_withdrawn"
    assert history[-1]["reason"] == "round premium-2023-1 withdrawn: 議会の議決が間に合わない"
    found = hall.get(f"/campaigns/{hall.market.campaign_id}", COMMERCE).json()
    assert (found["units"]["offered"], found["rounds"][0]["units"]["offered"]) == (0, 10)
    assert done(hall, "close", COMMERCE, status=409)["code"] == "round_withdrawn"


def test_what_is_open_is_not_withdrawn(hall: World) -> None:
    ruled(hall)
    no = done(hall, "withdrawal", COMMERCE, {"reason": "x"}, 409)
    assert (no["code"], no["facts"]) == ("round_not_announced", {"state": "open"})


def test_a_presented_receipt_is_checked_objected_answered_and_the_list_corrected(hall: World) -> None:
    receipts = closed(hall)
    receipt = receipts[0].receipt.members()
    found = done(hall, "receipt-checks", HELP, {"receipt": receipt}, 200)
    assert (found["standing"], found["listed_units"], found["is_fault"]) == ("listed", 3, False)
    false = done(hall, "receipt-checks", HELP, {"receipt": {**receipt, "units": 5}}, 422)
    assert false["code"] == "receipt_signature_invalid"
    objection = done(hall, "objections", HELP, {"text": "口数がちがう", "receipt": receipt}, 201)
    answer = {"outcome": "upheld", "text": "一覧を直します"}
    assert hall.post(f"/objections/{objection['objection_id']}/answer", FINANCE, json=answer).status_code == 204
    hall.clock.advance(timedelta(minutes=1))
    done(hall, "correction", COMMERCE, {"excluded": {receipt["receipt"]: "duplicate"}, "reason": "申出"})
    corrected = done(hall, "correction/confirm", FINANCE, status=200)
    assert (corrected["rows"], corrected["void"]) == (1, {"duplicate": 1})
    done(hall, "settlement", COMMERCE, {"reason": "異議なし"})
    done(hall, "settlement/confirm", FINANCE)
    (told,) = ceremony(hall)["objections"]
    assert (told["outcome"], told["answered_by"], told["standing"]) == ("upheld", "finance さん", "listed")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("rule-sheet", {**SHEET, "holders": []}, 422, "holders_do_not_match_round"),
        ("rule-sheet", {**SHEET, "grouping": "household"}, 422, "household_cap_missing"),
        ("rule-sheet", {**SHEET, "draw_at": "2023-09-11T00:00:00Z"}, 422, "draw_dates_not_in_order"),
        ("rule-sheet", {**SHEET, "dispute_days": 0}, 422, "campaign_number_out_of_range"),
        ("rule-sheet", {**SHEET, "strange": 1}, 422, "fields_invalid"),
        ("rule-sheet/confirm", {"sha256": "0" * 64}, 409, "nothing_to_confirm"),
        ("extension", {"closes_at": OPENS.isoformat(), "reason": "x"}, 409, "round_not_ready"),
        ("extension", {"closes_at": OPENS.isoformat(), "reason": " "}, 422, "ceremony_reason_missing"),
        ("close", None, 409, "round_still_open"),
        ("objections", {"text": "?"}, 409, "round_not_ready"),
        ("settlement", {"reason": "x"}, 409, "round_not_ready"),
        ("correction", {"excluded": {}, "reason": "x"}, 409, "round_not_ready"),
        ("beacon", BEACON, 409, "round_not_ready"),
        ("freeze", {"reveals": []}, 409, "round_not_ready"),
        ("freeze", {"reveals": ["x"]}, 422, "fields_invalid"),
        ("beacon-files", {"content": "x"}, 409, "round_not_ready"),
        ("statistics", None, 409, "draw_not_made"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(path: str, body: Any, status: int, code: str, hall: World) -> None:
    assert done(hall, path, COMMERCE, body, status)["code"] == code
    nowhere = hall.post(f"/rounds/{uuid4()}/{path}", COMMERCE, json=body)
    assert nowhere.json()["code"] in {"round_unknown", "fields_invalid"}


def test_what_does_not_exist_is_not_found(hall: World) -> None:
    round_id = hall.market.round_id
    for path, code in (
        (f"/rounds/{uuid4()}/ceremony", "round_unknown"),
        (f"/rounds/{round_id}/explanations/KNOBODY", "receipt_unknown"),
        (f"/rounds/{uuid4()}/reconciliation", "round_unknown"),
    ):
        answer = hall.get(path, AUDIT)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    answer = hall.post(f"/objections/{uuid4()}/answer", COMMERCE, json={"outcome": "rejected", "text": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "objection_unknown")


def test_a_machine_whose_clock_is_a_day_wrong_takes_no_step(hall: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ruled(hall)
    hall.clock.at = CLOSES
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + timedelta(days=1))
    for path, body in (
        ("rule-sheet", SHEET),
        ("extension", {"closes_at": CLOSES.isoformat(), "reason": "x"}),
        ("close", None),
        ("beacon", BEACON),
        ("beacon-files", {"content": "x"}),
    ):
        assert done(hall, path, COMMERCE, body, 409)["code"] == "clocks_disagree", path


@pytest.mark.parametrize("role", [HELP, AUDIT, StaffRole.ADMIN])
def test_other_desks_take_no_step(role: StaffRole, hall: World) -> None:
    for path, body in (("rule-sheet", SHEET), ("close", None), ("beacon", BEACON), ("beacon-files", {"content": "x"})):
        assert done(hall, path, role, body, 403)["code"] == "role_not_allowed"
