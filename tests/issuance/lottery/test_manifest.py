import json
from dataclasses import replace
from typing import Any

import pytest

from issuance.lottery.allocation import AllocationRule
from issuance.lottery.manifest import Counts, Json, Manifest, parse_frozen, parse_manifest, write_manifest
from issuance.lottery.refusals import ManifestMemberInvalid, ManifestNotCanonical

FROZEN = Manifest(
    campaign="pv2026-1",
    rule=AllocationRule.EQUAL_FIRST,
    budget=11,
    beacon_id="drand-quicknet",
    round_number=657413,
    reveals=("", "ab" * 32),
    commitments=("cd" * 32, "ef" * 32),
    root="01" * 32,
)


def canonical(members: dict[str, Any]) -> bytes:
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def test_the_published_manifests_are_read_and_written_back(file_texts: dict[str, bytes]) -> None:
    drawn = parse_manifest(file_texts["manifest.json"])
    frozen = parse_frozen(file_texts["frozen.json"])
    assert drawn.rule is AllocationRule.EQUAL_FIRST
    assert (drawn.budget, drawn.round_number, drawn.max_units) == (11, 657413, 5)
    assert drawn.counts == Counts(8, 5, {"duplicate": 1, "merged": 1, "not_eligible": 1})
    assert (drawn.is_frozen, frozen.is_frozen) == (False, True)
    assert drawn.frozen() == frozen
    assert write_manifest(drawn) == file_texts["manifest.json"]
    assert write_manifest(frozen) == file_texts["frozen.json"]


def test_a_frozen_manifest_is_not_a_drawn_one_and_the_other_way_round(file_texts: dict[str, bytes]) -> None:
    with pytest.raises(ManifestMemberInvalid) as refused:
        parse_manifest(file_texts["frozen.json"])
    assert refused.value.facts == {"file": "manifest.json", "member": "beacon"}
    with pytest.raises(ManifestMemberInvalid) as refused:
        parse_frozen(file_texts["manifest.json"])
    assert refused.value.facts == {"file": "frozen.json", "member": "beacon"}


def test_further_members_are_kept_and_written_canonically() -> None:
    further: dict[str, Json] = {"notice": 'お知らせ "é"\n\x01', "nested_1": {"b": [True, None, -1], "a": {}}}
    data = write_manifest(replace(FROZEN, further=further))
    assert parse_frozen(data).further == further
    assert '"notice":"お知らせ \\"é\\"\\n\\u0001"'.encode() in data
    assert b'"nested_1":{"a":{},"b":[true,null,-1]}' in data


def test_a_further_member_cannot_take_the_place_of_another() -> None:
    with pytest.raises(ManifestNotCanonical):
        write_manifest(replace(FROZEN, further={"max_units": 5}))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("campaign", "PV2026"),
        ("campaign", "a" * 65),
        ("campaign", "pv\n"),
        ("rule", "equal_first\n"),
        ("rule", "random"),
        ("budget", -1),
        ("budget", True),
        ("budget", "11"),
        ("beacon_id", "-x"),
        ("round", 0),
        ("signature", "00"),
        ("beacon", "AB" * 32),
        ("reveals", ["ab"]),
        ("reveals", "ab" * 32),
        ("commitments", [""]),
        ("commitments", [1]),
        ("root", "01" * 31),
        ("max_units", 0),
        ("max_units", None),
        ("program_sha256", ""),
        ("counts", {"received": 1, "rows": 1}),
        ("counts", {"received": 1, "rows": 1, "void": {"merged2": 0}}),
        ("counts", {"received": 1, "rows": 2, "void": {"merged": -1}}),
        ("counts", {"received": True, "rows": 1, "void": {}}),
    ],
)
def test_a_member_that_breaks_its_rule_is_named(file_texts: dict[str, bytes], member: str, value: object) -> None:
    members = {**json.loads(file_texts["manifest.json"]), member: value}
    with pytest.raises(ManifestMemberInvalid) as refused:
        parse_manifest(canonical(members))
    assert refused.value.member == member


def test_a_missing_member_is_named(file_texts: dict[str, bytes]) -> None:
    members = json.loads(file_texts["manifest.json"])
    for member in ("campaign", "root", "signature"):
        with pytest.raises(ManifestMemberInvalid) as refused:
            parse_manifest(canonical({name: members[name] for name in members if name != member}))
        assert refused.value.member == member


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"[]\n",
        b"\xef\xbb\xbf{}\n",
        b"\xff\n",
        b"{}",
        b"{}\r\n",
        b"{}\n\n",
        b'{"b":1,"a":1}\n',
        b'{"a": 1}\n',
        b'{"a":1,"a":1}\n',
        b'{"a":{"b":1,"b":1}}\n',
        b'{"A":1}\n',
        b'{"":1}\n',
        b'{"a":1.0}\n',
        b'{"a":1e3}\n',
        b'{"a":NaN}\n',
        b'{"a":-0}\n',
        b'{"a":9007199254740992}\n',
        b'{"a":-9007199254740992}\n',
        b'{"a":' + b"9" * 5000 + b"}\n",
        b'{"a":"\\u0041"}\n',
        b'{"a":"\\ud800"}\n',
        b'{"a":"\\/"}\n',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    ],
)
def test_anything_but_canonical_json_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestNotCanonical):
        parse_manifest(data)


def test_the_largest_number_is_accepted() -> None:
    largest = replace(FROZEN, budget=2**53 - 1, round_number=2**53 - 1)
    assert parse_frozen(write_manifest(largest)) == largest
