"""What the merchant is paid, closing by closing."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from kernel.http import FieldsInvalid, refuses
from merchant_portal.parts import Parts
from merchant_portal.schemas import (
    StatementAnswer,
    StatementLineAnswer,
    StatementMovementAnswer,
    StatementsAnswer,
    StatementSummaryAnswer,
)
from merchant_portal.statements import OwnStatement, csv_name, own_statement, own_statements, statement_csv
from merchant_portal.viewer import SIGN_IN_REFUSALS, OwnerOnly, StatementReader
from settlement.refusals import StatementNotFound
from settlement.views import MerchantStatement

router = APIRouter(tags=["shop: statements"])
LIST_REFUSALS = (*SIGN_IN_REFUSALS, OwnerOnly)
ONE_REFUSALS = (*LIST_REFUSALS, FieldsInvalid, StatementNotFound)
CSV_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "CSV in UTF-8 with a byte order mark, lines end CR+LF",
        "content": {"text/csv": {"schema": {"type": "string"}, "example": "締め番号,締め日,…\r\n3,2026-11-15,…\r\n"}},
    }
}


@router.get("/statements", responses=refuses(*LIST_REFUSALS))
def statements(viewer: StatementReader, parts: Parts) -> StatementsAnswer:
    """The closings in which the merchant was paid or carried over, the newest first; for the owner."""
    with parts.database.transaction() as session:
        found = own_statements(session, viewer.merchant_id)
    return StatementsAnswer(statements=[StatementSummaryAnswer(**_summary(each)) for each in found])


@router.get("/statements/{closing_id}", responses=refuses(*ONE_REFUSALS))
def statement(closing_id: UUID, viewer: StatementReader, parts: Parts) -> StatementAnswer:
    """One closing of the merchant: its sums by campaign and every movement that is paid."""
    with parts.database.transaction() as session:
        found = own_statement(session, closing_id, viewer.merchant_id)
    return StatementAnswer(**_summary(found.statement), lines=_lines(found), movements=_movements(found.statement))


@router.get(
    "/statements/{closing_id}/statement.csv",
    response_class=Response,
    responses={**CSV_DOCUMENT, **refuses(*ONE_REFUSALS)},
)
def statement_as_csv(closing_id: UUID, viewer: StatementReader, parts: Parts) -> Response:
    """The movements that a closing pays, as a table for a spreadsheet."""
    with parts.database.transaction() as session:
        found = own_statement(session, closing_id, viewer.merchant_id)
    return csv_response(found)


def csv_response(found: OwnStatement) -> Response:
    """A statement as a file to be saved."""
    headers = {
        "Content-Disposition": f'attachment; filename="{csv_name(found)}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(statement_csv(found), headers=headers, media_type="text/csv; charset=utf-8")


def _summary(found: MerchantStatement) -> dict[str, Any]:
    return {
        "closing_id": found.closing.id,
        "number": found.closing.number,
        "cutoff_day": found.closing.cutoff_day,
        "pay_day": found.closing.pay_day,
        "paid_yen": found.paid_yen,
        "carried_over_yen": found.carried_over_yen,
    }


def _lines(found: OwnStatement) -> list[StatementLineAnswer]:
    return [
        StatementLineAnswer(
            campaign_id=each.campaign_id,
            campaign_title=found.title_of(each.campaign_id),
            payment_count=each.payment_count,
            gross_yen=each.gross_yen,
            gross_paid_yen=each.gross_paid_yen,
            gross_premium_yen=each.gross_premium_yen,
            given_back_count=each.given_back_count,
            given_back_yen=each.given_back_yen,
            net_yen=each.net_yen,
            carried_over_because=each.carried_over_because,
        )
        for each in found.statement.statements
    ]


def _movements(found: MerchantStatement) -> list[StatementMovementAnswer]:
    return [
        StatementMovementAnswer(
            id=each.journal_id,
            kind=each.journal_kind,
            at=each.event_at,
            campaign_id=each.campaign_id,
            amount_yen=each.amount_yen,
            paid_yen=each.paid_yen,
        )
        for each in found.movements
    ]
