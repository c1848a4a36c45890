"""What LINE posts is believed by its signature over the raw bytes, and every event is kept as it came."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from identity.doors.gateway.line_webhook import WebhookEvent, read_line_webhook
from identity.doors.gateway.refusals import LineSignatureInvalid, LineWebhookUnreadable

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
FOLLOW: dict[str, Any] = {
    "type": "follow",
    "mode": "active",
    "timestamp": 1763607600123,
    "source": {"type": "user", "userId": "U" + "0a" * 16},
    "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
    "deliveryContext": {"isRedelivery": False},
    "replyToken": "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
    "follow": {"isUnblocked": False},
}


def signature_of(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def body_of(*events: Any) -> bytes:
    return json.dumps({"destination": "U" + "b0" * 16, "events": events}, ensure_ascii=False).encode()


def read(body: bytes) -> list[WebhookEvent]:
    return read_line_webhook(body, signature_of(body), SECRET)


def test_the_signature_is_that_of_the_published_example() -> None:
    """developers.line.biz, "Verify webhook signature": this body, secret and signature belong together."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert signature_of(body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert read_line_webhook(body, "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=", SECRET) == []


def test_an_event_says_who_when_and_whether_it_comes_again() -> None:
    event = read(body_of(FOLLOW))[0]
    assert event == WebhookEvent(
        event_id="01FZ74A0TDDPYRVKNK77XKC3ZR",
        kind="follow",
        at=datetime(2025, 11, 20, 3, 0, 0, 123000, tzinfo=UTC),
        is_redelivery=False,
        is_standby=False,
        line_user_id="U" + "0a" * 16,
        reply_token="nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
        raw=FOLLOW,
    )
    assert "0a0a" not in repr(event)


def test_a_redelivery_and_a_standby_event_are_told_apart_under_the_same_id() -> None:
    again = {**FOLLOW, "deliveryContext": {"isRedelivery": True}, "mode": "standby"}
    first, second = read(body_of(FOLLOW, again))
    assert (first.event_id, first.is_redelivery, first.is_standby) == (second.event_id, False, False)
    assert (second.is_redelivery, second.is_standby) == (True, True)


def test_an_event_of_an_unknown_type_is_kept_raw() -> None:
    tomorrow = {**FOLLOW, "type": "teleport", "teleport": {"to": "鹿島", "depth": [1, None]}}
    del tomorrow["replyToken"], tomorrow["source"]
    event = read(body_of(tomorrow))[0]
    assert (event.kind, event.line_user_id, event.reply_token) == ("teleport", None, None)
    assert event.raw == tomorrow


def test_a_body_without_events_is_line_checking_the_connection() -> None:
    assert read(body_of()) == []


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "x",
        "é",
        signature_of(b""),
        signature_of(body_of(FOLLOW), "f" * 32),
        f"{signature_of(body_of(FOLLOW))}=",
        signature_of(body_of(FOLLOW)).rstrip("="),
        f" {signature_of(body_of(FOLLOW))}",
    ],
)
def test_asvs_9_1_1_a_forged_webhook_is_refused(signature: str | None) -> None:
    with pytest.raises(LineSignatureInvalid):
        read_line_webhook(body_of(FOLLOW), signature, SECRET)


def test_asvs_9_1_1_one_changed_byte_is_refused_even_where_the_json_stays_the_same() -> None:
    body = body_of(FOLLOW)
    for changed in (body + b" ", body.replace(b'": "', b'":"', 1), b"\xff", b""):
        with pytest.raises(LineSignatureInvalid):
            read_line_webhook(changed, signature_of(body), SECRET)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"\xff\xff", b"[]", b"null", b"{}", b'{"events": {}}', b'{"events": null}'),
        *(b'{"events": ["x"]}', b'{"events": [null]}', b'{"events": [[]]}', b"[" * 100_000),
    ],
)
def test_a_signed_body_that_is_no_list_of_events_is_unreadable(body: bytes) -> None:
    with pytest.raises(LineWebhookUnreadable):
        read(body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhookEventId", None),
        ("webhookEventId", 7),
        ("webhookEventId", ""),
        ("type", ["follow"]),
        ("timestamp", "soon"),
        ("timestamp", 10**30),
        ("timestamp", float("nan")),
        ("deliveryContext", {}),
        ("deliveryContext", {"isRedelivery": "false"}),
        ("source", "U1"),
        ("source", {"userId": {"a": 1}}),
    ],
)
def test_an_event_without_its_common_facts_is_unreadable(name: str, value: Any) -> None:
    with pytest.raises(LineWebhookUnreadable):
        read(body_of({**FOLLOW, name: value}))


@pytest.mark.parametrize("name", ["webhookEventId", "type", "timestamp", "deliveryContext", "mode"])
def test_an_event_that_lacks_a_common_fact_is_unreadable(name: str) -> None:
    lacking = {fact: value for fact, value in FOLLOW.items() if fact != name}
    with pytest.raises(LineWebhookUnreadable):
        read(body_of(lacking))
