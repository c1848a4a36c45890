import ast
import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from issuance.lottery import verifier
from issuance.lottery.allocation import AllocationRule, Row
from issuance.lottery.draw import RuleSheet, freeze, publish, run_draw
from issuance.lottery.verifier import verify

PROGRAM = Path(verifier.__file__)
Publish = Callable[..., Path]


@pytest.fixture
def published(tmp_path: Path, file_texts: dict[str, bytes]) -> Publish:
    """Write the vectors' files, with some replaced or (None) left out, and give the folder."""

    def write(**changes: bytes | None) -> Path:
        files = {**file_texts, **{name.replace("_", "."): data for name, data in changes.items()}}
        for name, data in files.items():
            if data is not None:
                (tmp_path / name).write_bytes(data)
        return tmp_path

    return write


def report(directory: Path, *receipts: str, strict: bool = False) -> tuple[int, list[str]]:
    lines: list[str] = []
    status = verify(directory, receipts, strict, lines.append)
    return status, lines


def ids(lines: list[str], state: str) -> list[str]:
    return sorted({line.split()[1] for line in lines if line.startswith(f"{state} ")}, key=lambda name: int(name[1:]))


def test_the_published_draw_is_verified_line_by_line(published: Publish) -> None:
    status, lines = report(published())
    assert status == 0
    assert lines == [
        "campaign pv2026-1",
        "rule     equal_first",
        "budget   11",
        "rows     5",
        "demand   16",
        "beacon   drand-quicknet round 657413, 2023-09-15 20:00:03 JST",
        "root     48d9e63494b2b81c35baa0402f2d7e5cc1da5bae6979b99aa4493cc616d03e24",
        "seed     a15e6a0dbbef97020fca44e9aa2c31faf65baa61c1950b81a91dc58db3a7f0ee",
        "OK   V1 well formed: manifest.json, applications.csv, results.csv, frozen.json, waitlist.csv",
        "OK   V2 no receipt and no group occurs twice, nobody is above the maximum",
        "OK   V3 the list has the root of the manifest",
        "OK   V4 every parameter is as frozen before the draw",
        "NOTE V4 compare with the paper notice: SHA-256 of frozen.json is "
        "28b2f56d2d5d479bccd4d9b6859d687d16c64bda276cb68bf2780c1f27d44fa4",
        "OK   V5 3 of 3 commitments are opened",
        "OK   V6 the beacon is the SHA-256 of the signature",
        "OK   V7 drand quicknet signed round 657413",
        "OK   V8 every result is what the draw gives",
        "OK   V9 11 units granted of 11 to grant",
        "OK   V10 the waiting list follows the rank order, 5 entries",
        "OK   V11 8 received, 5 rows, 3 void; 5 are listed",
        "RESULT verified",
    ]


def test_every_tampered_variant_is_refused_for_its_reason(vectors: dict[str, Any], tmp_path: Path) -> None:
    (published,) = vectors["files"]
    assert len(published["tampered"]) == 31
    for number, variant in enumerate(published["tampered"]):
        directory = tmp_path / str(number)
        directory.mkdir()
        for name, text in {**published["texts"], **variant["replace"]}.items():
            (directory / name).write_bytes(text.encode("utf-8"))
        status, lines = report(directory)
        assert (status, lines[-1]) == (1, "RESULT not verified"), variant["name"]
        assert variant["reason"] in variant["bad"]
        assert ids(lines, "BAD") == variant["bad"], variant["name"]


def test_a_receipt_is_answered_with_ticket_rank_result_and_waiting_place(published: Publish) -> None:
    status, lines = report(published(), "XK0N5V1G8C4R9TWE", "B6S4H9P3ZDA2M7JF", "NOBODY\x1b")
    assert status == 0
    assert lines[-4:] == [
        "receipt  XK0N5V1G8C4R9TWE units 2 "
        "ticket b679624bbfc3e55adf82e02b5934ed46930e294e1978af9ecd6c2876c149bc10 "
        "rank 3 of 5 granted 2 waiting -",
        "receipt  B6S4H9P3ZDA2M7JF units 5 "
        "ticket 40063265c67b4ccde682a8fcb22550aaff0a7eaf48dc22b41d0dc6f57847fa05 "
        "rank 1 of 5 granted 3 waiting 2",
        "receipt  NOBODY\\x1b is not in applications.csv",
        "RESULT verified",
    ]


