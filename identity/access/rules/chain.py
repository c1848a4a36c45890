"""The chain of events: each hash covers one event and the hash before it, so no event can change, go or move."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from identity.access.model import ChainFault, ChainFaultKind, ChainHead, ChainLink, StoredEvent

NO_HEAD = ChainHead(0, bytes(32))
_DOMAIN = b"kashiman identity audit 1\n"


def linked(head: ChainHead, events: Sequence[StoredEvent]) -> list[ChainLink]:
    """Bind events to the end of a chain, in the order given."""
    links: list[ChainLink] = []
    for stored in events:
        own = event_hash(head.hash, stored)
        links.append(ChainLink(head.position + 1, stored.sequence, head.hash, own, stored))
        head = ChainHead(head.position + 1, own)
    return links


def event_hash(previous_hash: bytes, stored: StoredEvent) -> bytes:
    """Compute SHA-256 over a name of this use, the hash before, and the event as `canonical_event` writes it."""
    return hashlib.sha256(_DOMAIN + previous_hash + canonical_event(stored)).digest()


def canonical_event(stored: StoredEvent) -> bytes:
    """Write an event in one way only: JSON in UTF-8, keys sorted, no spaces, times in UTC with six decimals."""
    event = stored.event
    written = {
        "sequence": stored.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": event.kind,
        "outcome": event.outcome.value,
        "actor_kind": event.actor_kind.value,
        "actor_id": None if event.actor_id is None else str(event.actor_id),
        "person_id": None if event.person_id is None else str(event.person_id),
        "client_id": event.client_id,
        "facts": plain_facts(stored),
    }
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def plain_facts(stored: StoredEvent) -> dict[str, object]:
    """The facts of an event as JSON values."""
    return {
        name: value if value is None or isinstance(value, str | int) else list(value)
        for name, value in stored.event.facts.items()
    }


def link_faults(head: ChainHead, links: Iterable[ChainLink]) -> Iterator[ChainFault]:
    """Every break of the links that follow `head`, in their order; after a break the check goes on from what is there.

    A link that is not there is told once for each position that is missing.
    """
    for link in links:
        for position in range(head.position + 1, link.position):
            yield ChainFault(ChainFaultKind.LINK_MISSING, position, None)
        if link.position == head.position + 1 and link.previous_hash != head.hash:
            yield ChainFault(ChainFaultKind.LINK_CHANGED, link.position, link.sequence)
        if link.stored is None:
            yield ChainFault(ChainFaultKind.EVENT_MISSING, link.position, link.sequence)
        elif event_hash(link.previous_hash, link.stored) != link.hash:
            yield ChainFault(ChainFaultKind.EVENT_CHANGED, link.position, link.sequence)
        head = ChainHead(link.position, link.hash)
