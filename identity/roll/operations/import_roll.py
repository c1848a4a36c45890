"""Import an extract of the resident roll."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import Holder, HolderKind, NewResident
from identity.operations.import_residents import import_residents
from identity.operations.revoke_sign_in_codes import revoke_sign_in_codes
from identity.roll import store
from identity.roll.model import (
    DEFAULT_LAYOUT,
    ImportedRoll,
    ResidenceEventKind,
    RollChanges,
    RollEntry,
    RollImport,
    RollLayout,
    RollResident,
)
from identity.roll.rules.changes import decide_changes, demand_base_date_has_come, demand_not_older
from identity.roll.rules.reading import read_roll
from kernel.clock import city_date
from kernel.ids import new_id, new_ids


def import_roll(
    session: Session,
    file: bytes,
    *,
    base_date: date,
    imported_by: UUID,
    key: bytes,
    now: datetime,
    layout: RollLayout = DEFAULT_LAYOUT,
) -> ImportedRoll:
    """Take over who lives in the city as the roll stood on `base_date`, the whole file or nothing of it.

    New people get a wallet and are taken to have no smartphone; names, addresses and households are corrected; whoever
    moved out or died is marked from that day and loses the live sign-in code; the sign-ins of those who died are the
    caller's to end, in this transaction, and until it ends nobody begins another one in their name. Whoever is not in
    the file stays as they are. The same file as of the same day answers what it answered before and changes nothing.
    Imports wait for each other. Refuses, in this order: RollBaseDateInFuture; what read_roll refuses;
    RollOlderThanLast.
    """
    demand_base_date_has_come(base_date, city_date(now))
    extract = read_roll(file, base_date=base_date, key=key, layout=layout)
    store.take_turn(session)
    done_before = store.find_import_of_file(session, base_date, extract.file_sha256)
    if done_before:
        return ImportedRoll(done_before, extract.columns_not_kept, is_replay=True)
    last = store.find_last_import(session)
    demand_not_older(base_date, last.base_date if last else None)
    changes = decide_changes(extract, store.find_entries(session, extract.residents))
    number = last.number + 1 if last else 1
    done = RollImport(new_id(), number, base_date, extract.file_sha256, imported_by, now, changes.counts)

    # Nothing below this line may refuse.
    _write(session, changes, done)
    died = tuple(event.person_id for event in changes.events if event.kind is ResidenceEventKind.DIED)
    store.hold_sign_ins_of(session, died)
    return ImportedRoll(done, extract.columns_not_kept, is_replay=False, died=died)


def _write(session: Session, changes: RollChanges, done: RollImport) -> None:
    store.insert_import(session, done)
    new_people = dict(zip(new_ids(len(changes.added)), changes.added, strict=True))
    residents = [_new_resident(person_id, row) for person_id, row in new_people.items()]
    import_residents(session, residents, now=done.imported_at)
    store.insert_entries(session, (_new_entry(person_id, row) for person_id, row in new_people.items()), done.id)
    store.mark_named(session, changes.named, done.id)
    store.correct_entries(session, changes.corrected, done.id)
    store.insert_events(session, changes.events, done.number)
    left = [event.person_id for event in changes.events if event.kind is not ResidenceEventKind.RETURNED]
    holders = [Holder(HolderKind.RESIDENT, person_id) for person_id in left]
    revoke_sign_in_codes(session, holders, now=done.imported_at)


def _new_resident(person_id: UUID, row: RollResident) -> NewResident:
    return NewResident(person_id=person_id, has_smartphone=False, **row.facts._asdict())


def _new_entry(person_id: UUID, row: RollResident) -> RollEntry:
    return RollEntry(
        person_id=person_id,
        roll_digest=row.roll_digest,
        name_birth_digest=row.name_birth_digest,
        address_digest=row.address_digest,
        resident_since=row.resident_since,
        moved_out_on=None,
        died_on=None,
        facts=row.facts,
    )
