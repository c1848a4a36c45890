"""Reading what LINE posts to the city's account: the signature over the raw bytes first, then the events.

The body is read here and not with the SDK, whose models are made for the event types of its day and take text instead
of bytes; each event keeps its raw form, whatever its type (developers.line.biz, "Receive messages (webhook)").
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from identity.doors.gateway.refusals import LineSignatureInvalid, LineWebhookUnreadable

NAME_LENGTH_MAX = 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """One event. `event_id` is the same when it comes again; events come in any order.

    `kind` is LINE's event type, also one of tomorrow. `is_standby` means that another system answers this user now.
    """

    event_id: str
    kind: str
    at: datetime
    is_redelivery: bool
    is_standby: bool
    line_user_id: str | None = field(repr=False)
    reply_token: str | None = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)


def read_line_webhook(body: bytes, signature: str | None, channel_secret: str) -> list[WebhookEvent]:
    """Verify `x-line-signature` (base64 of HMAC-SHA256 over the raw bytes) and read the events.

    An empty list is LINE checking the connection. Refuses, in this order: LineSignatureInvalid;
    LineWebhookUnreadable for a body that is not JSON with a list of events, or an event without its common facts.
    """
    ours = base64.b64encode(hmac.digest(channel_secret.encode(), body, hashlib.sha256))
    if signature is None or not hmac.compare_digest(signature.encode(), ours):
        raise LineSignatureInvalid
    try:
        return [_event(raw) for raw in _events(json.loads(body))]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise LineWebhookUnreadable from error


def _events(content: Any) -> list[Any]:
    events = content["events"]
    if not isinstance(events, list):
        raise TypeError
    return events


def _event(raw: Any) -> WebhookEvent:
    if not isinstance(raw, dict):
        raise TypeError
    return WebhookEvent(
        event_id=_name(raw["webhookEventId"]),
        kind=_name(raw["type"]),
        at=_EPOCH + timedelta(milliseconds=raw["timestamp"]),
        is_redelivery=_truth(raw["deliveryContext"]["isRedelivery"]),
        is_standby=raw["mode"] == "standby",
        line_user_id=_optional_text(raw.get("source", {}).get("userId")),
        reply_token=_optional_text(raw.get("replyToken")),
        raw=raw,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _name(value: Any) -> str:
    """A text that can be kept as it is: not long, and nothing in it that cannot be seen."""
    name = _text(value)
    if len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise ValueError
    return name


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
