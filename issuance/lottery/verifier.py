"""Check a published draw of `kashiman-lottery-v1` on your own machine.

    python verifier.py DIR [RECEIPT...] [--strict]

DIR holds manifest.json, applications.csv and results.csv, and if you have them frozen.json and
waitlist.csv. Needs Python 3.10 or later and nothing else, uses no network, and shares no code with the
program that made the draw. The beacon's signature is checked if the package `drand-verify` is installed.
Everything rests on frozen.json being the one that was published before the draw: compare its SHA-256 with
the paper notice.

Exit status: 0 nothing is BAD; 1 something is, or with --strict a check was skipped; 2 wrong usage or a file
that cannot be read.
"""

import argparse
import gc
import hmac
import importlib
import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

DOMAIN = b"kashiman-lottery-v1"
QUICKNET = "drand-quicknet"
QUICKNET_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
QUICKNET_GENESIS = datetime(2023, 8, 24, 0, 9, 27, tzinfo=timezone(timedelta(hours=9)))
LARGEST_NUMBER = 9007199254740991

IDENTIFIER = "[0-9A-Za-z_-]{1,64}"
UNITS = "[1-9][0-9]{0,8}"
HEX_64 = "[0-9a-f]{64}"

Write = Callable[[str], None]
Row = tuple[str, int, str]
Finding = tuple[str, str, str]


class MalformedError(Exception):
    """A file is not to the letter of the format."""


class Files(NamedTuple):
    """The published files, read; frozen and waitlist are None when they were not there."""

    manifest: dict[str, Any]
    rows: list[Row]
    results: list[tuple[str, int]]
    frozen: dict[str, Any] | None
    frozen_sha256: str
    waitlist: list[tuple[str, int]] | None


class Outcome(NamedTuple):
    """The draw, recomputed; tickets, requests and granted units are in rank order."""

    root: bytes
    seed: bytes
    order: list[tuple[bytes, str, int]]
    granted: list[int]


def verify(directory: Path, receipts: Sequence[str] = (), strict: bool = False, write: Write = print) -> int:
    """Check the files in `directory`, write the report line by line, and give the exit status: 0, 1 or 2."""
    try:
        data = read_directory(directory)
    except OSError as failure:
        write(f"cannot read {str(failure.filename)!a}: {failure.strerror}")
        return 2
    files, findings = check_form(data)
    replies: Iterable[str] = ()
    if files is not None:
        outcome = recompute(files)
        for line in heading(files, outcome):
            write(line)
        findings += check_contents(files, outcome)
        replies = answers(files, outcome, receipts)
    for state, check, text in findings:
        write(f"{state:<5}{check} {text}")
    for line in replies:
        write(line)
    result, status = judge(findings, strict)
    write(result)
    return status


def judge(findings: list[Finding], strict: bool) -> tuple[str, int]:
    """The last line of the report and the exit status."""
    skipped = len({check for state, check, _ in findings if state == "SKIP"})
    if any(state == "BAD" for state, _, _ in findings) or (strict and skipped):
        return "RESULT not verified", 1
    return (f"RESULT verified, {skipped} checks skipped" if skipped else "RESULT verified"), 0


def heading(files: Files, outcome: Outcome) -> Iterator[str]:
    """Say which draw this is."""
    manifest = files.manifest
    yield f"campaign {manifest['campaign']}"
    yield f"rule     {manifest['rule']}"
    yield f"budget   {manifest['budget']}"
    yield f"rows     {len(files.rows)}"
    yield f"demand   {sum(units for _, units, _ in files.rows)}"
    yield f"beacon   {manifest['beacon_id']} round {manifest['round']}{round_time(manifest)}"
    yield f"root     {outcome.root.hex()}"
    yield f"seed     {outcome.seed.hex()}"


def round_time(manifest: dict[str, Any]) -> str:
    """The time of a quicknet round in JST, as a clause; nothing for a fallback, whose calendar is its own."""
    if manifest["beacon_id"] != QUICKNET:
        return ""
    try:
        appears = QUICKNET_GENESIS + timedelta(seconds=3 * (manifest["round"] - 1))
    except OverflowError:
        return ", after the year 9999"
    return f", {appears:%Y-%m-%d %H:%M:%S} JST"


