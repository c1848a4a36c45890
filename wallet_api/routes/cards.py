"""The resident's paper cards, and the button that stops one at once."""

from uuid import UUID

from fastapi import APIRouter

from kernel.http import refuses
from payments.cards.model import Card, CardActor, CardActorKind, CardReason
from payments.cards.operations.freeze_card import freeze_card
from payments.cards.queries import cards_of_wallet
from payments.cards.refusals import CardEnded, CardReplaced, CardUnknown
from wallet_api.card_schemas import CardAnswer, CardsAnswer
from wallet_api.parts import Parts
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["cards"], responses=refuses(*SIGN_IN_REFUSALS))


@router.get("/cards")
def cards(resident: Resident, parts: Parts) -> CardsAnswer:
    """All paper cards that the resident ever had, the newest first."""
    with parts.database.transaction() as session:
        return CardsAnswer(cards=[_answer(card) for card in cards_of_wallet(session, resident.wallet_id)])


@router.post("/cards/{card_id}/freeze", responses=refuses(*SIGN_IN_REFUSALS, CardUnknown, CardReplaced, CardEnded))
def freeze(card_id: UUID, resident: Resident, parts: Parts) -> CardAnswer:
    """Stop the resident's own card at once; the counter lets it pay again."""
    wallet_id, now = resident.wallet_id, parts.clock.now()
    holder = CardActor(CardActorKind.HOLDER, wallet_id)
    return _answer(
        parts.database.run(
            lambda session: freeze_card(
                session, card_id, wallet_id=wallet_id, actor=holder, reason=CardReason.WISHED, now=now
            )
        )
    )


def _answer(card: Card) -> CardAnswer:
    return CardAnswer(
        card_id=card.id,
        serial=card.serial,
        state=card.state,
        is_locked=card.is_locked,
        has_pin=card.has_pin,
        limit_payment_yen=card.limits.payment_yen,
        limit_day_yen=card.limits.day_yen,
        issued_at=card.issued_at,
    )
