"""Act on the provider's notices about refunds."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from issuance.operations.record_refunds import record_refunds
from issuance.provider_model import ProviderRefund
from issuance.purchase_model import Purchase
from issuance.rules.purchases import REFUND_NOTICES
from issuance.store import notices


def process_refund_notices(
    session: Session, refunds: Sequence[ProviderRefund], *, read_at: datetime, now: datetime
) -> list[Purchase]:
    """Record refunds that were read from the provider after `read_at`, and finish the notices that had come by then.

    Answers as `record_refunds`. A notice that came later waits for the next reading.
    """
    ended = record_refunds(session, refunds, now=now)
    outcomes = {refund.refund_id: refund.status.value for refund in refunds}
    notices.finish_about(session, REFUND_NOTICES, outcomes, read_at=read_at, now=now)
    return ended