def answers(files: Files, outcome: Outcome, receipts: Sequence[str]) -> Iterator[str]:
    """Say for each receipt asked: your number, your ticket, your rank, your result."""
    ranks = {entry[1]: rank for rank, entry in enumerate(outcome.order, start=1)}
    waiting = first_positions(files, outcome, {receipt for receipt in receipts if receipt in ranks})
    for receipt in receipts:
        if receipt not in ranks:
            yield f"receipt  {ascii(receipt)[1:-1]} is not in applications.csv"
            continue
        ticket, _, units = outcome.order[ranks[receipt] - 1]
        yield (
            f"receipt  {receipt} units {units} ticket {ticket.hex()} "
            f"rank {ranks[receipt]} of {len(outcome.order)} "
            f"granted {outcome.granted[ranks[receipt] - 1]} waiting {waiting.get(receipt, '-')}"
        )


def first_positions(files: Files, outcome: Outcome, receipts: set[str]) -> dict[str, int]:
    """The first place in the waiting list of each of these receipts that waits for anything."""
    lacking = zip(outcome.order, outcome.granted, strict=True)
    wanted = {receipt for (_, receipt, units), got in lacking if receipt in receipts and got < units}
    found: dict[str, int] = {}
    places = enumerate(waiting_entries(files.manifest["rule"], outcome), start=1)
    while len(found) < len(wanted):
        position, (receipt, _) = next(places)
        if receipt in wanted:
            found.setdefault(receipt, position)
    return found


def read_directory(directory: Path) -> dict[str, bytes]:
    """Read the published files by name; only frozen.json and waitlist.csv may be missing."""
    data = {name: (directory / name).read_bytes() for name in ("manifest.json", "applications.csv", "results.csv")}
    for name in ("frozen.json", "waitlist.csv"):
        if (directory / name).exists():
            data[name] = (directory / name).read_bytes()
    return data


def check_form(data: dict[str, bytes]) -> tuple[Files | None, list[Finding]]:
    """V1: read every file to the letter; no files come back if one of them is malformed."""
    readers: dict[str, Callable[[bytes], Any]] = {
        "manifest.json": lambda text: read_manifest(text, frozen=False),
        "applications.csv": read_applications,
        "results.csv": read_results,
        "frozen.json": lambda text: read_manifest(text, frozen=True),
        "waitlist.csv": read_waitlist,
    }
    read: dict[str, Any] = {}
    findings: list[Finding] = []
    for name, text in data.items():
        try:
            read[name] = readers[name](text)
        except MalformedError as failure:
            findings.append(("BAD", "V1", f"{name}: {failure}"))
    if findings:
        return None, findings
    files = Files(
        read["manifest.json"],
        read["applications.csv"],
        read["results.csv"],
        read.get("frozen.json"),
        sha256(data.get("frozen.json", b"")).hexdigest(),
        read.get("waitlist.csv"),
    )
    return files, [("OK", "V1", f"well formed: {', '.join(data)}")]


def read_manifest(data: bytes, *, frozen: bool) -> dict[str, Any]:
    """Read a canonical manifest; a frozen one has neither signature nor beacon yet."""
    try:
        members = json.loads(data.decode("utf-8"), object_pairs_hook=members_once, parse_float=no_fraction)
        canonical = in_canonical_form(members).encode("utf-8") + b"\n"
    except (ValueError, RecursionError) as failure:
        raise MalformedError(f"not canonical JSON: {ascii(str(failure))[1:-1]}") from failure
    if canonical != data:
        raise MalformedError("not canonical JSON: order, white space, escapes or the last LF")
    if not isinstance(members, dict):
        raise MalformedError("not one JSON object")
    for name, is_right in manifest_rules(members, frozen).items():
        if name not in members and name not in ("max_units", "counts", "program_sha256"):
            raise MalformedError(f"{name} is missing")
        if name in members and not is_right(members[name]):
            raise MalformedError(f"{name} breaks its rule")
    return members


