"""What the system asks of any payment provider."""

from datetime import datetime
from typing import Protocol

from issuance.provider_model import (
    PaymentOrder,
    PayoutEntry,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
)


class PaymentProvider(Protocol):
    """Takes money and gives it back. Any method may raise ProviderDown; none is called in a transaction."""

    def request_payment(self, order: PaymentOrder) -> ProviderPayment: ...

    def confirm_konbini(self, provider_id: str, order: PaymentOrder) -> ProviderPayment: ...

    def payment_state(self, provider_id: str) -> ProviderPayment: ...

    def refund(
        self, provider_id: str, amount_yen: int, idempotency_key: str, instructions_email: str | None = None
    ) -> ProviderRefund: ...

    def capture(self, provider_id: str) -> ProviderPayment: ...

    def refund_state(self, refund_id: str) -> ProviderRefund: ...

    def cancel(self, provider_id: str) -> ProviderPayment: ...

    def dispute_state(self, dispute_id: str) -> ProviderDispute: ...

    def disputes_since(self, opened_at: datetime) -> list[ProviderDispute]: ...

    def payout_state(self, payout_id: str) -> ProviderPayout: ...

    def payouts_since(self, made_at: datetime) -> list[ProviderPayout]: ...

    def payout_entries(self, payout_id: str) -> list[PayoutEntry]: ...

    def read_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent: ...
