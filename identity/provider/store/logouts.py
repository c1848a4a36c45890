"""The news of the end of sign-ins, and who was told."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.provider.model import LogoutDelivery
from kernel.db import driver_connection

CLAIM = """
UPDATE identity.logout_deliveries AS d SET next_at = %(until)s
FROM identity.clients AS c
WHERE c.id = d.client_id AND d.id IN (
    SELECT due.id FROM identity.logout_deliveries AS due
    JOIN identity.clients AS told ON told.id = due.client_id AND told.backchannel_logout_uri IS NOT NULL
    WHERE due.delivered_at IS NULL AND due.given_up_at IS NULL AND due.next_at <= %(now)s
    ORDER BY due.next_at LIMIT %(limit)s FOR UPDATE OF due SKIP LOCKED
)
RETURNING d.id, d.client_id, c.backchannel_logout_uri, c.id_token_alg, d.session_id, d.subject, d.attempts
"""
SAVE = """
UPDATE identity.logout_deliveries
SET attempts = attempts + 1, delivered_at = %(delivered_at)s, given_up_at = %(given_up_at)s,
    next_at = coalesce(%(next_at)s, next_at)
WHERE id = %(id)s AND delivered_at IS NULL AND given_up_at IS NULL
"""


def claim_deliveries(session: Session, now: datetime, *, until: datetime, limit: int) -> list[LogoutDelivery]:
    """Read whom to tell now, and let nobody else take them before `until`."""
    rows = driver_connection(session).execute(CLAIM, {"now": now, "until": until, "limit": limit})
    return [LogoutDelivery(*row) for row in rows]


def save_attempt(
    session: Session,
    delivery_id: UUID,
    *,
    delivered_at: datetime | None = None,
    given_up_at: datetime | None = None,
    next_at: datetime | None = None,
) -> None:
    """Note an attempt and what follows from it; what was delivered or given up stays so."""
    facts = {"id": delivery_id, "delivered_at": delivered_at, "given_up_at": given_up_at, "next_at": next_at}
    driver_connection(session).execute(SAVE, facts)
