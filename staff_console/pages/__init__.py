"""HTML, one module per screen."""

from fastapi import APIRouter

from staff_console.pages import audit, campaigns, closings, counter, home, payouts, sign_in, trial_balance

router = APIRouter()
for screen in (sign_in, home, campaigns, counter, closings, payouts, trial_balance, audit):
    router.include_router(screen.router)
