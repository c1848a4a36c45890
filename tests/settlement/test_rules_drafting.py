"""Files are filled one after another, and none holds more than it may."""

from uuid import UUID

from settlement.model import Due, DuePart
from settlement.rules.drafting import split_dues
from tests.settlement.city import POINTS, VOUCHER

ONE = [Due(UUID(int=number), (DuePart(VOUCHER, 10, 8),)) for number in range(1, 6)]
TWO_PARTS = [Due(UUID(int=number), (DuePart(VOUCHER, 10, 8), DuePart(POINTS, 5, 0))) for number in range(1, 6)]


def sizes(batches: list[list[Due]]) -> list[int]:
    return [len(batch) for batch in batches]


def test_a_file_holds_as_many_transfers_as_the_bank_takes() -> None:
    assert sizes(split_dues(ONE, items_max=2)) == [2, 2, 1]
    assert split_dues(ONE, items_max=5) == [ONE]
    assert split_dues([], items_max=5) == []


def test_a_journal_holds_as_many_lines_as_it_can_number() -> None:
    assert sizes(split_dues(TWO_PARTS, items_max=10, lines_max=5)) == [2, 2, 1]


def test_a_trailer_holds_as_many_yen_as_it_has_digits_for() -> None:
    assert sizes(split_dues(ONE, items_max=10, total_yen_max=30)) == [3, 2]
    assert sizes(split_dues(ONE, items_max=10, total_yen_max=29)) == [2, 2, 1]
