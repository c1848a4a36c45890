"""The verifier of the browser against the vectors, the draw and the verifier in Python."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from issuance.lottery.allocation import AllocationRule, Row
from issuance.lottery.draw import DrawResult, RuleSheet, freeze, publish, run_draw
from issuance.lottery.hashing import commitment
from issuance.lottery.verifier import verify
from tests.openid.node_packages import NODE
from tests.public_pages.second_implementation import (
    SCRIPTS,
    SOURCES,
    SecondImplementation,
    checks_in,
    second_implementation,
)

CASES = 200
DAMAGED = 150
VECTORS = Path(__file__).parents[1] / "data" / "lottery-vectors.json"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FOLLOWS_FROM_THE_LIST = {"V8", "V9", "V10"}


@pytest.fixture(scope="module")
def browser_verifier() -> Iterator[SecondImplementation]:
    with second_implementation() as running:
        yield running


@pytest.fixture(scope="module")
def published() -> dict[str, bytes]:
    """The vectors' complete draw."""
    texts = json.loads(VECTORS.read_text(encoding="utf-8"))["files"][0]["texts"]
    return {name: text.encode() for name, text in texts.items()}


def random_draw(chance: Random) -> DrawResult:
    """A finished draw with chance parameters, secrets of which some are missing, households, and a fallback beacon."""
    receipts = {"".join(chance.choices(ALPHABET, k=chance.randint(1, 16))) for _ in range(chance.randint(0, 60))}
    rows = [
        Row(receipt, chance.choice([1, 2, 3, 5, 5, 40]), receipt if chance.random() < 0.8 else f"household-{receipt}")
        for receipt in receipts
    ]
    secrets = [chance.randbytes(32) for _ in range(chance.randint(0, 4))]
    round_number = chance.randint(1, 2**53 - 1)
    sheet = RuleSheet(
        campaign=f"c{chance.randint(0, 10**6)}",
        rule=chance.choice(list(AllocationRule)),
        budget=chance.randint(0, 3 * len(rows) + 5),
        commitments=tuple(commitment(secret).hex() for secret in secrets),
        beacon_id="dice",
        max_units=chance.choice([None, 40]),
        further={"note": "松尾酒造 \u2028\x7f\n\U0001f376"} if chance.random() < 0.3 else {},
    )
    frozen = freeze(
        sheet,
        rows,
        round_number=round_number,
        reveals=[secret.hex() if chance.random() < 0.8 else "" for secret in secrets],
        void_by_reason={"withdrawn": chance.randint(0, 9)},
    )
    return run_draw(frozen, f"dice:{round_number}:{chance.randint(1, 6)}".encode(), rows)


def findings_in_python(files: dict[str, bytes], directory: Path) -> dict[str, list[str]]:
    """What the verifier in Python finds, as the checks by state."""
    for name, data in files.items():
        (directory / name).write_bytes(data)
    lines: list[str] = []
    verify(directory, write=lines.append)
    found = [line.split()[:2] for line in lines if line.startswith(("OK ", "BAD ", "SKIP ", "NOTE "))]
    return {
        state: sorted({check for seen, check in found if seen == state}, key=lambda check: int(check[1:]))
        for state in ("OK", "BAD", "SKIP", "NOTE")
    }


