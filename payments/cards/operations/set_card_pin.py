"""Set the PIN of a card at the counter."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments.cards import store
from payments.cards.model import Card, CardActor, CardEvent, CardReason, CardStep
from payments.cards.rules import demand_in_use, new_pin, pin_digest


def set_card_pin(
    session: Session, card_id: UUID, pin: str, *, actor: CardActor, reason: CardReason, pepper: bytes, now: datetime
) -> Card:
    """Set a PIN of four digits in place of the one before, with three new tries; a frozen card stays frozen.

    Refuses, in this order: PinMalformed; PinEasilyGuessed; CardUnknown; CardReplaced; CardEnded.
    """
    chosen = new_pin(pin)
    locked = store.lock_card(session, card_id)
    card = demand_in_use(locked.card if locked else None)
    assert locked is not None

    # Nothing below this line may refuse.
    store.save_pin(session, card.id, pin_digest(pepper, locked.code_digest, chosen))
    store.insert_event(session, CardEvent(card.id, CardStep.PIN_SET, card.state, reason, actor, now))
    return replace(card, has_pin=True, pin_misses=0)
