"""Sweeping out what is over. What lives long goes a piece at a time, so that no statement runs into its time limit."""

from datetime import datetime

from sqlmodel import Session

from kernel.db import driver_connection

USED_ONCE = ("authorization_requests", "used_proofs", "revoked_tokens", "provider_sign_ins", "device_requests")
GRANTS = """
DELETE FROM identity.grants WHERE id IN (
    SELECT g.id FROM identity.grants AS g JOIN identity.sessions AS s ON s.id = g.session_id
    WHERE coalesce(least(g.revoked_at, s.ended_at, g.expires_at), g.granted_at) < %(before)s
      AND NOT EXISTS (SELECT FROM identity.device_requests AS d WHERE d.grant_id = g.id)
    LIMIT %(limit)s
)
"""
"""A grant without an end of its own lives as long as its access token, which is minutes."""
FACE_SESSIONS = """
DELETE FROM identity.face_sessions WHERE cookie_digest IN (
    SELECT cookie_digest FROM identity.face_sessions WHERE least(ended_at, expires_at) < %(before)s LIMIT %(limit)s
)
"""
SESSIONS = """
DELETE FROM identity.sessions WHERE id IN (
    SELECT s.id FROM identity.sessions AS s
    WHERE least(s.ended_at, s.expires_at) < %(before)s
      AND NOT EXISTS (SELECT FROM identity.grants AS g WHERE g.session_id = s.id)
      AND NOT EXISTS (SELECT FROM identity.face_sessions AS f WHERE f.session_id = s.id)
    LIMIT %(limit)s
)
"""
"""A sign-in whose own time is over stays for as long as something that came of it does."""
LOGOUT_DELIVERIES = """
DELETE FROM identity.logout_deliveries WHERE id IN (
    SELECT d.id FROM identity.logout_deliveries AS d JOIN identity.clients AS c ON c.id = d.client_id
    WHERE coalesce(d.delivered_at, d.given_up_at) < %(before)s
       OR (c.backchannel_logout_uri IS NULL AND d.ended_at < %(before)s)
    LIMIT %(limit)s
)
"""
"""News that is still to be told stays, unless its application does not want to be told any more."""


def delete_used_once(session: Session, before: datetime) -> None:
    """Sweep out requests, proofs, revocations and sign-ins on their way whose time was over before an instant."""
    for table in USED_ONCE:
        driver_connection(session).execute(f"DELETE FROM identity.{table} WHERE expires_at < %s", [before])  # noqa: S608


def delete_sign_ins(session: Session, before: datetime, limit: int) -> bool:
    """Sweep out sign-ins, what came of them and the news of their end, at most `limit` of each, that were over before.

    Answers whether there may be more.
    """
    facts = {"before": before, "limit": limit}
    connection = driver_connection(session)
    gone = [connection.execute(one, facts).rowcount for one in (GRANTS, FACE_SESSIONS, SESSIONS, LOGOUT_DELIVERIES)]
    return limit in gone
