"""Sweep out what can matter no more."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.rules.retention import SIGN_INS_KEPT, USED_ONCE_KEPT
from identity.provider.store import purging as store

AT_ONCE = 2_000


def sweep_what_is_over(session: Session, *, now: datetime, at_once: int = AT_ONCE) -> bool:
    """Delete what `rules.retention` keeps no longer; True while there is more, and the worker does it again.

    Requests, proofs, revoked tokens, questions of devices and sign-ins under way at other providers go minutes after
    their time. Grants go with their codes and refresh tokens, sign-ins with their proofs, and news of their end, a
    month after they are over, at most `at_once` of each.
    """
    store.delete_used_once(session, now - USED_ONCE_KEPT)
    return store.delete_sign_ins(session, now - SIGN_INS_KEPT, at_once)
