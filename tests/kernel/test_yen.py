import pytest

from kernel.refusals import Kind
from kernel.yen import AMOUNT_YEN_MAX, AmountNotWholeYen, AmountOutOfRange, whole_yen, yen_text


@pytest.mark.parametrize("amount_yen", [1, 1_280, AMOUNT_YEN_MAX])
def test_whole_yen_are_accepted_as_they_are(amount_yen: int) -> None:
    assert whole_yen(amount_yen) == amount_yen


@pytest.mark.parametrize("amount_yen", [0, -1, AMOUNT_YEN_MAX + 1, 10**30])
def test_an_amount_out_of_range_is_named_with_the_range(amount_yen: int) -> None:
    with pytest.raises(AmountOutOfRange) as refused:
        whole_yen(amount_yen)
    assert refused.value.facts == {"given_yen": amount_yen, "min_yen": 1, "max_yen": 9_999_999_999}


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (1.0, "1.0"),
        (1.5, "1.5"),
        (1e18, "1e+18"),
        (float("nan"), "nan"),
        ("100", "100"),
        ("１００", "１００"),
        ("", ""),
        (True, "True"),
        (None, "None"),
        ([100], "[100]"),
        ({"yen": 1}, "{'yen': 1}"),
        ("9" * 100, "9" * 40),
    ],
)
def test_anything_but_an_integer_is_no_whole_yen(value: object, given: str) -> None:
    with pytest.raises(AmountNotWholeYen) as refused:
        whole_yen(value)
    assert refused.value.facts == {"given": given}
    assert refused.value.kind is Kind.INVALID


def test_a_caller_may_narrow_the_range() -> None:
    assert whole_yen(0, min_yen=0, max_yen=5) == 0
    for amount_yen in (-1, 6):
        with pytest.raises(AmountOutOfRange) as refused:
            whole_yen(amount_yen, min_yen=0, max_yen=5)
        assert refused.value == AmountOutOfRange(given_yen=amount_yen, min_yen=0, max_yen=5)


@pytest.mark.parametrize(("amount_yen", "text"), [(0, "0円"), (999, "999円"), (1_280, "1,280円"), (-5_000, "-5,000円")])
def test_yen_are_written_as_people_read_them(amount_yen: int, text: str) -> None:
    assert yen_text(amount_yen) == text
