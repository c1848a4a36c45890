"""Charging cards: limits without the PIN, misses that count, and answers that stay."""

from dataclasses import replace
from datetime import timedelta

from ledger.refusals import KeyReusedWithOtherContent, ValueNotEnough
from merchants.refusals import MerchantSuspended
from payments.cards.model import CardState, CardStep
from payments.cards.queries import card_endings
from payments.cards.refusals import (
    CardFrozen,
    CardHasNoPin,
    CardLockedByMisses,
    CardPinNeeded,
    CardPinWrong,
    CardUnknown,
)
from payments.codes.card_code import new_card_code
from payments.model import PaymentReceipt
from payments.refusals import ConsumerCodeUnknown, PayerBelongsToShop
from tests.ledger.books import NOON
from tests.merchants.shops import MARKET
from tests.payments.cards.wallet_cards import OTHER_PIN, PIN, WalletCards
from tests.payments.shop_world import CASHIER, HANAKO, TARO, voiding


def test_a_card_pays_from_its_wallet_and_tells_the_shop_the_end_of_its_serial(cards: WalletCards) -> None:
    printed = cards.issue()
    paid = cards.paid(cards.charging(printed))
    assert (paid.wallet_id, paid.amount_yen, paid.card_ending) == (TARO, 1_280, printed.card.serial[-4:])
    assert cards.world.left() == 3_720
    assert cards.world.rows("SELECT channel, charged_by FROM payments.payments") == [("card", CASHIER)]
    endings = cards.world.pay.run(lambda session: card_endings(session, [paid.payment_id]))
    assert endings == {paid.payment_id: printed.card.serial[-4:]}


def test_above_the_limit_of_a_payment_the_pin_is_needed(cards: WalletCards) -> None:
    printed = cards.issue()
    assert cards.paid(cards.charging(printed, 3_000)).amount_yen == 3_000
    assert cards.refused(cards.charging(printed, 3_001)) == CardPinNeeded(3_000, 10_000)
    without = cards.issue(wallet_id=HANAKO, pin=None)
    assert cards.refused(cards.charging(without, 3_001)) == CardHasNoPin(3_000, 10_000)
    assert cards.paid(cards.charging(without, 100, pin=PIN)).amount_yen == 100


def test_the_days_limit_counts_what_was_paid_without_the_pin_on_a_day_of_the_city(cards: WalletCards) -> None:
    cards.world.sell(HANAKO, units=2)
    printed = cards.issue(wallet_id=HANAKO)
    for amount_yen in (3_000, 3_000, 3_000):
        cards.paid(cards.charging(printed, amount_yen))
    assert cards.paid(cards.charging(printed, 2_000, pin=PIN)).amount_yen == 2_000
    assert cards.refused(cards.charging(printed, 1_001)) == CardPinNeeded(3_000, 10_000)
    assert cards.paid(cards.charging(printed, 1_000)).amount_yen == 1_000
    assert cards.refused(cards.charging(printed, 1)) == CardPinNeeded(3_000, 10_000)
    midnight = NOON.replace(hour=15, minute=0, second=0, microsecond=0)
    before = cards.charging(printed, 1, asked_at=midnight - timedelta(microseconds=1))
    assert cards.refused(before) == CardPinNeeded(3_000, 10_000)
    assert cards.paid(cards.charging(printed, 3_000, asked_at=midnight)).amount_yen == 3_000


def test_what_was_given_back_still_counts_for_the_day(cards: WalletCards) -> None:
    cards.world.sell(TARO, units=2)
    printed = cards.issue()
    for _ in range(3):
        paid = cards.paid(cards.charging(printed, 3_000))
        cards.world.reversed(voiding(paid.payment_id, merchant_id=MARKET.merchant_id))
    assert cards.refused(cards.charging(printed, 1_001)) == CardPinNeeded(3_000, 10_000)


def test_wrong_pins_are_counted_with_their_refusals_and_the_third_freezes_the_card(cards: WalletCards) -> None:
    printed = cards.issue()
    assert cards.refused(cards.charging(printed, 3_500, pin=OTHER_PIN)) == CardPinWrong(2)
    assert cards.refused(cards.charging(printed, 100, pin=OTHER_PIN)) == CardPinWrong(1)
    assert cards.now(printed.card.id).pin_misses == 2
    assert cards.refused(cards.charging(printed, 100, pin=OTHER_PIN)) == CardLockedByMisses()
    assert cards.now(printed.card.id).state is CardState.FROZEN
    assert cards.refused(cards.charging(printed, 100, pin=PIN)) == CardLockedByMisses()
    assert cards.refused(cards.charging(printed, 100)) == CardLockedByMisses()
    told = cards.told(printed.card.id)[-1]
    assert (told.step, told.actor.id) == (CardStep.LOCKED, CASHIER)
    assert len(cards.world.rows("SELECT * FROM payments.card_pin_misses")) == 3
    assert cards.unfreeze(printed.card.id).pin_misses == 0
    assert cards.paid(cards.charging(printed, 3_500, pin=PIN)).amount_yen == 3_500


