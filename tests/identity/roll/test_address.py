"""One address compares alike however it is written, and neighbours stay apart."""

import pytest

from identity.roll.rules.address import comparable_address


@pytest.mark.parametrize(
    "written",
    [
        "鹿島市大字納富分2643番地1",
        "鹿島市大字納富分２６４３番地１",
        "鹿島市大字納富分2643-1",
        "鹿島市大字納富分２６４３－１",
        "鹿島市納富分2643番地の1",
        "鹿島市納富分2643ー1",
        "鹿島市納富分2643の1",
        "鹿島市納富分2643番1号",
        "佐賀県鹿島市大字納富分2643番地1",
        " 佐賀県　鹿島市 大字納富分 2643 − 1 ",
    ],
)
def test_every_usual_writing_of_an_address_compares_alike(written: str) -> None:
    assert comparable_address(written) == "鹿島市納富分2643-1"


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("鹿島市浜町一丁目2番3号", "鹿島市浜町1-2-3"),
        ("鹿島市浜町十二丁目２－３", "鹿島市浜町12-2-3"),
        ("鹿島市浜町二十番地", "鹿島市浜町20"),
        ("鹿島市浜町二六四三番地", "鹿島市浜町2643"),
        ("鹿島市三河内甲1番地", "鹿島市三河内甲1"),
        ("鹿島市霧ヶ丘1丁目", "鹿島市霧ケ丘1"),
        ("神奈川県横浜市中区1-1", "横浜市中区1-1"),
        ("鹿島市番町5", "鹿島市番町5"),
        ("鹿島市のぞみ1の2", "鹿島市のぞみ1-2"),
        ("", ""),
    ],
)
def test_numbers_and_names_of_places_are_told_apart(written: str, compared: str) -> None:
    assert comparable_address(written) == compared


def test_neighbours_stay_apart() -> None:
    homes = ["鹿島市浜町1-11", "鹿島市浜町11-1", "鹿島市浜町111", "鹿島市浜町1-1-1", "鹿島市古枝1-11"]
    assert len({comparable_address(home) for home in homes}) == len(homes)
