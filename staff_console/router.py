"""Everything the console offers."""

from fastapi import APIRouter

from staff_console.pages import router as pages
from staff_console.routes import books, campaigns, closings, counter_sales, payouts, sign_in

router = APIRouter()
router.include_router(sign_in.router)
router.include_router(campaigns.router)
router.include_router(counter_sales.router)
router.include_router(closings.router)
router.include_router(payouts.router)
router.include_router(books.router)

__all__ = ["pages", "router"]