def test_missing_optional_files_are_skipped_and_never_ok(published: Publish) -> None:
    directory = published(frozen_json=None, waitlist_csv=None)
    status, lines = report(directory)
    assert (status, lines[-1]) == (0, "RESULT verified, 2 checks skipped")
    assert ids(lines, "SKIP") == ["V4", "V10"]
    assert not {"V4", "V10"} & set(ids(lines, "OK"))
    status, lines = report(directory, strict=True)
    assert (status, lines[-1]) == (1, "RESULT not verified")


def test_a_manifest_without_counts_skips_them(published: Publish, file_texts: dict[str, bytes]) -> None:
    changed = {}
    for name in ("manifest.json", "frozen.json"):
        members = json.loads(file_texts[name])
        del members["counts"]
        changed[name.replace(".", "_")] = json.dumps(members, separators=(",", ":")).encode() + b"\n"
    status, lines = report(published(**changed))
    assert (status, ids(lines, "SKIP"), lines[-1]) == (0, ["V11"], "RESULT verified, 1 checks skipped")


def test_true_is_not_one(published: Publish, file_texts: dict[str, bytes]) -> None:
    manifest = file_texts["manifest.json"].replace(b',"root":', b',"revision":1,"root":')
    frozen = file_texts["frozen.json"].replace(b',"root":', b',"revision":true,"root":')
    status, lines = report(published(manifest_json=manifest, frozen_json=frozen))
    assert (status, ids(lines, "BAD")) == (1, ["V4"])
    assert "BAD  V4 revision was true, is 1" in lines


def test_a_frozen_file_that_knows_the_beacon_is_malformed(published: Publish, file_texts: dict[str, bytes]) -> None:
    status, lines = report(published(frozen_json=file_texts["manifest.json"]))
    assert status == 1
    assert lines == ["BAD  V1 frozen.json: signature breaks its rule", "RESULT not verified"]


def test_the_first_five_differing_results_are_named(tmp_path: Path) -> None:
    rows = [Row(f"R{number}", 1, f"R{number}") for number in range(7)]
    sheet = RuleSheet("c", AllocationRule.EQUAL_FIRST, 7, (), "dice")
    files = publish(run_draw(freeze(sheet, rows, round_number=1, reveals=[], void_by_reason={}), b"dice:1:6", rows))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "results.csv").write_bytes(files["results.csv"].replace(b",1\n", b",0\n"))
    _, lines = report(tmp_path)
    named = ", ".join(f"R{number} has 0, the draw gives 1" for number in range(5))
    assert f"BAD  V8 7 results differ: {named} and 2 more" in lines
    assert "BAD  V9 0 units granted of 7 to grant" in lines


def test_a_fallback_statement_is_printed_for_comparison_without_control_characters(tmp_path: Path) -> None:
    rows = [Row("A", 2, "A"), Row("B", 2, "B")]
    sheet = RuleSheet("c", AllocationRule.ALL_OR_NOTHING, 3, ("ab" * 32,), "numbers4")
    manifest = freeze(sheet, rows, round_number=6789, reveals=[""], void_by_reason={})
    for name, data in publish(run_draw(manifest, b"numbers4:6789:0417\nRESULT", rows)).items():
        (tmp_path / name).write_bytes(data)
    status, lines = report(tmp_path)
    assert (status, lines[-1]) == (0, "RESULT verified")
    assert "beacon   numbers4 round 6789" in lines
    assert "NOTE V5 secret 1 is missing" in lines
    assert "NOTE V7 compare with the published result: numbers4:6789:0417\\nRESULT" in lines
    assert "V7" not in ids(lines, "OK")


@pytest.mark.parametrize("statement", [b"numbers4:6788:0417", "numbers4:6789:０４１７".encode()])
def test_a_statement_about_another_draw_or_not_in_ascii_is_bad(tmp_path: Path, statement: bytes) -> None:
    sheet = RuleSheet("c", AllocationRule.EQUAL_FIRST, 3, (), "numbers4")
    manifest = freeze(sheet, [], round_number=6789, reveals=[], void_by_reason={})
    files = publish(run_draw(manifest, b"numbers4:6789:0417", []))
    members = json.loads(files["manifest.json"])
    members |= {"signature": statement.hex(), "beacon": sha256(statement).hexdigest()}
    files["manifest.json"] = json.dumps(members, separators=(",", ":")).encode() + b"\n"
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    status, lines = report(tmp_path)
    assert (status, ids(lines, "BAD")) == (1, ["V7"])


