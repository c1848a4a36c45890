"""A hand on the double's controls, for tests and for the simulated city."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class SignedBody:
    """What a webhook receives: the raw body and the Stripe-Signature header."""

    body: bytes
    signature: str


@dataclass(frozen=True)
class MadeEvent:
    """An event that the double has made, whether or not it has left."""

    event_id: str
    kind: str
    body: bytes


class DoubleControl:
    """Commands to a running double."""

    def __init__(self, api_base: str) -> None:
        self._client = httpx.Client(base_url=f"{api_base}/_double", timeout=60.0, trust_env=False)

    def pay_card(self, provider_id: str, payment_method: str = "pm_card_visa", card_number: str | None = None) -> str:
        """The customer pays in the browser; answers the status afterwards, also after a decline.

        Payments with one `card_number` are made with one card, whoever makes them.
        """
        facts = {"payment_method": payment_method, "card_number": card_number}
        return str(self._post(f"/payment_intents/{provider_id}/pay", **facts)["status"])

    def pay_slip(self, provider_id: str, store: str = "lawson") -> str:
        """The customer pays an open slip at a store; answers the status afterwards."""
        return str(self._post(f"/payment_intents/{provider_id}/pay_slip", store=store)["status"])

    def expire_slip(self, provider_id: str) -> str:
        """The time of an open slip runs out; answers the status afterwards."""
        return str(self._post(f"/payment_intents/{provider_id}/expire_slip")["status"])

    def pay_many(self, provider_ids: Sequence[str]) -> list[str]:
        """Each is paid by a card of its own or at a store; answers the ids that the customer could not pay."""
        unpaid: list[str] = self._post("/payment_intents/pay_many", ids=list(provider_ids))["unpaid"]
        return unpaid

    def settle_refund(self, refund_id: str, status: str) -> None:
        """A konbini refund becomes requires_action, pending, succeeded or failed."""
        self._post(f"/refunds/{refund_id}/settle", status=status)

    def dispute(self, provider_id: str, reason: str = "fraudulent") -> str:
        """The payer asks the bank of their card for the money back; answers the id of the dispute."""
        return str(self._post(f"/payment_intents/{provider_id}/dispute", reason=reason)["id"])

    def close_dispute(self, dispute_id: str, status: str) -> None:
        """The bank looks at a dispute (under_review) or decides it: won or lost."""
        self._post(f"/disputes/{dispute_id}/close", status=status)

    def pay_out(self) -> str:
        """All that lies in the balance goes to the city's bank; answers the id of the payout."""
        return str(self._post("/payouts")["id"])

    def drain(self) -> list[SignedBody]:
        """Take every event that waits, freshly signed, in the order of leaving."""
        return [SignedBody(item["body"].encode(), item["signature"]) for item in self._post("/deliveries/drain")]

    def events(self) -> list[MadeEvent]:
        """Every event since the start, oldest first."""
        answer = self._client.get("/events").raise_for_status().json()
        return [MadeEvent(item["id"], item["type"], item["body"].encode()) for item in answer]

    def deliver_again(self, event_id: str) -> None:
        """The same event sets out once more."""
        self._post(f"/events/{event_id}/deliver")

    def hold(self) -> None:
        """From now on nothing leaves."""
        self._post("/deliveries/hold")

    def waiting(self) -> list[str]:
        """The ids of the events that have not left, oldest first."""
        waiting: list[str] = self._client.get("/deliveries/waiting").raise_for_status().json()
        return waiting

    def release(self, order: Sequence[str] = ()) -> None:
        """What was held leaves, in this order of event ids; the rest follows as it came."""
        self._post("/deliveries/release", ids=list(order))

    def send_to(self, webhook_url: str | None) -> None:
        """Events are posted to this URL from now on, or to none."""
        self._post("/webhook", url=webhook_url)

    def activate(self, *methods: str) -> None:
        """The account offers these payment methods from now on: card, konbini."""
        self._post("/methods", activated=list(methods))

    def fail_next(self, status: int, count: int = 1) -> None:
        """The next calls to the API are answered with 409, 429, 500 or 503."""
        self._post("/outages", status=status, count=count)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _post(self, path: str, **facts: Any) -> Any:
        return self._client.post(path, json=facts).raise_for_status().json()
