"""The last chapter: what is left behind for everybody to check."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.lottery import verifier
from issuance.queries import CampaignFigures, campaign_figures, draw_files
from kashiman.demo.calendar import FIRST_ROUND, REMAINDER_ROUND, WITHOUT_SMARTPHONE_ROUND
from kashiman.demo.story.world import World
from kernel.db import driver_connection
from kernel.refusals import BooksBroken
from ledger.audit import AuditReport, audit_books
from ledger.queries import Totals, export_rows, trial_balance
from merchants.queries import merchants_by_ids
from settlement.queries import list_closings, list_payouts, list_statements, payout_file, settlement_csv
from settlement.zengin.read_transfer_file import read_transfer_file

HEADERS = {
    "accounts": (
        *("account_id", "side", "account_kind", "campaign_id", "merchant_id", "reference"),
        *("issued_paid_yen", "issued_premium_yen", "paid_left_yen", "premium_left_yen", "first_day", "last_day"),
    ),
    "journals": ("journal_id", "sequence", "journal_kind", "event_at", "recorded_at", "corrects_journal_id"),
    "transfers": (
        *("journal_id", "journal_sequence", "line", "debit_account_id", "credit_account_id"),
        *("amount_yen", "paid_part_yen", "premium_part_yen", "reverses_line"),
    ),
}
TRIAL_BALANCE_HEADER = (
    *("side", "account_kind", "campaign_id", "debit_yen", "credit_yen"),
    *("balance_yen_debits_minus_credits", "debit_paid_part_yen", "credit_paid_part_yen"),
)


def audit(world: World) -> AuditReport:
    """Let the auditor recompute everything, as a role that may only read."""
    with world.bar("監査", 1), world.databases.auditor.transaction() as session:
        return audit_books(driver_connection(session))


def summarise(world: World, report: AuditReport, bank_files: Sequence[tuple[bytes, date]]) -> dict[str, Any]:
    """The story in figures, each from the room that owns it, and whether the auditor comes to the same."""
    with world.databases.staff.transaction() as session:
        figures = campaign_figures(session, world.campaign_id)
        sums = _sums_by_kind(session)
        closed_yen = sum(closing.paid_yen for closing in list_closings(session))
    if figures is None:
        raise BooksBroken("the campaign of the story has vanished")
    payable, payout, lot = (sums[kind] for kind in ("merchant_payable", "payout_in_flight", "lot"))
    breakage = [sums[kind] for kind in ("breakage_paid", "breakage_premium")]
    taken_back_yen = payable.debit_yen - payout.credit_yen
    summary = {
        **_units(figures),
        "issued_yen": figures.paid_yen + figures.premium_yen,
        "paid_part_yen": figures.paid_yen,
        "premium_part_yen": figures.premium_yen,
        "payments": world.counts["payments"],
        "declined": world.counts["declined"],
        "payments_yen": payable.credit_yen,
        "refunded_yen": taken_back_yen,
        "spent_yen": payable.credit_yen - taken_back_yen,
        "expired_yen": sum(totals.credit_yen - totals.debit_yen for totals in breakage),
        "remaining_yen": lot.credit_yen - lot.debit_yen,
        "settled_yen": closed_yen,
        "bank_file_total_yen": sum(
            read_transfer_file(content, written_on=written_on).total_yen for content, written_on in bank_files
        ),
        "paid_out_yen": payout.debit_yen,
        "payable_yen": payable.credit_yen - payable.debit_yen,
        "voids": world.counts["voids"],
        "refunds": world.counts["refunds"],
        "duplicate_notices": world.counts["duplicate_notices"],
        "declined_by_reason": _counted(world, "declined:"),
        "applications_by_channel": _counted(world, "applied:"),
        "applications_refused_by_reason": _counted(world, "refused:"),
    }
    summary["auditor_agrees"] = report.agrees and _same_as_auditor(summary, report)
    return summary


def write_books(world: World, directory: Path) -> None:
    """Write the trial balance and every account, journal and transfer as CSV."""
    directory.mkdir(parents=True)
    with world.databases.staff.transaction() as session:
        rows = [
            (
                row.side,
                row.kind,
                row.campaign_id or "",
                total.debit_yen,
                total.credit_yen,
                total.debit_yen - total.credit_yen,
                total.debit_paid_yen,
                total.credit_paid_yen,
            )
            for row in trial_balance(session)
            for total in [row.totals]
        ]
        _write_csv(directory / "trial_balance.csv", TRIAL_BALANCE_HEADER, rows)
        for table, header in HEADERS.items():
            with world.bar(f"書き出し {table}", 1):
                _write_csv(directory / f"{table}.csv", header, export_rows(session, table))


def write_draws(world: World, directory: Path) -> None:
    """Write the published files of each draw with the program that verifies them, and verify them."""
    program = Path(verifier.__file__).read_bytes()
    places = {
        FIRST_ROUND: directory,
        WITHOUT_SMARTPHONE_ROUND: directory / "without-smartphone",
        REMAINDER_ROUND: directory / "remainder",
    }
    for days, place in places.items():
        place.mkdir(parents=True)
        with world.databases.staff.transaction() as session:
            files = draw_files(session, world.rounds[days])
        for name, content in files.items():
            (place / name).write_bytes(content)
        (place / "verify_draw.py").write_bytes(program)
        if verifier.verify(place, write=lambda _line: None) != 0:
            raise BooksBroken(f"the draw in {place} does not verify")


def write_settlement(world: World, directory: Path) -> list[tuple[bytes, date]]:
    """Write a bank file for each payout and a table for each closing; answer the files with their days."""
    directory.mkdir(parents=True)
    files = []
    with world.databases.staff.transaction() as session:
        for closing in list_closings(session):
            merchant_ids = {statement.merchant_id for statement in list_statements(session, closing.id)}
            names = {key: one.legal_name for key, one in merchants_by_ids(session, merchant_ids).items()}
            campaigns = {world.campaign_id: "かしまん商品券 令和8年度"}
            table = settlement_csv(session, closing.id, merchant_names=names, campaign_names=campaigns)
            (directory / f"closing-{closing.cutoff_day}.csv").write_bytes(table)
            for payout in list_payouts(session, closing.id):
                content = payout_file(session, payout.id).file_bytes
                (directory / f"payout-{payout.number:04d}-{payout.pay_day}.txt").write_bytes(content)
                files.append((content, closing.cutoff_day))
    return files


def write_summary(summary: dict[str, Any], directory: Path) -> None:
    """Write summary.json."""
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (directory / "summary.json").write_text(text + "\n", encoding="utf-8")


def _units(figures: CampaignFigures) -> dict[str, Any]:
    """Units over all rounds: granted without what was forfeited; the first round's uptake stands apart."""
    first = figures.rounds[0]
    return {
        "units_offered": figures.campaign.terms.units_total,
        "units_applied": sum(one.units_applied for one in figures.rounds),
        "units_granted": sum(one.units_granted - one.units_forfeited for one in figures.rounds),
        "units_bought": figures.units_bought,
        "first_round_uptake": round(first.units_applied / first.units_offered, 4),
        "rounds": [
            {
                "round": one.slug,
                "applicants": one.applicants,
                "units_offered": one.units_offered,
                "units_applied": one.units_applied,
                "units_granted": one.units_granted,
                "units_forfeited": one.units_forfeited,
                "units_bought": one.units_bought,
            }
            for one in figures.rounds
        ],
    }