def test_a_payment_with_the_right_pin_forgets_the_misses(cards: WalletCards) -> None:
    printed = cards.issue()
    cards.refused(cards.charging(printed, pin=OTHER_PIN))
    cards.refused(cards.charging(printed, pin=OTHER_PIN))
    cards.paid(cards.charging(printed, 100))
    assert cards.now(printed.card.id).pin_misses == 2
    cards.paid(cards.charging(printed, 100, pin=PIN))
    assert cards.now(printed.card.id).pin_misses == 0
    assert cards.refused(cards.charging(printed, pin=OTHER_PIN)) == CardPinWrong(2)


def test_a_key_asked_again_hears_the_same_and_counts_no_second_miss(cards: WalletCards) -> None:
    printed = cards.issue()
    wrong = cards.charging(printed, 3_500, pin=OTHER_PIN, key="wrong")
    assert cards.refused(wrong) == CardPinWrong(2)
    right_later = replace(cards.charging(printed, 3_500, pin=PIN), key="wrong")
    assert cards.take(wrong, wrong, right_later) == [CardPinWrong(2)] * 3
    assert cards.now(printed.card.id).pin_misses == 1
    good = cards.charging(printed, 1_000, key="good")
    first = cards.paid(good)
    cards.freeze(printed.card.id)
    again, guess = cards.take(good, replace(cards.charging(printed, 1_000, pin=OTHER_PIN), key="good"))
    assert again == guess == replace(first, is_replay=True)
    assert cards.take(replace(good, amount_yen=1_001)) == [KeyReusedWithOtherContent()]
    assert cards.now(printed.card.id).pin_misses == 1
    assert cards.world.left() == 4_000


def test_an_answer_given_again_after_unfreezing_counts_nothing(cards: WalletCards) -> None:
    printed = cards.issue()
    for key in ("1", "2", "3", "4"):
        cards.take(cards.charging(printed, pin=OTHER_PIN, key=key))
    cards.unfreeze(printed.card.id)
    for key in ("3", "4"):
        assert cards.take(cards.charging(printed, pin=OTHER_PIN, key=key)) == [CardLockedByMisses()]
    assert cards.now(printed.card.id).pin_misses == 0


def test_the_shops_own_refusals_come_first_and_count_no_miss(cards: WalletCards) -> None:
    printed = cards.issue()
    cards.world.suspend(MARKET.merchant_id)
    assert isinstance(cards.refused(cards.charging(printed, pin=OTHER_PIN)), MerchantSuspended)
    cards.world.resume(MARKET.merchant_id)
    cards.world.declare_own(MARKET.merchant_id, TARO)
    assert cards.refused(cards.charging(printed)) == PayerBelongsToShop()
    assert cards.now(printed.card.id).pin_misses == 0


def test_frozen_and_unknown_cards_do_not_pay(cards: WalletCards) -> None:
    printed = cards.issue()
    cards.freeze(printed.card.id)
    assert cards.refused(cards.charging(printed, pin=PIN)) == CardFrozen()
    unknown = replace(cards.charging(printed), code_digest=new_card_code().digest)
    assert cards.refused(unknown) == CardUnknown()


def test_too_little_value_is_refused_by_the_books_and_says_nothing_about_the_pin(cards: WalletCards) -> None:
    printed = cards.issue()
    assert isinstance(cards.refused(cards.charging(printed, 5_001, pin=PIN)), ValueNotEnough)
    assert cards.refused(cards.charging(printed, 5_001, pin=OTHER_PIN)) == CardPinWrong(2)


def test_a_batch_is_taken_in_its_order_however_often_one_card_is_in_it(cards: WalletCards) -> None:
    cards.world.sell(TARO, units=2)
    printed, other = cards.issue(), cards.issue(wallet_id=HANAKO)
    outcomes = cards.take(
        cards.charging(printed, 3_000),
        cards.world.paying(500),
        cards.charging(other, 800),
        cards.charging(printed, 3_000),
        cards.charging(printed, 100, pin=OTHER_PIN),
        cards.charging(printed, 3_000),
        cards.charging(printed, 1_001),
        cards.charging(printed, 1_000),
    )
    amounts = [outcome.amount_yen if isinstance(outcome, PaymentReceipt) else outcome for outcome in outcomes]
    wrong, needed = CardPinWrong(2), CardPinNeeded(3_000, 10_000)
    assert amounts == [3_000, 500, 800, 3_000, wrong, 3_000, needed, 1_000]
    assert [getattr(outcome, "card_ending", None) is None for outcome in outcomes[:3]] == [False, True, False]
    assert cards.now(printed.card.id).pin_misses == 1


def test_a_cards_code_is_no_code_of_a_phone(cards: WalletCards) -> None:
    printed = cards.issue()
    charge = cards.world.charging(code=cards.charging(printed).code_digest)
    assert cards.refused(charge) == ConsumerCodeUnknown()
