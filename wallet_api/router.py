"""Everything the wallet offers."""

from fastapi import APIRouter

from wallet_api.pages import router as pages
from wallet_api.routes import applications, inbox, openings, payments, purchases, surveys, wallet

router = APIRouter()
router.include_router(payments.router)
router.include_router(wallet.router)
router.include_router(applications.router)
router.include_router(purchases.router)
router.include_router(inbox.router)
router.include_router(openings.router)
router.include_router(surveys.router)

__all__ = ["pages", "router"]
