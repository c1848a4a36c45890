"""The manifest of a draw: every fact that decides it, as one canonical JSON file.

`frozen.json` is the manifest as published before the beacon exists, with `signature` and `beacon` empty;
`manifest.json` is the same with both filled in. Canonical is RFC 8785 for objects whose numbers are integers,
plus one line feed: members sorted by name, no white space, only the escapes JSON demands.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeAlias

from issuance.lottery.allocation import AllocationRule
from issuance.lottery.beacon import QUICKNET, QUICKNET_SIGNATURE_BYTES
from issuance.lottery.refusals import ManifestMemberInvalid, ManifestNotCanonical

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

MANIFEST_FILE = "manifest.json"
FROZEN_FILE = "frozen.json"
NUMBER_MAX = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""


@dataclass(frozen=True)
class Counts:
    """How many applications were received, how many rows are listed, and how many were void, by reason."""

    received: int
    rows: int
    void: Mapping[str, int]

    def add_up(self) -> bool:
        """Whether received = rows + void."""
        return self.received == self.rows + sum(self.void.values())


@dataclass(frozen=True)
class Manifest:
    """The facts of one draw. Hashes, keys, signature, reveals and commitments are lower-case hex, as in the
    file.

    A reveal is empty when its holder's secret is missing. `further` are members without a meaning in the
    protocol.
    """

    campaign: str
    rule: AllocationRule
    budget: int
    beacon_id: str
    round_number: int
    reveals: tuple[str, ...]
    commitments: tuple[str, ...]
    root: str
    signature: str = ""
    beacon: str = ""
    max_units: int | None = None
    counts: Counts | None = None
    program_sha256: str | None = None
    further: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_frozen(self) -> bool:
        """Whether neither signature nor beacon is filled in."""
        return not self.signature and not self.beacon

    def frozen(self) -> "Manifest":
        """The same facts as they stood before the beacon existed."""
        return replace(self, signature="", beacon="")


def write_manifest(manifest: Manifest) -> bytes:
    """Write a manifest as the bytes of `frozen.json` or, once drawn, of `manifest.json`.

    Refuses ManifestMemberInvalid or ManifestNotCanonical when the facts could not be read back.
    """
    data = canonical_json(_members_of(manifest))
    read_back = parse_frozen(data) if manifest.is_frozen else parse_manifest(data)
    if read_back != manifest:
        raise ManifestNotCanonical(file=MANIFEST_FILE, reason="a further member takes the name of another")
    return data


def parse_manifest(data: bytes) -> Manifest:
    """Read `manifest.json`; refuses, in this order, ManifestNotCanonical and ManifestMemberInvalid (first by
    name).
    """
    return _parse(MANIFEST_FILE, data, frozen=False)


def parse_frozen(data: bytes) -> Manifest:
    """Read `frozen.json`; refuses, in this order, ManifestNotCanonical and ManifestMemberInvalid (first by
    name).
    """
    return _parse(FROZEN_FILE, data, frozen=True)


def _parse(file: str, data: bytes, *, frozen: bool) -> Manifest:
    members = canonical_object(file, data)
    for name in sorted(_REQUIRED | members.keys()):
        if name not in members or not _member_is_valid(name, members, frozen=frozen):
            raise ManifestMemberInvalid(file=file, member=name)
    return _manifest_of(members)


def canonical_object(file: str, data: bytes) -> dict[str, Any]:
    """Read one object in canonical form with its line feed; refuses ManifestNotCanonical."""
    try:
        members = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
        canonical = canonical_json(members)
    except RecursionError as failure:
        raise ManifestNotCanonical(file=file, reason="it is nested too deeply") from failure
    except ValueError as failure:
        raise ManifestNotCanonical(file=file, reason=f"it cannot be read: {failure}") from failure
    if not isinstance(members, dict):
        raise ManifestNotCanonical(file=file, reason="it is not an object")
    if canonical != data:
        raise ManifestNotCanonical(file=file, reason="order, white space, escapes or the last line feed differ")
    return members


def canonical_json(members: Json) -> bytes:
    """Write members in canonical form with one line feed."""
    text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for name, _ in pairs:
        if not _NAME.fullmatch(name):
            raise ValueError("a member name is not 1 to 32 of a-z, 0-9 and _")
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member occurs twice")
    return dict(pairs)


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > NUMBER_MAX:
        raise ValueError("a number is beyond 2^53-1")
    return int(digits)


def _no_fraction(text: str) -> NoReturn:
    raise ValueError(f"a number is not an integer: {text[:20]}")


def _member_is_valid(name: str, members: Mapping[str, Any], *, frozen: bool) -> bool:
    value = members[name]
    if name in ("signature", "beacon") and frozen:
        return bool(value == "")
    if name == "signature":
        return _is_signature(value, members.get("beacon_id"))
    return name not in _RULES or _RULES[name](value)


def _is_signature(value: object, beacon_id: object) -> bool:
    if not isinstance(value, str) or not _HEX_BYTES.fullmatch(value):
        return False
    return beacon_id != QUICKNET or len(value) == 2 * QUICKNET_SIGNATURE_BYTES


def _is_text(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_texts(pattern: str) -> Callable[[object], bool]:
    is_text = _is_text(pattern)
    return lambda value: isinstance(value, list) and all(map(is_text, value))


def _is_integer_from(least: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and value >= least


def _is_counts(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {"received", "rows", "void"}:
        return False
    void = value["void"]
    if not isinstance(void, dict) or not all(_REASON.fullmatch(reason) for reason in void):
        return False
    return all(map(_is_integer_from(0), [value["received"], value["rows"], *void.values()]))


def _manifest_of(members: Mapping[str, Any]) -> Manifest:
    counts = members.get("counts")
    return Manifest(
        campaign=members["campaign"],
        rule=AllocationRule(members["rule"]),
        budget=members["budget"],
        beacon_id=members["beacon_id"],
        round_number=members["round"],
        reveals=tuple(members["reveals"]),
        commitments=tuple(members["commitments"]),
        root=members["root"],
        signature=members["signature"],
        beacon=members["beacon"],
        max_units=members.get("max_units"),
        counts=None if counts is None else Counts(counts["received"], counts["rows"], counts["void"]),
        program_sha256=members.get("program_sha256"),
        further={name: value for name, value in members.items() if name not in _KNOWN},
    )


def _members_of(manifest: Manifest) -> dict[str, Json]:
    members: dict[str, Json] = dict(manifest.further)
    members |= {
        "campaign": manifest.campaign,
        "rule": manifest.rule.value,
        "budget": manifest.budget,
        "beacon_id": manifest.beacon_id,
        "round": manifest.round_number,
        "signature": manifest.signature,
        "beacon": manifest.beacon,
        "reveals": list(manifest.reveals),
        "commitments": list(manifest.commitments),
        "root": manifest.root,
    }
    if manifest.max_units is not None:
        members["max_units"] = manifest.max_units
    if manifest.counts is not None:
        void: dict[str, Json] = dict(manifest.counts.void)
        members["counts"] = {"received": manifest.counts.received, "rows": manifest.counts.rows, "void": void}
    if manifest.program_sha256 is not None:
        members["program_sha256"] = manifest.program_sha256
    return members


_NAME = re.compile(r"[a-z0-9_]{1,32}")
_REASON = re.compile(r"[a-z_]{1,32}")
_HEX_BYTES = re.compile(r"(?:[0-9a-f]{2})+")
_HEX_32_BYTES = r"[0-9a-f]{64}"
_REQUIRED = frozenset(
    [
        "campaign",
        "rule",
        "budget",
        "beacon_id",
        "round",
        "signature",
        "beacon",
        "reveals",
        "commitments",
        "root",
    ]
)
_KNOWN = _REQUIRED | {"max_units", "counts", "program_sha256"}
_RULES: dict[str, Callable[[object], bool]] = {
    "campaign": _is_text(r"[a-z0-9][a-z0-9-]{0,63}"),
    "rule": _is_text("|".join(AllocationRule)),
    "budget": _is_integer_from(0),
    "beacon_id": _is_text(r"[a-z0-9][a-z0-9-]{0,31}"),
    "round": _is_integer_from(1),
    "beacon": _is_text(_HEX_32_BYTES),
    "reveals": _is_texts(rf"(?:{_HEX_32_BYTES})?"),
    "commitments": _is_texts(_HEX_32_BYTES),
    "root": _is_text(_HEX_32_BYTES),
    "max_units": _is_integer_from(1),
    "counts": _is_counts,
    "program_sha256": _is_text(_HEX_32_BYTES),
}
