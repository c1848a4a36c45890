"""Bringing events to the webhook: signed anew at each attempt, retried, held back, repeated, or fetched."""

import heapq
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import stripe

RETRY_FIRST_S, RETRY_LONGEST_S, ATTEMPTS_MAX = 0.1, 5.0, 20


@dataclass(order=True)
class Delivery:
    """One event on its way."""

    due_at_s: float
    place: int
    event_id: str = field(compare=False)
    payload: str = field(compare=False)
    attempts: int = field(default=0, compare=False)


class Deliveries:
    """Events on their way, taken by the posting thread when there is a URL, or by whoever drains them."""

    def __init__(self, secret: str, webhook_url: str | None = None) -> None:
        self._secret = secret
        self._webhook_url = webhook_url
        self._waiting: list[Delivery] = []
        self._place = 0
        self._held = False
        self._changed = threading.Condition()

    def start(self) -> None:
        """Begin to post in a thread that ends with the process."""
        threading.Thread(target=self._post_forever, name="webhook-deliveries", daemon=True).start()

    def offer(self, event_id: str, payload: str) -> None:
        """Put an event on its way; offering it again makes a duplicate."""
        with self._changed:
            heapq.heappush(self._waiting, Delivery(time.monotonic(), self._next_place(), event_id, payload))
            self._changed.notify()

    def send_to(self, webhook_url: str | None) -> None:
        """Post to this URL from now on, or to none: then events wait to be drained."""
        with self._changed:
            self._webhook_url = webhook_url
            self._changed.notify()

    def hold(self) -> None:
        """Let nothing leave until released."""
        with self._changed:
            self._held = True

    def release(self, order: Sequence[str]) -> None:
        """Let go what was held, in this order of event ids; events not named follow as they came."""
        with self._changed:
            rank = {event_id: index for index, event_id in enumerate(order)}
            self._waiting.sort(key=lambda delivery: (rank.get(delivery.event_id, len(rank)), delivery.place))
            for delivery in self._waiting:
                delivery.due_at_s, delivery.place = time.monotonic(), self._next_place()
            self._held = False
            self._changed.notify()

    def waiting_ids(self) -> list[str]:
        """The ids of the events that have not left, as they came."""
        with self._changed:
            return [delivery.event_id for delivery in self._in_order()]

    def drain(self) -> list[dict[str, str]]:
        """Take everything that waits, as a webhook would receive it: body and Stripe-Signature header."""
        with self._changed:
            taken = [] if self._held else self._in_order()
            if taken:
                self._waiting = []
        return [{"body": delivery.payload, "signature": self._signature(delivery.payload)} for delivery in taken]

    def _in_order(self) -> list[Delivery]:
        return sorted(self._waiting, key=lambda delivery: delivery.place)

    def _next_place(self) -> int:
        self._place += 1
        return self._place

    def _signature(self, payload: str) -> str:
        header: str = stripe.WebhookSignature.generate_signature_header(payload, self._secret)
        return header

    def _post_forever(self) -> None:
        with httpx.Client(timeout=5.0, trust_env=False) as client:
            while True:
                url, delivery = self._next_due()
                if not self._posted(client, url, delivery):
                    self._retry_later(delivery)

    def _next_due(self) -> tuple[str, Delivery]:
        with self._changed:
            while True:
                if self._webhook_url is None or self._held or not self._waiting:
                    self._changed.wait()
                    continue
                pause_s = self._waiting[0].due_at_s - time.monotonic()
                if pause_s <= 0:
                    return self._webhook_url, heapq.heappop(self._waiting)
                self._changed.wait(pause_s)

    def _posted(self, client: httpx.Client, url: str, delivery: Delivery) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": self._signature(delivery.payload),
        }
        try:
            return client.post(url, content=delivery.payload.encode(), headers=headers).is_success
        except httpx.HTTPError:
            return False

    def _retry_later(self, delivery: Delivery) -> None:
        delivery.attempts += 1
        if delivery.attempts < ATTEMPTS_MAX:
            pause_s = min(RETRY_LONGEST_S, RETRY_FIRST_S * 2**delivery.attempts)
            delivery.due_at_s = time.monotonic() + pause_s
            with self._changed:
                heapq.heappush(self._waiting, delivery)
