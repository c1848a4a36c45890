"""Links from providers' subjects to people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import Link, Provider, ProviderIdentity
from identity.model import Acr
from kernel.db import driver_connection

LINK = "id, provider, provider_client, provider_subject, person_id, acr, linked_at, last_used_at"


def lock_link(session: Session, identity: ProviderIdentity) -> Link | None:
    """Find the living link of a subject, and hold its row. The key is provider, client and subject (ASVS 6.8.1)."""
    row = (
        driver_connection(session)
        .execute(
            f"""
            SELECT {LINK} FROM identity.links
            WHERE provider = %s AND provider_client = %s AND provider_subject = %s AND ended_at IS NULL
            FOR NO KEY UPDATE
            """,  # noqa: S608  # a fixed list of columns
            [identity.provider.value, identity.client, identity.subject],
            binary=True,
        )
        .fetchone()
    )
    return _link(row) if row else None


def links_of(session: Session, person_id: UUID) -> list[Link]:
    """The living links of a person, in the order of linking."""
    rows = driver_connection(session).execute(
        f"SELECT {LINK} FROM identity.links WHERE person_id = %s AND ended_at IS NULL ORDER BY linked_at, id",  # noqa: S608
        [person_id],
        binary=True,
    )
    return [_link(row) for row in rows]


def insert_link(session: Session, link: Link) -> None:
    """Add a link."""
    driver_connection(session).execute(
        f"INSERT INTO identity.links ({LINK}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
        [
            *(link.link_id, link.provider.value, link.client, link.subject),
            *(link.person_id, link.acr.value, link.linked_at, link.last_used_at),
        ],
    )


def record_use(session: Session, link_id: UUID, acr: Acr, now: datetime) -> None:
    """Store when a link was last used, and what the provider proved then."""
    driver_connection(session).execute(
        "UPDATE identity.links SET last_used_at = %s, acr = %s WHERE id = %s", [now, acr.value, link_id]
    )


def end_link(session: Session, link_id: UUID, now: datetime) -> None:
    """End a link; its subject may be linked anew."""
    driver_connection(session).execute("UPDATE identity.links SET ended_at = %s WHERE id = %s", [now, link_id])


def end_links_at(session: Session, person_id: UUID, provider: Provider, client: str, now: datetime) -> None:
    """End the person's living link at one client of a provider, if there is one."""
    driver_connection(session).execute(
        """
        UPDATE identity.links SET ended_at = %s
        WHERE person_id = %s AND provider = %s AND provider_client = %s AND ended_at IS NULL
        """,
        [now, person_id, provider.value, client],
    )


def _link(row: tuple[Any, ...]) -> Link:
    link_id, provider, client, subject, person_id, acr, linked_at, last_used_at = row
    return Link(link_id, Provider(provider), client, subject, person_id, Acr(acr), linked_at, last_used_at)
