"""What the merchant is paid, closing by closing."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from kernel.documents import pdf_headers
from kernel.http import FieldsInvalid, refuses
from merchant_portal.coming_payout import ComingPayout, coming_payout
from merchant_portal.papers import statement_pdf, statement_pdf_name
from merchant_portal.parts import Parts
from merchant_portal.schemas import (
    ComingPayoutAnswer,
    FixedPayoutAnswer,
    StatementAnswer,
    StatementLineAnswer,
    StatementMovementAnswer,
    StatementsAnswer,
    StatementSummaryAnswer,
    UnsettledAnswer,
)
from merchant_portal.statements import OwnStatement, breakdown, csv_name, own_statement, own_statements, statement_csv
from merchant_portal.viewer import SIGN_IN_REFUSALS, OwnerOnly, StatementReader
from merchants.queries import merchant_view
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


PDF_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The statement as a letter, tagged (PDF/UA-1) and made to be archived (PDF/A-2a)",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7 …"}},
    }
}


@router.get("/coming-payout", responses=refuses(*LIST_REFUSALS))
def coming(viewer: StatementReader, parts: Parts) -> ComingPayoutAnswer:
    """What is paid next, what still grows until the next cut-off, and what waits and why; for the owner."""
    with parts.database.transaction() as session:
        found = coming_payout(session, parts, viewer.merchant_id)
    return _coming(found)


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


@router.get(
    "/statements/{closing_id}/statement.pdf",
    response_class=Response,
    responses={**PDF_DOCUMENT, **refuses(*ONE_REFUSALS)},
)
def statement_as_pdf(closing_id: UUID, viewer: StatementReader, parts: Parts) -> Response:
    """The statement (精算書) as a letter that is printed and kept."""
    with parts.database.transaction() as session:
        found = own_statement(session, closing_id, viewer.merchant_id)
        why = breakdown(session, found)
        name = merchant_view(session, viewer.merchant_id).legal_name
    headers = pdf_headers(statement_pdf_name(found))
    return Response(statement_pdf(found, why, name), headers=headers, media_type="application/pdf")


def csv_response(found: OwnStatement) -> Response:
    """A statement as a file to be saved."""
    headers = {
        "Content-Disposition": f'attachment; filename="{csv_name(found)}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(statement_csv(found), headers=headers, media_type="text/csv; charset=utf-8")


def _coming(found: ComingPayout) -> ComingPayoutAnswer:
    return ComingPayoutAnswer(
        fixed=[
            FixedPayoutAnswer(
                closing_id=each.closing.id,
                pay_day=each.transfer.pay_day,
                amount_yen=each.transfer.amount_yen,
                state=each.transfer.state,
            )
            for each in found.fixed
        ],
        growing_yen=found.growing_yen,
        cutoff_day=found.cutoff_day,
        pay_day=found.pay_day,
        not_in_a_statement=[
            UnsettledAnswer(
                campaign_id=each.campaign_id,
                has_waited=each.has_waited,
                carried_over_because=each.carried_over_because,
                payment_count=each.payment_count,
                taken_yen=each.taken_yen,
                given_back_count=each.given_back_count,
                given_back_yen=each.given_back_yen,
                net_yen=each.net_yen,
            )
            for each in found.sums
        ],
    )


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
