"""Applications are told that a sign-in ended: once when they listen, and again while they do not."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from identity.provider.jose.logout_token import read_logout_token
from identity.provider.model import TELL_OF_ENDS, Client
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.make_first_keys import make_first_keys
from identity.provider.operations.record_logout_attempt import record_logout_attempt
from identity.provider.operations.register_client import register_client
from identity.provider.operations.start_session import start_session
from identity.provider.operations.take_due_logouts import TAKEN_FOR, take_due_logouts
from identity.provider.rules.logout_pauses import PAUSES, tell_again_at
from identity.provider.store.clients import find_or_insert_subject
from identity.provider.store.sessions import insert_session_client
from kashiman.assembly import Installation
from kashiman.keys import load_keys
from kashiman.logout_notices import deliver_logouts
from kashiman.settings import Settings
from kashiman.worker import build_queue
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from tests.identity.provider.listening_application import ListeningApplication

JOBS = "SELECT task_name FROM jobs.procrastinate_jobs"
DELIVERIES = "SELECT attempts, delivered_at, given_up_at, next_at FROM identity.logout_deliveries ORDER BY client_id"


@pytest.fixture
def installation(database_url: str, tmp_path: Path, clock: SetClock) -> Iterator[Installation]:
    settings = Settings(database_url=SecretStr(database_url), data_dir=tmp_path, base_url="https://id.kashima.example")
    made = Installation(settings, database_url, clock, load_keys(tmp_path / "keys"))
    yield made
    made.close()


@pytest.fixture
def application() -> Iterator[ListeningApplication]:
    """An application that does not listen yet."""
    made = ListeningApplication("library", "RS256")
    made.reserve()
    yield made
    made.go_down()


@pytest.fixture
def city(installation: Installation, staff_database: Database, taro: UUID, clock: SetClock) -> "City":
    keys = installation.keys
    staff_database.run(lambda session: make_first_keys(session, secret=keys.sealing_key, now=clock.now()))
    return City(installation, staff_database, Holder(HolderKind.RESIDENT, taro), clock)


class City:
    """A provider at which Taro signs in to applications and out again."""

    def __init__(self, installation: Installation, staff: Database, taro: Holder, clock: SetClock) -> None:
        self.installation, self.staff, self.taro, self.clock = installation, staff, taro, clock

    def signs_in_and_out(self, *applications: ListeningApplication) -> UUID:
        """Taro signs in to these applications, and then out everywhere; answers which sign-in that was."""
        for application in applications:
            client = client_of(application)
            self.staff.run(partial(register_client, client=client, now=self.clock.now()))
        session_id = self.installation.resident_database.run(partial(self._signed_in, applications=applications))
        self.installation.resident_database.run(partial(end_sessions, holder=self.taro, now=self.clock.now()))
        return session_id

    def _signed_in(self, session: Session, applications: tuple[ListeningApplication, ...]) -> UUID:
        now = self.clock.now()
        proven = ProvenSignIn(self.taro, Acr.PASSKEY, ("pop", "user"), now)
        session_id = start_session(session, proven, cookie=None, browser="Firefox", now=now).session_id
        for application in applications:
            insert_session_client(session, session_id, application.client_id, now)
            find_or_insert_subject(session, application.client_id, self.taro.id, f"subject-at-{application.client_id}")
        return session_id

    def comes_up(self, application: ListeningApplication) -> None:
        """An application listens, and reads tokens with the keys that the provider publishes."""
        application.come_up(
            lambda token: read_logout_token(
                token,
                find_key=self.installation.key_ring.public_key,
                issuer="https://id.kashima.example",
                client_id=application.client_id,
                alg=application.alg,
                now=self.clock.now(),
            )
        )

    def deliveries(self) -> list[tuple[Any, ...]]:
        return self.ask(DELIVERIES)

    def ask(self, question: LiteralString) -> list[tuple[Any, ...]]:
        return self.installation.worker_database.run(
            lambda session: driver_connection(session).execute(question).fetchall()
        )


def client_of(application: ListeningApplication) -> Client:
    return Client(
        id=application.client_id,
        name_ja="図書館",
        purpose_ja="本を予約します。",
        serves=HolderKind.RESIDENT,
        sector=application.client_id,
        redirect_uris=("https://library.example/callback",),
        audience=application.client_id,
        scopes=frozenset({"openid"}),
        id_token_alg=application.alg,
        backchannel_logout_uri=application.uri,
    )


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_an_application_that_listens_is_told_once_which_sign_in_ended(
    city: City, application: ListeningApplication, clock: SetClock, alg: str
) -> None:
    application.alg = alg
    city.comes_up(application)
    session_id = city.signs_in_and_out(application)
    (delivery_id,) = city.ask("SELECT id FROM identity.logout_deliveries")[0]
    deliver_logouts(city.installation)
    deliver_logouts(city.installation)
    (told,) = application.told
    assert (told.subject, told.sid, told.jti) == ("subject-at-library", str(session_id), str(delivery_id))
    assert (told.audience, told.issued_at, told.expires_at) == (
        "library",
        clock.now(),
        clock.now() + timedelta(minutes=2),
    )
    assert city.deliveries() == [(1, clock.now(), None, clock.now() + TAKEN_FOR)]


def test_an_application_that_was_down_is_told_when_it_is_up_again(
    city: City, application: ListeningApplication, clock: SetClock
) -> None:
    city.signs_in_and_out(application)
    deliver_logouts(city.installation)
    again_at = clock.now() + timedelta(minutes=1)
    assert city.deliveries() == [(1, None, None, again_at)]
    city.comes_up(application)
    clock.at = again_at - timedelta(microseconds=1)
    deliver_logouts(city.installation)
    assert application.asked == 0
    clock.at = again_at
    deliver_logouts(city.installation)
    assert [told.sid is not None for told in application.told] == [True]
    assert [row[:2] for row in city.deliveries()] == [(2, again_at)]


def test_after_six_attempts_in_nine_hours_an_application_is_given_up(
    city: City, application: ListeningApplication, clock: SetClock
) -> None:
    application.answer_status = 503
    city.comes_up(application)
    city.signs_in_and_out(application)
    tried_at = [clock.now()]
    deliver_logouts(city.installation)
    for pause in PAUSES:
        clock.at += pause
        deliver_logouts(city.installation)
        tried_at.append(clock.now())
    assert tried_at[-1] - tried_at[0] == timedelta(hours=8, minutes=36)
    assert application.asked == 6
    assert [row[:3] for row in city.deliveries()] == [(6, None, clock.now())]
    clock.at += timedelta(days=1)
    deliver_logouts(city.installation)
    assert application.asked == 6


@pytest.mark.parametrize("status", [301, 400, 401, 500])
def test_whatever_is_not_200_or_204_is_no_delivery(city: City, application: ListeningApplication, status: int) -> None:
    application.answer_status = status
    city.comes_up(application)
    city.signs_in_and_out(application)
    deliver_logouts(city.installation)
    assert [row[:2] for row in city.deliveries()] == [(1, None)]


def test_204_is_a_delivery(city: City, application: ListeningApplication, clock: SetClock) -> None:
    application.answer_status = 204
    city.comes_up(application)
    city.signs_in_and_out(application)
    deliver_logouts(city.installation)
    assert [row[:2] for row in city.deliveries()] == [(1, clock.now())]


def test_one_application_that_is_down_keeps_no_other_waiting(
    city: City, application: ListeningApplication, clock: SetClock
) -> None:
    absent = ListeningApplication("absent", "ES256")
    absent.reserve()
    city.comes_up(application)
    city.signs_in_and_out(application, absent)
    deliver_logouts(city.installation)
    assert [row[1] for row in city.deliveries()] == [None, clock.now()]
    assert len(application.told) == 1


def test_what_one_worker_took_no_other_takes_until_it_is_due_again(
    city: City, application: ListeningApplication, clock: SetClock
) -> None:
    city.signs_in_and_out(application)

    def take() -> int:
        return len(city.installation.worker_database.run(lambda session: take_due_logouts(session, now=clock.now())))

    assert [take(), take()] == [1, 0]
    clock.at += TAKEN_FOR
    assert take() == 1


def test_an_attempt_that_ends_late_undoes_no_delivery(
    city: City, application: ListeningApplication, clock: SetClock
) -> None:
    city.signs_in_and_out(application)
    worker = city.installation.worker_database
    (delivery,) = worker.run(lambda session: take_due_logouts(session, now=clock.now()))
    for is_delivered in (True, False):
        worker.run(partial(record_logout_attempt, delivery=delivery, is_delivered=is_delivered, now=clock.now()))
    assert [row[:2] for row in city.deliveries()] == [(1, clock.now())]


def test_the_worker_is_told_at_once_and_once_however_many_sign_ins_end(
    city: City, application: ListeningApplication
) -> None:
    for _ in range(3):
        city.signs_in_and_out(application)
    assert city.ask(JOBS) == [(TELL_OF_ENDS,)]
    assert len(city.deliveries()) == 3


def test_where_nobody_has_to_be_told_the_worker_is_left_alone(city: City) -> None:
    city.signs_in_and_out()
    assert city.ask(JOBS) == []


def test_an_end_that_is_undone_leaves_no_news(city: City, application: ListeningApplication) -> None:
    city.signs_in_and_out(application)
    city.ask("DELETE FROM jobs.procrastinate_jobs RETURNING 1")
    with suppress(ValueError), city.installation.resident_database.transaction() as session:
        start = ProvenSignIn(city.taro, Acr.PASSKEY, (), city.clock.now())
        started = start_session(session, start, cookie=None, browser="Firefox", now=city.clock.now())
        insert_session_client(session, started.session_id, application.client_id, city.clock.now())
        assert end_sessions(session, city.taro, now=city.clock.now()) == 1
        raise ValueError
    assert (city.ask(JOBS), len(city.deliveries())) == ([], 1)


def test_a_worker_that_listens_tells_an_application_within_seconds(
    city: City, application: ListeningApplication
) -> None:
    """It looks for jobs by itself only once in ten minutes here: what it hears, it hears from the database."""
    city.comes_up(application)

    async def work() -> None:
        queue = build_queue(city.installation)
        queue.periodic_registry.periodic_tasks.clear()
        async with queue.open_async():
            listening = asyncio.create_task(
                queue.run_worker_async(fetch_job_polling_interval=600, install_signal_handlers=False)
            )
            await asyncio.to_thread(city.signs_in_and_out, application)
            while not application.told and not listening.done():
                await asyncio.sleep(0.02)
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    asyncio.run(asyncio.wait_for(work(), timeout=60))
    assert [told.subject for told in application.told] == ["subject-at-library"]


def test_an_application_that_did_not_ask_for_it_is_not_told(city: City, application: ListeningApplication) -> None:
    city.signs_in_and_out(application)
    described = client_of(application)
    anew = {name: getattr(described, name) for name in Client.__dataclass_fields__} | {"backchannel_logout_uri": None}
    city.staff.run(lambda session: register_client(session, Client(**anew), now=city.clock.now()))
    deliver_logouts(city.installation)
    assert [row[0] for row in city.deliveries()] == [0]


def test_pauses_grow_and_end() -> None:
    now = datetime(2026, 9, 1)  # noqa: DTZ001  # the rule adds to whatever it is given
    pauses = [tell_again_at(attempts, now) for attempts in range(1, 7)]
    assert pauses == [*(now + pause for pause in PAUSES), None]
    assert list(PAUSES) == sorted(PAUSES)
