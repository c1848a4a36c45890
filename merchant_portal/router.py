"""Everything the portal offers."""

from fastapi import APIRouter

from merchant_portal.pages import router as pages
from merchant_portal.routes import cashiers, charges, reversals, statements, stores, takings, tills

router = APIRouter()
router.include_router(charges.router)
router.include_router(reversals.router)
router.include_router(takings.router)
router.include_router(statements.router)
router.include_router(stores.router)
router.include_router(tills.router)
router.include_router(cashiers.router)

__all__ = ["pages", "router"]
