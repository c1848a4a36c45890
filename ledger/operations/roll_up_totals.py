"""Sum up the accounts that no payment updates."""

from sqlmodel import Session

from ledger.store import totals


def roll_up_totals(session: Session) -> bool:
    """Add every transfer that can no longer be overtaken to its accounts' totals; tell whether there was any.

    Runs in the worker. Reading a total is right at any moment, rolled up or not; rolling up keeps it quick.
    """
    return totals.roll_up(session)
