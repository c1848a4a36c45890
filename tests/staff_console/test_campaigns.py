"""Campaigns in figures, and the files of their draws."""

import hashlib
from uuid import UUID

from identity.model import StaffRole
from issuance.queries import draw_files
from tests.staff_console.world import World

COMMERCE = StaffRole.COMMERCE


def test_a_campaign_is_shown_with_its_units_and_the_parts_of_what_was_issued(world: World) -> None:
    world.selling()
    world.sold(0, 2)
    campaign = {
        "campaign_id": str(world.market.campaign_id),
        "slug": "premium-2023",
        "title": "かしまんPAY 2023",
        "state": "selling",
        "price_yen": 4000,
        "face_yen": 5000,
        "units_total": 20,
        "budget_yen": 20000,
        "units": {"offered": 10, "applied": 16, "granted": 10, "bought": 2},
        "issued_yen": 10000,
        "paid_yen": 8000,
        "premium_yen": 2000,
        "refund_needed_yen": 0,
    }
    assert world.get("/campaigns", COMMERCE).json() == {"campaigns": [campaign]}
    round_ = {
        "round_id": str(world.market.round_id),
        "slug": "premium-2023-1",
        "number": 1,
        "rule": "equal_first",
        "state": "drawn",
        "opens_at": "2023-07-31T15:00:00Z",
        "closes_at": "2023-09-09T15:00:00Z",
        "pay_from": "2023-09-15T15:00:00Z",
        "pay_until": "2023-09-30T15:00:00Z",
        "first_day": "2023-09-16",
        "last_day": "2024-02-29",
        "applicants": 5,
        "forfeited_units": 0,
        "units": {"offered": 10, "applied": 16, "granted": 10, "bought": 2},
    }
    answer = world.get(f"/campaigns/{world.market.campaign_id}", COMMERCE)
    assert answer.json() == {**campaign, "rounds": [round_]}


def test_before_anything_exists_the_lists_are_empty(world: World) -> None:
    assert world.get("/campaigns", COMMERCE).json() == {"campaigns": []}
    answer = world.get(f"/campaigns/{UUID(int=7)}", COMMERCE)
    assert (answer.status_code, answer.json()["code"]) == (404, "campaign_unknown")


def test_the_published_files_come_byte_for_byte_with_their_sha_256(world: World) -> None:
    world.selling()
    stored = world.staff.run(lambda session: dict(draw_files(session, world.market.round_id)))
    answer = world.get(f"/rounds/{world.market.round_id}/draw", COMMERCE).json()
    assert (answer["round_slug"], answer["state"], answer["rows"]) == ("premium-2023-1", "drawn", 5)
    assert len(answer["root"]) == 64
    names = ["applications.csv", "frozen.json", "manifest.json", "results.csv", "rule_sheet.json", "waitlist.csv"]
    assert [file["name"] for file in answer["files"]] == names == sorted(stored)
    for file in answer["files"]:
        fetched = world.get(f"/rounds/{world.market.round_id}/draw/{file['name']}", COMMERCE)
        assert fetched.content == stored[file["name"]]
        assert (len(fetched.content), hashlib.sha256(fetched.content).hexdigest()) == (
            file["size_bytes"],
            file["sha256"],
        )
        assert fetched.headers["content-type"] == "application/octet-stream"
        assert fetched.headers["content-disposition"] == f'attachment; filename="{file["name"]}"'
        assert fetched.headers["x-content-type-options"] == "nosniff"


def test_a_round_without_a_closed_list_has_published_its_rule_sheet_alone(world: World) -> None:
    round_id = world.market.opened()
    answer = world.get(f"/rounds/{round_id}/draw", COMMERCE).json()
    assert [file.pop("name") for file in answer.pop("files")] == ["rule_sheet.json"]
    assert answer == {
        "round_id": str(round_id),
        "round_slug": "premium-2023-1",
        "state": "open",
        "rows": None,
        "root": None,
    }
    missing = world.get(f"/rounds/{round_id}/draw/results.csv", COMMERCE)
    assert (missing.status_code, missing.json()["code"]) == (404, "draw_file_unknown")
    nowhere = world.get(f"/rounds/{UUID(int=7)}/draw", COMMERCE)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "round_unknown")
