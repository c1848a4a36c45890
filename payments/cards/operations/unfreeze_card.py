"""Let a frozen card pay again."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments.cards import store
from payments.cards.model import Card, CardActor, CardEvent, CardReason, CardState, CardStep
from payments.cards.rules import demand_frozen


def unfreeze_card(session: Session, card_id: UUID, *, actor: CardActor, reason: CardReason, now: datetime) -> Card:
    """Bring a frozen card back, with three new tries of its PIN; the caller knows that the resident is present.

    Refuses, in this order: CardUnknown; CardReplaced; CardEnded; CardNotFrozen.
    """
    locked = store.lock_card(session, card_id)
    card = demand_frozen(locked.card if locked else None)

    # Nothing below this line may refuse.
    store.save_state(session, card.id, CardState.ACTIVE, 0)
    store.insert_event(session, CardEvent(card.id, CardStep.UNFROZEN, CardState.ACTIVE, reason, actor, now))
    return replace(card, state=CardState.ACTIVE, pin_misses=0)
