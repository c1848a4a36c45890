"""How old somebody is on a day."""

from datetime import date, timedelta


def age_on(birth_date: date, day: date) -> int:
    """Years of age at the end of a day: a year is complete on the day before the birthday.

    民法143条 and 年齢計算ニ関スル法律: who was born on 1 April is a year older at the end of 31 March, and who was
    born on 29 February at the end of the 28th.
    """
    morrow = day + timedelta(days=1)
    is_before_birthday = (morrow.month, morrow.day) < (birth_date.month, birth_date.day)
    return morrow.year - birth_date.year - is_before_birthday
