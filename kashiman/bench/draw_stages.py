"""The stages of `kashiman bench draw`, each a process of its own so that its memory is its own.

    python -m kashiman.bench.draw_stages prepare DIR APPLICATIONS
    python -m kashiman.bench.draw_stages draw DIR

`prepare` writes the closed list and frozen.json; `draw` makes the draw from these two files, writes all five, and
prints what that took as one JSON object.
"""

import json
import random
import sys
import time
from pathlib import Path

from issuance.lottery.allocation import AllocationRule, Row
from issuance.lottery.beacon import QUICKNET
from issuance.lottery.draw import RuleSheet, freeze, publish, run_draw
from issuance.lottery.files import APPLICATIONS_FILE, parse_applications, write_applications
from issuance.lottery.hashing import commitment
from issuance.lottery.manifest import FROZEN_FILE, parse_frozen, write_manifest
from kashiman.interpreter import settle_interpreter

BEACON_ROUND = 657_413
BEACON_SIGNATURE = bytes.fromhex(
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
)
"""A round of drand quicknet of September 2023, as anybody can read it there."""
SECRETS = [bytes([number]) * 32 for number in range(3)]
MAX_UNITS = 5
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def prepare(directory: Path, applications: int) -> None:
    """Invent so many applications for twice as much as there is, and freeze their draw."""
    chance = random.Random(applications)
    receipts: set[str] = set()
    while len(receipts) < applications:
        receipts.add("".join(chance.choices(ALPHABET, k=16)))
    rows = [Row(receipt, chance.randint(1, MAX_UNITS), receipt) for receipt in sorted(receipts)]
    sheet = RuleSheet(
        campaign=f"bench-{applications}",
        rule=AllocationRule.EQUAL_FIRST,
        budget=sum(row.units for row in rows) // 2,
        commitments=tuple(commitment(secret).hex() for secret in SECRETS),
        beacon_id=QUICKNET,
        max_units=MAX_UNITS,
    )
    reveals = [secret.hex() for secret in SECRETS]
    frozen = freeze(sheet, rows, round_number=BEACON_ROUND, reveals=reveals, void_by_reason={})
    (directory / APPLICATIONS_FILE).write_bytes(write_applications(rows))
    (directory / FROZEN_FILE).write_bytes(write_manifest(frozen))


def draw(directory: Path) -> dict[str, float]:
    """Make the draw of a prepared directory and write its files there; seconds and the largest memory in MiB."""
    started = time.perf_counter()
    frozen = parse_frozen((directory / FROZEN_FILE).read_bytes())
    rows = parse_applications((directory / APPLICATIONS_FILE).read_bytes())
    for name, content in publish(run_draw(frozen, BEACON_SIGNATURE, rows)).items():
        (directory / name).write_bytes(content)
    return {"seconds": time.perf_counter() - started, "peak_mib": _peak_mib()}


def _peak_mib() -> float:
    """The most memory that this process ever held (Linux, proc(5): VmHWM)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    stage, place, *rest = sys.argv[1:]
    if stage == "prepare":
        prepare(Path(place), int(rest[0]))
    else:
        settle_interpreter()
        print(json.dumps(draw(Path(place))))
