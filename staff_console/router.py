"""Everything the console offers."""

from fastapi import APIRouter

from staff_console.pages import router as pages
from staff_console.routes import (
    applications,
    beacons,
    books,
    campaigns,
    cards,
    closings,
    counter_sales,
    draws,
    effect,
    expiry,
    objections,
    payouts,
    people,
    plans,
    roll,
    shops,
)

router = APIRouter()
router.include_router(campaigns.router)
router.include_router(plans.router)
router.include_router(applications.router)
router.include_router(counter_sales.router)
router.include_router(closings.router)
router.include_router(payouts.router)
router.include_router(expiry.router)
router.include_router(draws.router)
router.include_router(objections.router)
router.include_router(beacons.router)
router.include_router(effect.router)
router.include_router(books.router)
router.include_router(people.router)
router.include_router(cards.router)
router.include_router(roll.router)
router.include_router(shops.router)

__all__ = ["pages", "router"]
