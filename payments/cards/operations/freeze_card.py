"""Stop a card at once."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments.cards import store
from payments.cards.model import Card, CardActor, CardEvent, CardReason, CardState, CardStep
from payments.cards.refusals import CardUnknown
from payments.cards.rules import demand_in_use


def freeze_card(
    session: Session,
    card_id: UUID,
    *,
    wallet_id: UUID | None = None,
    actor: CardActor,
    reason: CardReason,
    now: datetime,
) -> Card:
    """Freeze a card: no payment begins with it from this commit on. Frozen again it stays as it is.

    `wallet_id` is given by a holder and has to be the card's. Refuses, in this order: CardUnknown, also for a card of
    another wallet; CardReplaced; CardEnded.
    """
    locked = store.lock_card(session, card_id)
    if locked is not None and wallet_id is not None and locked.card.wallet_id != wallet_id:
        raise CardUnknown
    card = demand_in_use(locked.card if locked else None)
    if card.state is CardState.FROZEN:
        return card

    # Nothing below this line may refuse.
    store.save_state(session, card.id, CardState.FROZEN, card.pin_misses)
    store.insert_event(session, CardEvent(card.id, CardStep.FROZEN, CardState.FROZEN, reason, actor, now))
    return replace(card, state=CardState.FROZEN)
