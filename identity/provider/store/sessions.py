"""Sign-ins at the provider and at our own faces, and the news of their end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import Authentication, FaceSession, ProviderSession, SessionView
from identity.provider.store import logouts
from kernel.db import driver_connection

FIND_SESSION = """
SELECT s.id, s.holder_kind, s.holder_id, s.browser, s.started_at, s.seen_at, s.expires_at, a.acr, a.amr, a.at
FROM identity.sessions AS s JOIN identity.authentications AS a ON a.session_id = s.id
WHERE s.cookie_digest = %s AND s.ended_at IS NULL ORDER BY a.at
"""
SESSIONS_OF = """
SELECT s.id, s.browser, s.started_at, greatest(s.seen_at, max(f.seen_at)),
       array_remove(array_agg(DISTINCT c.name_ja ORDER BY c.name_ja), NULL)
FROM identity.sessions AS s
LEFT JOIN identity.session_clients AS sc ON sc.session_id = s.id
LEFT JOIN identity.clients AS c ON c.id = sc.client_id
LEFT JOIN identity.face_sessions AS f ON f.session_id = s.id
WHERE s.holder_kind = %(kind)s AND s.holder_id = %(holder)s AND s.ended_at IS NULL AND (
    s.expires_at > %(now)s
    OR EXISTS (SELECT FROM identity.face_sessions AS l
               WHERE l.session_id = s.id AND l.ended_at IS NULL AND l.expires_at > %(now)s)
    OR EXISTS (SELECT FROM identity.grants AS g
               WHERE g.session_id = s.id AND g.revoked_at IS NULL AND g.expires_at > %(now)s))
GROUP BY s.id ORDER BY 4 DESC, s.id
"""
END_SESSIONS = """
UPDATE identity.sessions SET ended_at = %(now)s, ended_by = %(by)s
WHERE id = ANY (%(ids)s) AND ended_at IS NULL RETURNING id
"""
END_WHAT_CAME_OF_THEM = """
WITH revoked AS (
    UPDATE identity.grants SET revoked_at = %(now)s, revoked_because = 'session_ended'
    WHERE session_id = ANY (%(ids)s) AND revoked_at IS NULL
)
UPDATE identity.face_sessions SET ended_at = %(now)s WHERE session_id = ANY (%(ids)s) AND ended_at IS NULL
"""
FIND_FACE_SESSION = """
SELECT f.client_id, f.session_id, f.holder_kind, f.holder_id, f.acr, f.auth_time, f.started_at, f.seen_at
FROM identity.face_sessions AS f JOIN identity.sessions AS s ON s.id = f.session_id AND s.ended_at IS NULL
WHERE f.cookie_digest = %s AND f.client_id = %s AND f.ended_at IS NULL
"""


def find_session(session: Session, cookie_digest: bytes) -> ProviderSession | None:
    """Read a sign-in that was not ended, with every proof given in it; its times are the caller's to judge."""
    rows = driver_connection(session).execute(FIND_SESSION, [cookie_digest]).fetchall()
    if not rows:
        return None
    session_id, kind, holder_id, browser, started_at, seen_at, expires_at = rows[0][:7]
    proofs = tuple(Authentication(Acr(acr), tuple(amr), at) for *_, acr, amr, at in rows)
    holder = Holder(HolderKind(kind), holder_id)
    return ProviderSession(session_id, holder, browser, started_at, seen_at, expires_at, proofs)


def find_holder_of_session(session: Session, session_id: UUID) -> Holder | None:
    """Whose an open sign-in is."""
    row = (
        driver_connection(session)
        .execute(
            "SELECT holder_kind, holder_id FROM identity.sessions WHERE id = %s AND ended_at IS NULL", [session_id]
        )
        .fetchone()
    )
    return Holder(HolderKind(row[0]), row[1]) if row else None


def insert_session(session: Session, made: ProviderSession, cookie_digest: bytes) -> None:
    """Add a sign-in with its first proof."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.sessions
            (id, cookie_digest, holder_kind, holder_id, browser, started_at, seen_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            *(made.id, cookie_digest, made.holder.kind.value, made.holder.id, made.browser),
            *(made.started_at, made.seen_at, made.expires_at),
        ],
    )
    insert_authentication(session, made.id, made.authentications[0])


def insert_authentication(session: Session, session_id: UUID, proof: Authentication) -> None:
    """Add a proof to a sign-in."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.authentications (session_id, acr, amr, at) VALUES (%s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        [session_id, proof.acr.value, list(proof.amr), proof.at],
    )


