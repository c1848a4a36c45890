import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from issuance.lottery.allocation import (
    AllocationRule,
    Row,
    TicketedRow,
    WaitingEntry,
    allocate,
    offer_unpaid_units,
    rank_order,
    waiting_list,
)
from issuance.lottery.draw import DrawResult, RuleSheet, freeze, publish, root_of, run_draw
from issuance.lottery.files import parse_applications, parse_results, parse_waitlist, write_applications
from issuance.lottery.hashing import commitment
from issuance.lottery.manifest import parse_frozen, parse_manifest
from issuance.lottery.refusals import GroupListedTwice, ReceiptListedTwice
from issuance.lottery.verifier import check_form, recompute, verify
from kernel.refusals import Refusal

rules = st.sampled_from(AllocationRule)
requests = st.lists(st.integers(1, 9) | st.integers(1, 300), max_size=40)
budgets = st.integers(0, 400) | st.integers(0, 12_000)
modest = settings(deadline=None, max_examples=150)
few = settings(deadline=None, max_examples=60)

identifiers = st.text("0123456789ABCXYZabcxyz_-", min_size=1, max_size=12)


@st.composite
def application_lists(draw: st.DrawFn) -> list[Row]:
    receipts = draw(st.lists(identifiers, unique=True, max_size=25))
    grouped = draw(st.sets(st.sampled_from(receipts))) if receipts else set()
    return [
        Row(receipt, draw(st.integers(1, 7)), f"household-{n}" if receipt in grouped else receipt)
        for n, receipt in enumerate(receipts)
    ]


@st.composite
def draws(draw: st.DrawFn) -> DrawResult:
    """A finished draw over random applications, parameters, secrets and fallback beacon."""
    rows = draw(application_lists())
    secrets = draw(st.lists(st.binary(min_size=32, max_size=32), max_size=4))
    missing = draw(st.lists(st.booleans(), min_size=len(secrets), max_size=len(secrets)))
    round_number = draw(st.integers(1, 2**53 - 1))
    sheet = RuleSheet(
        campaign=draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)),
        rule=draw(rules),
        budget=draw(st.integers(0, 120)),
        commitments=tuple(commitment(secret).hex() for secret in secrets),
        beacon_id="dice",
        max_units=draw(st.none() | st.integers(7, 9)),
        further=draw(st.dictionaries(st.from_regex(r"x_[a-z]{1,5}", fullmatch=True), st.integers(-9, 9) | st.text())),
    )
    frozen = freeze(
        sheet,
        rows,
        round_number=round_number,
        reveals=["" if gone else secret.hex() for secret, gone in zip(secrets, missing, strict=True)],
        void_by_reason=draw(st.dictionaries(st.sampled_from(["merged", "withdrawn"]), st.integers(0, 9))),
    )
    statement = f"dice:{round_number}:{draw(st.integers(0, 10**9))}"
    return run_draw(frozen, statement.encode(), rows)


@modest
@given(rules, requests, budgets)
def test_all_units_are_granted_and_nobody_gets_more_than_asked(
    rule: AllocationRule, asked: list[int], budget: int
) -> None:
    granted = allocate(rule, asked, budget)
    assert sum(granted) == min(budget, sum(asked))
    assert len(granted) == len(asked)
    assert all(0 <= got <= units for got, units in zip(granted, asked, strict=True))


@modest
@given(requests, budgets)
def test_equal_requests_differ_by_at_most_one_under_equal_first(asked: list[int], budget: int) -> None:
    granted = allocate(AllocationRule.EQUAL_FIRST, asked, budget)
    for units in set(asked):
        same = [got for got, wanted in zip(granted, asked, strict=True) if wanted == units]
        assert max(same) - min(same) <= 1


