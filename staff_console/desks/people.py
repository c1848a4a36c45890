"""The help desk: finding people, codes of the counter, exports. All of it for a reason, and on record."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from identity.access.model import (
    Document,
    PersonField,
    PersonOfKana,
    PersonOfWallet,
    PersonView,
    Reason,
    StaffAccess,
)
from identity.access.operations.export_person import export_person
from identity.access.operations.find_people_by import find_people_by
from identity.access.operations.read_person import read_person
from identity.doors.model import CounterCode, DocumentKind
from identity.doors.operations.confirm_at_counter import confirm_at_counter
from identity.doors.queries import doors_of, mail_address_since
from identity.model import Holder, HolderKind
from identity.provider.queries import consents_of, sessions_of
from identity.queries import wallet_ids_of
from identity.roll.queries import departures_of
from issuance.queries import my_grants, my_purchases
from kernel.db import Session
from ledger.queries import wallet_lots
from payments.cards.queries import cards_of_wallet
from payments.queries import wallet_history
from staff_console.desks.recording import recorded
from staff_console.parts import ConsoleParts
from staff_console.viewer import StaffViewer

SEARCH_SCREEN, PERSON_SCREEN, EXPORT_SCREEN = "help_desk/search", "help_desk/person", "help_desk/export"
MOVEMENTS_MAX = 1_000_000
_PURCHASE_FACTS = ("id", "campaign_id", "units", "method", "amount_yen", "premium_yen", "state", "created_at")


def find(
    parts: ConsoleParts,
    viewer: StaffViewer,
    wanted: PersonOfKana | PersonOfWallet,
    reason: Reason,
    fields: Collection[PersonField],
) -> list[PersonView]:
    """People whom a search finds, with the fields asked. Refuses as `find_people_by`."""
    return parts.database.run(
        lambda session: find_people_by(
            session,
            wanted,
            staff_id=viewer.staff_id,
            roles=viewer.roles,
            reason=reason,
            fields=fields,
            screen=SEARCH_SCREEN,
            now=parts.clock.now(),
        )
    )


def read(
    parts: ConsoleParts, viewer: StaffViewer, person_id: UUID, reason: Reason, fields: Collection[PersonField]
) -> PersonView:
    """One person, with the fields asked. Refuses as `read_person`."""
    return parts.database.run(
        lambda session: read_person(
            session,
            person_id,
            staff_id=viewer.staff_id,
            roles=viewer.roles,
            reason=reason,
            fields=fields,
            screen=PERSON_SCREEN,
            now=parts.clock.now(),
        )
    )


def issue_counter_code(
    parts: ConsoleParts, viewer: StaffViewer, person_id: UUID, document_kind: DocumentKind
) -> CounterCode:
    """A code for somebody whom the clerk saw with a document. Refuses as `confirm_at_counter`."""
    return recorded(
        parts,
        "code.counter_issued",
        lambda session: confirm_at_counter(
            session,
            person_id=person_id,
            clerk_id=viewer.staff_id,
            document_kind=document_kind,
            pepper=parts.pepper,
            now=parts.clock.now(),
        ),
        staff_id=viewer.staff_id,
        person_id=person_id,
        document=document_kind.value,
    )


def export(parts: ConsoleParts, viewer: StaffViewer, person_id: UUID, reason: Reason) -> Document:
    """Everything that the city holds about a person, in JSON. Refuses as `export_person`."""
    access = StaffAccess(viewer.staff_id, viewer.roles, reason, EXPORT_SCREEN)
    now = parts.clock.now()
    holder = Holder(HolderKind.RESIDENT, person_id)
    return parts.database.run(
        lambda session: export_person(
            session,
            person_id,
            access=access,
            doors=_dictionaries(doors_of(session, holder)),
            consents=_dictionaries(consents_of(session, holder)),
            extra=_held_elsewhere(session, holder, now),
            now=now,
        )
    )


def _held_elsewhere(session: Session, holder: Holder, now: datetime) -> dict[str, Any]:
    """What the rooms beside identity's own hold of somebody: no key, no secret, nothing about anybody else."""
    person_id = holder.id
    wallet_id = wallet_ids_of(session, [person_id]).get(person_id)
    lots = wallet_lots(session, wallet_id) if wallet_id else []
    movements = wallet_history(session, wallet_id, before=now, limit=MOVEMENTS_MAX) if wallet_id else []
    purchases = [asdict(purchase) for purchase in my_purchases(session, person_id)]
    cards = cards_of_wallet(session, wallet_id) if wallet_id else []
    departures = departures_of(session, [person_id]).get(person_id, [])
    return {
        "vouchers": _dictionaries(lots),
        "payments": _dictionaries(movements),
        "paper_cards": _dictionaries(cards),
        "grants": _dictionaries(my_grants(session, person_id, now=now)),
        "purchases": [{name: purchase[name] for name in _PURCHASE_FACTS} for purchase in purchases],
        "sign_ins": _dictionaries(sessions_of(session, holder, now)),
        "mail_address_since": mail_address_since(session, person_id),
        "residence": [{"kind": event.kind, "effective_on": event.effective_on} for event in departures],
    }


def _dictionaries(records: Sequence[Any]) -> list[dict[str, object]]:
    return [record._asdict() if hasattr(record, "_asdict") else asdict(record) for record in records]
