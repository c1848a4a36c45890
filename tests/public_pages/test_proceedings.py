"""What the page and the data of a draw tell of how it came about, and what they never tell."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from issuance.ceremony.model import ObjectionOutcome
from issuance.ceremony.operations.answer_objection import answer_objection
from issuance.lottery.hashing import commitment
from issuance.model.draws import VoidReason
from issuance.queries import draw_files
from kernel.db import Database, driver_connection
from public_pages.pages.day_line import day_line
from public_pages.proceedings_schemas import DayAnswer
from tests.issuance.ceremony.hall import (
    DISPUTED,
    applied,
    ask_later,
    close,
    closed,
    confirm_later,
    correct,
    freeze,
    objects,
    publish_days,
    settle,
    signed,
)
from tests.issuance.market import CLOSES, FROZEN, FUMI, HANA, OPENS, SECRET, Market, application, person, wallet

PAGE, DATA = "/draws/premium-2023-1", "/api/v1/draws/premium-2023-1"
DAY = timedelta(days=1)
SAID = "となりの山田太郎さんの番号がありません"
ANSWERED = "控えを調べ、一覧のとおりであることを説明しました。"
PUBLISHED: Mapping[str, set[str]] = {
    "": {
        *("slug", "title", "state", "rule", "budget_units", "max_units", "first_time_only", "commitments"),
        *("opens_at", "closes_at", "closed_at", "frozen_at", "drawn_at", "received", "void", "rows", "root"),
        *("beacon_id", "beacon_round", "beacon_at", "files"),
        *("rules", "days", "steps", "objections", "disputable_until"),
    },
    "files": {"name", "path", "sha256", "length_bytes"},
    "rules": {
        *(
            "sha256",
            "text",
            "closes_at",
            "draw_at",
            "dispute_days",
            "exclusions",
            "grouping",
            "household_cap_units",
            "beacon_id",
        ),
        *("beacon_how", "fallback_beacon_id", "fallback_how", "holders", "receipt_keys", "program_sha256"),
    },
    "holders": {"office", "commitment"},
    "receipt_keys": {"kid", "public_key"},
    "days": {"day", "count", "root", "published_at"},
    "steps": {
        *("kind", "reason", "proposed_desk", "proposed_at", "confirmed_desk", "confirmed_at"),
        *("closes_at", "draw_at", "beacon_id", "beacon_round", "due_at"),
    },
    "objections": {"standing", "recorded_at", "outcome", "answer", "answered_at"},
}
"""Everything that is published, by where it stands; whatever is not named here may not appear."""


def answer(market: Market, objection_id: Any, outcome: ObjectionOutcome = ObjectionOutcome.EXPLAINED) -> None:
    market.staff.run(
        lambda session: answer_objection(
            session, objection_id, outcome=outcome, text=ANSWERED, by=FUMI, now=DISPUTED + timedelta(hours=1)
        )
    )


def names_in(document: Any, place: str = "") -> Iterator[tuple[str, set[str]]]:
    if isinstance(document, dict):
        yield place, set(document)
        for name, value in document.items():
            if name != "void":
                yield from names_in(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from names_in(value, place)


@pytest.fixture
def eventful(market: Market) -> Market:
    """A draw with an extension, an objection that was answered, a correction, a settlement and a named beacon."""
    market.opened()
    applied(market, *(application(market.round_id, number, 2) for number in range(3)))
    publish_days(market, OPENS + DAY)
    ask_later(market, CLOSES + timedelta(hours=1), now=CLOSES - DAY)
    confirm_later(market, now=CLOSES - DAY)
    close(market, now=CLOSES + timedelta(hours=1))
    answer(market, objects(market, signed(market, "KDR0PPEDDR0PPED1", 3), text=SAID))
    out = market.staff.run(lambda session: draw_files(session, market.round_id))["applications.csv"]
    receipt = out.decode().splitlines()[1].split(",")[0]
    correct(market, {receipt: VoidReason.DIED}, now=DISPUTED + timedelta(hours=2))
    settle(market, now=DISPUTED + timedelta(hours=3))
    market.name_beacon()
    freeze(market)
    return market


def test_while_it_is_open_every_day_stands_in_a_table_and_on_a_line(market: Market, public: TestClient) -> None:
    market.opened()
    for number in range(3):
        applied(market, application(market.round_id, number, 1), now=OPENS + number * DAY)
    one, two, three = publish_days(market, OPENS + 3 * DAY)
    data, page = public.get(DATA).json(), public.get(PAGE).text
    assert data["days"] == [
        {"day": f"2023-08-0{number}", "count": number, "root": day.root, "published_at": "2023-08-03T15:00:00Z"}
        for number, day in enumerate((one, two, three), start=1)
    ]
    assert "2023年8月3日(木)の終わりで <strong>3件</strong>" in page
    assert '<polyline class="counts" points="12,125.6 180,101.2 348,76.8"/>' in page
    assert "2023年8月1日(火)から2023年8月3日(木)まで。さいごの日は 3件。" in page
    rows = re.findall(r'<th scope="row">(.+?)</th><td class="number">(.+?)</td><td class="mark root">(.+?)</td>', page)
    assert rows == [("8月3日", "3件", three.root), ("8月2日", "2件", two.root), ("8月1日", "1件", one.root)]


def test_before_the_first_day_is_over_the_page_says_when_counts_come(market: Market, public: TestClient) -> None:
    market.opened()
    page = public.get(PAGE).text
    assert "毎日24時の数と、その一覧の指紋を、次の日からここにのせます。" in page
    assert "<svg" not in page
    assert public.get(DATA).json()["days"] == []


def test_the_rules_stand_there_in_words_and_byte_by_byte_with_the_offices_that_keep_secrets(
    market: Market, public: TestClient
) -> None:
    market.opened()
    sheet = market.staff.run(lambda session: draw_files(session, market.round_id))["rule_sheet.json"]
    rules, page = public.get(DATA).json()["rules"], public.get(PAGE).text
    assert rules["text"].encode() == sheet
    assert rules["sha256"] == sha256(sheet).hexdigest()
    assert rules["holders"] == [{"office": "監査委員", "commitment": commitment(SECRET).hex()}]
    assert (rules["dispute_days"], rules["draw_at"], rules["beacon_id"]) == (
        3,
        "2023-09-15T11:00:03Z",
        "drand-quicknet",
    )
    assert "<strong>監査委員</strong>" in page
    assert "一覧の発表から 3日間" in page
    assert "2023年9月15日(金) 20:00:03" in page
    assert "<dt>申し込みのしめきり</dt><dd>2023年9月9日(土) 24:00</dd>" in page
    assert "監査委員の秘密の約束" in page
    assert rules["sha256"] in page


def test_a_naming_tells_for_which_offices_two_people_did_it(market: Market, public: TestClient) -> None:
    market.opened()
    market.frozen((2, 3))
    (naming,) = [step for step in public.get(DATA).json()["steps"] if step["kind"] == "beacon"]
    assert naming == {
        "kind": "beacon",
        "reason": "",
        "proposed_desk": "commerce",
        "proposed_at": "2023-09-14T01:00:00Z",
        "confirmed_desk": "finance",
        "confirmed_at": "2023-09-14T01:00:00Z",
        "closes_at": None,
        "draw_at": None,
        "beacon_id": "drand-quicknet",
        "beacon_round": 657413,
        "due_at": "2023-09-15T11:00:03Z",
    }
    assert "商工観光課の職員が申し出て、会計課の別の職員が確認" in public.get(PAGE).text


def test_what_one_person_proposed_is_not_published_before_another_confirmed_it(
    market: Market, public: TestClient
) -> None:
    closed(market, 2, 3)
    market.name_beacon()
    assert [step["kind"] for step in public.get(DATA).json()["steps"]] == ["rule_sheet"]
    assert "657413" not in public.get(PAGE).text


def test_every_change_stands_there_with_its_reason(eventful: Market, public: TestClient) -> None:
    data, page = public.get(DATA).json(), public.get(PAGE).text
    told = [(step["kind"], step["reason"]) for step in data["steps"]]
    assert told == [
        ("rule_sheet", ""),
        ("extension", "台風"),
        ("correction", "申出により"),
        ("settlement", "異議なし"),
        ("beacon", ""),
    ]
    assert data["steps"][1]["closes_at"] == "2023-09-09T16:00:00Z"
    assert "新しいしめきり: 2023年9月10日(日) 01:00" in page
    assert "2023年9月9日(土) 24:00<br>(延長して 2023年9月10日(日) 01:00)" in page
    shown = re.findall(r"<strong>(しめきりを延長|申し込みの一覧を訂正|異議の受付を終了)</strong>", page)
    assert shown == ["しめきりを延長", "申し込みの一覧を訂正", "異議の受付を終了"]
    for reason in ("台風", "申出により", "異議なし"):
        assert f"わけ: {reason}" in page


def test_an_objection_is_told_with_its_answer_and_without_what_was_said(eventful: Market, public: TestClient) -> None:
    (objection,) = public.get(DATA).json()["objections"]
    assert objection == {
        "standing": "dropped",
        "recorded_at": "2023-09-10T15:00:00Z",
        "outcome": "explained",
        "answer": ANSWERED,
        "answered_at": "2023-09-10T16:00:00Z",
    }
    page = public.get(PAGE).text
    assert "控えがあるのに一覧にありませんでした" in page
    assert f"回答: {ANSWERED}" in page
    assert SAID not in page


def test_an_objection_without_an_answer_says_that_nothing_is_drawn(market: Market, public: TestClient) -> None:
    closed(market, 2)
    objects(market, text=SAID)
    page, data = public.get(PAGE).text, public.get(DATA).json()
    assert "回答するまで、抽選は行いません。" in page
    assert (data["objections"][0]["standing"], data["objections"][0]["outcome"]) == (None, None)
    assert data["disputable_until"] == "2023-09-13T15:00:00Z"
    assert "2023年9月13日(水) 24:00</strong> まで受け付けます" in page


def test_nothing_is_published_but_what_is_named_here(eventful: Market, public: TestClient) -> None:
    data = public.get(DATA).json()
    for place, names in names_in(data):
        assert names == PUBLISHED[place], place
    assert {place for place, _ in names_in(data)} == PUBLISHED.keys()
    (listed,) = public.get("/api/v1/draws").json()
    assert listed.keys() == PUBLISHED[""] - {"rules", "days", "steps", "objections", "disputable_until"}


@pytest.mark.parametrize("address", [PAGE, DATA, "/draws/", "/api/v1/draws"])
def test_no_person_no_wallet_no_receipt_and_no_words_of_theirs_are_published(
    eventful: Market, public: TestClient, address: str
) -> None:
    told = public.get(address).text
    listed = eventful.staff.run(lambda session: draw_files(session, eventful.round_id))
    receipts = {line.split(",")[0] for line in listed["applications_replaced_1.csv"].decode().splitlines()[1:]}
    people = {str(of(number)) for of in (person, wallet) for number in range(3)}
    assert len(receipts) == 3
    forbidden = {SAID, "山田太郎", "KDR0PPEDDR0PPED1", str(HANA.id), str(FUMI.id), str(eventful.round_id)}
    assert [secret for secret in forbidden | receipts | people if secret in told] == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT text FROM issuance.objections",
        "SELECT receipt FROM issuance.objections",
        "SELECT recorded_by FROM issuance.objections",
        "SELECT * FROM issuance.objections",
        "SELECT answered_by FROM issuance.objection_answers",
        "SELECT * FROM issuance.objection_answers",
    ],
)
def test_the_role_of_the_public_pages_cannot_read_what_is_not_published(make_database: Any, statement: str) -> None:
    database: Database = make_database("kashiman_pay")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.run(lambda session: driver_connection(session).execute(statement.encode()).fetchall())


def test_the_desk_of_a_step_is_not_changed_afterwards(eventful: Market, database_url: str) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="history is only added to"),
    ):
        connection.execute("UPDATE issuance.draw_steps SET proposed_desk = 'audit'")


@pytest.mark.parametrize(
    ("counts", "points", "top_count"),
    [
        ((0,), "12,150", 1),
        ((7,), "12,64.6", 10),
        ((0, 50, 100), "12,150 180,89 348,28", 100),
        ((3_000, 12_001), "12,131.7 348,76.8", 20_000),
    ],
)
def test_the_line_is_drawn_from_zero_to_a_round_number(counts: tuple[int, ...], points: str, top_count: int) -> None:
    days = [
        DayAnswer(day=(OPENS + number * DAY).date(), count=count, root="", published_at=FROZEN)
        for number, count in enumerate(counts)
    ]
    line = day_line(days)
    assert line is not None
    assert (line.points, line.top_count, line.last_count) == (points, top_count, counts[-1])


def test_without_days_there_is_no_line() -> None:
    assert day_line([]) is None