def test_every_value_of_the_vectors_is_computed_and_every_tampered_file_is_refused() -> None:
    command = [str(NODE), "--test", "--test-reporter=tap", str(SCRIPTS / "vectors.test.mjs")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout
    assert "# pass 7" in run.stdout
    assert "# fail 0" in run.stdout


def test_the_types_of_the_sources_hold() -> None:
    workspace = SOURCES.parent
    compiler = workspace / "node_modules" / "typescript" / "bin" / "tsc"
    command = [str(NODE), str(compiler), "-p", str(workspace)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout) == (0, "")


def test_draw_and_both_verifiers_agree_on_random_draws(browser_verifier: SecondImplementation, tmp_path: Path) -> None:
    chance = Random(20261120)
    for number in range(CASES):
        result = random_draw(chance)
        files = publish(result)
        told = browser_verifier.verify(files)
        assert told["root"] == result.manifest.root
        assert told["seed"] == result.seed.hex()
        assert told["order"] == [row.receipt for row in result.ranking]
        assert told["granted"] == [result.granted[row.receipt] for row in result.ranking]
        directory = tmp_path / str(number)
        directory.mkdir()
        assert {state: checks_in(told, state) for state in ("OK", "BAD", "SKIP", "NOTE")} == findings_in_python(
            files, directory
        )
        assert checks_in(told, "BAD") == []


def test_both_verifiers_refuse_the_same_when_files_are_damaged_at_random(
    browser_verifier: SecondImplementation, tmp_path: Path
) -> None:
    chance = Random(1120)
    seen: set[str] = set()
    for number in range(DAMAGED):
        files = damaged(publish(random_draw(chance)), chance)
        directory = tmp_path / str(number)
        directory.mkdir()
        ours, theirs = checks_in(browser_verifier.verify(files), "BAD"), findings_in_python(files, directory)["BAD"]
        follows = FOLLOWS_FROM_THE_LIST if {"V2", "V3"} & set(theirs) else set()
        assert set(ours) - follows == set(theirs) - follows, files
        seen |= set(ours)
    assert {"V1", "V3", "V4", "V8", "V9", "V10"} <= seen


def damaged(files: dict[str, bytes], chance: Random) -> dict[str, bytes]:
    """The same files with a digit or a byte changed, a line lost, doubled or moved in one of them."""
    name = chance.choice(sorted(files))
    data = bytearray(files[name])
    digits = [place for place, byte in enumerate(data) if chr(byte).isdigit()]
    way = chance.randrange(4)
    if way == 0 and digits:
        data[chance.choice(digits)] = chance.choice(b"0123456789")
    elif way == 1:
        data[chance.randrange(len(data))] = chance.randrange(256)
    else:
        lines = bytes(data).splitlines(keepends=True)
        line = lines.pop(chance.randrange(len(lines)))
        if way == 3:
            lines[(place := chance.randrange(len(lines) + 1)) : place] = [line] * chance.randint(1, 2)
        data = bytearray(b"".join(lines))
    return {**files, name: bytes(data)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"}\n", b"}\n\n"),
        (b"}\n", b"}"),
        (b"{", b"\xef\xbb\xbf{"),
        (b'"budget":11', b'"budget":true'),
        (b'"budget":11', b'"budget":-0'),
        (b'"budget":11', b'"budget":9007199254740992'),
        (b'"budget":11', b'"budget":1.1e1'),
        (b'"budget":11', b'"budget":11.0'),
        (b'"budget":11,', b'"budget":11,"budget":11,'),
        (b'"budget":11,', b'"budget":11,"bad name":11,'),
        (b'"budget":11,', b'"__proto__":{"budget":11},'),
        (b"pv2026-1", b"pv2026\\u002d1"),
        (b"pv2026-1", b"pv\\ud8002026-1"),
        (b'"merged":1', b'"merged":-1'),
        (b'"rows":5', b'"rows":5,"unknown":5'),
        (b"equal_first", b"equal_first\\n"),
        (b'"round":657413', b'"round":0'),
        (b'"root":"', b'"root":"\xff'),
    ],
)
def test_a_manifest_that_is_not_to_the_letter_is_malformed_in_the_browser_too(
    browser_verifier: SecondImplementation, published: dict[str, bytes], before: bytes, after: bytes
) -> None:
    assert before in published["manifest.json"]
    told = browser_verifier.verify({**published, "manifest.json": published["manifest.json"].replace(before, after)})
    assert told["findings"] == [["BAD", "V1"]]


