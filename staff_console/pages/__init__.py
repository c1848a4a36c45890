"""HTML, one module per screen."""

from fastapi import APIRouter

from staff_console.pages import (
    audit,
    campaigns,
    closings,
    counter,
    counter_codes,
    deletions,
    entries,
    home,
    payouts,
    people,
    roll,
    shops,
    sign_in,
    staff_passkeys,
    trial_balance,
)

router = APIRouter()
for screen in (sign_in, home, campaigns, entries, counter, closings, payouts, trial_balance, audit):
    router.include_router(screen.router)
for screen in (people, counter_codes, deletions, roll, shops, staff_passkeys):
    router.include_router(screen.router)
