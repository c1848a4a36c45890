"""Give a resident a new card for one that was lost, stolen or damaged."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments.cards import store
from payments.cards.model import CardActor, CardEvent, CardReason, CardState, CardStep, PrintedCard
from payments.cards.operations.write_card import write_card
from payments.cards.rules import demand_in_use, new_pin


def replace_card(
    session: Session,
    card_id: UUID,
    *,
    actor: CardActor,
    reason: CardReason,
    pin: str | None = None,
    pepper: bytes,
    now: datetime,
) -> PrintedCard:
    """End a card and make a new one of the same wallet in one transaction; limits stay, and no value moves.

    The old PIN does not come along: the resident chooses one again, or the new card has none. Refuses, in this order:
    PinMalformed; PinEasilyGuessed; CardUnknown; CardReplaced; CardEnded.
    """
    chosen = new_pin(pin) if pin is not None else None
    locked = store.lock_card(session, card_id)
    old = demand_in_use(locked.card if locked else None)

    # Nothing below this line may refuse.
    store.save_state(session, old.id, CardState.REPLACED, old.pin_misses)
    store.insert_event(session, CardEvent(old.id, CardStep.REPLACED, CardState.REPLACED, reason, actor, now))
    return write_card(
        session,
        wallet_id=old.wallet_id,
        limits=old.limits,
        pin=chosen,
        replaces=old.id,
        actor=actor,
        reason=reason,
        pepper=pepper,
        now=now,
    )
