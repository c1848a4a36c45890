"""Everything the wallet offers."""

from fastapi import APIRouter

from wallet_api.pages import router as pages
from wallet_api.routes import (
    applications,
    cards,
    inbox,
    openings,
    payments,
    purchases,
    receipts,
    shops,
    surveys,
    wallet,
)

router = APIRouter()
router.include_router(payments.router)
router.include_router(wallet.router)
router.include_router(applications.router)
router.include_router(purchases.router)
router.include_router(inbox.router)
router.include_router(openings.router)
router.include_router(receipts.router)
router.include_router(shops.router)
router.include_router(cards.router)
router.include_router(surveys.router)

__all__ = ["pages", "router"]
