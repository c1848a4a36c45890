"""Everything the console offers."""

from fastapi import APIRouter

from staff_console.pages import router as pages
from staff_console.routes import books, campaigns, closings, counter_sales, payouts, people, roll

router = APIRouter()
router.include_router(campaigns.router)
router.include_router(counter_sales.router)
router.include_router(closings.router)
router.include_router(payouts.router)
router.include_router(books.router)
router.include_router(people.router)
router.include_router(roll.router)

__all__ = ["pages", "router"]
