"""Applying over JSON: open rounds, signed receipts, and what was granted."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from fastapi.testclient import TestClient

from issuance.lottery.receipts import SignedReceipt, verify_receipt
from issuance.operations.open_round import open_round
from kernel.db import Database
from tests.wallet_api.world import HANA, PLANNED, SIGNER, SPRING_ROUND, World


def test_open_rounds_are_listed_with_what_they_offer(api: TestClient, world: World) -> None:
    assert api.get("rounds").json() == [
        {
            "round_id": str(world.spring_round_id),
            "title": "かしまん商品券 春 第1回",
            "price_yen": 4000,
            "face_yen": 5000,
            "max_units": 5,
            "first_time_only": False,
            "opens_at": "2026-11-14T15:00:00Z",
            "closes_at": "2026-12-14T15:00:00Z",
            "applied_units": None,
            "receipt": None,
            "draw_path": "/draws/spring-2027-1",
        }
    ]


def test_an_application_is_answered_with_its_signed_receipt(api: TestClient, world: World) -> None:
    answer = api.post(f"rounds/{world.spring_round_id}/application", json={"units": 3})
    assert answer.status_code == 201
    receipt = SignedReceipt(**answer.json())
    verify_receipt(receipt, SIGNER.key.public_key())
    assert (receipt.campaign, receipt.version, receipt.units) == ("spring-2027-1", 1, 3)
    assert receipt.received_at == "2026-11-20T05:05:00Z"
    assert "idempotency-replayed" not in answer.headers
    (round_,) = api.get("rounds").json()
    assert (round_["applied_units"], round_["receipt"]) == (3, receipt.receipt)


def test_the_same_application_again_gives_the_same_receipt(api: TestClient, world: World) -> None:
    path = f"rounds/{world.spring_round_id}/application"
    first = api.post(path, json={"units": 3})
    again = api.post(path, json={"units": 3})
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    changed = api.post(path, json={"units": 2})
    assert (changed.json()["receipt"], changed.json()["version"]) == (first.json()["receipt"], 2)


def test_a_late_repetition_with_its_key_does_not_undo_a_change_of_mind(api: TestClient, world: World) -> None:
    path = f"rounds/{world.spring_round_id}/application"
    first = api.post(path, json={"units": 3}, headers={"Idempotency-Key": "first"})
    api.post(path, json={"units": 2}, headers={"Idempotency-Key": "second"})
    late = api.post(path, json={"units": 3}, headers={"Idempotency-Key": "first"})
    assert late.json() == first.json()
    assert api.get("rounds").json()[0]["applied_units"] == 2


def test_refused_applications_change_nothing(api: TestClient, world: World) -> None:
    path = f"rounds/{world.spring_round_id}/application"
    unknown = api.post(f"rounds/{UUID(int=7)}/application", json={"units": 1})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "round_unknown")
    too_many = api.post(path, json={"units": 6})
    assert (too_many.status_code, too_many.json()["facts"]) == (422, {"asked_units": 6, "max_units": 5})
    for units in (0, "3", 1.5, True):
        assert api.post(path, json={"units": units}).json()["facts"] == {"fields": ["units"]}
    bad_key = api.post(path, json={"units": 1}, headers={"Idempotency-Key": "k" * 201})
    assert (bad_key.status_code, bad_key.json()["code"]) == (400, "idempotency_key_malformed")
    assert api.get("rounds").json()[0]["receipt"] is None


def test_a_round_whose_rules_are_to_come_is_neither_offered_nor_applied_for(
    api: TestClient, world: World, make_database: Callable[[str], Database]
) -> None:
    round_ = replace(SPRING_ROUND, slug="spring-2027-2")
    round_id = make_database("kashiman_staff").run(
        lambda session: open_round(session, campaign_id=world.spring_id, round=round_, by=HANA, now=PLANNED)
    )
    assert [item["round_id"] for item in api.get("rounds").json()] == [str(world.spring_round_id)]
    early = api.post(f"rounds/{round_id}/application", json={"units": 1})
    assert (early.status_code, early.json()["code"]) == (409, "rules_not_published")
    assert early.json()["facts"] == {"opens_at": "2026-11-14T15:00:00+00:00"}
    gone = api.post(f"rounds/{round_id}/application/withdrawal", headers={"Idempotency-Key": "w"})
    assert gone.json()["code"] == "rules_not_published"


def test_grants_tell_how_many_units_can_still_be_bought(api: TestClient, world: World) -> None:
    (grant,) = api.get("grants").json()
    assert grant == {
        "grant_id": str(world.grant_id),
        "round_id": grant["round_id"],
        "receipt": world.grant_receipt,
        "units": 3,
        "units_left": 3,
        "origin": "remainder",
        "price_yen": 4000,
        "pay_from": "2026-10-31T15:00:00Z",
        "pay_until": "2026-11-30T15:00:00Z",
    }


def test_a_withdrawal_is_taken_back_by_applying_again_and_the_story_tells_all_of_it(
    api: TestClient, world: World
) -> None:
    path = f"rounds/{world.spring_round_id}/application"
    assert api.get(path).json()["code"] == "application_unknown"
    first = api.post(path, json={"units": 3}).json()
    api.post(path, json={"units": 2})
    gone = api.post(f"{path}/withdrawal", headers={"Idempotency-Key": "w"})
    assert (gone.status_code, gone.json()["receipt"], gone.json()["version"]) == (200, first["receipt"], 3)
    assert api.get("rounds").json()[0]["applied_units"] is None
    back = api.post(path, json={"units": 1}, headers={"Idempotency-Key": "b"}).json()
    assert (back["receipt"], back["version"]) == (first["receipt"], 4)
    late = api.post(f"{path}/withdrawal", headers={"Idempotency-Key": "w"})
    assert late.json() == gone.json()
    story = api.get(path).json()
    assert [(item["units_before"], item["units"], item["signature"]) for item in story["versions"]] == [
        (None, 3, "valid"),
        (3, 2, "valid"),
        (2, None, None),
        (None, 1, "valid"),
    ]
    assert {item["entered_by"] for item in story["versions"]} == {"resident"}
    assert (story["is_withdrawn"], story["is_in_closed_list"], story["rank"]) == (False, None, None)


def test_a_withdrawal_needs_a_key_and_something_to_withdraw(api: TestClient, world: World) -> None:
    path = f"rounds/{world.spring_round_id}/application/withdrawal"
    assert api.post(path).json()["code"] == "idempotency_key_missing"
    headers = {"Idempotency-Key": "w"}
    assert api.post(path, headers=headers).json()["code"] == "application_unknown"
    nowhere = api.post(f"rounds/{UUID(int=7)}/application/withdrawal", headers=headers)
    assert nowhere.json()["code"] == "round_unknown"