@modest
@given(requests, budgets)
def test_asking_for_more_never_gives_less_than_the_one_who_asked_less_at_a_worse_rank(
    asked: list[int], budget: int
) -> None:
    granted = allocate(AllocationRule.EQUAL_FIRST, asked, budget)
    for better in range(len(asked)):
        for worse in range(better + 1, len(asked)):
            if asked[better] >= asked[worse]:
                assert granted[better] >= granted[worse]


@modest
@given(requests, budgets)
def test_all_or_nothing_serves_in_full_up_to_one_row_and_nobody_after_it(asked: list[int], budget: int) -> None:
    granted = allocate(AllocationRule.ALL_OR_NOTHING, asked, budget)
    short = [rank for rank, got in enumerate(granted) if got < asked[rank]]
    assert all(granted[rank] == 0 for rank in short[1:])
    assert short == list(range(len(asked) - len(short), len(asked)))


@modest
@given(rules, requests, budgets)
def test_one_more_unit_of_budget_takes_from_nobody(rule: AllocationRule, asked: list[int], budget: int) -> None:
    before, after = allocate(rule, asked, budget), allocate(rule, asked, budget + 1)
    assert all(now >= then for then, now in zip(before, after, strict=True))


@modest
@given(rules, requests, st.integers(0, 300), st.integers(0, 300))
def test_the_waiting_list_continues_the_allocation(
    rule: AllocationRule, asked: list[int], budget: int, freed: int
) -> None:
    granted = allocate(rule, asked, budget)
    ranking = [TicketedRow(b"", str(index), units) for index, units in enumerate(asked)]
    waiting = waiting_list(rule, ranking, granted)
    assert sum(entry.units for entry in waiting) == sum(asked) - sum(granted)
    left = freed
    for entry in waiting:
        served = min(entry.units, left)
        granted[int(entry.receipt)] += served
        left -= served
    assert granted == allocate(rule, asked, budget + freed)


@modest
@given(
    st.lists(st.builds(WaitingEntry, st.sampled_from("ABCDEF"), st.integers(1, 5)), max_size=20),
    st.integers(0, 60),
    st.sets(st.sampled_from("ABCDEF")),
)
def test_unpaid_units_are_offered_in_line_and_none_gets_lost(
    waiting: list[WaitingEntry], unpaid_units: int, lost: set[str]
) -> None:
    offers = offer_unpaid_units(waiting, unpaid_units=unpaid_units, lost=lost)
    in_line = [entry.receipt for entry in waiting if entry.receipt not in lost for _ in range(entry.units)]
    offered = [entry.receipt for entry in offers.offered for _ in range(entry.units)]
    still_waiting = [entry.receipt for entry in offers.waiting for _ in range(entry.units)]
    assert offered == in_line[:unpaid_units]
    assert still_waiting == in_line[unpaid_units:]
    assert len(offered) + offers.left_units == unpaid_units


