"""Sweep out what can matter no more."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.store import grants as store


def sweep_what_is_over(session: Session, *, now: datetime) -> None:
    """Delete requests, proofs, revoked tokens and half-done sign-ins whose time is over; the worker does it."""
    store.delete_what_is_over(session, now)
