"""A hand on the double's controls, for tests and for the simulated city."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from kashiman.demo.doubles.chooser import choose


@dataclass(frozen=True)
class Delivered:
    """What a webhook was posted: the raw body, its signature, and the status it answered if it was reached."""

    event_ids: list[str]
    body: bytes
    signature: str
    status: int | None


class LineControl:
    """Commands to a running double."""

    def __init__(self, base: str) -> None:
        self._client = httpx.Client(base_url=f"{base}/_double", timeout=30.0, trust_env=False)

    def users(self) -> dict[str, str]:
        """The user ids by name."""
        answer = self._client.get("/users").raise_for_status().json()
        return {user["name"]: user["user_id"] for user in answer}

    def add_user(self, name: str) -> str:
        """Invent a user of this name; answers the user id."""
        return str(self._post("/users", name=name)["user_id"])

    def sign_in(self, authorization_url: str, user_id: str) -> httpx.URL:
        """The user signs in in a browser; answers the address they are sent back to."""
        return choose(authorization_url, user_id)

    def cancel(self, authorization_url: str) -> httpx.URL:
        """The user goes back; answers the address they are sent back to."""
        return choose(authorization_url, "")

    def open_liff(self, user_id: str, age_s: int = 0, channel_id: str | None = None) -> str:
        """The user opens a LIFF app; answers what `liff.getIDToken()` gives its page, made `age_s` ago."""
        return str(self._post("/liff_tokens", user_id=user_id, age_s=age_s, channel_id=channel_id)["id_token"])

    def hold_telephone(self, user_id: str | None) -> None:
        """The user opens mini apps in LINE from now on; None is a browser outside of LINE."""
        self._post("/telephone", user_id=user_id)

    def hold_before_camera(self, text: str | None) -> None:
        """LINE's camera sees a code from now on; None is a user who closes it."""
        self._post("/camera", text=text)

    def happen(self, kind: str, user_id: str, *, is_forged: bool = False, **facts: Any) -> Delivered:
        """Something happens, e.g. kind "follow" with follow={"isUnblocked": False}; the event is posted."""
        return _delivered(self._post("/events", kind=kind, user_id=user_id, facts=facts, is_forged=is_forged))

    def write(self, user_id: str, text: str) -> Delivered:
        """The user writes to the account."""
        message = {"type": "text", "id": "444573844083572737", "quoteToken": "q3Plxr4AgKd", "text": text}
        return self.happen("message", user_id, message=message)

    def deliver_again(self, event_ids: Sequence[str], *, is_forged: bool = False) -> Delivered:
        """The same events are posted once more, in one body and this order."""
        return _delivered(self._post("/events/again", event_ids=list(event_ids), is_forged=is_forged))

    def check_connection(self) -> Delivered:
        """LINE posts a body without events."""
        return _delivered(self._post("/events/none"))

    def send_to(self, webhook_url: str | None) -> None:
        """Events are posted to this URL from now on, or to none."""
        self._post("/webhook", url=webhook_url)

    def sent(self) -> list[tuple[str, str | None]]:
        """Every message that reached somebody: user id and text, oldest first."""
        return [(item["user_id"], item["text"]) for item in self._client.get("/sent").raise_for_status().json()]

    def block(self, user_id: str) -> None:
        """The user blocks the account; what is sent to them is accepted and does not arrive."""
        self._post(f"/users/{user_id}/block")

    def register(self, redirect_uri: str) -> None:
        """The channel registers another callback URL."""
        self._post("/redirect_uris", redirect_uri=redirect_uri)

    def rotate_keys(self) -> None:
        """LINE signs with a new key from now on."""
        self._post("/keys/rotate")

    def limit(self, which: Literal["rate", "month"] | None) -> None:
        """From now on messages are refused with 429 for this reason, or no longer."""
        self._post("/limit", limit=which)

    def logged_in(self, ago_s: int = 0, *, asks_again: bool = True, is_told: bool = True) -> None:
        """From now on everybody has logged in to LINE this long ago, and is or is not asked again for a `max_age`.

        `is_told` is whether an answer to a `max_age` says when they did.
        """
        self._post("/login", age_s=ago_s, asks_again=asks_again, is_told=is_told)

    def fail_next(self, status: Literal[429, 500, 503], count: int = 1) -> None:
        """The next calls, other than to these controls, are answered with this status."""
        self._post("/outages", status=status, count=count)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _post(self, path: str, **facts: Any) -> Any:
        return self._client.post(path, json=facts).raise_for_status().json()


def _delivered(answer: dict[str, Any]) -> Delivered:
    return Delivered(answer["event_ids"], answer["body"].encode(), answer["signature"], answer["status"])
