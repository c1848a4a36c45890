"""LINE's notices over a real network, from the double that signs as LINE does, to a server in a process of its own."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from kashiman.app import create_app
from kashiman.assembly import Installation
from kashiman.demo.line_double.control import LineControl
from kashiman.demo.line_double.process import RunningLine, start_line_double
from kashiman.processes import free_port, running, wait_until_ready
from kashiman.webhooks import LINE_BYTES_MAX, LINE_PATH
from kernel.embedded_postgres import EmbeddedPostgres
from tests.conftest import cloned
from tests.identity_provider.conftest import TestClient

NO_EVENTS = b'{"destination":"Ub0","events":[]}'


@dataclass(frozen=True)
class City:
    """A server that listens to the double, the double, and the server's database."""

    address: str
    line: RunningLine
    database_url: str

    @property
    def control(self) -> LineControl:
        return self.line.control

    def silently(self, user_id: str, *kinds: str) -> list[str]:
        """Things happen, one after the other, while LINE reaches nobody; answers the ids of the events."""
        self.control.send_to(None)
        event_ids = [self.control.happen(kind, user_id).event_ids[0] for kind in kinds]
        self.control.send_to(self.address)
        return event_ids

    def is_friend(self, user_id: str) -> bool | None:
        """What is known of a user."""
        with psycopg.connect(self.database_url) as owner:
            row = owner.execute(
                "SELECT is_friend FROM identity.line_friendships WHERE provider_subject = %s", [user_id]
            ).fetchone()
        return row[0] if row else None

    def kept(self, *event_ids: str) -> int:
        """How many of these events are kept; without ids, how many there are at all."""
        with psycopg.connect(self.database_url) as owner:
            rows = owner.execute("SELECT event_id FROM identity.line_events").fetchall()
        return len([row for row in rows if not event_ids or row[0] in event_ids])


@pytest.fixture(scope="module")
def city(postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    home, port = tmp_path_factory.mktemp("city"), free_port()
    address = f"http://127.0.0.1:{port}{LINE_PATH}"
    with cloned(postgres, template) as url, start_line_double(webhook_url=address) as line:
        environment = {
            "DATABASE_URL": url,
            "KASHIMAN_DATA_DIR": str(home),
            "KASHIMAN_PORT": str(port),
            "KASHIMAN_LINE_BOT_SECRET": line.bot_secret,
        }
        with running("serve", environment) as server:
            wait_until_ready(port, server)
            yield City(address, line, url)


def signature_of(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def post(city: City, body: bytes, signature: str | None) -> httpx.Response:
    headers = {} if signature is None else {"X-Line-Signature": signature}
    return httpx.post(city.address, content=body, headers=headers, trust_env=False)


def test_following_and_blocking_is_noted(city: City) -> None:
    user_id = city.control.add_user("花子")
    assert city.is_friend(user_id) is None
    assert city.control.happen("follow", user_id, follow={"isUnblocked": False}).status == 200
    assert city.is_friend(user_id) is True
    assert city.control.happen("unfollow", user_id).status == 200
    assert city.is_friend(user_id) is False
    assert city.control.happen("follow", user_id, follow={"isUnblocked": True}).status == 200
    assert city.is_friend(user_id) is True


def test_events_that_come_again_are_kept_once_and_undo_nothing(city: City) -> None:
    user_id = city.control.add_user("二郎")
    followed = city.control.happen("follow", user_id)
    blocked = city.control.happen("unfollow", user_id)
    for again in (followed, followed, blocked, followed):
        assert city.control.deliver_again(again.event_ids).status == 200
    assert city.is_friend(user_id) is False
    assert city.kept(*followed.event_ids, *blocked.event_ids) == 2


@pytest.mark.parametrize("together", [True, False])
def test_events_that_come_in_another_order_say_what_happened_last(city: City, together: bool) -> None:
    user_id = city.control.add_user(f"三郎 {together}")
    event_ids = city.silently(user_id, "follow", "unfollow", "follow", "unfollow")
    assert city.is_friend(user_id) is None
    backwards = event_ids[::-1]
    for batch in [backwards] if together else [[one] for one in backwards]:
        assert city.control.deliver_again(batch).status == 200
    assert city.is_friend(user_id) is False
    assert city.kept(*event_ids) == 4


def test_asvs_9_1_1_a_forged_event_is_refused_and_leaves_no_trace(city: City) -> None:
    user_id = city.control.add_user("四郎")
    before = city.kept()
    assert city.control.happen("follow", user_id, is_forged=True).status == 401
    assert city.is_friend(user_id) is None
    followed = city.control.happen("follow", user_id)
    assert city.control.deliver_again(followed.event_ids, is_forged=True).status == 401
    assert city.kept() == before + 1


def test_asvs_9_1_1_a_genuine_signature_is_worth_nothing_over_other_bytes_or_left_out(city: City) -> None:
    genuine = city.control.happen("follow", city.control.add_user("五郎"))
    forged = genuine.body.replace(b'"follow"', b'"unfollow"', 1)
    answers = [post(city, forged, genuine.signature), post(city, genuine.body, None), post(city, genuine.body, "x")]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "line_signature_invalid")] * 3
    assert post(city, genuine.body, genuine.signature).json() == {"new": 0}


def test_a_signed_body_that_is_no_list_of_events_is_refused(city: City) -> None:
    secret = city.line.bot_secret
    answers = [post(city, body, signature_of(body, secret)) for body in (b"{}", b"", b'{"events":[{"type":"follow"}]}')]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(400, "line_webhook_unreadable")] * 3


def test_the_check_of_the_connection_is_answered(city: City) -> None:
    assert city.control.check_connection().status == 200


def test_many_long_messages_in_one_body_are_taken_and_none_of_their_words_is_kept(city: City) -> None:
    user_id = city.control.add_user("六郎")
    city.control.send_to(None)
    event_ids = [city.control.write(user_id, "残高をおしえてください" * 400).event_ids[0] for _ in range(8)]
    city.control.send_to(city.address)
    delivered = city.control.deliver_again(event_ids)
    assert (delivered.status, len(delivered.body) > 100_000) == (200, True)
    assert city.kept(*event_ids) == 8
    assert city.is_friend(user_id) is None
    with psycopg.connect(city.database_url) as owner:
        kept = owner.execute("SELECT e::text FROM identity.line_events AS e").fetchall()
    assert not [row for row in kept if "残高" in row[0] or user_id in row[0]]


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_body_over_the_limit_is_refused_however_it_is_signed(city: City, is_declared: bool) -> None:
    body = NO_EVENTS + b" " * LINE_BYTES_MAX
    content = body if is_declared else iter([body[:1000], body[1000:]])
    headers = {"X-Line-Signature": signature_of(body, city.line.bot_secret)}
    answer = httpx.post(city.address, content=content, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    fitting = NO_EVENTS + b" " * (LINE_BYTES_MAX - len(NO_EVENTS))
    assert post(city, fitting, signature_of(fitting, city.line.bot_secret)).json() == {"new": 0}


def test_asvs_9_1_1_without_a_secret_nothing_is_believed(installation: Installation) -> None:
    client = TestClient(create_app(installation))
    answer = client.post(LINE_PATH, content=NO_EVENTS, headers={"X-Line-Signature": signature_of(NO_EVENTS, "")})
    assert (answer.status_code, answer.json()["code"]) == (404, "address_unknown")
