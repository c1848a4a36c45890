"""A till's code, by its rule alone: what is paid is what was shown, once, while it lives."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.refusals import Refusal
from payments.model import Channel, DynamicCode, PaymentRequest
from payments.refusals import DynamicAmountDiffers, DynamicCodeExpired, DynamicCodePaid
from payments.rules import demand_payable_code, runs_without_repeated_reference
from tests.ledger.books import NOON

CODE = DynamicCode("r" * 22, UUID(int=1), 1_280, NOON, NOON + timedelta(minutes=5))
AT_POSTER = PaymentRequest("k", UUID(int=2), 1_280, "S001", "7K3M9QXC", Channel.MPM_STATIC, NOON)

references = st.lists(st.sampled_from([None, "a", "b", "c"]), max_size=12)


@settings(deadline=None, max_examples=200)
@given(
    seconds=st.integers(-600, 900),
    amount_yen=st.sampled_from([1_280, 128, 12_800]),
    is_paid=st.booleans(),
)
def test_a_code_is_payable_exactly_when_unpaid_alive_and_for_its_amount(
    seconds: int, amount_yen: int, is_paid: bool
) -> None:
    code = replace(CODE, payment_id=UUID(int=9) if is_paid else None)
    now = NOON + timedelta(seconds=seconds)
    expected: type[Refusal] | None = None
    if is_paid:
        expected = DynamicCodePaid
    elif seconds >= 300:
        expected = DynamicCodeExpired
    elif amount_yen != 1_280:
        expected = DynamicAmountDiffers
    if expected is None:
        assert demand_payable_code(code, amount_yen, now) is code
    else:
        with pytest.raises(expected):
            demand_payable_code(code, amount_yen, now)


@settings(deadline=None, max_examples=200)
@given(references)
def test_runs_keep_the_order_and_never_hold_a_reference_twice(asked: list[str | None]) -> None:
    batch = [replace(AT_POSTER, key=str(place), reference=reference) for place, reference in enumerate(asked)]
    runs = runs_without_repeated_reference(batch)
    assert [request for run in runs for request in run] == batch
    for run in runs:
        named = [request.reference for request in run if request.reference is not None]
        assert len(named) == len(set(named))
    for before, after in pairwise(runs):
        assert after[0].reference in {request.reference for request in before}
