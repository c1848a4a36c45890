import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest

from kernel.refusals import (
    REFUSALS_BY_CODE,
    BooksBroken,
    Busy,
    DatabaseUnreachable,
    Kind,
    Outage,
    OutcomeUnknown,
    ProviderDown,
    Refusal,
    refusal_from_record,
)


class Colour(StrEnum):
    """A word for the tests."""

    RED = "red"


@dataclass(eq=False)
class PaintRanOut(Refusal):
    """There is not enough paint of this colour."""

    kind: ClassVar[Kind] = Kind.TOO_MANY
    colour: Any
    left_l: Any = 0


@pytest.fixture(autouse=True)
def _known_codes() -> Iterator[None]:
    """Forget the refusals that a test defines."""
    known = dict(REFUSALS_BY_CODE)
    yield
    REFUSALS_BY_CODE.clear()
    REFUSALS_BY_CODE.update(known)


def test_a_code_is_the_name_of_the_clause() -> None:
    assert PaintRanOut.code == "paint_ran_out"
    assert REFUSALS_BY_CODE["paint_ran_out"] is PaintRanOut
    assert Refusal.kind is Kind.CONFLICT


def test_a_code_belongs_to_one_class() -> None:
    def define_again() -> type[Refusal]:
        return type("PaintRanOut", (Refusal,), {"__module__": "somewhere.else"})

    with pytest.raises(TypeError, match=r"paint_ran_out is used twice: .*test_refusals and somewhere\.else"):
        define_again()


@pytest.mark.parametrize(
    ("fact", "plain"),
    [
        ("text", "text"),
        (3, 3),
        (True, True),
        (None, None),
        (Colour.RED, "red"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 8, 1), "2026-08-01"),
        (datetime(2026, 8, 1, 3, tzinfo=UTC), "2026-08-01T03:00:00+00:00"),
        (("a", [1, date(2026, 8, 1)]), ["a", [1, "2026-08-01"]]),
        (1.5, "1.5"),
    ],
)
def test_facts_are_json_values(fact: object, plain: object) -> None:
    facts = PaintRanOut(fact).facts

    assert facts == {"colour": plain, "left_l": 0}
    assert type(facts["colour"]) is type(plain)
    assert orjson.loads(orjson.dumps(facts)) == facts


def test_a_stored_refusal_is_given_again_as_it_was() -> None:
    refusal = PaintRanOut(Colour.RED, left_l=2)
    stored = orjson.loads(orjson.dumps(refusal.facts))

    assert refusal_from_record(refusal.code, stored) == refusal


def test_a_refusal_goes_to_another_process_as_it_was() -> None:
    refusal = PaintRanOut(colour="red", left_l=2)
    assert pickle.loads(pickle.dumps(refusal)) == refusal


def test_refusals_are_equal_when_code_and_facts_are() -> None:
    assert PaintRanOut("red") == PaintRanOut(Colour.RED)
    assert hash(PaintRanOut("red")) == hash(PaintRanOut("red"))
    assert PaintRanOut("red") != PaintRanOut("blue")
    assert PaintRanOut("red") != "paint_ran_out"


def test_a_refusal_says_its_code_and_facts() -> None:
    assert str(PaintRanOut("red", 2)) == "paint_ran_out(colour=red, left_l=2)"


@pytest.mark.parametrize(
    ("outage", "code", "retry_after_s"),
    [
        (Outage, "outage", 2),
        (Busy, "busy", 2),
        (DatabaseUnreachable, "database_unreachable", 2),
        (ProviderDown, "provider_down", 10),
        (OutcomeUnknown, "outcome_unknown", 1),
    ],
)
def test_an_outage_says_when_to_ask_again(outage: type[Outage], code: str, retry_after_s: int) -> None:
    assert (outage.code, outage.retry_after_s) == (code, retry_after_s)


def test_a_bug_is_neither_a_refusal_nor_an_outage() -> None:
    assert not issubclass(BooksBroken, Refusal | Outage)
    assert not issubclass(Outage, Refusal)


def test_the_ground_stands_on_nothing_of_the_web_or_the_database() -> None:
    module = sys.modules["kernel.refusals"]
    assert not {"fastapi", "sqlalchemy", "psycopg"} & vars(module).keys()
