"""Speaking to the payment provider. The only room of the system that imports the provider's SDK.

What the provider refuses is a refusal, what it does not answer an outage, and what it says of us (a wrong key, a
parameter that it does not know) surfaces as a fault. Nothing is stored here, and nothing is called in a transaction.
"""

from issuance.gateway.errors import meaning_of
from issuance.gateway.protocol import PaymentProvider
from issuance.gateway.stripe_provider import StripeProvider

__all__ = ["PaymentProvider", "StripeProvider", "meaning_of"]
