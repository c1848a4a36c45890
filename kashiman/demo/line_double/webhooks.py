"""Events as LINE posts them: their common facts, the signature over the bytes, the same again, and forged ones."""

import base64
import hashlib
import hmac
import secrets
from typing import Any

import httpx
import orjson

from kashiman.demo.line_double.account import LineAccount
from kashiman.demo.line_double.bot import Bot

BOT_USER_ID = "U" + "b0" * 16
WITHOUT_REPLY = frozenset(("unfollow", "unsend", "leave", "memberLeft", "delivery"))
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
POST_WITHIN_S = 10.0


def make_event(account: LineAccount, bot: Bot, kind: str, user_id: str, facts: dict[str, Any]) -> str:
    """Something happens between a user and the account; answers the event's id."""
    now_ms = int(account.clock.now().timestamp() * 1_000)
    event: dict[str, Any] = {
        "type": kind,
        "mode": "active",
        "timestamp": now_ms,
        "source": {"type": "user", "userId": user_id},
        "webhookEventId": _ulid(now_ms),
        "deliveryContext": {"isRedelivery": False},
        **facts,
    }
    if kind not in WITHOUT_REPLY:
        event["replyToken"] = secrets.token_hex(16)
        bot.reply_tokens[event["replyToken"]] = user_id
    account.events[event["webhookEventId"]] = event
    return str(event["webhookEventId"])


async def deliver(
    account: LineAccount, event_ids: list[str], *, is_redelivery: bool = False, is_forged: bool = False
) -> dict[str, Any]:
    """Sign the events as one body and post them, if there is somewhere to; answers body, signature and status.

    A forged delivery is signed with another secret. No events make the body with which LINE checks a connection.
    """
    events = [{**account.events[name], "deliveryContext": {"isRedelivery": is_redelivery}} for name in event_ids]
    body = orjson.dumps({"destination": BOT_USER_ID, "events": events})
    secret = secrets.token_hex(16) if is_forged else account.bot_secret
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    status = None
    if account.webhook_url is not None:
        status = await _post(account.webhook_url, body, signature)
    return {"event_ids": event_ids, "body": body.decode(), "signature": signature, "status": status}


async def _post(url: str, body: bytes, signature: str) -> int | None:
    headers = {"Content-Type": "application/json; charset=utf-8", "x-line-signature": signature}
    async with httpx.AsyncClient(timeout=POST_WITHIN_S, trust_env=False) as client:
        try:
            return (await client.post(url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            return None


def _ulid(milliseconds: int) -> str:
    number = (milliseconds << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
