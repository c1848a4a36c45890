"""An amount is read as people type it, and nothing else is."""

import pytest

from kernel.pages import typed_yen
from kernel.yen import AmountNotWholeYen, AmountOutOfRange


@pytest.mark.parametrize("text", ["1280", "1,280", "1,280円", "¥1280", "１，２８０円", " ￥1 280 ", "00001280"])
def test_people_type_an_amount_in_many_ways(text: str) -> None:
    assert typed_yen(text) == 1280


@pytest.mark.parametrize(
    "text", ["", "円", "1.5", "-1", "12,80", "1,2800", "千円", "1e3", "0x10", "1280円円", "٣", "1" * 13]
)
def test_what_is_no_whole_number_of_yen_is_refused(text: str) -> None:
    with pytest.raises(AmountNotWholeYen) as refused:
        typed_yen(text)
    assert refused.value == AmountNotWholeYen(given=text)


@pytest.mark.parametrize("text", ["0", "000", "10,000,000,000"])
def test_an_amount_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(AmountOutOfRange):
        typed_yen(text)
