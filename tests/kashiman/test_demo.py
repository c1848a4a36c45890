"""The story of the city, told by the command as anybody would run it, and what it leaves behind."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kernel.embedded_postgres import erase
from kernel.own_directories import locked

CITY = ("--residents", "400", "--merchants", "12")
DRAW_FILES = {
    *("rule_sheet.json", "daily.csv", "applications.csv", "frozen.json", "manifest.json", "results.csv"),
    *("waitlist.csv", "statistics.json", "verify_draw.py"),
}
SUMMARY = {
    *("units_offered", "units_applied", "units_granted", "units_bought", "first_round_uptake", "rounds"),
    *("issued_yen", "paid_part_yen", "premium_part_yen", "payments", "declined", "payments_yen", "refunded_yen"),
    *("spent_yen", "expired_yen", "remaining_yen", "settled_yen", "bank_file_total_yen", "paid_out_yen", "payable_yen"),
    *("voids", "refunds", "duplicate_notices", "declined_by_reason", "auditor_agrees"),
    *("applications_by_channel", "applications_refused_by_reason"),
}
ROUND = {
    *("round", "applicants", "units_offered", "units_applied", "units_granted", "units_forfeited", "units_bought"),
}
HEADERS = {
    "accounts": "account_id,side,account_kind,campaign_id,merchant_id,reference,issued_paid_yen,issued_premium_yen,"
    "paid_left_yen,premium_left_yen,first_day,last_day",
    "journals": "journal_id,sequence,journal_kind,event_at,recorded_at,corrects_journal_id",
    "transfers": "journal_id,journal_sequence,line,debit_account_id,credit_account_id,amount_yen,paid_part_yen,"
    "premium_part_yen,reverses_line",
    "trial_balance": "side,account_kind,campaign_id,debit_yen,credit_yen,balance_yen_debits_minus_credits,"
    "debit_paid_part_yen,credit_paid_part_yen",
}
Tell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tell]:
    """Run `kashiman demo --once`: tell(out, *options)."""
    data_dir = tmp_path_factory.mktemp("demo")

    def run(out: Path, *options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "kashiman", "demo", "--once", "--out", str(out), *options],
            env={**os.environ, "KASHIMAN_DATA_DIR": str(data_dir)},
            capture_output=True,
            check=False,
            text=True,
            timeout=240,
        )

    yield run
    erase(data_dir / "demo-postgres")


@pytest.fixture(scope="module")
def told(tell: Tell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that a story left behind; test processes that run side by side share one."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    out = shared / "told"
    with locked(shared / "told.lock"):
        if not (out / "summary.json").exists():
            done = tell(out, *CITY, "--seed", "7")
            assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def summary(told: Path) -> dict[str, Any]:
    return dict(json.loads((told / "summary.json").read_text()))


def table(told: Path, name: str) -> list[dict[str, str]]:
    with (told / "books" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_story_leaves_draws_books_settlements_and_a_summary(told: Path) -> None:
    assert {path.name for path in told.iterdir()} == {"books", "draw", "settlement", "summary.json"}
    assert {path.name for path in (told / "draw").iterdir()} == DRAW_FILES | {"without-smartphone", "remainder"}
    for place in ("without-smartphone", "remainder"):
        assert {path.name for path in (told / "draw" / place).iterdir()} == DRAW_FILES
    assert {path.name for path in (told / "books").iterdir()} == {f"{name}.csv" for name in HEADERS}
    for name, header in HEADERS.items():
        assert (told / "books" / f"{name}.csv").read_text().split("\n", 1)[0] == header


def test_each_closing_has_its_table_and_each_payout_its_bank_file(told: Path) -> None:
    names = [path.name for path in sorted((told / "settlement").iterdir())]
    closings = [name for name in names if name.startswith("closing-")]
    days = [f"2026-{month:02}-{day}" for month, last in ((6, 30), (7, 31), (8, 31), (9, 30)) for day in (15, last)]
    days += ["2026-10-15", "2026-10-31", "2026-11-15"]
    assert closings == [f"closing-{day}.csv" for day in days]
    assert all((told / "settlement" / name).read_bytes().startswith(b"\xef\xbb\xbf") for name in closings)
    payouts = [name for name in names if name not in closings]
    assert [name[:11] for name in payouts] == [f"payout-{number:04}" for number in range(1, len(payouts) + 1)]
    assert all(len((told / "settlement" / name).read_bytes()) % 122 == 0 for name in payouts)


def test_the_summary_has_exactly_these_members_and_its_figures_agree(summary: dict[str, Any]) -> None:
    assert set(summary) == SUMMARY
    assert all(set(one) == ROUND for one in summary["rounds"])
    assert summary["auditor_agrees"] is True
    assert summary["issued_yen"] == summary["spent_yen"] + summary["expired_yen"] + summary["remaining_yen"]
    assert summary["issued_yen"] == summary["paid_part_yen"] + summary["premium_part_yen"]
    assert summary["paid_part_yen"] == summary["units_bought"] * 4_000
    assert summary["premium_part_yen"] == summary["units_bought"] * 1_000
    assert summary["payments_yen"] == summary["spent_yen"] + summary["refunded_yen"]
    assert summary["bank_file_total_yen"] == summary["settled_yen"]
    assert summary["spent_yen"] == summary["settled_yen"] + summary["payable_yen"]
    assert summary["units_bought"] <= summary["units_granted"] <= summary["units_offered"] == 444
    assert summary["declined"] == sum(summary["declined_by_reason"].values())
    assert summary["first_round_uptake"] == round(summary["rounds"][0]["units_applied"] / 431, 4) == 0.6589
    assert 900 < summary["payments"] < 1_100


def test_the_rounds_are_drawn_kept_for_some_for_first_timers_and_first_come(summary: dict[str, Any]) -> None:
    first, kept, remainder, year_end = summary["rounds"]
    assert first["units_offered"] + kept["units_offered"] == 444
    assert (kept["units_offered"], kept["units_applied"]) == (13, 17)
    # What was passed down a waiting list was granted twice.
    assert remainder["units_granted"] - remainder["units_forfeited"] <= remainder["units_offered"]
    assert remainder["units_applied"] == round(remainder["units_offered"] * 1.25)
    assert year_end["units_applied"] == year_end["units_granted"] < year_end["units_offered"]
    assert sum(one["units_bought"] for one in summary["rounds"]) == summary["units_bought"]


def test_people_apply_in_every_channel_and_are_refused_what_is_not_theirs(summary: dict[str, Any]) -> None:
    by_channel = summary["applications_by_channel"]
    assert sorted(by_channel) == ["counter", "paper", "web"]
    assert sum(by_channel.values()) == sum(one["applicants"] for one in summary["rounds"])
    assert by_channel["counter"] + by_channel["paper"] < by_channel["web"] / 4
    refused = summary["applications_refused_by_reason"]
    assert {"already_applied", "granted_in_earlier_round", "units_exceed_household_cap"} <= set(refused)


def test_each_purchase_became_a_lot_for_small_shops_of_two_fifths_and_one_for_all(told: Path) -> None:
    lots = [row for row in table(told, "accounts") if row["account_kind"] == "lot"]
    issued = [int(row["issued_paid_yen"]) + int(row["issued_premium_yen"]) for row in lots]
    # The lots of a purchase have neighbouring ids, and accounts are exported in the order of their ids.
    pairs = list(zip(issued[::2], issued[1::2], strict=True))
    assert pairs
    assert all(small * 3 == common * 2 for small, common in pairs)


def test_the_exported_transfers_sum_to_the_trial_balance(told: Path, summary: dict[str, Any]) -> None:
    kinds = {
        row["account_id"]: (row["side"], row["account_kind"], row["campaign_id"]) for row in table(told, "accounts")
    }
    debits: Counter[tuple[str, ...]] = Counter()
    credits: Counter[tuple[str, ...]] = Counter()
    for row in table(told, "transfers"):
        amount_yen = int(row["amount_yen"])
        assert amount_yen == int(row["paid_part_yen"]) + int(row["premium_part_yen"]) > 0
        debits[kinds[row["debit_account_id"]]] += amount_yen
        credits[kinds[row["credit_account_id"]]] += amount_yen
    balance = {
        (row["side"], row["account_kind"], row["campaign_id"]): (int(row["debit_yen"]), int(row["credit_yen"]))
        for row in table(told, "trial_balance")
    }
    assert {kind: (debits[kind], credits[kind]) for kind in debits | credits} == balance
    assert sum(debits.values()) == sum(credits.values())
    assert sum(debits[kind] for kind in balance if kind[1] == "premium_funding") == summary["premium_part_yen"]


def test_the_exported_accounts_hold_what_the_summary_says(told: Path, summary: dict[str, Any]) -> None:
    lots = [row for row in table(told, "accounts") if row["account_kind"] == "lot"]
    assert sum(int(row["issued_paid_yen"]) for row in lots) == summary["paid_part_yen"]
    assert sum(int(row["issued_premium_yen"]) for row in lots) == summary["premium_part_yen"]
    assert sum(int(row["paid_left_yen"]) + int(row["premium_left_yen"]) for row in lots) == summary["remaining_yen"]
    kinds = Counter(row["journal_kind"] for row in table(told, "journals"))
    assert kinds["payment"] == summary["payments"]
    assert kinds["payment_voided"] == summary["voids"]
    assert kinds["payment_refunded"] == summary["refunds"]
    assert kinds["voucher_sold"] == len(lots)


@pytest.mark.parametrize("place", ["draw", "draw/without-smartphone", "draw/remainder"])
def test_anybody_verifies_the_draw_with_the_published_program_alone(told: Path, place: str) -> None:
    directory = told / place
    command = [sys.executable, "-I", "-S", str(directory / "verify_draw.py"), str(directory)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith("RESULT verified")


def test_the_same_seed_tells_the_same_story_and_another_seed_another(tell: Tell, told: Path, tmp_path: Path) -> None:
    for name, seed in (("again", "7"), ("other", "8")):
        assert tell(tmp_path / name, *CITY, "--seed", seed).returncode == 0
    first, again, other = (
        (directory / "summary.json").read_bytes() for directory in (told, tmp_path / "again", tmp_path / "other")
    )
    assert again == first
    assert other != first


def test_a_directory_that_is_not_empty_is_refused_and_left_alone(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    done = tell(tmp_path, *CITY)
    assert done.returncode == 2
    assert done.stdout.startswith("✗ ")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    assert (tmp_path / "kept.txt").read_text() == "kept"
