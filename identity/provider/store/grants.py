"""Requests that wait, grants with their codes and refresh tokens, and what proved itself once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb
from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import AuthorizationRequest, CodeState, Grant, PendingRequest, RefreshState
from kernel.db import driver_connection

GRANT = """
g.id, g.client_id, g.session_id, g.holder_kind, g.holder_id, g.scopes, g.acr, g.amr, g.auth_time, g.nonce,
g.granted_at, g.expires_at, coalesce(g.revoked_at, s.ended_at)
"""
"""A grant ends with its sign-in, also one that was made in the moment in which that ended."""
FIND_GRANT = f"""
SELECT {GRANT} FROM identity.grants AS g JOIN identity.sessions AS s ON s.id = g.session_id WHERE g.id = %s
"""  # noqa: S608 - made of our own statements
FIND_REQUEST = """
SELECT request, asked_at, expires_at, is_pushed, browser_digest, used_at FROM identity.authorization_requests
WHERE handle_digest = %s FOR UPDATE
"""
FIND_CODE = f"""
SELECT c.redirect_uri, c.code_challenge, c.dpop_thumbprint, c.expires_at, c.used_at, {GRANT}
FROM identity.authorization_codes AS c
JOIN identity.grants AS g ON g.id = c.grant_id JOIN identity.sessions AS s ON s.id = g.session_id
WHERE c.code_digest = %s FOR UPDATE OF c
"""  # noqa: S608 - made of our own statements
FIND_REFRESH = f"""
SELECT r.sequence, r.dpop_thumbprint, r.used_at, {GRANT}
FROM identity.refresh_tokens AS r
JOIN identity.grants AS g ON g.id = r.grant_id JOIN identity.sessions AS s ON s.id = g.session_id
WHERE r.token_digest = %s FOR UPDATE OF r
"""  # noqa: S608


def insert_request(
    session: Session,
    handle_digest: bytes,
    request: AuthorizationRequest,
    *,
    pushed: bool,
    now: datetime,
    until: datetime,
) -> None:
    """Store a request that waits, under the digest of its handle."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.authorization_requests
            (handle_digest, client_id, is_pushed, request, asked_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        [handle_digest, request.client_id, pushed, Jsonb(_request_document(request), orjson.dumps), now, until],
    )


def lock_request(session: Session, handle_digest: bytes) -> PendingRequest | None:
    """Find a request and hold its row."""
    row = driver_connection(session).execute(FIND_REQUEST, [handle_digest]).fetchone()
    return PendingRequest(_request(row[0]), *row[1:]) if row else None


def bind_request(session: Session, handle_digest: bytes, browser_digest: bytes) -> None:
    """Tie a request to the browser that brought it first."""
    driver_connection(session).execute(
        "UPDATE identity.authorization_requests SET browser_digest = %s WHERE handle_digest = %s",
        [browser_digest, handle_digest],
    )


def use_request(session: Session, handle_digest: bytes, now: datetime) -> None:
    """Note that a request got its answer."""
    driver_connection(session).execute(
        "UPDATE identity.authorization_requests SET used_at = %s WHERE handle_digest = %s", [now, handle_digest]
    )


def insert_grant(session: Session, grant: Grant) -> None:
    """Store what somebody let an application do."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.grants
            (id, client_id, session_id, holder_kind, holder_id, scopes, acr, amr, auth_time, nonce, granted_at,
             expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            *(grant.id, grant.client_id, grant.session_id, grant.holder.kind.value, grant.holder.id),
            *(list(grant.scopes), grant.acr.value, list(grant.amr), grant.auth_time, grant.nonce),
            *(grant.granted_at, grant.expires_at),
        ],
    )


def find_grant(session: Session, grant_id: UUID) -> Grant | None:
    """Read a grant."""
    row = driver_connection(session).execute(FIND_GRANT, [grant_id]).fetchone()
    return grant_of(row) if row else None


def revoke_grants(session: Session, grant_ids: Sequence[UUID], because: str, now: datetime) -> None:
    """End grants and with them every token that came of them."""
    driver_connection(session).execute(
        """
        UPDATE identity.grants SET revoked_at = %s, revoked_because = %s WHERE id = ANY (%s) AND revoked_at IS NULL
        """,
        [now, because, list(grant_ids)],
    )


def revoke_grants_of_client(session: Session, holder: Holder, client_id: str, because: str, now: datetime) -> None:
    """End all that somebody granted one application."""
    driver_connection(session).execute(
        """
        UPDATE identity.grants SET revoked_at = %s, revoked_because = %s
        WHERE holder_kind = %s AND holder_id = %s AND client_id = %s AND revoked_at IS NULL
        """,
        [now, because, holder.kind.value, holder.id, client_id],
    )


def insert_code(
    session: Session, code_digest: bytes, grant: Grant, request: AuthorizationRequest, expires_at: datetime
) -> None:
    """Store a code by its digest."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.authorization_codes
            (code_digest, grant_id, redirect_uri, code_challenge, dpop_thumbprint, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        [code_digest, grant.id, request.redirect_uri, request.code_challenge, request.dpop_thumbprint, expires_at],
    )