def _counted(world: World, prefix: str) -> dict[str, int]:
    """What was counted under names that begin like this."""
    names = sorted(name for name in world.counts if name.startswith(prefix))
    return {name.removeprefix(prefix): world.counts[name] for name in names}


def _sums_by_kind(session: Session) -> defaultdict[str, Totals]:
    sums: defaultdict[str, Totals] = defaultdict(lambda: Totals(0, 0, 0, 0))
    for row in trial_balance(session):
        sums[row.kind] = Totals(*(mine + more for mine, more in zip(sums[row.kind], row.totals, strict=True)))
    return sums


def _same_as_auditor(summary: dict[str, Any], report: AuditReport) -> bool:
    figures = report.figures
    pairs = {
        "issued_yen": figures.issued_yen,
        "paid_part_yen": figures.issued_paid_yen,
        "premium_part_yen": figures.issued_premium_yen,
        "payments": figures.payments,
        "spent_yen": figures.spent_yen,
        "refunded_yen": figures.refunded_yen,
        "expired_yen": figures.expired_yen,
        "remaining_yen": figures.remaining_yen,
        "payable_yen": figures.payable_yen,
        "paid_out_yen": figures.settled_yen,
        "bank_file_total_yen": figures.settled_yen + figures.in_flight_yen,
        "settled_yen": figures.settled_yen + figures.in_flight_yen,
    }
    return all(summary[name] == figure for name, figure in pairs.items())


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    return "" if value is None else str(value) if isinstance(value, UUID) else value
