"""Exact parts: of every yen taken from a lot it is known who funded it, the buyer or the city."""


def paid_part(*, take_yen: int, paid_yen: int, face_yen: int, taken_yen: int, taken_paid_yen: int) -> int:
    """The paid part of taking `take_yen` from value of `face_yen` yen, `paid_yen` of which were paid.

    `taken_yen`, of which `taken_paid_yen` paid, were taken before. The part is what brings the paid part taken so far
    to floor(taken × paid / face), held between what the premium cannot cover and what of the paid part is left. So a
    whole life sums to exactly `paid_yen`, whatever the amounts and whatever was given back in between.
    """
    premium_left_yen = (face_yen - paid_yen) - (taken_yen - taken_paid_yen)
    paid_left_yen = paid_yen - taken_paid_yen
    wanted = (taken_yen + take_yen) * paid_yen // face_yen - taken_paid_yen
    return max(take_yen - premium_left_yen, 0, min(wanted, take_yen, paid_left_yen))
