"""The questions that pages ask of closings and payouts."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from sqlmodel import Session

from kernel.documents import csv_bytes
from kernel.refusals import BooksBroken
from settlement.model import CarryOverReason, Payout
from settlement.refusals import ClosingNotFound, PayoutNotFound, StatementNotFound
from settlement.rules.netting import end_of_day
from settlement.store import closings, payouts, reading
from settlement.views import (
    ClosingSummary,
    MerchantStatement,
    MerchantTransfer,
    MovementRow,
    PayoutFile,
    PayoutSummary,
    Statement,
    UnsettledSum,
)

BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)

CSV_TITLES = (
    "締め番号",
    "締め日",
    "振込日",
    "加盟店ID",
    "加盟店名",
    "事業ID",
    "事業名",
    "利用件数",
    "利用額(有償分)",
    "利用額(プレミアム分)",
    "返金件数",
    "返金額(有償分)",
    "返金額(プレミアム分)",
    "差引額",
    "今回振込額",
    "繰越額",
    "繰越理由",
)
REASON_WORDS: dict[CarryOverReason, str] = {
    CarryOverReason.NOTHING_DUE: "支払うべき残高なし",
    CarryOverReason.CAMPAIGN_NEGATIVE: "返金超過",
    CarryOverReason.PARTS_UNEVEN: "有償分とプレミアム分の内訳が不均衡",
    CarryOverReason.BELOW_MINIMUM: "最低振込額未満",
    CarryOverReason.BANK_ACCOUNT_MISSING: "振込口座が未登録",
    CarryOverReason.BANK_ACCOUNT_UNUSABLE: "振込口座の記載に不備",
}


def list_closings(session: Session) -> list[ClosingSummary]:
    """All closings, the newest first."""
    return reading.find_closings(session)


def list_closings_of_merchant(session: Session, merchant_id: UUID) -> list[ClosingSummary]:
    """The closings in which a merchant has a statement, the newest first."""
    return reading.find_closings(session, merchant_id)


def list_payouts(session: Session, closing_id: UUID) -> list[PayoutSummary]:
    """The payouts of a closing, reissues included, by number."""
    return reading.find_payouts(session, closing_id)


def list_statements(session: Session, closing_id: UUID) -> list[Statement]:
    """Every merchant and campaign of a closing, paid or carried over."""
    return reading.find_statements(session, closing_id)


def merchant_statement(session: Session, closing_id: UUID, merchant_id: UUID) -> MerchantStatement:
    """What one merchant is told of a closing (精算書). Refuses: ClosingNotFound, StatementNotFound."""
    closing = _closing(session, closing_id)
    statements = reading.find_statements(session, closing_id, merchant_id)
    if not statements:
        raise StatementNotFound(closing_id=str(closing_id), merchant_id=str(merchant_id))
    movements = reading.find_movements(session, closing_id, merchant_id)
    return MerchantStatement(closing, merchant_id, tuple(statements), tuple(movements))


def transfers_to_merchant(session: Session, closing_id: UUID, merchant_id: UUID) -> list[MerchantTransfer]:
    """What was sent to a merchant's bank after a closing and how far it came, reissues included; never which bank."""
    return reading.find_transfers(session, closing_id, merchant_id)


def last_cutoff_day(session: Session) -> date | None:
    """The city day of the last cut-off; None before the first closing."""
    return closings.last_closing(session)[1]


def unsettled_sums(session: Session, merchant_id: UUID) -> list[UnsettledSum]:
    """What a merchant is owed and no closing took yet, by campaign; what waited already first."""
    day = last_cutoff_day(session)
    return reading.sum_unsettled(session, merchant_id, end_of_day(day) if day else BEGINNING_OF_TIME)


def unsettled_movements(session: Session, merchant_id: UUID, limit: int) -> list[MovementRow]:
    """The newest movements of a merchant that no closing took yet, at most `limit`."""
    return reading.find_unsettled(session, merchant_id, limit)


def payout_by_id(session: Session, payout_id: UUID) -> Payout:
    """A payout with its items, bank accounts and history. Refuses: PayoutNotFound."""
    payout = payouts.find_payout(session, payout_id)
    if payout is None:
        raise PayoutNotFound(payout_id=str(payout_id))
    return payout


def payout_file(session: Session, payout_id: UUID) -> PayoutFile:
    """The bank's file of a payout, byte for byte as it was made. Refuses: PayoutNotFound."""
    file = reading.find_file(session, payout_id)
    if file is None:
        raise PayoutNotFound(payout_id=str(payout_id))
    if hashlib.sha256(file.file_bytes).hexdigest() != file.file_sha256:
        raise BooksBroken(f"the file of payout {payout_id} is not the one that was stored")
    return file


def settlement_csv(
    session: Session,
    closing_id: UUID,
    *,
    merchant_names: Mapping[UUID, str],
    campaign_names: Mapping[UUID, str],
) -> bytes:
    """A closing as a table for a spreadsheet, one row for each merchant and campaign. Refuses: ClosingNotFound."""
    closing = _closing(session, closing_id)
    head = (closing.number, closing.cutoff_day.isoformat(), closing.pay_day.isoformat())
    rows = [
        (
            *head,
            str(each.merchant_id),
            merchant_names.get(each.merchant_id, ""),
            str(each.campaign_id),
            campaign_names.get(each.campaign_id, ""),
            *_figures(each),
        )
        for each in reading.find_statements(session, closing_id)
    ]
    return csv_bytes(CSV_TITLES, rows)


def _figures(statement: Statement) -> tuple[str | int, ...]:
    reason = statement.carried_over_because
    paid_yen, carried_over_yen = (0, statement.net_yen) if reason else (statement.net_yen, 0)
    word = REASON_WORDS[reason] if reason else ""
    return (*statement[2:9], paid_yen, carried_over_yen, word)


def _closing(session: Session, closing_id: UUID) -> ClosingSummary:
    for closing in reading.find_closings(session):
        if closing.id == closing_id:
            return closing
    raise ClosingNotFound(closing_id=str(closing_id))
