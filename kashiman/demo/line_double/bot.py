"""The official account: what it may send, to whom, and what it has sent (LINE Messaging API reference)."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from kashiman.demo.line_double.account import LineAccount

RECIPIENTS_MAX, MESSAGES_MAX, TEXT_UNITS_MAX = 500, 5, 5_000
RETRY_KEYS_LIVE = timedelta(hours=24)
RETRY_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
KINDS = frozenset(("text", "textV2", "sticker", "image", "video", "audio", "location", "imagemap", "template", "flex"))

Limit = Literal["rate", "month"]
LIMIT_MESSAGES: Mapping[Limit, str] = {
    "rate": "The API rate limit has been exceeded. Try again later.",
    "month": "You have reached your monthly limit.",
}


@dataclass(eq=False)
class BotError(Exception):
    """An error answer: LINE gives a message and details, and no code."""

    status: int
    message: str
    details: list[dict[str, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        return {"message": self.message, **({"details": self.details} if self.details else {}), **self.more}


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that reached a user."""

    user_id: str
    text: str | None
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that was accepted under a retry key."""

    request_id: str
    answer: dict[str, Any]
    at: datetime


class Bot:
    """Sends messages and remembers them; blocked users receive nothing, and LINE does not say so."""

    def __init__(self, account: LineAccount) -> None:
        self._account = account
        self._accepted: dict[UUID, Accepted] = {}
        self.sent: list[SentMessage] = []
        self.blocked_by: set[str] = set()
        self.reply_tokens: dict[str, str] = {}
        self.limit: Limit | None = None

    def send(self, recipients: Sequence[Any], messages: Any, retry_key: str | None, request_id: str) -> dict[str, Any]:
        """Push or multicast: check, then send once under a retry key. Raises BotError."""
        key = _key_of(retry_key)
        self._check_not_repeated(key)
        self._check_limit()
        check_messages(messages)
        for user_id in recipients:
            if user_id not in self._account.users:
                raise BotError(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
        answer = self._deliver(recipients, messages)
        if key is not None:
            self._accepted[key] = Accepted(request_id, answer, self._account.clock.now())
        return answer

    def reply(self, reply_token: Any, messages: Any, retry_key: str | None) -> dict[str, Any]:
        """Reply to an event, once for each token. Raises BotError."""
        if retry_key is not None:
            raise BotError(400, "The retry key is not supported by this API")
        self._check_limit()
        check_messages(messages)
        user_id = self.reply_tokens.pop(str(reply_token), None)
        if user_id is None:
            raise BotError(400, "Invalid reply token")
        return self._deliver([user_id], messages)

    def _check_not_repeated(self, key: UUID | None) -> None:
        before = None if key is None else self._accepted.get(key)
        if before is not None and self._account.clock.now() - before.at < RETRY_KEYS_LIVE:
            headers = {"x-line-accepted-request-id": before.request_id}
            raise BotError(409, "The retry key is already accepted", more=before.answer, headers=headers)

    def _check_limit(self) -> None:
        if self.limit is not None:
            raise BotError(429, LIMIT_MESSAGES[self.limit])

    def _deliver(self, recipients: Sequence[str], messages: list[dict[str, Any]]) -> dict[str, Any]:
        for user_id in recipients:
            if user_id not in self.blocked_by:
                self.sent += [SentMessage(user_id, message.get("text"), message) for message in messages]
        ids = [{"id": str(secrets.randbelow(10**18)), "quoteToken": secrets.token_urlsafe(16)} for _ in messages]
        return {"sentMessages": ids}


def check_messages(messages: Any) -> None:
    """Check a list of messages. Raises BotError with one detail for each flaw."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES_MAX:
        raise _invalid([{"message": f"Size must be between 1 and {MESSAGES_MAX}", "property": "messages"}])
    details = [detail for index, message in enumerate(messages) for detail in _flaws(message, index)]
    if details:
        raise _invalid(details)


def _flaws(message: Any, index: int) -> list[dict[str, str]]:
    if not isinstance(message, dict) or message.get("type") not in KINDS:
        return [{"message": f"Must be one of the following values: {sorted(KINDS)}", "property": f"messages[{index}]"}]
    text = message.get("text")
    if message["type"] == "text" and (not isinstance(text, str) or not 1 <= _units(text) <= TEXT_UNITS_MAX):
        length = f"Length must be between 1 and {TEXT_UNITS_MAX}"
        return [{"message": length, "property": f"messages[{index}].text"}]
    return []


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _key_of(retry_key: str | None) -> UUID | None:
    if retry_key is None:
        return None
    if not RETRY_KEY.fullmatch(retry_key):
        raise BotError(400, "The retry key is not a UUID")
    return UUID(retry_key)


def _invalid(details: list[dict[str, str]]) -> BotError:
    return BotError(400, f"The request body has {len(details)} error(s)", details)
