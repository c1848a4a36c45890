"""Paper cards at the counter: whose they are is read on record, and what is done to them keeps its own history."""

from typing import NamedTuple
from uuid import UUID

from identity.access.model import PersonField, Reason, ReasonCode
from identity.access.operations.read_person import read_person
from kernel.db import Session
from payments.cards.model import Card, CardActor, CardActorKind, CardEvent, CardLimits, CardReason, PrintedCard
from payments.cards.operations.issue_card import issue_card
from payments.cards.queries import card_events, cards_of_wallet
from staff_console.parts import ConsoleParts
from staff_console.viewer import StaffViewer

READING_SCREEN, ISSUING_SCREEN = "cards/read", "cards/issue"
ISSUING = Reason(ReasonCode.COUNTER, "紙カードの発行")


class CardHistory(NamedTuple):
    """A card with everything that happened to it."""

    card: Card
    events: list[CardEvent]


def clerk(viewer: StaffViewer) -> CardActor:
    """Who acts at the desk, as the history of a card tells it."""
    return CardActor(CardActorKind.STAFF, viewer.staff_id)


def cards_of(parts: ConsoleParts, viewer: StaffViewer, person_id: UUID, reason: Reason) -> list[CardHistory]:
    """All cards of a person, the newest first; that their wallet was read is on record. Refuses as `read_person`."""

    def read(session: Session) -> list[CardHistory]:
        wallet_id = _wallet_of(session, parts, viewer, person_id, reason, READING_SCREEN)
        found = cards_of_wallet(session, wallet_id)
        return [CardHistory(card, card_events(session, card.id)) for card in found]

    return parts.database.run(read)


def issue(
    parts: ConsoleParts,
    viewer: StaffViewer,
    person_id: UUID,
    *,
    reason: CardReason,
    pin: str | None,
    limits: CardLimits | None,
) -> PrintedCard:
    """A card for somebody who stands here. Refuses as `read_person`; as `issue_card`."""

    def issue(session: Session) -> PrintedCard:
        wallet_id = _wallet_of(session, parts, viewer, person_id, ISSUING, ISSUING_SCREEN)
        return issue_card(
            session,
            wallet_id=wallet_id,
            actor=clerk(viewer),
            reason=reason,
            pin=pin,
            limits=limits,
            city_limits=parts.card_limits,
            pepper=parts.pepper,
            now=parts.clock.now(),
        )

    return parts.database.run(issue)


def _wallet_of(
    session: Session, parts: ConsoleParts, viewer: StaffViewer, person_id: UUID, reason: Reason, screen: str
) -> UUID:
    person = read_person(
        session,
        person_id,
        staff_id=viewer.staff_id,
        roles=viewer.roles,
        reason=reason,
        fields=[PersonField.WALLET],
        screen=screen,
        now=parts.clock.now(),
    )
    assert person.wallet_id is not None
    return person.wallet_id
