"""Everything the portal offers."""

from fastapi import APIRouter

from merchant_portal.pages import router as pages
from merchant_portal.routes import (
    bank_accounts,
    cashiers,
    charges,
    codes,
    feed,
    join,
    reversals,
    statements,
    stores,
    takings,
    tills,
)

router = APIRouter()
router.include_router(charges.router)
router.include_router(codes.router)
router.include_router(reversals.router)
router.include_router(takings.router)
router.include_router(feed.router)
router.include_router(statements.router)
router.include_router(stores.router)
router.include_router(tills.router)
router.include_router(cashiers.router)
router.include_router(join.router)
router.include_router(bank_accounts.router)

__all__ = ["pages", "router"]