def lock_code(session: Session, code_digest: bytes) -> CodeState | None:
    """Find a code and hold its row, so that of two uses one is the second."""
    row = driver_connection(session).execute(FIND_CODE, [code_digest]).fetchone()
    return CodeState(grant_of(row[5:]), *row[:5]) if row else None


def use_code(session: Session, code_digest: bytes, now: datetime) -> None:
    """Note that a code was used."""
    driver_connection(session).execute(
        "UPDATE identity.authorization_codes SET used_at = %s WHERE code_digest = %s", [now, code_digest]
    )


def insert_refresh_token(
    session: Session, token_digest: bytes, grant_id: UUID, sequence: int, thumbprint: str | None, now: datetime
) -> None:
    """Store the next refresh token of a grant by its digest."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.refresh_tokens (token_digest, grant_id, sequence, dpop_thumbprint, issued_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        [token_digest, grant_id, sequence, thumbprint, now],
    )


def lock_refresh_token(session: Session, token_digest: bytes) -> RefreshState | None:
    """Find a refresh token and hold its row, so that of two uses one is the second."""
    row = driver_connection(session).execute(FIND_REFRESH, [token_digest]).fetchone()
    return RefreshState(grant_of(row[3:]), *row[:3]) if row else None


def use_refresh_token(session: Session, token_digest: bytes, now: datetime) -> None:
    """Note that a refresh token was used."""
    driver_connection(session).execute(
        "UPDATE identity.refresh_tokens SET used_at = %s WHERE token_digest = %s", [now, token_digest]
    )


def insert_revoked_token(session: Session, token_id: str, expires_at: datetime) -> None:
    """Remember an access token that was revoked, until it would have ended by itself."""
    driver_connection(session).execute(
        "INSERT INTO identity.revoked_tokens (token_id, expires_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [token_id, expires_at],
    )


def is_token_revoked(session: Session, token_id: str) -> bool:
    """Whether an access token was revoked by itself."""
    statement = "SELECT 1 FROM identity.revoked_tokens WHERE token_id = %s"
    return driver_connection(session).execute(statement, [token_id]).fetchone() is not None


def insert_used_proof(session: Session, kind: str, digest: bytes, expires_at: datetime) -> bool:
    """Remember something that proves once; False when it was seen before."""
    cursor = driver_connection(session).execute(
        """
        INSERT INTO identity.used_proofs (kind, digest, expires_at) VALUES (%s, %s, %s)
        ON CONFLICT DO NOTHING RETURNING 1
        """,
        [kind, digest, expires_at],
    )
    return cursor.fetchone() is not None


def insert_provider_sign_in(
    session: Session, state_digest: bytes, browser_digest: bytes, record: Mapping[str, Any], expires_at: datetime
) -> None:
    """Remember a sign-in that is under way at another provider."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.provider_sign_ins (state_digest, browser_digest, record, expires_at)
        VALUES (%s, %s, %s, %s)
        """,
        [state_digest, browser_digest, Jsonb(dict(record), orjson.dumps), expires_at],
    )


def use_provider_sign_in(
    session: Session, state_digest: bytes, browser_digest: bytes, now: datetime
) -> dict[str, Any] | None:
    """Take what was remembered, once; None for another browser, a second time, or too late."""
    row = (
        driver_connection(session)
        .execute(
            """
            UPDATE identity.provider_sign_ins SET used_at = %(now)s
            WHERE state_digest = %(state)s AND browser_digest = %(browser)s AND used_at IS NULL
              AND expires_at > %(now)s
            RETURNING record
            """,
            {"now": now, "state": state_digest, "browser": browser_digest},
        )
        .fetchone()
    )
    return row[0] if row else None


def grant_of(row: Sequence[Any]) -> Grant:
    grant_id, client_id, session_id, kind, holder_id, scopes, acr, amr, auth_time, nonce, granted, expires, revoked = (
        row
    )
    return Grant(
        id=grant_id,
        client_id=client_id,
        session_id=session_id,
        holder=Holder(HolderKind(kind), holder_id),
        scopes=tuple(scopes),
        acr=Acr(acr),
        amr=tuple(amr),
        auth_time=auth_time,
        nonce=nonce,
        granted_at=granted,
        expires_at=expires,
        revoked_at=revoked,
    )


def _request_document(request: AuthorizationRequest) -> dict[str, Any]:
    return {name: sorted(item) if isinstance(item, frozenset) else item for name, item in asdict(request).items()}


def _request(document: dict[str, Any]) -> AuthorizationRequest:
    facts = document | {
        "scopes": tuple(document["scopes"]),
        "prompts": frozenset(document["prompts"]),
        "acr_values": tuple(map(Acr, document["acr_values"])),
    }
    return AuthorizationRequest(**facts)
