"""The books as the finance and audit desks see them."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from kernel.clock import city_time
from kernel.db import Session, driver_connection
from ledger.audit import audit_books
from ledger.queries import TrialBalanceRow, trial_balance
from staff_console.desks.campaign_titles import campaign_titles
from staff_console.finance_schemas import AuditAnswer, BalanceRowAnswer, FindingAnswer, TrialBalanceAnswer


def trial_balance_at(session: Session, at: date | None) -> TrialBalanceAnswer:
    """The trial balance of everything that had happened by the end of a city day, or ever."""
    event_at = city_time(at + timedelta(days=1)) - timedelta(microseconds=1) if at else None
    titles = campaign_titles(session)
    rows = trial_balance(session, event_at=event_at)
    debit_yen = sum(row.totals.debit_yen for row in rows)
    credit_yen = sum(row.totals.credit_yen for row in rows)
    return TrialBalanceAnswer(
        at=at,
        rows=[_row(row, titles.get(row.campaign_id, "") if row.campaign_id else "") for row in rows],
        debit_yen=debit_yen,
        credit_yen=credit_yen,
        agrees=debit_yen == credit_yen,
    )


def audit(session: Session, now: datetime) -> AuditAnswer:
    """Recompute the books from their journals alone. `session` must not have read anything before."""
    report = audit_books(driver_connection(session))
    return AuditAnswer(
        audited_at=now,
        agrees=report.agrees,
        findings=[FindingAnswer(**asdict(finding)) for finding in report.findings],
        figures=asdict(report.figures),
    )


def _row(row: TrialBalanceRow, campaign_title: str) -> BalanceRowAnswer:
    totals = row.totals
    paid_part_yen = totals.credit_paid_yen - totals.debit_paid_yen
    return BalanceRowAnswer(
        side=row.side,
        kind=row.kind,
        campaign_id=row.campaign_id,
        campaign_title=campaign_title,
        debit_yen=totals.debit_yen,
        credit_yen=totals.credit_yen,
        paid_part_yen=paid_part_yen,
        premium_part_yen=totals.credit_yen - totals.debit_yen - paid_part_yen,
    )
