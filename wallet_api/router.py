"""Everything the wallet offers."""

from fastapi import APIRouter

from wallet_api.pages import router as pages
from wallet_api.routes import applications, payments, purchases, wallet

router = APIRouter()
router.include_router(payments.router)
router.include_router(wallet.router)
router.include_router(applications.router)
router.include_router(purchases.router)

__all__ = ["pages", "router"]
