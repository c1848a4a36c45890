"""Make a card's code and serial and write it, for whoever issues or replaces one."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.ids import new_id
from payments.cards import store
from payments.cards.model import (
    Card,
    CardActor,
    CardEvent,
    CardLimits,
    CardReason,
    CardState,
    CardStep,
    PrintedCard,
)
from payments.cards.rules import new_serial, pin_digest
from payments.codes.card_code import new_card_code


def write_card(
    session: Session,
    *,
    wallet_id: UUID,
    limits: CardLimits,
    pin: str | None,
    replaces: UUID | None,
    actor: CardActor,
    reason: CardReason,
    pepper: bytes,
    now: datetime,
) -> PrintedCard:
    """Write an active card of a wallet that has none in use; only digests of its code and PIN are stored.

    `pin` was read by `new_pin`. Refuses nothing.
    """
    code = new_card_code()
    digest = pin_digest(pepper, code.digest, pin) if pin else None
    row = store.NewCard(new_id(), wallet_id, new_serial(), code.digest, digest, limits, replaces, now)
    store.insert_card(session, row)
    event = CardEvent(row.id, CardStep.ISSUED, CardState.ACTIVE, reason, actor, now)
    store.insert_event(session, event)
    card = Card(row.id, wallet_id, row.serial, digest is not None, 0, limits, CardState.ACTIVE, now)
    return PrintedCard(card, code.text)
