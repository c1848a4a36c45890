"""The six districts of Kashima, their towns, and invented addresses in them."""

from dataclasses import dataclass
from random import Random

from kashiman.demo.population.draw import Weighted, pick, whole

DISTRICTS = ("鹿島", "能古見", "古枝", "浜", "北鹿島", "七浦")

DISTRICT_KANA = {
    "鹿島": "カシマ",
    "能古見": "ノゴミ",
    "古枝": "フルエダ",
    "浜": "ハマ",
    "北鹿島": "キタカシマ",
    "七浦": "ナナウラ",
}

_FIRST_INVENTED_LAND_NUMBER = 9001
_LAST_INVENTED_LAND_NUMBER = 9999


@dataclass(frozen=True, slots=True)
class Town:
    """A town (大字) with its district, a postal code of the city, and the land sections of its addresses."""

    name: str
    district: str
    postal_code: str
    sections: tuple[str, ...] = ("",)


_KOTSU = Town("高津原", "鹿島", "849-1311")
_NODOMI = Town("納富分", "鹿島", "849-1312", ("", "甲", "乙", "丙"))
_SHIGENOKI = Town("重ノ木", "鹿島", "849-1313", ("甲", "乙"))
_YAMAURA = Town("山浦", "能古見", "849-1314", ("甲", "乙", "丙", "丁"))
_MIKAWACHI = Town("三河内", "能古見", "849-1315", ("甲", "乙"))
_FURUEDA = Town("古枝", "古枝", "849-1321", ("甲", "乙"))
_HAMA = Town("浜町", "浜", "849-1322", ("", "甲", "乙"))
_TSUNEHIRO = Town("常広", "北鹿島", "849-1301")
_IDE = Town("井手", "北鹿島", "849-1302")
_MORI = Town("森", "北鹿島", "849-1303")
_NAKAMURA = Town("中村", "北鹿島", "849-1304")
_OTONARI = Town("音成", "七浦", "849-1323", ("甲", "乙", "丙"))
_IIDA = Town("飯田", "七浦", "849-1324", ("甲", "乙", "丙"))

TOWNS_OF_HOMES: Weighted[Town] = Weighted(
    [
        (_KOTSU, 205),
        (_NODOMI, 180),
        (_SHIGENOKI, 40),
        (_YAMAURA, 95),
        (_MIKAWACHI, 40),
        (_FURUEDA, 95),
        (_HAMA, 120),
        (_TSUNEHIRO, 40),
        (_IDE, 45),
        (_MORI, 30),
        (_NAKAMURA, 55),
        (_OTONARI, 35),
        (_IIDA, 55),
    ]
)

DISTRICTS_OF_SHOPS: Weighted[str] = Weighted(
    [("鹿島", 62), ("能古見", 5), ("古枝", 8), ("浜", 13), ("北鹿島", 8), ("七浦", 4)]
)


def town_named(name: str) -> Town:
    """The town of this name."""
    return next(town for town in TOWNS_OF_HOMES.items if town.name == name)


def draw_address(rng: Random, town: Town) -> str:
    """Invent an address in the town.

    The land number (番地) is 9001 or higher and the branch number 1 to 30, to stay clear of addresses where
    somebody lives.
    """
    section = pick(rng, town.sections)
    land_number = whole(rng, _FIRST_INVENTED_LAND_NUMBER, _LAST_INVENTED_LAND_NUMBER)
    return f"佐賀県鹿島市大字{town.name}{section}{land_number}番地{whole(rng, 1, 30)}"
