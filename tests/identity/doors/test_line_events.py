"""Who can be written to by LINE follows from what LINE told last, in whatever order and however often it came."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import psycopg
import pytest

from identity.doors.gateway.line_webhook import WebhookEvent
from identity.doors.model import Link, Provider
from identity.doors.operations.purge_passed_attempts import purge_passed_attempts
from identity.doors.operations.take_line_events import take_line_events
from identity.doors.queries import line_recipients
from identity.doors.rules.line_friendships import EVENTS_KEPT
from identity.doors.store.links import end_link, insert_link
from identity.model import Acr
from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import new_id
from tests.identity.doors.visits import rows

HANA, JIRO = "U" + "0a" * 16, "U" + "0b" * 16
AT = datetime(2026, 9, 1, 0, 0, tzinfo=UTC)
KNOWN = "SELECT provider_subject, is_friend, changed_at FROM identity.line_friendships ORDER BY 1"


def told(kind: str, minute: int, user_id: str | None = HANA, **changes: Any) -> WebhookEvent:
    """An event of LINE, some minutes into the day; its id is its own."""
    facts: dict[str, Any] = {
        "event_id": f"{kind}-{minute}-{user_id}",
        "kind": kind,
        "at": AT + timedelta(minutes=minute),
        "is_redelivery": False,
        "is_standby": False,
        "line_user_id": user_id,
        "reply_token": None,
        "raw": {},
        **changes,
    }
    return WebhookEvent(**facts)


def take(database: Database, clock: SetClock, events: Sequence[WebhookEvent]) -> int:
    return database.run(lambda session: take_line_events(session, events, now=clock.now()))


def test_whoever_follows_can_be_written_to_and_whoever_blocks_cannot(database: Database, clock: SetClock) -> None:
    assert take(database, clock, [told("follow", 1), told("follow", 2, JIRO)]) == 2
    assert take(database, clock, [told("unfollow", 3)]) == 1
    assert rows(database, KNOWN) == [
        (HANA, False, AT + timedelta(minutes=3)),
        (JIRO, True, AT + timedelta(minutes=2)),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_the_last_that_happened_counts_and_not_the_last_that_came(
    database: Database, clock: SetClock, order: tuple[int, ...], together: bool
) -> None:
    events = [told("follow", 1), told("unfollow", 2), told("follow", 3)]
    came = [events[number] for number in order]
    for batch in [came] if together else [[one] for one in came]:
        take(database, clock, batch)
    assert rows(database, KNOWN) == [(HANA, True, AT + timedelta(minutes=3))]


def test_an_event_is_kept_once_however_often_it_comes(database: Database, clock: SetClock, database_url: str) -> None:
    first, again = told("follow", 1), told("follow", 1, is_redelivery=True)
    assert take(database, clock, [first, again]) == 1
    assert [take(database, clock, [again]), take(database, clock, [first])] == [0, 0]
    kept = "SELECT event_id, kind, happened_at, received_at, is_redelivery FROM identity.line_events"
    with psycopg.connect(database_url) as owner:
        assert owner.execute(kept).fetchall() == [
            (first.event_id, "follow", AT + timedelta(minutes=1), clock.now(), False)
        ]


def test_of_two_things_of_one_instant_the_one_counts_that_writes_to_nobody(database: Database, clock: SetClock) -> None:
    take(database, clock, [told("unfollow", 1), told("follow", 1)])
    take(database, clock, [told("follow", 1, event_id="another")])
    assert rows(database, KNOWN) == [(HANA, False, AT + timedelta(minutes=1))]


@pytest.mark.parametrize(
    "event",
    [
        told("message", 1),
        told("teleport", 1),
        told("follow", 1, None),
        told("follow", 1, "C" + "0a" * 16),
        told("unfollow", 1, HANA.upper()),
    ],
    ids=["message", "of tomorrow", "nobody", "a room", "no user of LINE"],
)
def test_of_everything_else_it_is_only_kept_that_it_came(
    database: Database, clock: SetClock, event: WebhookEvent
) -> None:
    assert take(database, clock, [event]) == 1
    assert rows(database, KNOWN) == []


def test_a_connection_check_changes_nothing(database: Database, clock: SetClock) -> None:
    assert take(database, clock, []) == 0


def test_messages_reach_linked_people_who_did_not_block_the_account(
    database: Database, clock: SetClock, taro: UUID, residents: list[Any]
) -> None:
    hanako, nobody = residents[1].person_id, new_id()
    ours, theirs = _link(taro, HANA), _link(hanako, JIRO)

    def reached() -> dict[UUID, str]:
        return database.run(lambda session: line_recipients(session, [taro, hanako, nobody]))

    for link in (ours, theirs):
        database.run(lambda session, one=link: insert_link(session, one))  # type: ignore[misc]
    assert reached() == {taro: HANA, hanako: JIRO}, "LINE never spoke of them"
    take(database, clock, [told("unfollow", 1), told("follow", 1, JIRO)])
    assert reached() == {hanako: JIRO}
    take(database, clock, [told("follow", 2)])
    assert reached() == {taro: HANA, hanako: JIRO}
    database.run(lambda session: end_link(session, theirs.link_id, clock.now()))
    assert reached() == {taro: HANA}


def test_that_an_event_came_is_forgotten_after_a_month_and_then_it_changes_nothing(
    make_database: Any, database: Database, clock: SetClock
) -> None:
    worker = make_database("kashiman_worker")
    take(database, clock, [told("follow", 1), told("unfollow", 2)])
    clock.advance(EVENTS_KEPT)
    assert worker.run(lambda session: purge_passed_attempts(session, now=clock.now())) == 0
    clock.advance(timedelta(seconds=1))
    assert worker.run(lambda session: purge_passed_attempts(session, now=clock.now())) == 2
    assert take(database, clock, [told("follow", 1, is_redelivery=True)]) == 1
    assert rows(database, KNOWN) == [(HANA, False, AT + timedelta(minutes=2))]


def _link(person_id: UUID, subject: str) -> Link:
    return Link(new_id(), Provider.LINE, "1650000001", subject, person_id, Acr.LINE, AT, last_used_at=None)
