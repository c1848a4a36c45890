"""What is computed of cards, byte for byte: a change here would lock out everybody who holds one."""

from datetime import UTC, date, datetime
from uuid import UUID

from kernel.clock import city_time
from payments.cards.model import PIN_MISSES_MAX, USUAL_LIMITS, Card, CardCharge, CardState
from payments.cards.rules import city_day, new_serial, pin_digest
from payments.codes.card_code import card_digest_of
from payments.model import Channel, ChargeRequest, DecidedCharge
from payments.rules import key_of

CODE = "KSC17ZZZZZZZZZZZZZZZZZZZZZZZZZM5"
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
STORE, CLERK = UUID(int=7), UUID(int=8)


def test_the_digests_of_a_code_and_its_pin_are_these() -> None:
    digest = card_digest_of(CODE)
    assert digest.hex() == "3c29947b68e0bb3736a770630501800e6ab54b0a6498cd02af95901f67850405"
    assert (
        pin_digest(bytes(range(32)), digest, "2749").hex()
        == "ed4bdc71aab34ca8d96c820010ee6df717b284d40ef46db2043be95ea8ff42a3"
    )


def test_equal_pins_of_two_cards_and_under_two_peppers_differ() -> None:
    found = {pin_digest(pepper * 32, code * 32, "2749") for pepper in (b"a", b"b") for code in (b"c", b"d")}
    assert len(found) == 4


def test_a_charge_of_a_card_is_keyed_like_one_of_a_phone_and_the_pin_is_no_part_of_it() -> None:
    asked = ("key-1", card_digest_of(CODE), 1_280, STORE, CLERK, NOON)
    keys = {key_of(DecidedCharge(*asked, Channel.CARD, STORE)), key_of(ChargeRequest(*asked))}
    assert len(keys) == 1
    assert "pin=" not in repr(CardCharge(*asked, b"typed"))


def test_the_usual_limits_and_tries_are_those_of_the_city() -> None:
    assert USUAL_LIMITS == (3_000, 10_000)
    assert PIN_MISSES_MAX == 3


def test_a_day_begins_and_ends_at_midnight_in_the_city() -> None:
    begins, ends = city_day(datetime(2026, 11, 20, 15, tzinfo=UTC))
    assert (begins, ends) == (city_time(date(2026, 11, 21)), city_time(date(2026, 11, 22)))
    assert city_day(begins) == (begins, ends)


def test_a_serial_is_ten_digits_of_which_a_shop_sees_four() -> None:
    serials = {new_serial() for _ in range(200)}
    assert len(serials) == 200
    assert all(len(serial) == 10 and serial.isdigit() for serial in serials)
    card = Card(UUID(int=1), UUID(int=2), "4821093765", False, 0, USUAL_LIMITS, CardState.ACTIVE, NOON)
    assert card.serial_ending == "3765"
