"""Search for a person as the help desk does, on record."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import (
    ActorKind,
    AuditEvent,
    EventOutcome,
    PersonField,
    PersonOfKana,
    PersonOfWallet,
    PersonView,
    Reason,
)
from identity.access.operations.read_people import read_people
from identity.access.operations.record_events import record_events
from identity.access.refusals import SearchFindsTooMany
from identity.access.rules.reading import PEOPLE_FOUND_MAX, kana_as_registered
from identity.access.store import people
from identity.model import StaffRole


def find_people_by(
    session: Session,
    wanted: PersonOfKana | PersonOfWallet,
    *,
    staff_id: UUID,
    roles: Collection[StaffRole],
    reason: Reason,
    fields: Collection[PersonField],
    screen: str,
    now: datetime,
) -> list[PersonView]:
    """Find people and answer the fields asked, with a reading recorded for each person shown.

    Kana may be typed in hiragana or any width. The search itself is an event too, also when it finds nobody, because
    that nobody is there is an answer. Refuses what `read_people` refuses; SearchFindsTooMany above ten.
    """
    found = people.find_ids(session, _as_registered(wanted), limit=PEOPLE_FOUND_MAX + 1)
    shown = read_people(
        session,
        found[:PEOPLE_FOUND_MAX],
        staff_id=staff_id,
        roles=roles,
        reason=reason,
        fields=fields,
        screen=screen,
        now=now,
    )
    if len(found) > PEOPLE_FOUND_MAX:
        raise SearchFindsTooMany(PEOPLE_FOUND_MAX)
    by = "wallet" if isinstance(wanted, PersonOfWallet) else "reading_and_birth"
    record_events(
        session,
        [
            AuditEvent(
                kind="person.searched",
                outcome=EventOutcome.SUCCEEDED,
                at=now,
                actor_kind=ActorKind.STAFF,
                actor_id=staff_id,
                facts={"by": by, "found": len(shown), "reason": reason.code.value},
            )
        ],
    )
    return list(shown.values())


def _as_registered(wanted: PersonOfKana | PersonOfWallet) -> PersonOfKana | PersonOfWallet:
    if isinstance(wanted, PersonOfWallet):
        return wanted
    given = None if wanted.given_kana is None else kana_as_registered(wanted.given_kana)
    return wanted._replace(family_kana=kana_as_registered(wanted.family_kana), given_kana=given)
