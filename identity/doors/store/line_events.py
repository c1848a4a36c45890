"""Notices of LINE by their ids, and what they say of who can be written to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import LineFriendship
from kernel.db import driver_connection

KEEP = """
INSERT INTO identity.line_events (event_id, kind, happened_at, received_at, is_redelivery)
SELECT event_id, kind, happened_at, %s, is_redelivery
FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::boolean[]) AS e (event_id, kind, happened_at, is_redelivery)
ORDER BY event_id
ON CONFLICT (event_id) DO NOTHING RETURNING event_id
"""
SAVE = """
INSERT INTO identity.line_friendships AS known (provider_subject, is_friend, changed_at)
SELECT * FROM unnest(%s::text[], %s::boolean[], %s::timestamptz[])
ON CONFLICT (provider_subject) DO UPDATE SET is_friend = excluded.is_friend, changed_at = excluded.changed_at
WHERE (known.changed_at, NOT known.is_friend) < (excluded.changed_at, NOT excluded.is_friend)
"""
REACHABLE = """
SELECT l.person_id, l.provider_subject FROM identity.links AS l
LEFT JOIN identity.line_friendships AS f ON f.provider_subject = l.provider_subject
WHERE l.person_id = ANY (%s::uuid[]) AND l.provider = 'line' AND l.ended_at IS NULL AND f.is_friend IS NOT FALSE
ORDER BY l.linked_at, l.id
"""


def keep_events(session: Session, events: Sequence[tuple[str, str, datetime, bool]], received_at: datetime) -> set[str]:
    """Keep events, each as id, kind, when it happened and whether it was sent again; answers the ids that are new."""
    columns = [list(column) for column in zip(*events, strict=True)] or [[], [], [], []]
    return {row[0] for row in driver_connection(session).execute(KEEP, [received_at, *columns])}


def save_friendships(session: Session, told: Sequence[LineFriendship]) -> None:
    """Store what was told last of each user, unless something later is known; one entry for each, by subject."""
    if told:
        driver_connection(session).execute(SAVE, [list(column) for column in zip(*told, strict=True)])


def find_reachable_subjects(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Read the LINE user linked to each person last, but for those who are no friends of the account."""
    return dict(driver_connection(session).execute(REACHABLE, [list(person_ids)]).fetchall())


def delete_events_before(session: Session, before: datetime) -> int:
    """Forget that events came before an instant, and count them."""
    return (
        driver_connection(session).execute("DELETE FROM identity.line_events WHERE received_at < %s", [before]).rowcount
    )