def test_a_round_beyond_the_calendar_is_reported_and_not_signed(
    published: Publish, file_texts: dict[str, bytes]
) -> None:
    manifest = file_texts["manifest.json"].replace(b'"round":657413', b'"round":9007199254740991')
    status, lines = report(published(manifest_json=manifest))
    assert status == 1
    assert "beacon   drand-quicknet round 9007199254740991, after the year 9999" in lines
    assert {"V4", "V7"} <= set(ids(lines, "BAD"))


def test_a_missing_required_file_cannot_be_read(published: Publish) -> None:
    status, lines = report(published(results_csv=None))
    assert status == 2
    assert len(lines) == 1
    assert lines[0].startswith("cannot read ")


def test_the_program_imports_the_standard_library_alone() -> None:
    imported = set()
    for node in ast.walk(ast.parse(PROGRAM.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def run_alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(PROGRAM), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_program_runs_alone_and_skips_the_signature_without_the_library(published: Publish) -> None:
    directory = str(published())
    run = run_alone(directory, "B6S4H9P3ZDA2M7JF")
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert ids(lines, "SKIP") == ["V7"]
    assert lines[-2].startswith("receipt  B6S4H9P3ZDA2M7JF units 5 ticket 40063265")
    assert lines[-1] == "RESULT verified, 1 checks skipped"
    strict = run_alone(directory, "--strict", "B6S4H9P3ZDA2M7JF")
    assert (strict.returncode, strict.stdout.splitlines()[-1]) == (1, "RESULT not verified")


def test_wrong_usage_has_its_own_status(tmp_path: Path) -> None:
    assert run_alone().returncode == 2
    assert run_alone("--unknown", str(tmp_path)).returncode == 2
    assert run_alone(str(tmp_path / "nowhere")).returncode == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"}\n", b"}\n\n"),
        (b"}\n", b"}"),
        (b"{", b" {"),
        (b"{", b"\xef\xbb\xbf{"),
        (b'"budget":11', b'"budget":true'),
        (b'"budget":11', b'"budget":-11'),
        (b'"budget":11', b'"budget":9007199254740992'),
        (b'"budget":11', b'"budget":1.1e1'),
        (b'"budget":11', b'"budget":NaN'),
        (b'"budget":11,', b""),
        (b'"max_units":5', b'"max_units":0'),
        (b'"merged":1', b'"merged":-1'),
        (b'"rows":5', b'"rows":"5"'),
        (b"equal_first", b"equal_first\\n"),
        (b"pv2026-1", b"pv2026\\u002d1"),
        (b"pv2026-1", b"\\ud800"),
        (b'"budget":11', b'"budget":11,"Budget":11'),
        (b'"round":657413', b'"round":0'),
    ],
)
def test_a_manifest_that_is_not_to_the_letter_is_malformed(
    published: Publish, file_texts: dict[str, bytes], before: bytes, after: bytes
) -> None:
    manifest = file_texts["manifest.json"]
    assert before in manifest
    status, lines = report(published(manifest_json=manifest.replace(before, after)))
    assert (status, ids(lines, "BAD"), lines[-1]) == (1, ["V1"], "RESULT not verified")
    assert lines[0].startswith("BAD  V1 manifest.json: ")


def test_a_manifest_nested_without_end_is_malformed(published: Publish) -> None:
    status, lines = report(published(manifest_json=b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"))
    assert (status, ids(lines, "BAD")) == (1, ["V1"])


def test_waiting_positions_that_do_not_count_up_are_malformed(published: Publish, file_texts: dict[str, bytes]) -> None:
    waitlist = file_texts["waitlist.csv"].replace(b"\n3,", b"\n4,")
    status, lines = report(published(waitlist_csv=waitlist))
    assert (status, lines[0]) == (1, "BAD  V1 waitlist.csv: line 4: the position is not 3")
