"""End a card without a new one."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments.cards import store
from payments.cards.model import Card, CardActor, CardEvent, CardReason, CardState, CardStep
from payments.cards.rules import demand_in_use


def end_card(session: Session, card_id: UUID, *, actor: CardActor, reason: CardReason, now: datetime) -> Card:
    """End a card for good; what the wallet holds stays there, and it may be issued another card later.

    Refuses, in this order: CardUnknown; CardReplaced; CardEnded.
    """
    locked = store.lock_card(session, card_id)
    card = demand_in_use(locked.card if locked else None)

    # Nothing below this line may refuse.
    store.save_state(session, card.id, CardState.ENDED, card.pin_misses)
    store.insert_event(session, CardEvent(card.id, CardStep.ENDED, CardState.ENDED, reason, actor, now))
    return replace(card, state=CardState.ENDED)
