"""Paper cards: issued and replaced at the counter, and frozen at once when somebody calls."""

from base64 import b64encode
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from identity.access.model import Reason
from kernel.http import refuses
from payments.cards.model import Card, CardLimits, PrintedCard
from payments.cards.operations.end_card import end_card
from payments.cards.operations.freeze_card import freeze_card
from payments.cards.operations.replace_card import replace_card
from payments.cards.operations.set_card_pin import set_card_pin
from payments.cards.operations.unfreeze_card import unfreeze_card
from payments.cards.refusals import (
    CardEnded,
    CardInUse,
    CardLimitOutOfRange,
    CardNotFrozen,
    CardReplaced,
    CardUnknown,
    PinEasilyGuessed,
    PinMalformed,
)
from payments.codes.picture import code_svg
from staff_console.card_schemas import (
    CardAnswer,
    CardEventAnswer,
    CardHistoryAnswer,
    CardsAnswer,
    CardStepBody,
    IssueCardBody,
    PrintedCardAnswer,
    ReadCardsBody,
    ReplaceCardBody,
    SetPinBody,
)
from staff_console.card_sheet import card_sheet
from staff_console.desks import cards
from staff_console.desks.cards import CardHistory, clerk
from staff_console.parts import Parts
from staff_console.rights import CARD_DESKS
from staff_console.routes.people import READ_REFUSALS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["cards"])

Clerk = Annotated[StaffViewer, Depends(requires(*CARD_DESKS))]
IN_USE_REFUSALS = (*VIEWER_REFUSALS, CardUnknown, CardReplaced, CardEnded)
PIN_REFUSALS = (PinMalformed, PinEasilyGuessed)


@router.post("/people/{person_id}/cards/read", responses=refuses(*READ_REFUSALS))
def read(person_id: UUID, body: ReadCardsBody, viewer: Clerk, parts: Parts) -> CardsAnswer:
    """All cards of somebody, for a reason and on record."""
    reason = Reason(body.reason.code, body.reason.text, body.reason.case_reference)
    found = cards.cards_of(parts, viewer, person_id, reason)
    return CardsAnswer(cards=[_history(each) for each in found])


@router.post(
    "/people/{person_id}/cards",
    status_code=201,
    responses=refuses(*READ_REFUSALS, *PIN_REFUSALS, CardLimitOutOfRange, CardInUse),
)
def issue(person_id: UUID, body: IssueCardBody, viewer: Clerk, parts: Parts) -> PrintedCardAnswer:
    """A card for somebody who stands here, to be printed now; a lost answer is made good by replacing the card."""
    city = parts.card_limits
    day_yen = city.day_yen if body.limit_day_yen is None else body.limit_day_yen
    payment_yen = min(city.payment_yen, day_yen) if body.limit_payment_yen is None else body.limit_payment_yen
    limits = CardLimits(payment_yen, day_yen)
    return _printed(cards.issue(parts, viewer, person_id, reason=body.reason, pin=body.pin, limits=limits))


@router.post("/cards/{card_id}/freeze", responses=refuses(*IN_USE_REFUSALS))
def freeze(card_id: UUID, body: CardStepBody, viewer: Clerk, parts: Parts) -> CardAnswer:
    """Stop a card at once; no payment begins with it after this answer."""
    now, actor = parts.clock.now(), clerk(viewer)
    changed = parts.database.run(
        lambda session: freeze_card(session, card_id, actor=actor, reason=body.reason, now=now)
    )
    return CardAnswer(**_facts(changed))


@router.post("/cards/{card_id}/unfreeze", responses=refuses(*IN_USE_REFUSALS, CardNotFrozen))
def unfreeze(card_id: UUID, body: CardStepBody, viewer: Clerk, parts: Parts) -> CardAnswer:
    """Let a frozen card pay again, with three new tries of its PIN; the resident stands here."""
    now, actor = parts.clock.now(), clerk(viewer)
    changed = parts.database.run(
        lambda session: unfreeze_card(session, card_id, actor=actor, reason=body.reason, now=now)
    )
    return CardAnswer(**_facts(changed))


@router.post("/cards/{card_id}/pin", responses=refuses(*PIN_REFUSALS, *IN_USE_REFUSALS))
def set_pin(card_id: UUID, body: SetPinBody, viewer: Clerk, parts: Parts) -> CardAnswer:
    """Set the PIN that the resident types here; a frozen card stays frozen."""
    now, actor = parts.clock.now(), clerk(viewer)
    changed = parts.database.run(
        lambda session: set_card_pin(
            session, card_id, body.pin, actor=actor, reason=body.reason, pepper=parts.pepper, now=now
        )
    )
    return CardAnswer(**_facts(changed))


@router.post("/cards/{card_id}/replacement", status_code=201, responses=refuses(*PIN_REFUSALS, *IN_USE_REFUSALS))
def replace(card_id: UUID, body: ReplaceCardBody, viewer: Clerk, parts: Parts) -> PrintedCardAnswer:
    """A new card of the same wallet to be printed now; the old one ends with it, and no value moves."""
    now, actor = parts.clock.now(), clerk(viewer)
    return _printed(
        parts.database.run(
            lambda session: replace_card(
                session, card_id, actor=actor, reason=body.reason, pin=body.pin, pepper=parts.pepper, now=now
            )
        )
    )


@router.post("/cards/{card_id}/end", responses=refuses(*IN_USE_REFUSALS))
def end(card_id: UUID, body: CardStepBody, viewer: Clerk, parts: Parts) -> CardAnswer:
    """End a card for good; what the wallet holds stays there."""
    now, actor = parts.clock.now(), clerk(viewer)
    changed = parts.database.run(lambda session: end_card(session, card_id, actor=actor, reason=body.reason, now=now))
    return CardAnswer(**_facts(changed))


def _printed(printed: PrintedCard) -> PrintedCardAnswer:
    sheet = b64encode(card_sheet(printed)).decode()
    return PrintedCardAnswer(
        **_facts(printed.card), code=printed.code, code_svg=code_svg(printed.code), sheet_pdf=sheet
    )


def _history(found: CardHistory) -> CardHistoryAnswer:
    events = [
        CardEventAnswer(step=each.step, state=each.state, reason=each.reason, by=each.actor.kind, at=each.at)
        for each in found.events
    ]
    return CardHistoryAnswer(**_facts(found.card), events=events)


def _facts(card: Card) -> dict[str, Any]:
    return {
        "card_id": card.id,
        "serial": card.serial,
        "state": card.state,
        "is_locked": card.is_locked,
        "has_pin": card.has_pin,
        "limit_payment_yen": card.limits.payment_yen,
        "limit_day_yen": card.limits.day_yen,
        "issued_at": card.issued_at,
    }
