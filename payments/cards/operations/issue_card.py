"""Issue a paper card to a resident at the counter."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from payments.cards import store
from payments.cards.model import USUAL_LIMITS, CardActor, CardLimits, CardReason, PrintedCard
from payments.cards.operations.write_card import write_card
from payments.cards.refusals import CardInUse
from payments.cards.rules import demand_limits, new_pin


def issue_card(
    session: Session,
    *,
    wallet_id: UUID,
    actor: CardActor,
    reason: CardReason,
    pin: str | None = None,
    limits: CardLimits | None = None,
    city_limits: CardLimits = USUAL_LIMITS,
    pepper: bytes,
    now: datetime,
) -> PrintedCard:
    """Make a wallet's card; the answer is the one moment at which its code can be printed.

    The caller knows that the resident is present and the wallet is theirs. Without `limits` the city's own hold.
    Refuses, in this order: PinMalformed; PinEasilyGuessed; CardLimitOutOfRange; CardInUse. Two at one moment meet at
    `cards_one_in_use`: `Database.run` starts the second again, and it is refused.
    """
    chosen = new_pin(pin) if pin is not None else None
    allowed = demand_limits(limits or city_limits, city_limits)
    for card in store.cards_of(session, wallet_id):
        if card.is_in_use:
            raise CardInUse(card.serial_ending)

    # Nothing below this line may refuse.
    return write_card(
        session,
        wallet_id=wallet_id,
        limits=allowed,
        pin=chosen,
        replaces=None,
        actor=actor,
        reason=reason,
        pepper=pepper,
        now=now,
    )
