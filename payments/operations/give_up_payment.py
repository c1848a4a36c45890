"""Give up a payment of which nobody knows whether it arrived."""

from uuid import UUID

from sqlmodel import Session

from kernel.refusals import Refusal
from ledger.model import Decline
from ledger.operations.post_journals import post_journals
from payments.model import PaymentRequest
from payments.refusals import PaymentGivenUp
from payments.rules import key_of


def give_up_payment(session: Session, request: PaymentRequest) -> UUID | Refusal:
    """Burn the key of a payment, so that it is never made, however late it arrives.

    Answers PaymentGivenUp; what the key was answered before, where it was: the payment's id, or why it was refused.
    """
    (outcome,) = post_journals(session, [Decline(key_of(request), request.asked_at, PaymentGivenUp())])
    return outcome if isinstance(outcome, Refusal) else outcome.journal.id