def manifest_rules(members: dict[str, Any], frozen: bool) -> dict[str, Callable[[Any], bool]]:
    """What each known member must look like."""
    signature = "[0-9a-f]{96}" if members.get("beacon_id") == QUICKNET else "([0-9a-f]{2})+"
    return {
        "campaign": lambda value: is_text(value, "[a-z0-9][a-z0-9-]{0,63}"),
        "rule": lambda value: is_text(value, "equal_first|all_or_nothing"),
        "budget": lambda value: is_number(value, 0),
        "beacon_id": lambda value: is_text(value, "[a-z0-9][a-z0-9-]{0,31}"),
        "round": lambda value: is_number(value, 1),
        "signature": lambda value: is_text(value, "" if frozen else signature),
        "beacon": lambda value: is_text(value, "" if frozen else HEX_64),
        "reveals": lambda value: is_list(value, f"({HEX_64})?"),
        "commitments": lambda value: is_list(value, HEX_64),
        "root": lambda value: is_text(value, HEX_64),
        "max_units": lambda value: is_number(value, 1),
        "counts": is_counts,
        "program_sha256": lambda value: is_text(value, HEX_64),
    }


def is_text(value: Any, pattern: str) -> bool:
    """Whether this is text of exactly that pattern."""
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def is_list(value: Any, pattern: str) -> bool:
    """Whether this is a list of texts of exactly that pattern."""
    return isinstance(value, list) and all(is_text(item, pattern) for item in value)


def is_number(value: Any, least: int) -> bool:
    """Whether this is an integer from `least` on (true is not)."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def is_counts(value: Any) -> bool:
    """Whether these are received, rows and void by reason, none of them negative."""
    if not isinstance(value, dict) or sorted(value) != ["received", "rows", "void"]:
        return False
    void = value["void"]
    if not isinstance(void, dict) or not all(is_text(reason, "[a-z_]{1,32}") for reason in void):
        return False
    return all(is_number(count, 0) for count in (value["received"], value["rows"], *void.values()))


def members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members, none of which may occur twice or have a strange name."""
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members or not re.fullmatch("[a-z0-9_]{1,32}", name):
            raise ValueError(f"member {name[:40]} occurs twice or has a strange name")
        members[name] = value
    return members


def no_fraction(text: str) -> float:
    """Refuse a number with a fraction or an exponent."""
    raise ValueError(f"{text[:40]} is not an integer")


def in_canonical_form(value: Any) -> str:
    """Write a JSON value canonically (RFC 8785 for integers)."""
    if isinstance(value, dict):
        inner = (f'"{name}":{in_canonical_form(value[name])}' for name in sorted(value))
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(in_canonical_form, value)) + "]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST_NUMBER):
        raise ValueError("a number is not an integer up to 2^53-1")
    return json.dumps(value, ensure_ascii=False)


def read_applications(data: bytes) -> list[Row]:
    """Read the rows: receipt, units, group."""
    lines = read_lines(data, "receipt,units,group", f"{IDENTIFIER},{UNITS},{IDENTIFIER}")
    rows = [(receipt, int(units), group) for receipt, units, group in lines]
    must_ascend([row[0] for row in rows])
    return rows


def read_results(data: bytes) -> list[tuple[str, int]]:
    """Read the granted units: receipt, granted."""
    lines = read_lines(data, "receipt,granted", f"{IDENTIFIER},(0|{UNITS})")
    results = [(receipt, int(granted)) for receipt, granted in lines]
    must_ascend([result[0] for result in results])
    return results


def read_waitlist(data: bytes) -> list[tuple[str, int]]:
    """Read the waiting list: receipt, units, in the order of their positions 1, 2, 3 and so on."""
    lines = read_lines(data, "position,receipt,units", f"[1-9][0-9]{{0,15}},{IDENTIFIER},{UNITS}")
    for number, (position, _, _) in enumerate(lines, start=1):
        if int(position) != number:
            raise MalformedError(f"line {number + 1}: the position is not {number}")
    return [(receipt, int(units)) for _, receipt, units in lines]


def read_lines(data: bytes, header: str, pattern: str) -> list[list[str]]:
    """Read the fields of every line after the header."""
    if not data.endswith(b"\n"):
        raise MalformedError("no LF at the end")
    # Every byte becomes one character, and the patterns know ASCII alone.
    first, *others = data[:-1].decode("latin-1").split("\n")
    if first != header:
        raise MalformedError(f"the first line is not {header}")
    matches = re.compile(pattern).fullmatch
    for number, line in enumerate(others, start=2):
        if not matches(line):
            raise MalformedError(f"line {number} is not of the form {header}")
    return [line.split(",") for line in others]


