"""Papers for the household: the record of a payment, and the history as a table."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from kernel.documents import pdf_headers
from kernel.http import FieldsInvalid, refuses
from payments.refusals import PaymentNotFound
from wallet_api.household import Say, csv_name, household_csv
from wallet_api.parts import Parts, WalletParts
from wallet_api.receipts import own_receipt, receipt_pdf, receipt_pdf_name
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["wallet"])
MonthText = Annotated[
    str | None,
    Query(
        pattern=r"^20[2-9]\d-(0[1-9]|1[0-2])$",
        description="A city month; everything when left out",
        examples=["2026-11"],
    ),
]
PDF_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The record as a sheet of A5, tagged (PDF/UA-1) and made to be archived (PDF/A-2a)",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7 …"}},
    }
}
CSV_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "CSV in UTF-8 with a byte order mark, lines end CR+LF, newest first",
        "content": {"text/csv": {"schema": {"type": "string"}, "example": "日時,種別,お店,金額,番号\r\n…\r\n"}},
    }
}


@router.get(
    "/receipts/{payment_id}/receipt.pdf",
    response_class=Response,
    responses={**PDF_DOCUMENT, **refuses(*SIGN_IN_REFUSALS, FieldsInvalid, PaymentNotFound)},
)
def receipt_as_pdf(payment_id: UUID, resident: Resident, parts: Parts) -> Response:
    """The record of a payment, in Japanese; it says nothing of taxes."""
    return receipt_response(parts, resident.wallet_id, payment_id)


@router.get(
    "/history.csv", response_class=Response, responses={**CSV_DOCUMENT, **refuses(*SIGN_IN_REFUSALS, FieldsInvalid)}
)
def history_as_csv(resident: Resident, parts: Parts, month: MonthText = None) -> Response:
    """What the wallet paid and got back in a month, or ever, for a spreadsheet."""
    return csv_response(parts, resident.wallet_id, month)


def receipt_response(
    parts: WalletParts, wallet_id: UUID, payment_id: UUID, say: Say = str, language: str = "ja"
) -> Response:
    """The record of a payment as a file. Refuses PaymentNotFound."""
    with parts.database.transaction() as session:
        found = own_receipt(session, wallet_id, payment_id)
    headers = pdf_headers(receipt_pdf_name(found))
    return Response(receipt_pdf(found, say, language), headers=headers, media_type="application/pdf")


def csv_response(parts: WalletParts, wallet_id: UUID, month: str | None, say: Say = str) -> Response:
    """The history as a file that is sent while it is read."""
    first_day = first_day_of(month)
    headers = {
        "Content-Disposition": f'attachment; filename="{csv_name(first_day)}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    table = household_csv(parts.database, wallet_id, first_day, say)
    return StreamingResponse(table, headers=headers, media_type="text/csv; charset=utf-8")


def first_day_of(month: str | None) -> date | None:
    """The first day of a month like `2026-11`."""
    return date.fromisoformat(f"{month}-01") if month else None
