"""Act on the notices of the payment provider."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from issuance.operations.apply_provider_states import apply_provider_states
from issuance.provider_model import ProviderPayment
from issuance.purchase_model import Purchase
from issuance.rules.purchases import state_is_older_than_notice
from issuance.store import notices
from kernel.refusals import Refusal

NOT_ABOUT_A_PAYMENT = "not_about_a_payment"


def process_provider_events(
    session: Session, states: Mapping[str, ProviderPayment], *, now: datetime, limit: int = 1_000
) -> list[Purchase | Refusal]:
    """Process waiting notices about the payments in `states`, which were read from the provider just before.

    A notice only says what to read again: order and repetition do not matter. One that the given state is too old
    for waits for the next reading. One answer for each payment, as `apply_provider_states` gives it; the name of
    each answer is stored with the notice.
    """
    waiting = [
        notice
        for notice in notices.lock_waiting(session, list(states), limit)
        if notice.provider_id is None or not state_is_older_than_notice(notice.kind, states[notice.provider_id].status)
    ]
    payments = {notice.provider_id: states[notice.provider_id] for notice in waiting if notice.provider_id}
    answers = apply_provider_states(session, list(payments.values()), now=now) if payments else []
    names = {
        provider_id: answer.code if isinstance(answer, Refusal) else answer.state.value
        for provider_id, answer in zip(payments, answers, strict=True)
    }
    outcomes = {
        notice.event_id: names[notice.provider_id] if notice.provider_id else NOT_ABOUT_A_PAYMENT for notice in waiting
    }
    notices.finish(session, outcomes, now)
    return answers