def must_ascend(receipts: list[str]) -> None:
    """Hold lines to their order; equal neighbours are the matter of V2 and V8."""
    for number, (one, next_one) in enumerate(itertools.pairwise(receipts), start=3):
        if next_one < one:
            raise MalformedError(f"line {number}: receipts are not sorted")


def lengths_and_parts(*parts: bytes) -> bytes:
    """The hash of the protocol: every part behind its length in 8 bytes."""
    return sha256(b"".join(map(framed, parts))).digest()


def framed(part: bytes) -> bytes:
    """A part behind its length in 8 bytes, the most significant first."""
    return len(part).to_bytes(8, "big") + part


def recompute(files: Files) -> Outcome:
    """Draw again: the list's root, the seed, the tickets, the order and what each row gets."""
    manifest = files.manifest
    root = root_of_list(files.rows)
    seed = lengths_and_parts(
        DOMAIN,
        b"seed",
        manifest["campaign"].encode(),
        root,
        manifest["beacon_id"].encode(),
        str(manifest["round"]).encode(),
        bytes.fromhex(manifest["beacon"]),
        *(bytes.fromhex(secret) for secret in manifest["reveals"]),
    )
    message = DOMAIN + b"|rank|"
    order = sorted(
        (hmac.digest(seed, message + group.encode(), "sha256"), receipt, units) for receipt, units, group in files.rows
    )
    share = share_equally_first if manifest["rule"] == "equal_first" else share_all_or_nothing
    return Outcome(root, seed, order, share([units for _, _, units in order], manifest["budget"]))


def root_of_list(rows: list[Row]) -> bytes:
    """The Merkle root: sorted leaves, neighbours paired, a last one without a neighbour promoted."""
    leaf, node = framed(DOMAIN) + framed(b"leaf"), framed(DOMAIN) + framed(b"node")
    hashes = sorted(
        sha256(leaf + framed(receipt.encode()) + framed(b"%d" % units) + framed(group.encode())).digest()
        for receipt, units, group in rows
    )
    while len(hashes) > 1:
        alone = [hashes.pop()] if len(hashes) % 2 else []
        neighbours = iter(hashes)
        pairs = zip(neighbours, neighbours, strict=True)
        hashes = [sha256(node + framed(left) + framed(right)).digest() for left, right in pairs]
        hashes += alone
    return hashes[0] if hashes else lengths_and_parts(DOMAIN, b"empty")


def share_equally_first(requests: list[int], budget: int) -> list[int]:
    """Fill everybody up to the same level, then one more each in rank order while units are left."""
    level, used, served = 0, 0, 0
    for units in sorted(requests):
        above = len(requests) - served
        if used + units * above > budget:
            level = (budget - used) // above
            break
        used, served = used + units, served + 1
    else:
        return list(requests)
    spare = budget - used - level * (len(requests) - served)
    granted = []
    for units in requests:
        extra = 1 if units > level and spare > 0 else 0
        spare -= extra
        granted.append(min(units, level) + extra)
    return granted


def share_all_or_nothing(requests: list[int], budget: int) -> list[int]:
    """Serve in full while it fits; the first that does not fit gets the rest, all later ones nothing."""
    granted = [0] * len(requests)
    for rank, units in enumerate(requests):
        if units > budget:
            granted[rank] = budget
            break
        granted[rank] = units
        budget -= units
    return granted


def waiting_entries(rule: str, outcome: Outcome) -> Iterator[tuple[str, int]]:
    """The waiting list, one entry after the other, as long as it may be."""
    ranked = zip(outcome.order, outcome.granted, strict=True)
    if rule == "all_or_nothing":
        yield from ((receipt, units - got) for (_, receipt, units), got in ranked if got < units)
        return
    lacking = [(got, units, (receipt, 1)) for (_, receipt, units), got in ranked if got < units]
    level = min((got for got, _, _ in lacking), default=0)
    while lacking:
        yield from [one_unit for got, _, one_unit in lacking if got <= level]
        level += 1
        lacking = [waiting for waiting in lacking if waiting[1] > level]


def check_contents(files: Files, outcome: Outcome) -> list[Finding]:
    """V2 to V11, all of them, whatever fails."""
    return [
        *check_list(files),
        *check_root(files, outcome),
        *check_frozen(files),
        *check_secrets(files),
        *check_beacon(files),
        *check_signature(files),
        *check_results(files, outcome),
        *check_total(files),
        *check_waitlist(files, outcome),
        *check_counts(files),
    ]


