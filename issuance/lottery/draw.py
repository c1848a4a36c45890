"""The draw itself: freeze the list, run it with the beacon, publish the files.

Pure: the rule sheet's facts, the rows and the beacon's signature come in; every ticket, rank, granted unit
and waiting place follows from them, whoever computes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from issuance.lottery.allocation import (
    AllocationRule,
    Row,
    TicketedRow,
    WaitingEntry,
    allocate,
    rank_order,
    waiting_list,
)
from issuance.lottery.beacon import QUICKNET, verified_beacon
from issuance.lottery.files import (
    APPLICATIONS_FILE,
    RESULTS_FILE,
    WAITLIST_FILE,
    check_rows,
    write_applications,
    write_results,
    write_waitlist,
)
from issuance.lottery.hashing import commitment, leaf, merkle_root, seed
from issuance.lottery.manifest import (
    FROZEN_FILE,
    MANIFEST_FILE,
    Counts,
    Json,
    Manifest,
    write_manifest,
)
from issuance.lottery.refusals import (
    CountsDoNotAddUp,
    ManifestAlreadyDrawn,
    RevealDoesNotOpenCommitment,
    RevealsDoNotPairWithCommitments,
    RootDoesNotMatchList,
)


@dataclass(frozen=True)
class DrawResult:
    """A finished draw: the completed manifest, the rows, and all that was computed from them.

    `ranking[0]` has rank 1. `granted` has every receipt in the order of the list, zeros included.
    """

    manifest: Manifest
    rows: tuple[Row, ...]
    seed: bytes
    ranking: tuple[TicketedRow, ...]
    granted: Mapping[str, int]
    waiting: tuple[WaitingEntry, ...]


@dataclass(frozen=True)
class RuleSheet:
    """What is published before applications open and decides the draw, with the list and the beacon."""

    campaign: str
    rule: AllocationRule
    budget: int
    commitments: tuple[str, ...]
    beacon_id: str = QUICKNET
    max_units: int | None = None
    program_sha256: str | None = None
    further: Mapping[str, Json] = field(default_factory=dict)


def freeze(
    sheet: RuleSheet,
    rows: Sequence[Row],
    *,
    round_number: int,
    reveals: Sequence[str],
    void_by_reason: Mapping[str, int],
) -> Manifest:
    """Build the manifest that is published before the beacon's round exists.

    `reveals` are the holders' secrets in hex, in the order of the commitments, empty when missing. Refuses,
    in this order: what `check_rows` refuses, RevealsDoNotPairWithCommitments, RevealDoesNotOpenCommitment,
    and ManifestMemberInvalid for a fact that breaks its rule.
    """
    check_rows(rows, max_units=sheet.max_units)
    check_reveals(reveals, sheet.commitments)
    manifest = Manifest(
        campaign=sheet.campaign,
        rule=sheet.rule,
        budget=sheet.budget,
        beacon_id=sheet.beacon_id,
        round_number=round_number,
        reveals=tuple(reveals),
        commitments=sheet.commitments,
        root=root_of(rows).hex(),
        max_units=sheet.max_units,
        counts=Counts(len(rows) + sum(void_by_reason.values()), len(rows), dict(void_by_reason)),
        program_sha256=sheet.program_sha256,
        further=sheet.further,
    )
    write_manifest(manifest)
    return manifest


def run_draw(frozen: Manifest, signature: bytes, rows: Sequence[Row]) -> DrawResult:
    """Draw with the beacon's signature (or the fallback's statement) of the frozen round.

    The order of the rows does not matter. Refuses, in this order: ManifestAlreadyDrawn,
    BeaconSignatureInvalid or FallbackStatementInvalid, RevealsDoNotPairWithCommitments,
    RevealDoesNotOpenCommitment, what `check_rows` refuses, RootDoesNotMatchList, CountsDoNotAddUp.
    """
    if not frozen.is_frozen:
        raise ManifestAlreadyDrawn(campaign=frozen.campaign)
    beacon = verified_beacon(beacon_id=frozen.beacon_id, round_number=frozen.round_number, signature=signature)
    check_reveals(frozen.reveals, frozen.commitments)
    _check_list(frozen, rows)
    return _drawn(replace(frozen, signature=signature.hex(), beacon=beacon.hex()), rows)


def publish(result: DrawResult) -> dict[str, bytes]:
    """Write the five files of a finished draw, by file name; the verifier is published beside them."""
    return {
        MANIFEST_FILE: write_manifest(result.manifest),
        FROZEN_FILE: write_manifest(result.manifest.frozen()),
        APPLICATIONS_FILE: write_applications(result.rows),
        RESULTS_FILE: write_results(result.granted),
        WAITLIST_FILE: write_waitlist(result.waiting),
    }


def root_of(rows: Sequence[Row]) -> bytes:
    """Hash an application list into its root, whatever its order. 32 bytes."""
    return merkle_root(leaf(row.receipt, row.units, row.group) for row in rows)


def seed_of(manifest: Manifest) -> bytes:
    """Compute the seed from a completed manifest. 32 bytes."""
    return seed(
        campaign=manifest.campaign,
        root=bytes.fromhex(manifest.root),
        beacon_id=manifest.beacon_id,
        round_number=manifest.round_number,
        beacon=bytes.fromhex(manifest.beacon),
        secrets=[bytes.fromhex(secret) for secret in manifest.reveals],
    )


def check_reveals(reveals: Sequence[str], commitments: Sequence[str]) -> None:
    """Hold each revealed secret (hex, empty when missing) against its commitment (hex).

    Refuses, in this order: RevealsDoNotPairWithCommitments, RevealDoesNotOpenCommitment.
    """
    if len(reveals) != len(commitments):
        raise RevealsDoNotPairWithCommitments(reveals=len(reveals), commitments=len(commitments))
    for holder, (secret, committed) in enumerate(zip(reveals, commitments, strict=True), start=1):
        if secret and commitment(bytes.fromhex(secret)).hex() != committed:
            raise RevealDoesNotOpenCommitment(holder=holder)


def _check_list(frozen: Manifest, rows: Sequence[Row]) -> None:
    check_rows(rows, max_units=frozen.max_units)
    root = root_of(rows).hex()
    if root != frozen.root:
        raise RootDoesNotMatchList(frozen_root=frozen.root, list_root=root)
    counts = frozen.counts
    if counts is not None and (counts.rows != len(rows) or not counts.add_up()):
        raise CountsDoNotAddUp(
            received=counts.received,
            counted_rows=counts.rows,
            listed_rows=len(rows),
            void=sum(counts.void.values()),
        )


def _drawn(manifest: Manifest, rows: Sequence[Row]) -> DrawResult:
    seed_value = seed_of(manifest)
    ranking = rank_order(seed_value, rows)
    granted = allocate(manifest.rule, [row.units for row in ranking], manifest.budget)
    granted_by_receipt = {row.receipt: units for row, units in zip(ranking, granted, strict=True)}
    by_receipt = sorted(rows, key=attrgetter("receipt"))
    return DrawResult(
        manifest=manifest,
        rows=tuple(by_receipt),
        seed=seed_value,
        ranking=tuple(ranking),
        granted={row.receipt: granted_by_receipt[row.receipt] for row in by_receipt},
        waiting=tuple(waiting_list(manifest.rule, ranking, granted)),
    )
