"""What an extract changes of what is known."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from identity.roll.model import (
    ResidenceEvent,
    ResidenceEventKind,
    RollChanges,
    RollCounts,
    RollDeparture,
    RollEntry,
    RollExtract,
    RollResident,
)
from identity.roll.refusals import RollBaseDateInFuture, RollOlderThanLast


def demand_base_date_has_come(base_date: date, today: date) -> None:
    """Refuses RollBaseDateInFuture for a day after `today`."""
    if base_date > today:
        raise RollBaseDateInFuture(base_date.isoformat())


def demand_not_older(base_date: date, last_base_date: date | None) -> None:
    """Refuses RollOlderThanLast; another extract of the same day may correct the first."""
    if last_base_date is not None and base_date < last_base_date:
        raise RollOlderThanLast(base_date.isoformat(), last_base_date.isoformat())


def decide_changes(extract: RollExtract, entries: Iterable[RollEntry]) -> RollChanges:
    """Compare an extract with all that is known.

    Somebody unknown is added, unless they left: then nothing is kept. Somebody known who is not in the extract stays
    as they are.
    """
    known = {entry.roll_digest: entry for entry in entries}
    added = tuple(row for row in extract.residents if row.roll_digest not in known)
    corrected, events, named = [], [], []
    for row in extract.rows:
        before = known.get(row.roll_digest)
        if before is None:
            continue
        after = _entry_after(before, row)
        named.append(before.person_id)
        events += _events_of(before, row, after, extract.base_date)
        corrected += [after] if after != before else []
    counts = _counts(extract, known, len(added), corrected, events, len(named))
    return RollChanges(added, tuple(corrected), tuple(events), tuple(named), counts)


def _entry_after(entry: RollEntry, row: RollResident | RollDeparture) -> RollEntry:
    """What is known of somebody after a row; of somebody who left nothing but the day is taken."""
    if isinstance(row, RollResident):
        return entry._replace(
            facts=row.facts,
            name_birth_digest=row.name_birth_digest,
            address_digest=row.address_digest,
            resident_since=_resident_since(entry, row),
            moved_out_on=None,
            died_on=None,
        )
    if row.kind is ResidenceEventKind.MOVED_OUT:
        return entry._replace(moved_out_on=row.left_on, died_on=None)
    moved_out_before = entry.moved_out_on if entry.moved_out_on and entry.moved_out_on <= row.left_on else None
    return entry._replace(moved_out_on=moved_out_before, died_on=row.left_on)


def _resident_since(entry: RollEntry, row: RollResident) -> date | None:
    """The first day of which the roll told; what it tells of somebody who came back is the day of coming back.

    Of somebody who came back and of whom no day was told before, it is the birthday: they had always lived here.
    """
    if entry.has_left:
        return entry.resident_since or row.facts.birth_date
    return min((day for day in (entry.resident_since, row.resident_since) if day), default=None)


def _events_of(
    before: RollEntry, row: RollResident | RollDeparture, after: RollEntry, base_date: date
) -> list[ResidenceEvent]:
    if isinstance(row, RollDeparture):
        is_new = (before.moved_out_on, before.died_on) != (after.moved_out_on, after.died_on)
        return [ResidenceEvent(before.person_id, row.kind, row.left_on)] if is_new else []
    left_on = before.died_on or before.moved_out_on
    if left_on is None:
        return []
    returned_on = max(left_on, row.resident_since or base_date)
    return [ResidenceEvent(before.person_id, ResidenceEventKind.RETURNED, returned_on)]


def _counts(
    extract: RollExtract,
    known: dict[bytes, RollEntry],
    added: int,
    corrected: list[RollEntry],
    events: list[ResidenceEvent],
    named: int,
) -> RollCounts:
    """Somebody with an event counts as that alone, also when their name or address changed."""
    by_kind = Counter(event.kind for event in events)
    digests = {row.roll_digest for row in extract.rows}
    return RollCounts(
        added=added,
        changed=len(corrected) - len(events),
        moved_out=by_kind[ResidenceEventKind.MOVED_OUT],
        died=by_kind[ResidenceEventKind.DIED],
        returned=by_kind[ResidenceEventKind.RETURNED],
        unchanged=named - len(corrected),
        passed_over=len(digests) - added - named,
        absent=sum(1 for digest, entry in known.items() if not entry.has_left and digest not in digests),
    )
