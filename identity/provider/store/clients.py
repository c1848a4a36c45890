"""Applications, what people agreed to, and the subject that each purpose knows somebody by."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb
from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import Client, ConsentRule, ConsentView, GrantType
from identity.provider.rules.clients import is_client_id
from kernel.db import driver_connection

COLUMNS = """
id, name_ja, purpose_ja, serves, sector, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, grant_types,
scopes, audience, jwks, id_token_alg, acr_min, max_age_s, consent, consent_version, access_lifetime_s,
refresh_lifetime_s
"""
FIND_CLIENT = f"SELECT {COLUMNS} FROM identity.clients WHERE id = %s AND retired_at IS NULL"  # noqa: S608
SAVE_CLIENT = f"""
INSERT INTO identity.clients (is_confidential, registered_at, {COLUMNS})
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET (is_confidential, {COLUMNS}) = ROW (
    excluded.is_confidential, excluded.id, excluded.name_ja, excluded.purpose_ja, excluded.serves, excluded.sector,
    excluded.redirect_uris, excluded.post_logout_redirect_uris, excluded.backchannel_logout_uri, excluded.grant_types,
    excluded.scopes, excluded.audience, excluded.jwks, excluded.id_token_alg, excluded.acr_min, excluded.max_age_s,
    excluded.consent, excluded.consent_version, excluded.access_lifetime_s, excluded.refresh_lifetime_s)
"""  # noqa: S608 - made of our own statements
FIND_CONSENTS = """
SELECT c.id, c.client_id, k.name_ja, k.purpose_ja, c.scopes, c.text_version, c.given_at
FROM identity.consents AS c JOIN identity.clients AS k ON k.id = c.client_id
WHERE c.holder_kind = %s AND c.holder_id = %s AND c.withdrawn_at IS NULL
ORDER BY c.given_at DESC, c.id
"""
FIND_SUBJECT = """
WITH made AS (
    INSERT INTO identity.pairwise_subjects (sector, holder_id, subject) VALUES (%(sector)s, %(holder)s, %(subject)s)
    ON CONFLICT (sector, holder_id) DO NOTHING RETURNING subject
)
SELECT subject FROM made
UNION ALL
SELECT subject FROM identity.pairwise_subjects WHERE sector = %(sector)s AND holder_id = %(holder)s
LIMIT 1
"""


def find_client(session: Session, client_id: str) -> Client | None:
    """Read an application that is in use."""
    if not is_client_id(client_id):
        return None
    row = driver_connection(session).execute(FIND_CLIENT, [client_id]).fetchone()
    return _client(row) if row else None


def find_client_names(session: Session, client_ids: Collection[str]) -> dict[str, str]:
    """Read the names of applications, of those too that are in use no more."""
    rows = driver_connection(session).execute(
        "SELECT id, name_ja FROM identity.clients WHERE id = ANY (%s)", [list(client_ids)]
    )
    return {row[0]: row[1] for row in rows}


def save_client(session: Session, client: Client, now: datetime) -> None:
    """Add an application, or describe it anew under the same name."""
    values = [
        *(client.is_confidential, now, client.id, client.name_ja, client.purpose_ja, client.serves.value),
        *(client.sector, list(client.redirect_uris), list(client.post_logout_redirect_uris)),
        *(client.backchannel_logout_uri, sorted(client.grant_types), sorted(client.scopes), client.audience),
        Jsonb(client.jwks, orjson.dumps) if client.jwks is not None else None,
        *(client.id_token_alg, client.acr_min.value, client.max_age_s, client.consent.value, client.consent_version),
        *(client.access_lifetime_s, client.refresh_lifetime_s),
    ]
    driver_connection(session).execute(SAVE_CLIENT, values)


def _client(row: Sequence[Any]) -> Client:
    names = COLUMNS.replace("\n", " ").replace(" ", "").split(",")
    facts = dict(zip(names, row, strict=True))
    facts["serves"] = HolderKind(facts["serves"])
    facts["redirect_uris"] = tuple(facts["redirect_uris"])
    facts["post_logout_redirect_uris"] = tuple(facts["post_logout_redirect_uris"])
    facts["grant_types"] = frozenset(map(GrantType, facts["grant_types"]))
    facts["scopes"] = frozenset(facts["scopes"])
    facts["acr_min"] = Acr(facts["acr_min"])
    facts["consent"] = ConsentRule(facts["consent"])
    return Client(**facts)


def find_consents(session: Session, holder: Holder) -> list[ConsentView]:
    """Read what somebody agreed to and did not withdraw, also to an earlier text."""
    rows = driver_connection(session).execute(FIND_CONSENTS, [holder.kind.value, holder.id])
    return [ConsentView(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6]) for row in rows]


def insert_consent(
    session: Session, consent_id: UUID, holder: Holder, client: Client, scopes: Sequence[str], now: datetime
) -> None:
    """Record that somebody agreed; what they agreed to before for this application is withdrawn by it."""
    connection = driver_connection(session)
    connection.execute(
        """
        UPDATE identity.consents SET withdrawn_at = %s
        WHERE holder_kind = %s AND holder_id = %s AND client_id = %s AND withdrawn_at IS NULL
        """,
        [now, holder.kind.value, holder.id, client.id],
    )
    connection.execute(
        """
        INSERT INTO identity.consents (id, holder_kind, holder_id, client_id, scopes, text_version, given_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [consent_id, holder.kind.value, holder.id, client.id, list(scopes), client.consent_version, now],
    )


def withdraw_consent(session: Session, consent_id: UUID, holder: Holder, now: datetime) -> str | None:
    """End an agreement of this person and say for which application it was; None when there is no such one."""
    row = (
        driver_connection(session)
        .execute(
            """
            UPDATE identity.consents SET withdrawn_at = %s
            WHERE id = %s AND holder_kind = %s AND holder_id = %s AND withdrawn_at IS NULL RETURNING client_id
            """,
            [now, consent_id, holder.kind.value, holder.id],
        )
        .fetchone()
    )
    return row[0] if row else None


def find_or_insert_subject(session: Session, sector: str, holder_id: UUID, subject: str) -> str:
    """The subject that a purpose knows somebody by: the one given out first, whatever the key is today."""
    facts = {"sector": sector, "holder": holder_id, "subject": subject}
    connection = driver_connection(session)
    row = connection.execute(FIND_SUBJECT, facts).fetchone() or connection.execute(FIND_SUBJECT, facts).fetchone()
    assert row is not None  # Whoever lost the race to insert reads the winner's row the second time.
    return str(row[0])


def find_holder_of_subject(session: Session, sector: str, subject: str) -> UUID | None:
    """Whom a purpose means by a subject."""
    row = (
        driver_connection(session)
        .execute(
            "SELECT holder_id FROM identity.pairwise_subjects WHERE sector = %s AND subject = %s", [sector, subject]
        )
        .fetchone()
    )
    return row[0] if row else None
