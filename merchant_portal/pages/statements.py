"""What the merchant is paid: the list of closings, one of them, and its table for a spreadsheet."""

from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from kernel.pages import page_router
from merchant_portal.pages.look import PAGES
from merchant_portal.parts import Parts
from merchant_portal.routes.statements import statement_as_csv
from merchant_portal.statements import kind_word, own_statement, own_statements
from merchant_portal.viewer import StatementReader
from settlement.queries import REASON_WORDS

router = page_router(PAGES)


@router.get("/statements")
def list_statements(request: Request, viewer: StatementReader, parts: Parts) -> Response:
    """Every closing of the merchant with its pay day and sum, the newest first."""
    with parts.database.transaction() as session:
        statements = own_statements(session, viewer.merchant_id)
    return PAGES.page(request, "shop/statements.html", viewer=viewer, statements=statements)


@router.get("/statements/{closing_id}")
def show_statement(request: Request, closing_id: UUID, viewer: StatementReader, parts: Parts) -> Response:
    """One closing: why this amount, and every movement in it."""
    with parts.database.transaction() as session:
        own = own_statement(session, closing_id, viewer.merchant_id)
    return PAGES.page(
        request,
        "shop/statement.html",
        viewer=viewer,
        own=own,
        statement=own.statement,
        kind_word=kind_word,
        reason_words=REASON_WORDS,
    )


router.get("/statements/{closing_id}/statement.csv")(statement_as_csv)
