"""The news of the end of sign-ins, and who was told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.provider.model import TELL_OF_ENDS, LogoutDelivery
from kernel.db import driver_connection
from kernel.jobs import defer

ANNOUNCE = """
INSERT INTO identity.logout_deliveries (id, client_id, session_id, subject, ended_at, next_at)
SELECT gen_random_uuid(), c.id, s.id, p.subject, %(now)s, %(now)s
FROM identity.session_clients AS sc
JOIN identity.sessions AS s ON s.id = sc.session_id
JOIN identity.clients AS c ON c.id = sc.client_id AND c.backchannel_logout_uri IS NOT NULL
JOIN identity.pairwise_subjects AS p ON p.sector = c.sector AND p.holder_id = s.holder_id
WHERE sc.session_id = ANY (%(ids)s)
ON CONFLICT DO NOTHING
"""
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


def announce_ends(session: Session, session_ids: Sequence[UUID], now: datetime) -> None:
    """Note which applications must be told that these sign-ins ended, and hand that over to the worker at once."""
    announced = driver_connection(session).execute(ANNOUNCE, {"ids": list(session_ids), "now": now})
    if announced.rowcount:
        defer(session, TELL_OF_ENDS)


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
