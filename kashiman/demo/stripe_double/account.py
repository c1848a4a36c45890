"""What the double remembers: one Japanese test account, its objects as Stripe writes them, and its events."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import orjson
import stripe

from kashiman.demo.stripe_double.deliveries import Deliveries
from kashiman.demo.stripe_double.faults import not_found
from kernel.clock import Clock, SystemClock

Json = dict[str, Any]

DOUBLE_API_KEY = "sk_test_double"
DOUBLE_WEBHOOK_SECRET = "whsec_double"


@dataclass(frozen=True)
class Event:
    """An event with the state of its object at that moment; `payload` is the text that is signed and sent."""

    id: str
    type: str
    payload: str


@dataclass
class Account:
    """Objects by id, in memory only. `card_numbers` tells by PaymentIntent which card somebody holds in the hand."""

    deliveries: Deliveries
    clock: Clock = field(default_factory=SystemClock)
    activated_methods: list[str] = field(default_factory=lambda: ["card", "konbini"])
    intents: dict[str, Json] = field(default_factory=dict)
    charges: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    disputes: dict[str, Json] = field(default_factory=dict)
    payouts: dict[str, Json] = field(default_factory=dict)
    entries: list[Json] = field(default_factory=list)
    payout_of_entry: dict[str, str] = field(default_factory=dict)
    card_numbers: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def now_s(self) -> int:
        """Unix seconds."""
        return int(self.clock.now().timestamp())

    def intent(self, intent_id: str) -> Json:
        """Find a PaymentIntent. Refuses resource_missing."""
        if intent_id not in self.intents:
            raise not_found("payment_intent", intent_id, "intent")
        return self.intents[intent_id]

    def refund(self, refund_id: str) -> Json:
        """Find a refund. Refuses resource_missing."""
        if refund_id not in self.refunds:
            raise not_found("refund", refund_id, "refund")
        return self.refunds[refund_id]

    def dispute(self, dispute_id: str) -> Json:
        """Find a dispute. Refuses resource_missing."""
        if dispute_id not in self.disputes:
            raise not_found("dispute", dispute_id, "dispute")
        return self.disputes[dispute_id]

    def payout(self, payout_id: str) -> Json:
        """Find a payout. Refuses resource_missing."""
        if payout_id not in self.payouts:
            raise not_found("payout", payout_id, "payout")
        return self.payouts[payout_id]

    def emit(self, kind: str, subject: Json) -> None:
        """Record an event and hand it to the deliveries."""
        event_id = new_stripe_id("evt")
        payload = orjson.dumps(
            {
                "id": event_id,
                "object": "event",
                "api_version": stripe.api_version,
                "created": self.now_s(),
                "data": {"object": subject},
                "livemode": False,
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
                "type": kind,
            }
        ).decode()
        self.events.append(Event(event_id, kind, payload))
        self.deliveries.offer(event_id, payload)


def new_stripe_id(prefix: str) -> str:
    """Make an id as Stripe writes them: prefix, underscore, 24 letters and digits."""
    return f"{prefix}_{secrets.token_hex(12)}"
