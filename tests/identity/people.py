"""Two invented residents of one household, and the pepper of the tests."""

from dataclasses import replace
from datetime import date

from identity.model import NewResident
from kernel.ids import derived_id

PEPPER = b"pepper of the tests, 32 bytes ok"

TARO = NewResident(
    person_id=derived_id("person", "taro"),
    household_id=derived_id("household", "kashima"),
    family_name="鹿島",
    given_name="太郎",
    family_kana="カシマ",
    given_kana="タロウ",
    birth_date=date(1980, 4, 1),
    district="浜",
    address="鹿島市浜町9001",
    postal_code="849-1322",
    has_smartphone=True,
)
HANAKO = replace(
    TARO, person_id=derived_id("person", "hanako"), given_name="花子", given_kana="ハナコ", birth_date=date(1982, 12, 3)
)
