"""Questions about access: what a person may ask about their own data, and what an auditor asks of the chain."""

from uuid import UUID

from sqlmodel import Session

from identity.access.model import (
    AuditEvent,
    ChainFault,
    ChainFaultKind,
    ChainHead,
    ChainReport,
    DeletionRequest,
    Disclosure,
    Reading,
    ReadingPlace,
)
from identity.access.refusals import DeletionNotRequested
from identity.access.rules.chain import NO_HEAD, link_faults
from identity.access.store import deletion_requests, events, readings

READINGS_MAX = 200
LINKS_AT_ONCE = 5_000


def readings_of(
    session: Session, person_id: UUID, *, before: ReadingPlace | None = None, limit: int = 50
) -> list[Reading]:
    """Who read a person's data: newest first, at most 200, after the place of the last one that was shown."""
    return readings.find_readings(session, person_id, before, min(limit, READINGS_MAX))


def disclosures_of(session: Session, person_id: UUID, *, limit: int = 50) -> list[Disclosure]:
    """Which applications were told what of a person: newest first, one for each application, fields and day."""
    return events.find_disclosures(session, person_id, limit)


def events_about(session: Session, person_id: UUID, *, limit: int = 50) -> list[AuditEvent]:
    """The newest events about a person, newest first."""
    return events.find_events_about(session, person_id, limit)


def waiting_deletions(session: Session) -> list[DeletionRequest]:
    """The deletions that wait for a second member of staff, oldest first; they name nobody but the staff."""
    return deletion_requests.find_waiting(session)


def waiting_deletion(session: Session, request_id: UUID) -> DeletionRequest:
    """One deletion that waits. Refuses DeletionNotRequested."""
    for request in deletion_requests.find_waiting(session):
        if request.id == request_id:
            return request
    raise DeletionNotRequested


def chain_head(session: Session) -> ChainHead:
    """Where the chain ends now; kept in another place, it proves later that no end was cut off and written anew."""
    return events.find_head(session)


def verify_chain(session: Session, *, kept: ChainHead | None = None) -> ChainReport:
    """Compute the whole chain again and tell every event that was changed, taken away or never sealed.

    `kept` is a head that was kept elsewhere. Without one, whoever rewrites everything from a change to the end shows
    no fault, because a chain proves its order and not its end.
    """
    faults, head = _faults_of_links(session)
    if kept is not None and kept.position > 0 and events.link_hash(session, kept.position) != kept.hash:
        faults.append(ChainFault(ChainFaultKind.HEAD_DIFFERS, kept.position, None))
    faults += [
        ChainFault(ChainFaultKind.EVENT_NEVER_SEALED, None, sequence) for sequence in events.never_sealed(session)
    ]
    return ChainReport(head, events.count_waiting(session), tuple(faults))


def _faults_of_links(session: Session) -> tuple[list[ChainFault], ChainHead]:
    faults: list[ChainFault] = []
    head = NO_HEAD
    while links := events.read_links(session, head.position, LINKS_AT_ONCE):
        faults += link_faults(head, links)
        head = ChainHead(links[-1].position, links[-1].hash)
    return faults, head
