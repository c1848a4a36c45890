"""Notices of the payment provider: kept once, whatever their order; nothing that is not signed gets in."""

import hashlib
import hmac
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from kashiman.app import create_app
from kashiman.assembly import Installation
from kashiman.webhooks import PROCESS_EVENTS
from kernel.db import Database
from tests.kashiman.provider import WEBHOOK_SECRET
from tests.ledger.books import rows

with warnings.catch_warnings():
    # The client works with httpx as well, but warns once, when it is imported, that it would rather have its successor.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

KEPT = "SELECT event_id, provider_id FROM issuance.provider_events ORDER BY event_id"
JOBS = "SELECT task_name, status::text FROM jobs.procrastinate_jobs"


@pytest.fixture
def client(installation: Installation) -> TestClient:
    return TestClient(create_app(installation))


def notice(event_id: str, *, livemode: bool = False) -> bytes:
    payment = {"id": "pi_1", "object": "payment_intent"}
    event = {
        "id": event_id,
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": 1_700_000_000,
        "livemode": livemode,
        "data": {"object": payment},
    }
    return json.dumps(event).encode()


def signature(body: bytes, *, secret: str = WEBHOOK_SECRET, at_s: int | None = None) -> str:
    """A Stripe-Signature header (docs.stripe.com/webhooks, scheme v1)."""
    at_s = int(time.time()) if at_s is None else at_s
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def send(client: TestClient, body: bytes, header: str | None) -> Any:
    headers = {"Stripe-Signature": header} if header is not None else {}
    return client.post("/webhooks/stripe", content=body, headers=headers)


def test_a_notice_is_kept_once_however_often_it_comes(client: TestClient, database: Database) -> None:
    body = notice("evt_1")
    answers = [send(client, body, signature(body)) for _ in range(3)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"new": True}),
        (200, {"new": False}),
        (200, {"new": False}),
    ]
    assert rows(database, KEPT) == [("evt_1", "pi_1")]


def test_notices_that_arrive_while_a_job_waits_are_kept_as_well(client: TestClient, database: Database) -> None:
    for event_id in ("evt_1", "evt_2", "evt_3"):
        body = notice(event_id)
        assert send(client, body, signature(body)).json() == {"new": True}
    assert rows(database, KEPT) == [("evt_1", "pi_1"), ("evt_2", "pi_1"), ("evt_3", "pi_1")]
    assert rows(database, JOBS) == [(PROCESS_EVENTS, "todo")]


FIRST = notice("evt_1")


@pytest.mark.parametrize(
    ("body", "sign", "code"),
    [
        (FIRST, lambda: None, "webhook_signature_invalid"),
        (FIRST, lambda: signature(FIRST, secret="whsec_guessed"), "webhook_signature_invalid"),
        (notice("evt_2"), lambda: signature(FIRST), "webhook_signature_invalid"),
        (FIRST, lambda: signature(FIRST, at_s=1_700_000_000), "webhook_signature_invalid"),
        (b"[]", lambda: signature(b"[]"), "webhook_unreadable"),
        (notice("evt_1", livemode=True), lambda: signature(notice("evt_1", livemode=True)), "webhook_of_other_mode"),
    ],
    ids=["unsigned", "guessed secret", "signature of another", "old", "unreadable", "live"],
)
def test_what_is_not_a_signed_notice_leaves_no_trace(
    client: TestClient, database: Database, body: bytes, sign: Callable[[], str | None], code: str
) -> None:
    answer = send(client, body, sign())
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert rows(database, KEPT) == []
    assert rows(database, JOBS) == []