def test_a_manifest_nested_without_end_is_malformed_in_the_browser_too(
    browser_verifier: SecondImplementation, published: dict[str, bytes]
) -> None:
    told = browser_verifier.verify({**published, "manifest.json": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"})
    assert told["findings"] == [["BAD", "V1"]]


def test_what_is_missing_is_skipped_and_never_ok(
    browser_verifier: SecondImplementation, published: dict[str, bytes]
) -> None:
    required = {name: published[name] for name in ("manifest.json", "applications.csv", "results.csv")}
    told = browser_verifier.verify(required)
    assert checks_in(told, "SKIP") == ["V4", "V10"]
    assert checks_in(told, "BAD") == []
    del required["results.csv"]
    assert browser_verifier.verify(required)["findings"] == [["BAD", "V1"]]


def answered(browser_verifier: SecondImplementation, files: dict[str, bytes], receipt: str) -> dict[str, Any]:
    (answer,) = browser_verifier.verify(files, [receipt])["answers"]
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize("typed", ["B6S4H9P3ZDA2M7JF", "b6s4-h9p3-zda2-m7jf", " Ｂ６Ｓ４ー Ｈ９Ｐ３−ＺＤＡ２‐Ｍ７ＪＦ"])
def test_a_receipt_is_found_however_it_is_typed_and_its_result_is_explained(
    browser_verifier: SecondImplementation, published: dict[str, bytes], typed: str
) -> None:
    answer = answered(browser_verifier, published, typed)
    reasons = answer.pop("reasons")
    assert answer == {
        "receipt": "B6S4H9P3ZDA2M7JF",
        "units": 5,
        "ticket": "40063265c67b4ccde682a8fcb22550aaff0a7eaf48dc22b41d0dc6f57847fa05",
        "rank": 1,
        "rows": 5,
        "granted": 3,
        "published": 3,
        "waitingPosition": 2,
    }
    assert reasons == [
        {"says": "why-ticket", "facts": {}},
        {"says": "why-rank", "facts": {"rows": 5, "rank": 1}},
        {"says": "why-level", "facts": {"level": 2}},
        {"says": "why-rest", "facts": {"rank": 2}},
        {"says": "why-in-time", "facts": {}},
    ]


def test_letters_that_no_receipt_has_are_read_as_the_digits_they_look_like(
    browser_verifier: SecondImplementation, published: dict[str, bytes]
) -> None:
    assert answered(browser_verifier, published, "O1HK3Q8W2ZB7N5TX")["receipt"] == "01HK3Q8W2ZB7N5TX"


def test_a_receipt_that_is_not_listed_has_no_answer(
    browser_verifier: SecondImplementation, published: dict[str, bytes]
) -> None:
    assert browser_verifier.verify(published, ["", "NOBODY", "__proto__"])["answers"] == [None, None, None]


def test_in_turn_each_of_the_three_places_in_line_is_explained(browser_verifier: SecondImplementation) -> None:
    rows = [Row(f"R{number}", 4, f"R{number}") for number in range(3)]
    sheet = RuleSheet("c", AllocationRule.ALL_OR_NOTHING, 6, (), "dice")
    result = run_draw(freeze(sheet, rows, round_number=1, reveals=[], void_by_reason={}), b"dice:1:6", rows)
    receipts = [row.receipt for row in result.ranking]
    answers = browser_verifier.verify(publish(result), receipts)["answers"]
    assert [(answer["granted"], answer["waitingPosition"]) for answer in answers] == [(4, None), (2, 1), (0, 2)]
    assert [answer["reasons"][-1] for answer in answers] == [
        {"says": "why-before", "facts": {}},
        {"says": "why-partly", "facts": {"units": 2}},
        {"says": "why-after", "facts": {}},
    ]


def test_when_there_is_enough_for_all_the_rank_decides_nothing(browser_verifier: SecondImplementation) -> None:
    rows = [Row(f"R{number}", 2, f"R{number}") for number in range(3)]
    sheet = RuleSheet("c", AllocationRule.EQUAL_FIRST, 9, (), "dice")
    result = run_draw(freeze(sheet, rows, round_number=1, reveals=[], void_by_reason={}), b"dice:1:6", rows)
    answer = answered(browser_verifier, publish(result), "R1")
    assert (answer["granted"], answer["waitingPosition"]) == (2, None)
    assert answer["reasons"][-1] == {"says": "why-enough", "facts": {"demand": 6, "budget": 9}}
