"""Everything the portal offers."""

from fastapi import APIRouter

from merchant_portal.pages import router as pages
from merchant_portal.routes import charges, reversals, statements, stores, takings

router = APIRouter()
router.include_router(charges.router)
router.include_router(reversals.router)
router.include_router(takings.router)
router.include_router(statements.router)
router.include_router(stores.router)

__all__ = ["pages", "router"]
