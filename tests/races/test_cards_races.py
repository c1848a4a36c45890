"""A card that is charged at the very moment in which it is frozen, replaced or charged elsewhere."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from kernel.refusals import Refusal
from payments.cards.model import CardState, PrintedCard
from payments.cards.refusals import (
    CardFrozen,
    CardInUse,
    CardLockedByMisses,
    CardPinNeeded,
    CardPinWrong,
    CardReplaced,
)
from payments.model import PaymentReceipt
from tests.conftest import MakeDatabase
from tests.payments.cards.wallet_cards import OTHER_PIN, PIN, WalletCards
from tests.payments.shop_world import TARO, ShopWorld
from tests.races.test_payments_races import THREADS, at_once, kinds

ROUNDS = 5


@pytest.fixture
def cards(make_database: MakeDatabase) -> Iterator[WalletCards]:
    world = ShopWorld(
        make_database("kashiman_pay", pool_size=THREADS), make_database("kashiman_staff", pool_size=THREADS)
    )
    world.sell(TARO, units=8)
    yield WalletCards(world)
    world.demand_agreeing_books()
    world.close()


def charged_while(cards: WalletCards, printed: PrintedCard, other: Callable[[], Any]) -> list[PaymentReceipt | Refusal]:
    """Charge a card from several tills while something else happens to it."""
    charges = [cards.charging(printed, 100) for _ in range(THREADS - 1)]

    def charge(place: int) -> PaymentReceipt | Refusal | None:
        if place == THREADS // 2:
            other()
            return None
        return cards.take(charges[place if place < THREADS // 2 else place - 1])[0]

    answers = at_once(*(lambda place=place: charge(place) for place in range(THREADS)))
    return [answer for answer in answers if answer is not None]


def stopped(cards: WalletCards, printed: PrintedCard, how: str, replaced: list[PrintedCard]) -> None:
    """Freeze a card, or replace it and keep the new one."""
    if how == "freeze":
        cards.freeze(printed.card.id)
    else:
        replaced.append(cards.replace(printed.card.id))


@pytest.mark.parametrize("stop", ["freeze", "replace"])
def test_a_payment_is_wholly_before_the_card_is_stopped_or_refused(cards: WalletCards, stop: str) -> None:
    printed = cards.issue()
    for _ in range(ROUNDS):
        left = cards.world.left()
        replaced: list[PrintedCard] = []
        outcomes = charged_while(cards, printed, partial(stopped, cards, printed, stop, replaced))
        found = kinds(outcomes)
        assert set(found) <= {PaymentReceipt, CardReplaced if replaced else CardFrozen}
        assert left - cards.world.left() == 100 * found[PaymentReceipt]
        assert isinstance(cards.take(cards.charging(printed, 100))[0], Refusal)
        if replaced:
            (printed,) = replaced
        else:
            cards.unfreeze(printed.card.id)


def test_charges_that_together_exceed_the_days_limit_do_not_all_pay(cards: WalletCards) -> None:
    printed = cards.issue()
    charges = [cards.charging(printed, 3_000) for _ in range(THREADS)]
    outcomes = at_once(*(lambda charge=charge: cards.take(charge)[0] for charge in charges))
    assert kinds(outcomes) == {PaymentReceipt: 3, CardPinNeeded: THREADS - 3}


def test_one_key_from_many_tills_is_one_payment_with_one_answer(cards: WalletCards) -> None:
    printed = cards.issue()
    charge = cards.charging(printed, 3_500, pin=PIN)
    outcomes = at_once(*(lambda: cards.take(charge)[0] for _ in range(THREADS)))
    receipts = [outcome for outcome in outcomes if isinstance(outcome, PaymentReceipt)]
    assert len({receipt.payment_id for receipt in receipts}) == 1
    assert [receipt.is_replay for receipt in receipts].count(False) == 1
    assert len(receipts) == THREADS


def test_guesses_at_one_moment_are_three_at_most(cards: WalletCards) -> None:
    printed = cards.issue()
    guesses = [cards.charging(printed, 100, pin=OTHER_PIN) for _ in range(THREADS)]
    outcomes = at_once(*(lambda guess=guess: cards.take(guess)[0] for guess in guesses))
    assert kinds(outcomes) == {CardPinWrong: 2, CardLockedByMisses: THREADS - 2}
    assert cards.now(printed.card.id).state is CardState.FROZEN
    assert len(cards.world.rows("SELECT * FROM payments.card_pin_misses")) == 3


def test_a_guess_under_one_key_from_many_tills_is_one_miss(cards: WalletCards) -> None:
    printed = cards.issue()
    guess = cards.charging(printed, 100, pin=OTHER_PIN)
    outcomes = at_once(*(lambda: cards.take(guess)[0] for _ in range(THREADS)))
    assert outcomes == [CardPinWrong(2)] * THREADS
    assert cards.now(printed.card.id).pin_misses == 1


def test_two_desks_issue_one_card(cards: WalletCards) -> None:
    def issue() -> PrintedCard | Refusal:
        try:
            return cards.issue()
        except CardInUse as refusal:
            return refusal

    outcomes = at_once(*(issue for _ in range(THREADS)))
    assert [type(outcome) for outcome in outcomes].count(PrintedCard) == 1
    assert len(cards.world.rows("SELECT * FROM payments.cards")) == 1
