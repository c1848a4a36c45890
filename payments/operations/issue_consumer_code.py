"""Show a resident a new code of their own."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments import store
from payments.codes.consumer_code import ConsumerCode, new_consumer_code


def issue_consumer_code(session: Session, *, wallet_id: UUID, now: datetime) -> ConsumerCode:
    """Make a code for a wallet: it lives 60 seconds, works once, and takes the place of the one before it.

    Only its digest is stored.
    """
    code = new_consumer_code()
    store.insert_code(session, code.digest, wallet_id, now)
    return code
