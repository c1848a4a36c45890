"""Exact parts: whatever is taken and given back, a whole life sums to exactly price and face."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.rules.parts import paid_part

AMOUNTS = st.integers(0, 10_000)


@st.composite
def states(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Face, paid part, taken and taken paid part of a lot in any possible state."""
    face_yen = draw(st.integers(1, 20_000))
    paid_yen = draw(st.integers(0, face_yen))
    taken_paid_yen = draw(st.integers(0, paid_yen))
    taken_yen = taken_paid_yen + draw(st.integers(0, face_yen - paid_yen))
    return face_yen, paid_yen, taken_yen, taken_paid_yen


@settings(deadline=None, max_examples=100)
@given(states(), st.data())
def test_a_part_never_exceeds_what_either_part_has_left(state: tuple[int, int, int, int], data: st.DataObject) -> None:
    face_yen, paid_yen, taken_yen, taken_paid_yen = state
    take_yen = data.draw(st.integers(0, face_yen - taken_yen))
    part = paid_part(
        take_yen=take_yen, paid_yen=paid_yen, face_yen=face_yen, taken_yen=taken_yen, taken_paid_yen=taken_paid_yen
    )
    premium_left_yen = (face_yen - paid_yen) - (taken_yen - taken_paid_yen)
    assert max(0, take_yen - premium_left_yen) <= part <= min(take_yen, paid_yen - taken_paid_yen)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 20_000), st.data())
def test_a_life_without_reversals_follows_the_floor_of_the_price(face_yen: int, data: st.DataObject) -> None:
    paid_yen = data.draw(st.integers(0, face_yen))
    taken_yen = taken_paid_yen = 0
    while taken_yen < face_yen:
        take_yen = min(data.draw(st.integers(1, max(1, face_yen // 3))), face_yen - taken_yen)
        taken_paid_yen += paid_part(
            take_yen=take_yen,
            paid_yen=paid_yen,
            face_yen=face_yen,
            taken_yen=taken_yen,
            taken_paid_yen=taken_paid_yen,
        )
        taken_yen += take_yen
        assert taken_paid_yen == taken_yen * paid_yen // face_yen
    assert (taken_yen, taken_paid_yen) == (face_yen, paid_yen)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 20_000), st.data())
def test_a_whole_life_with_reversals_sums_to_exactly_price_and_face(face_yen: int, data: st.DataObject) -> None:
    paid_yen = data.draw(st.integers(0, face_yen))
    taken: list[tuple[int, int]] = []
    for _ in range(data.draw(st.integers(1, 12))):
        gives_back = data.draw(st.booleans())
        if taken and gives_back:
            amount_yen, part_yen = taken.pop(data.draw(st.integers(0, len(taken) - 1)))
            kept_yen = data.draw(st.integers(0, amount_yen - 1))
            back_yen = amount_yen - kept_yen
            back_paid_yen = paid_part(
                take_yen=back_yen, paid_yen=part_yen, face_yen=amount_yen, taken_yen=0, taken_paid_yen=0
            )
            if kept_yen:
                taken.append((kept_yen, part_yen - back_paid_yen))
        else:
            _take(taken, data.draw(AMOUNTS), face_yen, paid_yen)
        assert all(0 <= part_yen <= amount_yen for amount_yen, part_yen in taken)
    _take(taken, face_yen, face_yen, paid_yen)
    assert (sum(amount for amount, _ in taken), sum(part for _, part in taken)) == (face_yen, paid_yen)


def _take(taken: list[tuple[int, int]], wanted_yen: int, face_yen: int, paid_yen: int) -> None:
    """Take what is wanted, or what is left of it."""
    taken_yen, taken_paid_yen = sum(amount for amount, _ in taken), sum(part for _, part in taken)
    take_yen = min(wanted_yen, face_yen - taken_yen)
    if take_yen:
        part_yen = paid_part(
            take_yen=take_yen,
            paid_yen=paid_yen,
            face_yen=face_yen,
            taken_yen=taken_yen,
            taken_paid_yen=taken_paid_yen,
        )
        taken.append((take_yen, part_yen))


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 20_000), st.data())
def test_giving_back_piece_by_piece_gives_back_exactly_the_stored_parts(amount_yen: int, data: st.DataObject) -> None:
    paid_yen = data.draw(st.integers(0, amount_yen))
    back_yen = back_paid_yen = 0
    while back_yen < amount_yen:
        piece_yen = min(data.draw(st.integers(1 + amount_yen // 20, amount_yen)), amount_yen - back_yen)
        back_paid_yen += paid_part(
            take_yen=piece_yen,
            paid_yen=paid_yen,
            face_yen=amount_yen,
            taken_yen=back_yen,
            taken_paid_yen=back_paid_yen,
        )
        back_yen += piece_yen
    assert (back_yen, back_paid_yen) == (amount_yen, paid_yen)


def test_the_citys_own_voucher_of_4000_for_5000() -> None:
    parts = [
        paid_part(take_yen=1, paid_yen=4_000, face_yen=5_000, taken_yen=n, taken_paid_yen=n * 4 // 5) for n in range(10)
    ]
    assert parts == [0, 1, 1, 1, 1, 0, 1, 1, 1, 1]
    whole = paid_part(take_yen=5_000, paid_yen=4_000, face_yen=5_000, taken_yen=0, taken_paid_yen=0)
    assert whole == 4_000
