import pytest

from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from merchant_portal.pages.typed import typed_yen


@pytest.mark.parametrize(
    ("text", "amount_yen"),
    [
        ("1280", 1280),
        (" 1,280 ", 1280),
        ("１，２８０円", 1280),
        ("￥１２８０", 1280),
        ("¥1,234,567", 1_234_567),
        ("1", 1),
        ("9999999999", 9_999_999_999),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, amount_yen: int) -> None:
    assert typed_yen(text) == amount_yen


@pytest.mark.parametrize("text", ["", "12.5", "1,28", "12,80", "-5", "1e3", "千円", "1280円円", "12 80", "1" * 13])
def test_anything_else_is_not_whole_yen(text: str) -> None:
    with pytest.raises(AmountNotWholeYen):
        typed_yen(text)


@pytest.mark.parametrize("text", ["0", "10000000000"])
def test_an_amount_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(AmountOutOfRange):
        typed_yen(text)