def check_list(files: Files) -> list[Finding]:
    """V2: nobody twice, nobody above the maximum."""
    bad: list[Finding] = []
    for position, noun in ((0, "receipt"), (2, "group")):
        names = [str(row[position]) for row in files.rows]
        if len(set(names)) < len(names):
            twice = [name for name, times in Counter(names).items() if times > 1]
            bad.append(("BAD", "V2", f"{noun} more than once: {first_five(twice)}"))
    most = files.manifest.get("max_units", LARGEST_NUMBER)
    above = [receipt for receipt, units, _ in files.rows if units > most]
    if above:
        bad.append(("BAD", "V2", f"more than {most} units: {first_five(above)}"))
    return bad or [("OK", "V2", "no receipt and no group occurs twice, nobody is above the maximum")]


def check_root(files: Files, outcome: Outcome) -> list[Finding]:
    """V3: the list is the one whose root was published."""
    if outcome.root.hex() == files.manifest["root"]:
        return [("OK", "V3", "the list has the root of the manifest")]
    return [("BAD", "V3", f"the list is not the published one: the manifest has root {files.manifest['root']}")]


def check_frozen(files: Files) -> list[Finding]:
    """V4: nothing but signature and beacon was added to what was published before the draw."""
    if files.frozen is None:
        return [("SKIP", "V4", "no frozen.json: a parameter changed after the draw would not be seen")]
    # Compared as text, because Python holds true and 1 for equal.
    then = {name: in_canonical_form(value) for name, value in files.frozen.items()}
    now = {name: in_canonical_form(value) for name, value in files.manifest.items()}
    changed = [name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name)]
    bad = [
        ("BAD", "V4", f"{name} was {shown(then.get(name))}, is {shown(now.get(name))}")
        for name in changed
        if name not in ("signature", "beacon")
    ]
    compare = f"compare with the paper notice: SHA-256 of frozen.json is {files.frozen_sha256}"
    return [*(bad or [("OK", "V4", "every parameter is as frozen before the draw")]), ("NOTE", "V4", compare)]


def check_secrets(files: Files) -> list[Finding]:
    """V5: each revealed secret is the one its holder committed to."""
    reveals, commitments = files.manifest["reveals"], files.manifest["commitments"]
    bad: list[Finding] = []
    notes: list[Finding] = []
    if len(reveals) != len(commitments):
        bad.append(("BAD", "V5", f"{len(reveals)} reveals for {len(commitments)} commitments"))
    for holder, (secret, committed) in enumerate(zip(reveals, commitments, strict=False), start=1):
        if secret == "":
            notes.append(("NOTE", "V5", f"secret {holder} is missing"))
        elif lengths_and_parts(DOMAIN, b"commit", bytes.fromhex(secret)).hex() != committed:
            bad.append(("BAD", "V5", f"secret {holder} does not open its commitment"))
    opened = len(commitments) - len(notes)
    return (bad or [("OK", "V5", f"{opened} of {len(commitments)} commitments are opened")]) + notes


def check_beacon(files: Files) -> list[Finding]:
    """V6: the beacon follows from the signature."""
    if sha256(bytes.fromhex(files.manifest["signature"])).hexdigest() == files.manifest["beacon"]:
        return [("OK", "V6", "the beacon is the SHA-256 of the signature")]
    return [("BAD", "V6", "the beacon is not the SHA-256 of the signature")]


def check_signature(files: Files) -> list[Finding]:
    """V7: the beacon's network signed exactly this round, or the fallback's statement is about this draw."""
    manifest = files.manifest
    if manifest["beacon_id"] != QUICKNET:
        return check_statement(manifest["beacon_id"], manifest["round"], bytes.fromhex(manifest["signature"]))
    try:
        library: Any = importlib.import_module("drand_verify")
    except ImportError:
        return [("SKIP", "V7", "the package drand-verify is not installed: the signature was not checked")]
    try:
        library.verify_quicknet(manifest["round"], manifest["signature"], QUICKNET_KEY)
    except (ValueError, OverflowError):
        return [("BAD", "V7", f"the signature is not drand quicknet's of round {manifest['round']}")]
    return [("OK", "V7", f"drand quicknet signed round {manifest['round']}")]


