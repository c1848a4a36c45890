"""Paper cards against small models: what is paid without the PIN in a day, and where a card's life may go."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kernel.clock import city_date
from kernel.ids import new_id
from kernel.refusals import Refusal
from payments.cards.model import PIN_MISSES_MAX, Card, CardAtTill, CardCharge, CardLimits, CardState, PrintedCard
from payments.cards.refusals import (
    CardEnded,
    CardFrozen,
    CardInUse,
    CardLockedByMisses,
    CardNotFrozen,
    CardPinNeeded,
    CardPinWrong,
    CardReplaced,
)
from payments.cards.rules import decide_charge, pin_digest, runs_without_repeated_card
from payments.codes.card_code import CARD_PREFIX, card_digest_of, is_card_code, new_card_code
from payments.codes.consumer_code import digest_of, new_consumer_code
from payments.codes.refusals import CodeUnreadable
from payments.model import PaymentReceipt
from tests.conftest import MakeDatabase
from tests.ledger.books import NOON, TERMS
from tests.payments.cards.wallet_cards import OTHER_PIN, PEPPER, PIN, WalletCards
from tests.payments.shop_world import ShopWorld

DIGEST = b"d" * 32
RIGHT, WRONG = pin_digest(PEPPER, DIGEST, PIN), pin_digest(PEPPER, DIGEST, OTHER_PIN)
LIMITS = CardLimits(3_000, 10_000)
CARD = Card(UUID(int=1), UUID(int=2), "0123456789", True, 0, LIMITS, CardState.ACTIVE, NOON)
AMOUNTS_YEN = st.integers(1, 4_000) | st.sampled_from([1, 3_000, 3_001, 10_000])
HOURS = st.integers(0, 30)
PINS = st.sampled_from([None, RIGHT, WRONG])


def charge(amount_yen: int, pin: bytes | None, at: datetime) -> CardCharge:
    return CardCharge("key", DIGEST, amount_yen, UUID(int=3), UUID(int=4), at, pin)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(AMOUNTS_YEN, PINS, HOURS), max_size=25))
def test_without_the_pin_no_day_pays_more_than_its_limit_and_no_third_miss_is_survived(
    asked: list[tuple[int, bytes | None, int]],
) -> None:
    card, spent, at = CARD, Counter[date](), NOON
    for amount_yen, pin, hours in asked:
        at += timedelta(hours=hours)
        decision = decide_charge(CardAtTill(card, RIGHT), charge(amount_yen, pin, at), spent[city_date(at)])
        fits = amount_yen <= 3_000 and spent[city_date(at)] + amount_yen <= 10_000
        if card.state is CardState.FROZEN:
            assert decision.found == CardLockedByMisses()
        elif pin == WRONG:
            left = PIN_MISSES_MAX - card.pin_misses - 1
            assert decision.found == (CardPinWrong(left) if left else CardLockedByMisses())
            assert decision.is_miss
            card = replace(card, pin_misses=card.pin_misses + 1, state=card.state if left else CardState.FROZEN)
        elif pin == RIGHT:
            assert (decision.found, decision.with_pin) == (card.wallet_id, True)
            card = replace(card, pin_misses=0)
        elif fits:
            assert (decision.found, decision.with_pin) == (card.wallet_id, False)
            spent[city_date(at)] += amount_yen
        else:
            assert decision.found == CardPinNeeded(3_000, 10_000)
        assert max(spent.values(), default=0) <= 10_000


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["a", "b", "other"]), max_size=12))
def test_runs_keep_the_order_and_charge_no_card_twice(asked: list[str]) -> None:
    batch = [
        each if each == "other" else replace(charge(place + 1, None, NOON), code_digest=each.encode())
        for place, each in enumerate(asked)
    ]
    runs = runs_without_repeated_card(batch)
    assert [request for run in runs for request in run] == batch
    for run in runs:
        charged = [request.code_digest for request in run if isinstance(request, CardCharge)]
        assert len(charged) == len(set(charged))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_cards_code_is_read_as_typed_and_never_as_a_phones(data: st.DataObject) -> None:
    code, phone = new_card_code(), new_consumer_code()
    at = data.draw(st.integers(0, len(code.text)))
    typed = f" {code.text[:at]}-{code.text[at:]}".lower()
    assert is_card_code(typed)
    assert card_digest_of(typed) == code.digest
    assert not is_card_code(phone.text)
    for read, text in ((digest_of, code.text), (card_digest_of, phone.text), (card_digest_of, CARD_PREFIX)):
        with pytest.raises(CodeUnreadable):
            read(text)


@dataclass
class Known:
    """What the model knows of one printed card."""

    printed: PrintedCard
    state: CardState = CardState.ACTIVE
    misses: int = 0
    has_pin: bool = True

    def why_not(self) -> Refusal | None:
        """What everybody hears of a card that is out of use."""
        return {CardState.REPLACED: CardReplaced(), CardState.ENDED: CardEnded()}.get(self.state)


class CardLives(RuleBasedStateMachine):
    """One resident, whose cards are issued, stopped, replaced and charged in any order."""

    cards: WalletCards
    choice = st.integers(0, 9)

    @initialize()
    def begin(self) -> None:
        self.wallet_id = new_id()
        self.cards.world.sell(self.wallet_id, units=20, terms=TERMS)
        self.left_yen, self.spent, self.known, self.at = 100_000, Counter[date](), list[Known](), NOON

    @rule(with_pin=st.booleans())
    def issue(self, with_pin: bool) -> None:
        in_use = [each for each in self.known if each.why_not() is None]
        expected = CardInUse(in_use[0].printed.card.serial_ending) if in_use else None
        made = self._tried(lambda: self.cards.issue(wallet_id=self.wallet_id, pin=PIN if with_pin else None), expected)
        if isinstance(made, PrintedCard):
            self.known.append(Known(made, has_pin=with_pin))
            self.spent.clear()

    @rule(choice=choice, step=st.sampled_from(["freeze", "unfreeze", "end", "replace"]))
    def stop(self, choice: int, step: str) -> None:
        if not self.known:
            return
        one = self.known[choice % len(self.known)]
        expected = one.why_not()
        if expected is None and step == "unfreeze" and one.state is not CardState.FROZEN:
            expected = CardNotFrozen()
        made = self._tried(lambda: getattr(self.cards, step)(one.printed.card.id), expected)
        if expected is not None:
            return
        if step == "freeze":
            one.state = CardState.FROZEN
        elif step == "unfreeze":
            one.state, one.misses = CardState.ACTIVE, 0
        elif step == "end":
            one.state = CardState.ENDED
        else:
            assert isinstance(made, PrintedCard)
            one.state = CardState.REPLACED
            self.known.append(Known(made, has_pin=False))
            self.spent.clear()

    @rule(choice=choice, amount_yen=AMOUNTS_YEN, pin=st.sampled_from([None, None, PIN, OTHER_PIN]), hours=HOURS)
    def pay(self, choice: int, amount_yen: int, pin: str | None, hours: int) -> None:
        if not self.known:
            return
        self.at += timedelta(hours=hours)
        one, day = self.known[choice % len(self.known)], city_date(self.at)
        outcome = self.cards.take(self.cards.charging(one.printed, amount_yen, pin=pin, asked_at=self.at))[0]
        expected = self._expected(one, amount_yen, pin, day)
        if expected is not None:
            assert isinstance(outcome, Refusal)
            assert outcome.code == expected
        elif self.left_yen < amount_yen:
            assert isinstance(outcome, Refusal)
            assert outcome.code == "value_not_enough"
        else:
            assert isinstance(outcome, PaymentReceipt)
            self.left_yen -= amount_yen
            if pin and one.has_pin:
                one.misses = 0
            else:
                self.spent[day] += amount_yen

    def teardown(self) -> None:
        if hasattr(self, "wallet_id"):
            assert self.cards.world.left(self.wallet_id) == self.left_yen
            for one in self.known:
                now = self.cards.now(one.printed.card.id)
                assert (now.state, now.pin_misses, now.has_pin) == (one.state, one.misses, one.has_pin)

    def _expected(self, one: Known, amount_yen: int, pin: str | None, day: date) -> str | None:
        """Why a charge is refused before the books are asked; a wrong PIN is counted on the way."""
        if why := one.why_not():
            return why.code
        if one.state is CardState.FROZEN:
            return CardLockedByMisses.code if one.misses == PIN_MISSES_MAX else CardFrozen.code
        if pin == OTHER_PIN and one.has_pin:
            one.misses += 1
            if one.misses < PIN_MISSES_MAX:
                return CardPinWrong.code
            one.state = CardState.FROZEN
            return CardLockedByMisses.code
        if pin and one.has_pin:
            return None
        fits = amount_yen <= 3_000 and self.spent[day] + amount_yen <= 10_000
        return None if fits else CardPinNeeded.code if one.has_pin else "card_has_no_pin"

    @staticmethod
    def _tried(work: Callable[[], object], expected: Refusal | None) -> object:
        outcome: object
        try:
            outcome = work()
        except Refusal as refusal:
            outcome = refusal
        assert (outcome if isinstance(outcome, Refusal) else None) == expected
        return outcome


@pytest.fixture
def cards(make_database: MakeDatabase) -> Iterator[WalletCards]:
    world = ShopWorld(make_database("kashiman_pay"), make_database("kashiman_staff"))
    yield WalletCards(world)
    world.demand_agreeing_books()
    world.close()


def test_a_cards_life_is_what_the_model_says(cards: WalletCards) -> None:
    class Lives(CardLives):
        pass

    Lives.cards = cards
    run_state_machine_as_test(
        Lives,
        settings=settings(
            deadline=None,
            max_examples=20,
            stateful_step_count=20,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