def replace_cookie(session: Session, session_id: UUID, cookie_digest: bytes, now: datetime) -> None:
    """Give a sign-in another cookie; the one before opens nothing any more."""
    driver_connection(session).execute(
        "UPDATE identity.sessions SET cookie_digest = %s, seen_at = %s WHERE id = %s", [cookie_digest, now, session_id]
    )


def save_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that a sign-in was used."""
    driver_connection(session).execute("UPDATE identity.sessions SET seen_at = %s WHERE id = %s", [now, session_id])


def insert_session_client(session: Session, session_id: UUID, client_id: str, now: datetime) -> None:
    """Note that an application got an answer in this session, so that it is told of the end."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.session_clients (session_id, client_id, since) VALUES (%s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        [session_id, client_id, now],
    )


def find_sessions_of(session: Session, holder: Holder, now: datetime) -> list[SessionView]:
    """Read the sign-ins of somebody that are open, or of which something still is; the one used last first."""
    facts = {"kind": holder.kind.value, "holder": holder.id, "now": now}
    rows = driver_connection(session).execute(SESSIONS_OF, facts)
    return [SessionView(row[0], row[1], row[2], row[3], tuple(row[4])) for row in rows]


def end_sessions(session: Session, session_ids: Sequence[UUID], by: str, now: datetime) -> list[UUID]:
    """End sign-ins with all that came of them, and have told who must be told; answers those that were still open."""
    connection = driver_connection(session)
    facts: dict[str, Any] = {"ids": list(session_ids), "by": by, "now": now}
    ended = [row[0] for row in connection.execute(END_SESSIONS, facts)]
    if ended:
        connection.execute(END_WHAT_CAME_OF_THEM, {"ids": ended, "now": now})
        logouts.announce_ends(session, ended, now)
    return ended


def find_unended_sessions(session: Session, kind: HolderKind, holder_ids: Sequence[UUID]) -> list[UUID]:
    """Read the sign-ins of these holders that nobody ended, also those whose time is over."""
    rows = driver_connection(session).execute(
        """
        SELECT id FROM identity.sessions
        WHERE holder_kind = %s AND holder_id = ANY (%s::uuid[]) AND ended_at IS NULL ORDER BY id
        """,
        [kind.value, list(holder_ids)],
    )
    return [row[0] for row in rows]


def insert_face_session(
    session: Session, cookie_digest: bytes, made: FaceSession, idle_s: int, until: datetime
) -> None:
    """Remember a browser that signed in to a face."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.face_sessions
            (cookie_digest, client_id, session_id, holder_kind, holder_id, acr, auth_time, started_at, seen_at,
             idle_s, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            *(cookie_digest, made.client_id, made.session_id, made.holder.kind.value, made.holder.id),
            *(made.acr.value, made.auth_time, made.started_at, made.seen_at, idle_s, until),
        ],
    )


def find_face_session(session: Session, cookie_digest: bytes, client_id: str) -> FaceSession | None:
    """Read a sign-in at a face whose sign-in at the provider still stands."""
    row = driver_connection(session).execute(FIND_FACE_SESSION, [cookie_digest, client_id]).fetchone()
    if row is None:
        return None
    return FaceSession(row[0], row[1], Holder(HolderKind(row[2]), row[3]), Acr(row[4]), *row[5:])


def save_face_seen(session: Session, cookie_digest: bytes, now: datetime) -> None:
    """Note that a sign-in at a face was used."""
    driver_connection(session).execute(
        "UPDATE identity.face_sessions SET seen_at = %s WHERE cookie_digest = %s", [now, cookie_digest]
    )


def end_face_session(session: Session, cookie_digest: bytes, now: datetime) -> None:
    """End a sign-in at one face; the others go on."""
    driver_connection(session).execute(
        "UPDATE identity.face_sessions SET ended_at = %s WHERE cookie_digest = %s AND ended_at IS NULL",
        [now, cookie_digest],
    )
