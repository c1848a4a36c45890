"""Issuing, freezing, replacing and ending cards, and what stays of it."""

from uuid import uuid4

import pytest

from kernel.refusals import Refusal
from payments.cards.model import USUAL_LIMITS, CardActor, CardActorKind, CardLimits, CardReason, CardState, CardStep
from payments.cards.queries import cards_of_wallet
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
from payments.codes.card_code import CARD_PREFIX, card_digest_of
from tests.ledger.books import NOON
from tests.payments.cards.wallet_cards import CLERK, OTHER_PIN, PIN, WalletCards
from tests.payments.shop_world import HANAKO, TARO


def test_a_card_is_issued_once_and_only_digests_of_it_are_kept(cards: WalletCards) -> None:
    printed = cards.issue()
    card = printed.card
    assert printed.code.startswith(CARD_PREFIX)
    assert (card.wallet_id, card.state, card.limits, card.has_pin) == (TARO, CardState.ACTIVE, USUAL_LIMITS, True)
    assert cards.now(card.id) == card
    (row,) = cards.world.rows("SELECT c::text, secret_digest, octet_length(pin_digest) FROM payments.cards AS c")
    assert printed.code not in row[0]
    assert (row[1], row[2]) == (card_digest_of(printed.code), 32)
    (told,) = cards.told(card.id)
    assert (told.step, told.state, told.reason) == (CardStep.ISSUED, CardState.ACTIVE, CardReason.NO_PHONE)
    assert (told.actor, told.at) == (CLERK, NOON)
    assert printed.code not in repr(printed)


def test_a_wallet_has_one_card_in_use(cards: WalletCards) -> None:
    first = cards.issue().card
    with pytest.raises(CardInUse) as refused:
        cards.issue()
    assert refused.value == CardInUse(first.serial[-4:])
    assert cards.issue(wallet_id=HANAKO).card.wallet_id == HANAKO
    cards.freeze(first.id)
    with pytest.raises(CardInUse):
        cards.issue()
    cards.end(first.id)
    assert cards.issue().card.state is CardState.ACTIVE


@pytest.mark.parametrize(
    ("pin", "refusal"),
    [
        ("123", PinMalformed()),
        ("27491", PinMalformed()),
        ("27a9", PinMalformed()),
        ("２７４³", None),
        ("", PinMalformed()),
        ("2" * 50, PinMalformed()),
        ("7777", PinEasilyGuessed()),
        ("1234", PinEasilyGuessed()),
        ("8901", PinEasilyGuessed()),
        ("3210", PinEasilyGuessed()),
        (" ２７ ４９ ", None),
    ],
)
def test_a_pin_is_four_digits_that_nobody_tries_first(cards: WalletCards, pin: str, refusal: Refusal | None) -> None:
    if refusal is None:
        assert cards.issue(pin=pin).card.has_pin
        return
    with pytest.raises(type(refusal)):
        cards.issue(pin=pin)
    assert cards.world.rows("SELECT * FROM payments.cards") == []


@pytest.mark.parametrize("limits", [(3_001, 10_000), (3_000, 10_001), (2_000, 1_000), (-1, 100)])
def test_limits_may_be_lower_than_the_citys_and_no_higher(cards: WalletCards, limits: tuple[int, int]) -> None:
    with pytest.raises(CardLimitOutOfRange) as refused:
        cards.issue(limits=CardLimits(*limits))
    assert refused.value == CardLimitOutOfRange(3_000, 10_000)
    assert cards.issue(limits=CardLimits(0, 0)).card.limits == (0, 0)


def test_a_replaced_card_ends_in_the_same_step_and_no_value_moves(cards: WalletCards) -> None:
    old = cards.issue(limits=CardLimits(1_000, 2_000))
    before, left = cards.world.money(), cards.world.left()
    new = cards.replace(old.card.id)
    assert cards.now(old.card.id).state is CardState.REPLACED
    assert (new.card.wallet_id, new.card.limits, new.card.state) == (TARO, CardLimits(1_000, 2_000), CardState.ACTIVE)
    assert not new.card.has_pin, "the PIN is chosen anew"
    assert new.code != old.code
    assert new.card.serial != old.card.serial
    assert (cards.world.money(), cards.world.left()) == (before, left)
    assert [told.step for told in cards.told(old.card.id)] == [CardStep.ISSUED, CardStep.REPLACED]
    assert isinstance(cards.refused(cards.charging(old)), CardReplaced)
    assert cards.paid(cards.charging(new, 700)).amount_yen == 700
    found = cards.world.pay.run(lambda session: cards_of_wallet(session, TARO))
    assert [(each.id, each.is_in_use) for each in found] == [(new.card.id, True), (old.card.id, False)]


def test_a_holder_freezes_their_own_card_at_once_and_nobody_elses(cards: WalletCards) -> None:
    card = cards.issue().card
    with pytest.raises(CardUnknown):
        cards.freeze(card.id, by_wallet=HANAKO)
    assert cards.now(card.id).state is CardState.ACTIVE
    assert cards.freeze(card.id, by_wallet=TARO).state is CardState.FROZEN
    assert cards.told(card.id)[-1].actor == CardActor(CardActorKind.HOLDER, TARO)
    assert cards.freeze(card.id).state is CardState.FROZEN
    assert [told.step for told in cards.told(card.id)] == [CardStep.ISSUED, CardStep.FROZEN]
    assert cards.unfreeze(card.id).state is CardState.ACTIVE
    with pytest.raises(CardNotFrozen):
        cards.unfreeze(card.id)


def test_what_has_ended_stays_as_it_is(cards: WalletCards) -> None:
    ended, replaced = cards.issue(), cards.issue(wallet_id=HANAKO)
    cards.end(ended.card.id)
    cards.replace(replaced.card.id)
    for card_id, refusal in ((ended.card.id, CardEnded), (replaced.card.id, CardReplaced), (uuid4(), CardUnknown)):
        for step in (cards.freeze, cards.unfreeze, cards.end, cards.replace):
            with pytest.raises(refusal):
                step(card_id)
        with pytest.raises(refusal):
            cards.set_pin(card_id, OTHER_PIN)
    assert isinstance(cards.refused(cards.charging(ended)), CardEnded)


def test_a_new_pin_takes_the_place_of_the_old_one(cards: WalletCards) -> None:
    printed = cards.issue()
    assert cards.set_pin(printed.card.id, OTHER_PIN).has_pin
    assert cards.paid(cards.charging(printed, 3_500, pin=OTHER_PIN)).amount_yen == 3_500
    assert cards.refused(cards.charging(printed, 100, pin=PIN)).code == "card_pin_wrong"
    with pytest.raises(PinEasilyGuessed):
        cards.set_pin(printed.card.id, "0000")
    assert [told.step for told in cards.told(printed.card.id)] == [CardStep.ISSUED, CardStep.PIN_SET]
