"""Two people bring the value of the beacon, each from where they found it."""

from datetime import timedelta

import pytest

from issuance.ceremony.refusals import BeaconFilesDiffer, BeaconFileUnreadable, BeaconOfOtherRound
from issuance.lottery.refusals import BeaconNotDue, BeaconSignatureInvalid, FallbackStatementInvalid
from issuance.refusals import RoundNotReady, SecondPersonNeeded
from tests.issuance.ceremony.hall import close, closed, freeze, refused, supply
from tests.issuance.ceremony.relay import beacon_json
from tests.issuance.market import BEACON_ROUND, DRAW_AT, FUMI, HANA, KENJI, OPENS, SIGNATURE, Market, sheet_plan


@pytest.fixture
def frozen(market: Market) -> Market:
    closed(market, 3, 1)
    market.name_beacon()
    freeze(market)
    return market


@pytest.fixture
def diced(market: Market) -> Market:
    """A draw by dice, whose value no machine can verify."""
    market.opened()
    market.publish_rules(sheet_plan(beacon_id="dice", beacon_how="さいころ"))
    market.apply_for([2])
    close(market)
    market.name_beacon(beacon_id="dice", beacon_round=1)
    freeze(market)
    return market


def test_the_value_counts_once_a_second_person_brought_the_same(frozen: Market) -> None:
    first = supply(frozen, beacon_json(), HANA, DRAW_AT)
    assert (first.signature_hex, first.is_confirmed) == (SIGNATURE, False)
    assert refused(frozen, lambda: supply(frozen, beacon_json(), HANA, DRAW_AT)) == SecondPersonNeeded()
    other_spelling = beacon_json().replace(b", ", b",\n ")
    assert supply(frozen, other_spelling, FUMI, DRAW_AT).is_confirmed
    assert supply(frozen, beacon_json(), KENJI, DRAW_AT).is_confirmed


def test_a_false_file_is_refused_by_what_is_wrong_with_it(frozen: Market) -> None:
    for content, no in (
        (b"", BeaconFileUnreadable()),
        (b"numbers4:1:1234", BeaconFileUnreadable()),
        (beacon_json(signature=SIGNATURE[:-1]), BeaconFileUnreadable()),
        (beacon_json(signature=SIGNATURE.upper()), BeaconFileUnreadable()),
        (b" " * 4_097, BeaconFileUnreadable()),
        (beacon_json(BEACON_ROUND + 1), BeaconOfOtherRound(named_round=BEACON_ROUND, given_round=BEACON_ROUND + 1)),
        (beacon_json(signature="00" * 48), BeaconSignatureInvalid(round_number=BEACON_ROUND)),
    ):
        with pytest.raises(type(no)) as refusal:
            supply(frozen, content, HANA, DRAW_AT)
        assert refusal.value == no


def test_a_file_from_before_the_beacon_cannot_exist(frozen: Market) -> None:
    early = DRAW_AT - timedelta(seconds=1)
    no = refused(frozen, lambda: supply(frozen, beacon_json(), HANA, early))
    assert no == BeaconNotDue(due_at=DRAW_AT.isoformat())


def test_an_open_round_takes_no_value(market: Market) -> None:
    market.opened()
    no = refused(market, lambda: supply(market, beacon_json(), HANA, OPENS))
    assert no == RoundNotReady(state="open", needed="frozen")


def test_a_mistyped_statement_is_found_by_the_second_person_and_typed_anew_by_the_first(diced: Market) -> None:
    supply(diced, b"dice:1:123\n", HANA, DRAW_AT)
    no = refused(diced, lambda: supply(diced, b"dice:1:124", FUMI, DRAW_AT))
    assert no == BeaconFilesDiffer()
    assert not supply(diced, b"dice:1:124", HANA, DRAW_AT).is_confirmed
    confirmed = supply(diced, b"dice:1:124\r\n", FUMI, DRAW_AT)
    assert (confirmed.signature_hex, confirmed.is_confirmed) == (b"dice:1:124".hex(), True)
    no = refused(diced, lambda: supply(diced, b"dice:2:1", KENJI, DRAW_AT))
    assert no == FallbackStatementInvalid(beacon_id="dice", round_number=1)
