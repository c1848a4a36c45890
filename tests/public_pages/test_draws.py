"""The pages of draws and their data: public, cacheable where nothing changes, and without anything that is sent."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from issuance.lottery import verifier
from issuance.operations.close_round import close_round
from issuance.queries import draw_files
from issuance.store.draws import insert_files
from public_pages.pages import draw as draw_page
from tests.issuance.market import CLOSES, FIRST_COME, SIGNATURE, Market

SLUG = "premium-2023-1"
PAGE, DATA = f"/draws/{SLUG}", f"/api/v1/draws/{SLUG}"
FILES_OF_A_DRAW = {"manifest.json", "frozen.json", "applications.csv", "results.csv", "waitlist.csv"}
UNITS = (5, 3, 2, 5, 1)


def steps_done(html: str) -> list[bool]:
    return ["step-done" in step for step in re.findall(r'<li class="(step-[a-z]+)">', html)]


def test_without_draws_the_list_says_so(public: TestClient) -> None:
    assert "抽選は、まだありません。" in public.get("/draws/").text
    assert public.get("/api/v1/draws").json() == []


def test_before_closing_the_rules_stand_there_and_no_list(market: Market, public: TestClient) -> None:
    market.opened()
    page, data = public.get(PAGE).text, public.get(DATA).json()
    assert steps_done(page) == [True, False, False, False]
    assert "まず全員に同じ口数まで配り、のこりを抽選の順位で1口ずつ配ります。" in page
    assert "2023年8月1日(火) 00:00 から<br>2023年9月9日(土) 24:00 まで" in page
    assert 'id="receipt-form"' not in page
    assert (data["rule"], data["budget_units"], data["max_units"]) == ("equal_first", 10, 5)
    assert data["first_time_only"] is False
    assert "申し込める方" not in page
    assert (data["closed_at"], data["root"], data["beacon_round"]) == (None, None, None)
    assert [file["name"] for file in data["files"]] == ["rule_sheet.json"]
    (commitment,) = data["commitments"]
    assert commitment in page


def test_after_closing_the_list_and_its_counts_are_there(market: Market, public: TestClient) -> None:
    market.opened()
    market.apply_for(UNITS)
    closed = market.staff.run(lambda session: close_round(session, market.round_id, now=CLOSES))
    page, data = public.get(PAGE).text, public.get(DATA).json()
    assert steps_done(page) == [True, True, False, False]
    assert (data["received"], data["rows"], data["root"]) == (5, 5, closed.root)
    assert [file["name"] for file in data["files"]] == ["applications.csv", "rule_sheet.json"]
    assert f'data-root="{closed.root}"' in page
    assert "自分の番号が一覧にあるか調べる" in page


def test_a_frozen_draw_names_its_round_and_its_time_in_the_city(market: Market, public: TestClient) -> None:
    market.opened()
    market.frozen(UNITS)
    page, data = public.get(PAGE).text, public.get(DATA).json()
    assert steps_done(page) == [True, True, True, False]
    assert "第657413回" in page
    assert "2023年9月15日(金) 20:00:03<br>(日本時間)" in page
    assert (data["beacon_id"], data["beacon_round"]) == ("drand-quicknet", 657413)
    assert data["beacon_at"] == "2023-09-15T11:00:03Z"
    (frozen,) = [file for file in data["files"] if file["name"] == "frozen.json"]
    assert page.count(frozen["sha256"]) == 3, "to compare with the paper, beside the file, and in its address"


def test_a_finished_draw_has_all_its_files_byte_by_byte(market: Market, public: TestClient) -> None:
    market.selling(UNITS)
    page, data = public.get(PAGE).text, public.get(DATA).json()
    stored = market.staff.run(lambda session: draw_files(session, market.round_id))
    assert steps_done(page) == [True, True, True, True]
    assert [file["name"] for file in data["files"]] == sorted(stored)
    assert stored.keys() >= FILES_OF_A_DRAW
    for file in data["files"]:
        answer = public.get(file["path"])
        assert answer.content == stored[file["name"]]
        assert sha256(answer.content).hexdigest() == file["sha256"]
        assert (len(answer.content), answer.headers["ETag"]) == (file["length_bytes"], f'"{file["sha256"]}"')
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert f'data-file="{file["name"]}"' in page
    assert SIGNATURE in public.get(f"{PAGE}/files/manifest.json").text


def test_a_file_asked_for_without_its_digest_is_asked_for_again_by_its_tag(market: Market, public: TestClient) -> None:
    market.selling(UNITS)
    address = f"{PAGE}/files/applications.csv"
    for query in ("", "?sha256=", f"?sha256={'0' * 64}"):
        assert public.get(address + query).headers["Cache-Control"] == "public, no-cache"
    tag = public.get(address).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = public.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert public.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("address", ["/draws/nothing", f"{PAGE}/files/secret.txt", "/draws/nothing/files/frozen.json"])
def test_what_is_not_there_is_not_found_and_nobody_speaks_of_money(
    market: Market, public: TestClient, address: str
) -> None:
    market.opened()
    answer = public.get(address)
    assert answer.status_code == 404
    assert "お金" not in answer.text
    assert "抽選の一覧へ" in answer.text
    assert public.get("/api/v1/draws/nothing").json()["code"] == "address_unknown"


def test_rounds_without_a_draw_are_no_draws(market: Market, public: TestClient) -> None:
    market.opened()
    market.open_round(FIRST_COME)
    assert [draw["slug"] for draw in public.get("/api/v1/draws").json()] == [SLUG]
    assert public.get(f"/draws/{FIRST_COME.slug}").status_code == 404
    assert f'href="{PAGE}"' in public.get("/draws/").text


def test_the_verifier_to_download_is_the_one_that_is_tested(public: TestClient) -> None:
    answer = public.get("/draws/verifier.py")
    assert answer.content == Path(verifier.__file__).read_bytes()
    assert answer.headers["ETag"] == f'"{sha256(answer.content).hexdigest()}"'


def test_nothing_that_is_typed_can_leave_the_page(market: Market, public: TestClient) -> None:
    market.selling(UNITS)
    answer = public.get(PAGE)
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "connect-src 'self'", "form-action 'none'"} <= set(policy)
    assert not any("unsafe" in rule or "*" in rule for rule in policy)
    (typed,) = re.findall(r"<input[^>]*>", answer.text)
    assert "name=" not in typed
    assert re.findall(r'(?:src|href)="(?:https?:)?//', answer.text) == []


def test_a_page_may_be_kept_for_seconds_when_everybody_looks_at_once(market: Market, public: TestClient) -> None:
    market.opened()
    for address in ("/draws/", PAGE):
        assert public.get(address).headers["Cache-Control"] == "public, max-age=10"


def test_without_the_built_scripts_the_page_says_so(
    market: Market, public: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.selling(UNITS)
    assert '<script src="/static/web/draws.js" defer></script>' in public.get(PAGE).text
    monkeypatch.setattr(draw_page, "scripts_are_built", lambda: False)
    page = public.get(PAGE).text
    assert "この画面で計算する部品が、まだ用意されていません。" in page
    assert "<script" not in page


def test_a_file_that_was_corrected_is_told_from_what_it_was_before(market: Market, public: TestClient) -> None:
    market.opened()
    before = {"applications_replaced_1.csv": b"receipt,units,group\n"}
    market.staff.run(lambda session: insert_files(session, market.round_id, before))
    page = public.get(PAGE).text
    assert "applications.csv の、直す前のもの" in page
    assert 'data-file="applications_replaced_1.csv"' in page