def check_statement(beacon_id: str, round_number: int, statement: bytes) -> list[Finding]:
    """V7 for a fallback beacon, whose published result only people can compare."""
    begins = f"{beacon_id}:{round_number}:"
    if not statement.isascii() or not statement.startswith(begins.encode()):
        return [("BAD", "V7", f"the fallback statement is not ASCII that begins with {begins}")]
    text = ascii(statement.decode("ascii"))[1:-1]
    return [("NOTE", "V7", f"compare with the published result: {text}")]


def check_results(files: Files, outcome: Outcome) -> list[Finding]:
    """V8: exactly the receipts of the list, each with what the draw gives it."""
    bad: list[Finding] = []
    listed = [receipt for receipt, _, _ in files.rows]
    published = [receipt for receipt, _ in files.results]
    if listed != published:
        missing, foreign = Counter(listed) - Counter(published), Counter(published) - Counter(listed)
        for noun, others in (("missing", missing), ("not applied for or twice", foreign)):
            if others:
                bad.append(("BAD", "V8", f"receipts {noun}: {first_five(sorted(others))}"))
    computed = {receipt: got for (_, receipt, _), got in zip(outcome.order, outcome.granted, strict=True)}
    wrong = [
        f"{receipt} has {granted}, the draw gives {computed[receipt]}"
        for receipt, granted in files.results
        if receipt in computed and computed[receipt] != granted
    ]
    if wrong:
        bad.append(("BAD", "V8", f"{len(wrong)} results differ: {first_five(wrong)}"))
    return bad or [("OK", "V8", "every result is what the draw gives")]


def check_total(files: Files) -> list[Finding]:
    """V9: as many units as there are, or as were asked for."""
    given = sum(granted for _, granted in files.results)
    due = min(files.manifest["budget"], sum(units for _, units, _ in files.rows))
    return [("OK" if given == due else "BAD", "V9", f"{given} units granted of {due} to grant")]


def check_waitlist(files: Files, outcome: Outcome) -> list[Finding]:
    """V10: the waiting list is the rank order continued."""
    if files.waitlist is None:
        return [("SKIP", "V10", "no waitlist.csv")]
    computed = waiting_entries(files.manifest["rule"], outcome)
    due = list(itertools.islice(computed, len(files.waitlist) + 1))
    if files.waitlist != due:
        pairs = enumerate(itertools.zip_longest(files.waitlist, due), start=1)
        position, (is_there, must_be) = next((place, pair) for place, pair in pairs if pair[0] != pair[1])
        return [("BAD", "V10", f"position {position} is {entry_text(is_there)}, must be {entry_text(must_be)}")]
    return [("OK", "V10", f"the waiting list follows the rank order, {len(files.waitlist)} entries")]


def check_counts(files: Files) -> list[Finding]:
    """V11: nothing got lost between what was received and what is listed."""
    counts = files.manifest.get("counts")
    if counts is None:
        return [("SKIP", "V11", "the manifest has no counts")]
    void = sum(counts["void"].values())
    said = f"{counts['received']} received, {counts['rows']} rows, {void} void; {len(files.rows)} are listed"
    is_right = counts["rows"] == len(files.rows) and counts["received"] == counts["rows"] + void
    return [("OK" if is_right else "BAD", "V11", said)]


def first_five(names: Sequence[str]) -> str:
    """The first five, and how many more."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def shown(value: str | None) -> str:
    """A member of the manifest as it may safely be printed."""
    if value is None:
        return "absent"
    text = ascii(value)[1:-1]
    return text if len(text) <= 160 else f"{text[:160]}..."


def entry_text(entry: tuple[str, int] | None) -> str:
    """One entry of the waiting list in words."""
    return f"{entry[0]} with {entry[1]}" if entry else "nobody"


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Check a published draw of kashiman-lottery-v1.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="the folder with the published files")
    parser.add_argument("receipts", nargs="*", metavar="RECEIPT", help="a receipt number to look up")
    parser.add_argument("--strict", action="store_true", help="a check that is skipped counts as a failure")
    asked = parser.parse_intermixed_args()
    # Nothing here leaves cycles behind, and looking for them among millions of rows takes a fifth of the time.
    gc.disable()
    return verify(asked.directory, asked.receipts, asked.strict)


if __name__ == "__main__":
    sys.exit(main())
