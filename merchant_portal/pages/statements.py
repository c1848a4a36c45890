"""What the merchant is paid: the list of closings, one of them and why, what comes next, and papers of each."""

from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from issuance.queries import find_campaign
from kernel.pages import page_router
from merchant_portal.coming_payout import coming_payout
from merchant_portal.pages.look import PAGES
from merchant_portal.parts import Parts
from merchant_portal.routes.statements import statement_as_csv, statement_as_pdf
from merchant_portal.statements import (
    WAITS_BECAUSE,
    breakdown,
    kind_word,
    own_statement,
    own_statements,
    unsettled_rows,
)
from merchant_portal.viewer import StatementReader

router = page_router(PAGES)


@router.get("/statements")
def list_statements(request: Request, viewer: StatementReader, parts: Parts) -> Response:
    """What comes next, and every closing of the merchant with its pay day and sum, the newest first."""
    with parts.database.transaction() as session:
        statements = own_statements(session, viewer.merchant_id)
        coming = coming_payout(session, parts, viewer.merchant_id)
    return PAGES.page(request, "shop/statements.html", viewer=viewer, statements=statements, coming=coming)


@router.get("/statements/coming")
def show_coming(request: Request, viewer: StatementReader, parts: Parts) -> Response:
    """What is in no statement yet, and why not: sum by sum, and the newest movements."""
    with parts.database.transaction() as session:
        coming = coming_payout(session, parts, viewer.merchant_id)
        rows = unsettled_rows(session, viewer.merchant_id)
        campaigns = [find_campaign(session, each.campaign_id) for each in coming.sums]
    return PAGES.page(
        request,
        "shop/coming.html",
        viewer=viewer,
        coming=coming,
        rows=rows,
        titles={campaign.id: campaign.title for campaign in campaigns if campaign},
        kind_word=kind_word,
        waits_because=WAITS_BECAUSE,
    )


@router.get("/statements/{closing_id}")
def show_statement(request: Request, closing_id: UUID, viewer: StatementReader, parts: Parts) -> Response:
    """One closing: why this amount, and every movement in it."""
    with parts.database.transaction() as session:
        own = own_statement(session, closing_id, viewer.merchant_id)
        why = breakdown(session, own)
    return PAGES.page(
        request,
        "shop/statement.html",
        viewer=viewer,
        own=own,
        statement=own.statement,
        why=why,
        kind_word=kind_word,
        waits_because=WAITS_BECAUSE,
    )


router.get("/statements/{closing_id}/statement.csv")(statement_as_csv)
router.get("/statements/{closing_id}/statement.pdf")(statement_as_pdf)
