"""The provider's own keys, sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from psycopg.types.json import Jsonb
from sqlmodel import Session

from identity.provider.jose.keys import SigningAlgorithm
from identity.provider.jose.rotation import KeyState, PublishedKey
from kernel.db import driver_connection


class StoredKey(NamedTuple):
    """A key of the published set, with its public half and the sealed private one."""

    published: PublishedKey
    public_jwk: dict[str, Any]
    sealed: bytes


def find_keys(session: Session, *, for_update: bool = False) -> list[StoredKey]:
    """Read all keys, the oldest first."""
    if for_update:
        driver_connection(session).execute("SELECT pg_advisory_xact_lock(hashtext('identity.signing_keys'))")
    rows = driver_connection(session).execute(
        """
        SELECT id, alg, state, published_at, retired_at, public_jwk, private_key_sealed
        FROM identity.signing_keys ORDER BY published_at, id
        """
    )
    return [
        StoredKey(
            PublishedKey(kid=kid, alg=alg, state=KeyState(state), published_at=published_at, retired_at=retired_at),
            public_jwk,
            sealed,
        )
        for kid, alg, state, published_at, retired_at, public_jwk, sealed in rows
    ]


def insert_key(
    session: Session,
    *,
    kid: str,
    alg: SigningAlgorithm,
    state: KeyState,
    public_jwk: dict[str, str],
    sealed: bytes,
    now: datetime,
) -> None:
    """Add a key."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.signing_keys
            (id, alg, state, public_jwk, private_key_sealed, published_at, activated_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [
            kid,
            alg,
            state.value,
            Jsonb(public_jwk, orjson.dumps),
            sealed,
            now,
            now if state is KeyState.ACTIVE else None,
        ],
    )


def save_key_states(session: Session, keys: Sequence[PublishedKey], now: datetime) -> None:
    """Store new states, those that retire first: of each algorithm one key signs."""
    for key in sorted(keys, key=lambda key: key.state is not KeyState.RETIRED):
        driver_connection(session).execute(
            """
            UPDATE identity.signing_keys
            SET state = %(state)s, retired_at = %(retired_at)s,
                activated_at = CASE WHEN %(state)s = 'active' THEN coalesce(activated_at, %(now)s) ELSE activated_at END
            WHERE id = %(id)s
            """,
            {"state": key.state.value, "retired_at": key.retired_at, "now": now, "id": key.kid},
        )


def delete_keys(session: Session, kids: Sequence[str]) -> None:
    """Forget keys whose tokens have all ended."""
    driver_connection(session).execute("DELETE FROM identity.signing_keys WHERE id = ANY (%s)", [list(kids)])
