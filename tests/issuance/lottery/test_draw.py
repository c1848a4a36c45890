from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from issuance.lottery.allocation import AllocationRule, Row
from issuance.lottery.draw import RuleSheet, freeze, publish, root_of, run_draw
from issuance.lottery.files import parse_applications
from issuance.lottery.hashing import commitment
from issuance.lottery.manifest import Counts, Manifest, parse_frozen
from issuance.lottery.refusals import (
    BeaconSignatureInvalid,
    CountsDoNotAddUp,
    FallbackStatementInvalid,
    GroupListedTwice,
    ManifestAlreadyDrawn,
    ManifestMemberInvalid,
    ReceiptListedTwice,
    RevealDoesNotOpenCommitment,
    RevealsDoNotPairWithCommitments,
    RootDoesNotMatchList,
    RowExceedsMaxUnits,
)
from kernel.refusals import Refusal

SIGNATURE = bytes.fromhex(
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
)


@pytest.fixture
def frozen(file_texts: dict[str, bytes]) -> Manifest:
    return parse_frozen(file_texts["frozen.json"])


@pytest.fixture
def rows(file_texts: dict[str, bytes]) -> list[Row]:
    return parse_applications(file_texts["applications.csv"])


def test_the_published_file_set_is_drawn_to_the_byte(
    vectors: dict[str, Any], file_texts: dict[str, bytes], frozen: Manifest, rows: list[Row]
) -> None:
    files = publish(run_draw(frozen, SIGNATURE, list(reversed(rows))))
    assert files == file_texts
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    assert digests == vectors["files"][0]["sha256"]


def test_every_published_draw_comes_out_the_same(vectors: dict[str, Any]) -> None:
    committed = {case["secret"]: case["commitment"] for case in vectors["commitments"]}
    for draw in vectors["draws"]:
        rows = [Row(**row) for row in draw["applications"]]
        commitments = tuple(committed.get(secret, "00" * 32) for secret in draw["reveals"])
        for case in draw["cases"]:
            sheet = RuleSheet(
                draw["campaign"], AllocationRule(case["rule"]), case["budget"], commitments, draw["beacon_id"]
            )
            manifest = freeze(sheet, rows, round_number=draw["round"], reveals=draw["reveals"], void_by_reason={})
            result = run_draw(manifest, bytes.fromhex(draw["signature"]), rows)
            assert manifest.root == draw["root"]
            assert result.manifest.beacon == draw["beacon"]
            assert result.seed.hex() == draw["seed"]
            assert [row.receipt for row in result.ranking] == draw["order"]
            assert result.granted == case["granted"]
            assert [list(entry) for entry in result.waiting] == case["waitlist"]


def test_freezing_counts_what_was_received_and_takes_the_root(frozen: Manifest, rows: list[Row]) -> None:
    sheet = RuleSheet(
        campaign=frozen.campaign,
        rule=frozen.rule,
        budget=frozen.budget,
        commitments=frozen.commitments,
        max_units=frozen.max_units,
        program_sha256=frozen.program_sha256,
    )
    built = freeze(
        sheet,
        rows,
        round_number=frozen.round_number,
        reveals=frozen.reveals,
        void_by_reason={"duplicate": 1, "merged": 1, "not_eligible": 1},
    )
    assert built == frozen


def test_a_fact_that_breaks_its_rule_is_never_frozen(rows: list[Row]) -> None:
    sheet = RuleSheet("PV 2026", AllocationRule.EQUAL_FIRST, 1, ())
    with pytest.raises(ManifestMemberInvalid) as refused:
        freeze(sheet, rows, round_number=1, reveals=[], void_by_reason={})
    assert refused.value.member == "campaign"


def test_a_draw_is_not_repeated_on_a_finished_manifest(frozen: Manifest, rows: list[Row]) -> None:
    finished = run_draw(frozen, SIGNATURE, rows).manifest
    with pytest.raises(ManifestAlreadyDrawn):
        run_draw(finished, SIGNATURE, rows)


def test_a_signature_of_another_round_draws_nothing(frozen: Manifest, rows: list[Row]) -> None:
    with pytest.raises(BeaconSignatureInvalid):
        run_draw(replace(frozen, round_number=657414), SIGNATURE, rows)


def test_a_fallback_statement_about_another_draw_draws_nothing(frozen: Manifest, rows: list[Row]) -> None:
    fallback = replace(frozen, beacon_id="numbers4", round_number=6789)
    with pytest.raises(FallbackStatementInvalid):
        run_draw(fallback, b"numbers4:6788:0417", rows)


def test_secrets_must_pair_with_and_open_their_commitments(frozen: Manifest, rows: list[Row]) -> None:
    with pytest.raises(RevealsDoNotPairWithCommitments) as unpaired:
        run_draw(replace(frozen, reveals=frozen.reveals[:2]), SIGNATURE, rows)
    assert unpaired.value.facts == {"reveals": 2, "commitments": 3}
    exchanged = (frozen.reveals[0], frozen.reveals[2], frozen.reveals[1])
    with pytest.raises(RevealDoesNotOpenCommitment) as unopened:
        run_draw(replace(frozen, reveals=exchanged), SIGNATURE, rows)
    assert unopened.value.holder == 2


def test_a_missing_secret_is_allowed_and_changes_the_seed(frozen: Manifest, rows: list[Row]) -> None:
    assert commitment(bytes.fromhex(frozen.reveals[1])).hex() == frozen.commitments[1]
    without = replace(frozen, reveals=(frozen.reveals[0], "", frozen.reveals[2]))
    assert run_draw(without, SIGNATURE, rows).seed != run_draw(frozen, SIGNATURE, rows).seed


def test_a_list_that_is_not_the_frozen_one_draws_nothing(frozen: Manifest, rows: list[Row]) -> None:
    ghost = Row("ZZ9GH0ST00000000", 1, "ZZ9GH0ST00000000")
    less = replace(rows[0], units=rows[0].units - 1)
    for changed in ([*rows, ghost], rows[1:], [less, *rows[1:]]):
        with pytest.raises(RootDoesNotMatchList) as refused:
            run_draw(frozen, SIGNATURE, changed)
        assert refused.value.facts == {"frozen_root": frozen.root, "list_root": root_of(changed).hex()}


def test_nobody_stands_in_the_list_twice_or_above_the_maximum(frozen: Manifest, rows: list[Row]) -> None:
    cases: list[tuple[list[Row], type[Refusal]]] = [
        ([*rows, rows[0]], ReceiptListedTwice),
        ([*rows, Row("Z", 1, rows[0].group)], GroupListedTwice),
        ([*rows, Row("Z", 6, "Z")], RowExceedsMaxUnits),
    ]
    for changed, refusal in cases:
        with pytest.raises(refusal):
            run_draw(frozen, SIGNATURE, changed)


def test_counts_must_add_up(frozen: Manifest, rows: list[Row]) -> None:
    for counts in (Counts(9, 5, {"merged": 3}), Counts(9, 6, {"merged": 3})):
        with pytest.raises(CountsDoNotAddUp):
            run_draw(replace(frozen, counts=counts), SIGNATURE, rows)


def test_a_city_of_27_000_is_drawn_to_the_last_unit() -> None:
    rows = [Row(f"A{number:015d}", 1 + number % 5, f"A{number:015d}") for number in range(27_000)]
    sheet = RuleSheet("pv2026-1", AllocationRule.EQUAL_FIRST, 40_000, ())
    manifest = freeze(sheet, rows, round_number=657413, reveals=[], void_by_reason={})
    result = run_draw(manifest, SIGNATURE, rows)
    assert sum(result.granted.values()) == 40_000
