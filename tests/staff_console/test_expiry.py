"""The console lets two people expire what is over, and give it back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from identity.model import StaffRole
from issuance.expiry.operations.execute_expiry import execute_expiry
from issuance.expiry.operations.execute_expiry_reversal import execute_expiry_reversal
from kernel.clock import SystemClock
from tests.issuance.expiry.desk import THROUGH
from tests.ledger.books import AFTER_EXPIRY, SHORT_TERMS, WALLET, audit, left, pay, post, sell
from tests.staff_console.world import World

FINANCE, COMMERCE, AUDIT = StaffRole.FINANCE, StaffRole.COMMERCE, StaffRole.AUDIT
A, B = UUID(int=1), UUID(int=2)
PLAN = {"through_day": THROUGH.isoformat()}


@pytest.fixture
def hall(world: World) -> World:
    """5,000 yen in two lots that ended yesterday, 1,001 of them spent."""
    post(world.pay, sell(A, terms=SHORT_TERMS, paid_yen=800, premium_yen=200), sell(B, terms=SHORT_TERMS))
    post(world.pay, pay(501))
    world.clock.at = AFTER_EXPIRY
    return world


def planned(hall: World) -> Any:
    answer = hall.post("/expiry/runs", FINANCE, json=PLAN)
    assert answer.status_code == 201, answer.text
    return hall.get(f"/expiry/runs/{answer.json()['run_id']}", AUDIT).json()


def approved(hall: World) -> Any:
    run = planned(hall)
    answer = hall.post(f"/expiry/runs/{run['run_id']}/approve", COMMERCE, json={"digest": run["digest"]})
    assert answer.status_code == 204, answer.text
    return run


def executed(hall: World) -> Any:
    run = approved(hall)
    run_id = UUID(run["run_id"])
    worker = hall.market.worker
    worker.run(lambda session: execute_expiry(session, run_id, now=hall.clock.now()))
    return hall.get(f"/expiry/runs/{run_id}", AUDIT).json()


def test_a_dry_run_shows_counts_exact_parts_and_where_every_yen_is(hall: World) -> None:
    due = {"lots": 2, "paid_yen": 4_400, "premium_yen": 1_099}
    assert hall.get("/expiry/due", FINANCE, params=PLAN).json() == {**PLAN, **due}
    run = planned(hall)
    assert (run["state"], run["due"], run["planned_by"], run["approved_by"]) == ("planned", due, "finance さん", None)
    assert run["expired"] == {"lots": 0, "paid_yen": 0, "premium_yen": 0}
    nothing = {"paid_yen": 0, "premium_yen": 0}
    (report,) = run["campaigns"]
    assert {name: value for name, value in report.items() if "campaign" not in name} == {
        "lots": 2,
        "due": {"paid_yen": 4_400, "premium_yen": 1_099},
        "issued": {"paid_yen": 4_800, "premium_yen": 1_200},
        "used": {"paid_yen": 400, "premium_yen": 101},
        "held": nothing,
        "expired": nothing,
        "left": {"paid_yen": 4_400, "premium_yen": 1_099},
        "unused_after": nothing,
    }
    assert left(hall.pay, B) == (4_000, 1_000)


def test_a_run_goes_from_the_first_person_to_the_second_and_through_the_worker(hall: World) -> None:
    run = executed(hall)
    assert (run["state"], run["expired"], run["approved_by"]) == ("done", run["due"], "commerce さん")
    assert [(step["to_state"], step["by"]) for step in run["steps"]] == [
        ("planned", "finance さん"),
        ("approved", "commerce さん"),
        ("done", None),
    ]
    assert [item["state"] for item in hall.get("/expiry/runs", StaffRole.HELP).json()["runs"]] == ["done"]
    assert audit(hall.pay).agrees


def test_what_was_wrong_comes_back_when_two_people_say_so(hall: World) -> None:
    run = executed(hall)
    asked = hall.post(
        f"/expiry/runs/{run['run_id']}/reversals",
        COMMERCE,
        json={"reason": "期限の設定の誤り", "last_day": "2026-09-30", "wallet_id": str(WALLET)},
    )
    assert asked.status_code == 201, asked.text
    path = f"/expiry/reversals/{asked.json()['reversal_id']}"
    alone = hall.post(f"{path}/confirm", COMMERCE)
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
    assert hall.post(f"{path}/confirm", FINANCE).status_code == 204
    reversal_id = UUID(asked.json()["reversal_id"])
    hall.market.worker.run(lambda session: execute_expiry_reversal(session, reversal_id, now=AFTER_EXPIRY))
    (reversal,) = hall.get(f"/expiry/runs/{run['run_id']}", AUDIT).json()["reversals"]
    assert (reversal["state"], reversal["reversed"]) == ("done", run["due"])
    assert (reversal["asked_by"], reversal["confirmed_by"]) == ("commerce さん", "finance さん")
    assert audit(hall.pay).figures.expired_yen == 0


def test_a_run_can_be_stopped_by_one_person(hall: World) -> None:
    run = approved(hall)
    stop = f"/expiry/runs/{run['run_id']}/stop"
    assert hall.post(stop, FINANCE, json={"reason": ""}).json()["code"] == "fields_invalid"
    assert hall.post(stop, FINANCE, json={"reason": "問い合わせ"}).status_code == 204
    again = hall.post(stop, FINANCE, json={"reason": "問い合わせ"})
    assert (again.status_code, again.json()["code"]) == (409, "expiry_run_not_ready")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/expiry/runs", {"through_day": "2026-08-11"}, 409, "expiry_day_not_over"),
        ("/expiry/runs", {"through_day": "2026-08-09"}, 409, "nothing_to_expire"),
        ("/expiry/runs", {"through_day": "soon"}, 422, "fields_invalid"),
        ("/expiry/runs/{id}/approve", {"digest": "0" * 64}, 404, "expiry_run_unknown"),
        ("/expiry/runs/{id}/approve", {"digest": "0"}, 422, "fields_invalid"),
        ("/expiry/runs/{id}/reversals", {"reason": "x", "last_day": "2026-09-30"}, 404, "expiry_run_unknown"),
        ("/expiry/reversals/{id}/confirm", None, 404, "expiry_reversal_unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(
    path: str, body: dict[str, str] | None, status: int, code: str, hall: World
) -> None:
    answer = hall.post(path.format(id=uuid4()), COMMERCE, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert hall.get(f"/expiry/runs/{uuid4()}", AUDIT).status_code == 404


def test_a_machine_whose_clock_is_a_day_wrong_takes_no_step(hall: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = planned(hall)
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + timedelta(days=1))
    for path, body in (
        ("/expiry/runs", PLAN),
        (f"/expiry/runs/{run['run_id']}/approve", {"digest": run["digest"]}),
        (f"/expiry/runs/{run['run_id']}/stop", {"reason": "x"}),
        (f"/expiry/runs/{run['run_id']}/reversals", {"reason": "x", "last_day": "2026-09-30"}),
        (f"/expiry/reversals/{uuid4()}/confirm", None),
    ):
        answer = hall.post(path, COMMERCE, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "clocks_disagree"), path
    assert left(hall.pay, B) == (4_000, 1_000)


@pytest.mark.parametrize("role", [StaffRole.HELP, AUDIT, StaffRole.ADMIN])
def test_other_desks_take_no_step(role: StaffRole, hall: World) -> None:
    assert hall.post("/expiry/runs", role, json=PLAN).json()["code"] == "role_not_allowed"
    assert hall.post(f"/expiry/reversals/{uuid4()}/confirm", role).json()["code"] == "role_not_allowed"
