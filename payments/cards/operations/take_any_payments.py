"""Take a batch of payments of every way: at codes, and with paper cards."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from kernel.refusals import Refusal
from payments.cards import rules, store
from payments.cards.model import (
    PIN_MISSES_MAX,
    CardActor,
    CardActorKind,
    CardAtTill,
    CardCharge,
    CardDecision,
    CardEvent,
    CardReason,
    CardState,
    CardStep,
)
from payments.model import Channel, DecidedCharge, PaymentReceipt
from payments.operations.take_payments import AnyRequest, take_payments
from payments.rules import key_of

AskedPayment = AnyRequest | CardCharge
Known = Mapping[bytes, CardAtTill]


def take_any_payments(session: Session, requests: Sequence[AskedPayment]) -> list[PaymentReceipt | Refusal]:
    """Take payments in their order, each succeeding or refused on its own, and answer a receipt or refusal for each.

    A card is locked until the end of the transaction, so that freezing or replacing it, or another charge, comes before
    or after. Refuses the shop's own refusals first, then what `decide_charge` refuses, then as `take_payments`. Every
    attempt burns its key; a wrong PIN is counted with the refusal, once, and the third freezes the card.
    """
    digests = _digests(requests)
    if not digests:
        return take_payments(session, [request for request in requests if not isinstance(request, CardCharge)])
    store.lock_at_till(session, digests)
    runs = rules.runs_without_repeated_card(requests)
    return [outcome for run in runs for outcome in _take_run(session, run)]


def _take_run(session: Session, requests: Sequence[AskedPayment]) -> list[PaymentReceipt | Refusal]:
    cards = store.lock_at_till(session, _digests(requests))
    spent_yen = _spent(session, requests, cards)
    decisions: dict[int, CardDecision] = {}
    asked: list[AnyRequest] = []
    for place, request in enumerate(requests):
        if isinstance(request, CardCharge):
            known = cards.get(request.code_digest)
            decisions[place] = rules.decide_charge(known, request, spent_yen.get(request.code_digest, 0))
            asked.append(_decided(request, decisions[place]))
        else:
            asked.append(request)
    outcomes = take_payments(session, asked)

    # Nothing below this line may refuse.
    paid: list[store.PaidByCard] = []
    for place, decision in decisions.items():
        request, outcome = requests[place], outcomes[place]
        assert isinstance(request, CardCharge)
        known = cards.get(request.code_digest)
        if known is None:
            continue
        if isinstance(outcome, PaymentReceipt):
            outcomes[place] = replace(outcome, card_ending=known.card.serial_ending)
            if not outcome.is_replay:
                paid.append(store.PaidByCard(outcome.payment_id, known.card.id, decision.with_pin))
                _forget_misses(session, known, decision)
        elif decision.is_miss and outcome is decision.found:  # An answer given again is another object.
            _count_miss(session, known, request, asked[place])
    if paid:
        store.insert_payments(session, paid)
    return outcomes


def _decided(charge: CardCharge, decision: CardDecision) -> DecidedCharge:
    return DecidedCharge(
        charge.key,
        charge.code_digest,
        charge.amount_yen,
        charge.store_id,
        charge.asked_by,
        charge.asked_at,
        Channel.CARD,
        decision.found,
    )


def _forget_misses(session: Session, known: CardAtTill, decision: CardDecision) -> None:
    if decision.with_pin and known.card.pin_misses:
        store.save_state(session, known.card.id, known.card.state, 0)


def _count_miss(session: Session, known: CardAtTill, charge: CardCharge, asked: AnyRequest) -> None:
    card = known.card
    store.insert_miss(session, key_of(asked).id, card.id, charge.store_id, charge.asked_at)
    misses = card.pin_misses + 1
    if misses < PIN_MISSES_MAX:
        store.save_state(session, card.id, card.state, misses)
        return
    till = CardActor(CardActorKind.TILL, charge.asked_by)
    store.save_state(session, card.id, CardState.FROZEN, misses)
    locked = CardEvent(card.id, CardStep.LOCKED, CardState.FROZEN, CardReason.PIN_MISSED, till, charge.asked_at)
    store.insert_event(session, locked)


def _spent(session: Session, requests: Sequence[AskedPayment], cards: Known) -> dict[bytes, int]:
    """What each card paid without its PIN on the day of its charge so far."""
    charges = [request for request in requests if isinstance(request, CardCharge) and request.code_digest in cards]
    ids = {charge.code_digest: cards[charge.code_digest].card.id for charge in charges}
    spans = [(ids[charge.code_digest], rules.city_day(charge.asked_at)) for charge in charges]
    found = store.spent_without_pin(session, spans) if spans else {}
    return {digest: found.get(card_id, 0) for digest, card_id in ids.items()}


def _digests(requests: Sequence[AskedPayment]) -> list[bytes]:
    return sorted({request.code_digest for request in requests if isinstance(request, CardCharge)})
