"""What the errors of the SDK mean for a purchase."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from issuance.provider_refusals import (
    PaymentDeclined,
    PaymentOrderChangedUnderItsKey,
    ProviderPaymentClosed,
    ProviderPaymentUnknown,
)
from kernel.refusals import ProviderDown, Refusal

OUR_FAULTS = frozenset(range(400, 500)) - {409}
"""Statuses that asking again does not cure; 409 means that the same key is being worked on elsewhere."""

REFUSAL_BY_PROVIDER_CODE: dict[str, type[ProviderPaymentUnknown] | type[ProviderPaymentClosed]] = {
    "resource_missing": ProviderPaymentUnknown,
    "payment_intent_unexpected_state": ProviderPaymentClosed,
}


@contextmanager
def stripe_asked(subject: str) -> Iterator[None]:
    """Turn the SDK's errors in the block into what they mean; `subject` names what was asked about."""
    try:
        yield
    except stripe.StripeError as error:
        meaning = meaning_of(error, subject)
        if meaning is None:
            raise
        raise meaning from error


def meaning_of(error: stripe.StripeError, subject: str) -> Refusal | ProviderDown | None:
    """Say what an error of the SDK means for a purchase; None when it is a fault of ours and must surface."""
    if _is_outage(error):
        return ProviderDown(str(error))
    if isinstance(error, stripe.IdempotencyError):
        return PaymentOrderChangedUnderItsKey(subject)
    if isinstance(error, stripe.CardError):
        return PaymentDeclined(reason=decline_reason(error))
    refusal = REFUSAL_BY_PROVIDER_CODE.get(error.code or "")
    return refusal(subject) if refusal else None


def _is_outage(error: stripe.StripeError) -> bool:
    if isinstance(error, stripe.APIError):
        return error.http_status not in OUR_FAULTS
    out_of_order = error.code in ("payment_method_rate_limit_exceeded", "payment_method_not_available")
    return out_of_order or isinstance(error, stripe.APIConnectionError | stripe.RateLimitError)


def decline_reason(failure: object) -> str:
    """The provider's word for why a payment failed."""
    detail = getattr(failure, "error", None) or failure
    reason = getattr(detail, "decline_code", None) or getattr(detail, "code", None)
    return str(reason or "unknown")
