"""Act on payments that were looked up at the provider although no notice came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.operations.apply_provider_states import apply_provider_states
from issuance.provider_model import ProviderPayment
from issuance.purchase_model import Purchase
from issuance.store import purchases as store
from kernel.refusals import Refusal


def apply_looked_up_states(
    session: Session, asked: Sequence[UUID], payments: Sequence[ProviderPayment], *, now: datetime
) -> list[Purchase | Refusal]:
    """Move purchases to where their payments stand, as `apply_provider_states` does, and remember who was asked about.

    `asked` are all purchases whose payment was looked up, also those that the provider did not know: they go to the
    end of the line.
    """
    answers = apply_provider_states(session, payments, now=now)
    store.mark_read(session, asked, now)
    return answers
