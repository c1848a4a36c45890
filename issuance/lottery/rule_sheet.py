"""The rule sheet of a draw: everything that decides it and is known before applications open, as one canonical JSON
file (`kashiman-lottery-v1`, section 8, step 0).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from issuance.lottery import verifier
from issuance.lottery.allocation import AllocationRule
from issuance.lottery.beacon import (
    QUICKNET,
    QUICKNET_CHAIN_HASH,
    QUICKNET_GENESIS_UNIX_S,
    QUICKNET_PERIOD_S,
    QUICKNET_PUBLIC_KEY,
    QUICKNET_SCHEME,
)
from issuance.lottery.manifest import Json, canonical_json, canonical_object

RULE_SHEET_FILE = "rule_sheet.json"
PROGRAM_SHA256 = sha256(Path(verifier.__file__).read_bytes()).hexdigest()
"""Names the program that anybody can check the draw with; what the draw computes differently, it says."""
QUICKNET_PARAMETERS: Mapping[str, Json] = {
    "chain_hash": QUICKNET_CHAIN_HASH,
    "genesis_unix_s": QUICKNET_GENESIS_UNIX_S,
    "period_s": QUICKNET_PERIOD_S,
    "public_key": QUICKNET_PUBLIC_KEY,
    "scheme": QUICKNET_SCHEME,
}


class Grouping(StrEnum):
    """Whose applications become one row of the list."""

    NONE = "none"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class SecretHolder:
    """Who keeps a secret, by the name of the office, and the commitment to it (hex)."""

    office: str
    commitment: str


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """A public key that receipts are signed with (Ed25519, hex)."""

    kid: str
    public_key: str


@dataclass(frozen=True, slots=True)
class Fallback:
    """The beacon that decides when the first one stands still, and how its draw follows from the calendar."""

    beacon_id: str
    how: str


@dataclass(frozen=True, kw_only=True)
class PublishedRules:
    """The facts of a rule sheet. The names are those of the file; `budget` and `max_units` are in units.

    `household_cap` and `group_key_commitment` (of the campaign key) are there when households are grouped. The list
    can be disputed until the end of the city day so many days after it was published.
    """

    campaign: str
    rule: AllocationRule
    budget: int
    max_units: int
    opens_at: datetime
    closes_at: datetime
    draw_at: datetime
    dispute_days: int
    exclusions: tuple[str, ...]
    fallback: Fallback
    receipt_keys: tuple[ReceiptKey, ...]
    holders: tuple[SecretHolder, ...]
    grouping: Grouping = Grouping.NONE
    household_cap: int | None = None
    group_key_commitment: str | None = None
    beacon_id: str = QUICKNET
    beacon_how: str = ""
    program_sha256: str = PROGRAM_SHA256

    @property
    def commitments(self) -> tuple[str, ...]:
        """The holders' commitments in their order."""
        return tuple(holder.commitment for holder in self.holders)

    @property
    def row_units_max(self) -> int:
        """The most that one row of the list can ask for."""
        return self.max_units if self.household_cap is None else self.household_cap

    def knows(self, beacon_id: str) -> bool:
        """Whether a beacon is the first one or the fallback."""
        return beacon_id in (self.beacon_id, self.fallback.beacon_id)


def write_rule_sheet(rules: PublishedRules) -> bytes:
    """Write the file; times are UTC, in whole seconds."""
    members: dict[str, Any] = asdict(rules)
    for name in ("opens_at", "closes_at", "draw_at"):
        members[name] = utc_text(members[name])
    parameters = dict(QUICKNET_PARAMETERS) if rules.beacon_id == QUICKNET else {"how": rules.beacon_how}
    members["beacon"] = {"id": members.pop("beacon_id"), **parameters}
    del members["beacon_how"]
    optional = ("household_cap", "group_key_commitment")
    return canonical_json({name: value for name, value in members.items() if name not in optional or value is not None})


def parse_rule_sheet(data: bytes) -> PublishedRules:
    """Read a file that `write_rule_sheet` wrote; refuses ManifestNotCanonical."""
    members = canonical_object(RULE_SHEET_FILE, data)
    beacon = members.pop("beacon")
    return PublishedRules(
        **{
            **members,
            "rule": AllocationRule(members["rule"]),
            "grouping": Grouping(members["grouping"]),
            **{name: datetime.fromisoformat(members[name]) for name in ("opens_at", "closes_at", "draw_at")},
            "exclusions": tuple(members["exclusions"]),
            "fallback": Fallback(**members["fallback"]),
            "receipt_keys": tuple(ReceiptKey(**key) for key in members["receipt_keys"]),
            "holders": tuple(SecretHolder(**holder) for holder in members["holders"]),
        },
        beacon_id=beacon["id"],
        beacon_how=beacon.get("how", ""),
    )


def utc_text(at: datetime) -> str:
    """An instant as the files of a draw write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