@few
@given(application_lists().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_the_list_decides_nothing(lists: tuple[list[Row], list[Row]]) -> None:
    assert rank_order(bytes(32), lists[0]) == rank_order(bytes(32), lists[1])
    assert root_of(lists[0]) == root_of(lists[1])
    assert write_applications(lists[0]) == write_applications(lists[1])


@few
@given(draws())
def test_what_is_published_is_read_back_the_same(result: DrawResult) -> None:
    files = publish(result)
    assert parse_manifest(files["manifest.json"]) == result.manifest
    assert parse_frozen(files["frozen.json"]) == result.manifest.frozen()
    assert tuple(parse_applications(files["applications.csv"])) == result.rows
    assert parse_results(files["results.csv"]) == result.granted
    assert tuple(parse_waitlist(files["waitlist.csv"])) == result.waiting


@few
@given(draws())
def test_the_verifier_agrees_with_the_draw(result: DrawResult) -> None:
    files = publish(result)
    read, _ = check_form(files)
    assert read is not None
    outcome = recompute(read)
    assert outcome.root.hex() == result.manifest.root
    assert outcome.seed == result.seed
    assert outcome.order == [tuple(row) for row in result.ranking]
    assert outcome.granted == [result.granted[row.receipt] for row in result.ranking]
    lines = verified_lines(files, [row.receipt for row in result.rows])
    assert not [line for line in lines if line.startswith("BAD")]
    assert lines[-1] == "RESULT verified"


@few
@given(draws(), st.data())
def test_the_verifier_refuses_a_unit_moved_from_one_to_another(result: DrawResult, data: st.DataObject) -> None:
    winners = [receipt for receipt, units in result.granted.items() if units]
    assume(winners and len(result.granted) > 1)
    giver = data.draw(st.sampled_from(winners))
    taker = data.draw(st.sampled_from([receipt for receipt in result.granted if receipt != giver]))
    moved = {**result.granted, giver: result.granted[giver] - 1, taker: result.granted[taker] + 1}
    text = "receipt,granted\n" + "".join(f"{receipt},{units}\n" for receipt, units in sorted(moved.items()))
    lines = verified_lines({**publish(result), "results.csv": text.encode()}, [])
    assert [line.split()[1] for line in lines if line.startswith("BAD")] == ["V8"]
    assert lines[-1] == "RESULT not verified"


@few
@given(draws(), st.integers(1, 50))
def test_the_verifier_refuses_a_budget_raised_after_the_freeze(result: DrawResult, more: int) -> None:
    files = publish(result)
    members = json.loads(files["manifest.json"])
    members["budget"] += more
    changed = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    lines = verified_lines({**files, "manifest.json": changed}, [])
    assert next(line for line in lines if line.startswith("BAD")).split()[1] == "V4"
    assert lines[-1] == "RESULT not verified"


def verified_lines(files: dict[str, bytes], receipts: list[str]) -> list[str]:
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as directory:
        for name, data in files.items():
            (Path(directory) / name).write_bytes(data)
        verify(Path(directory), receipts, write=lines.append)
    return lines


@st.composite
def damaged_files(draw: st.DrawFn) -> tuple[str, bytes]:
    """One published file with a few bytes replaced, inserted or removed."""
    files = publish(draw(draws()))
    name = draw(st.sampled_from(sorted(files)))
    data = bytearray(files[name])
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        removed = draw(st.integers(0, 2))
        data[start : start + removed] = draw(st.sampled_from(FRAGMENTS))
    return name, bytes(data)


FRAGMENTS = [
    *(bytes([byte]) for byte in b'\n\r\t\x0b\x00 ,":{}[]-+.eE019aAzZ_\\'),
    *(
        b"",
        b"\xff",
        b"\xc3\xa9",
        b"\xef\xbb\xbf",
        b"null",
        b"true",
        b"1e1",
        b"-0",
        b"\\u0041",
        b"\n\n",
        b'"a":1,',
    ),
]
READERS: dict[str, Callable[[bytes], object]] = {
    "manifest.json": parse_manifest,
    "frozen.json": parse_frozen,
    "applications.csv": parse_applications,
    "results.csv": parse_results,
    "waitlist.csv": parse_waitlist,
}


@settings(deadline=None, max_examples=200)
@given(damaged_files())
def test_both_implementations_find_the_same_files_well_formed(damaged: tuple[str, bytes]) -> None:
    name, data = damaged
    _, findings = check_form({name: data, **minimal_files(name)})
    try:
        READERS[name](data)
        refused = False
    except (ReceiptListedTwice, GroupListedTwice):
        refused = False
    except Refusal:
        refused = True
    assert refused == any(state == "BAD" for state, _, _ in findings)


def minimal_files(but: str) -> dict[str, bytes]:
    """The required files of a draw in which nobody applied, without the one named."""
    sheet = RuleSheet("c", AllocationRule.EQUAL_FIRST, 0, (), "dice")
    frozen = freeze(sheet, [], round_number=1, reveals=[], void_by_reason={})
    files = publish(run_draw(frozen, b"dice:1:6", []))
    required = ("manifest.json", "applications.csv", "results.csv")
    return {name: files[name] for name in required if name != but}
