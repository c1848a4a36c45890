"""A payment provider that answers what a test wrote down, and remembers what it was asked."""

from dataclasses import dataclass, field
from datetime import datetime

from issuance.gateway import StripeProvider
from issuance.provider_model import (
    PaymentOrder,
    PayoutEntry,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
)
from issuance.provider_refusals import ProviderPaymentUnknown
from kernel.refusals import Outage, Refusal

WEBHOOK_SECRET = "whsec_of_the_tests"
Answer = ProviderPayment | Refusal | Outage


@dataclass
class ScriptedProvider:
    """Answers by provider id, or, to new orders, by purchase id; an answer that is an exception is raised."""

    answers: dict[str, Answer] = field(default_factory=dict)
    orders: list[PaymentOrder] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def request_payment(self, order: PaymentOrder) -> ProviderPayment:
        self.orders.append(order)
        return self._answer(str(order.purchase_id))

    def payment_state(self, provider_id: str) -> ProviderPayment:
        return self._answer(provider_id)

    def cancel(self, provider_id: str) -> ProviderPayment:
        self.cancelled.append(provider_id)
        return self._answer(provider_id)

    def read_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent:
        return StripeProvider("sk_test_none", WEBHOOK_SECRET).read_webhook(body, signature_header)

    def confirm_konbini(self, provider_id: str, order: PaymentOrder) -> ProviderPayment:
        raise AssertionError("nobody asks for a slip in the resident's name")

    def refund(
        self, provider_id: str, amount_yen: int, idempotency_key: str, instructions_email: str | None = None
    ) -> ProviderRefund:
        raise AssertionError("nobody asked for a refund")

    def refund_state(self, refund_id: str) -> ProviderRefund:
        raise AssertionError("nobody asked for a refund")

    def capture(self, provider_id: str) -> ProviderPayment:
        raise AssertionError("no card was authorised")

    def dispute_state(self, dispute_id: str) -> ProviderDispute:
        raise AssertionError("nobody disputes anything")

    def disputes_since(self, opened_at: datetime) -> list[ProviderDispute]:
        return []

    def payout_state(self, payout_id: str) -> ProviderPayout:
        raise AssertionError("nothing was paid out")

    def payouts_since(self, made_at: datetime) -> list[ProviderPayout]:
        return []

    def payout_entries(self, payout_id: str) -> list[PayoutEntry]:
        raise AssertionError("nothing was paid out")

    def _answer(self, name: str) -> ProviderPayment:
        answer = self.answers.get(name) or ProviderPaymentUnknown(subject=name)
        if isinstance(answer, Exception):
            raise answer
        return answer
