"""Where the invented shops are: each at a point in the town that its invented address names."""

from dataclasses import dataclass
from random import Random

from kashiman.demo.population.draw import Weighted, stream, whole
from kashiman.demo.population.places import Town, draw_address, town_named
from kashiman.demo.population.shops import Store

_SPREAD_MICRODEGREES = 4_000
_MICRODEGREES = 1_000_000

_CENTRES = {
    "高津原": (33_109_500, 130_093_500),
    "納富分": (33_104_000, 130_103_000),
    "重ノ木": (33_103_500, 130_090_000),
    "山浦": (33_085_000, 130_076_000),
    "三河内": (33_079_000, 130_059_000),
    "古枝": (33_078_000, 130_109_000),
    "浜町": (33_088_000, 130_119_000),
    "常広": (33_124_500, 130_112_000),
    "井手": (33_121_000, 130_101_000),
    "森": (33_131_000, 130_118_000),
    "中村": (33_117_000, 130_108_000),
    "音成": (33_064_000, 130_150_000),
    "飯田": (33_051_000, 130_169_000),
}
"""About the middle of each town, in millionths of a degree north and east (WGS 84)."""

_TOWNS_OF_SHOPS: dict[str, Weighted[str]] = {
    "鹿島": Weighted([("高津原", 50), ("納富分", 40), ("重ノ木", 10)]),
    "能古見": Weighted([("山浦", 75), ("三河内", 25)]),
    "古枝": Weighted([("古枝", 100)]),
    "浜": Weighted([("浜町", 100)]),
    "北鹿島": Weighted([("常広", 30), ("井手", 30), ("森", 15), ("中村", 25)]),
    "七浦": Weighted([("音成", 40), ("飯田", 60)]),
}


@dataclass(frozen=True, slots=True)
class ShopPlace:
    """An invented address, and the point in degrees (WGS 84) where the shop is said to be."""

    address: str
    latitude: float
    longitude: float


def draw_shop_place(seed: int, store: Store) -> ShopPlace:
    """Place a store in its district, by a stream of its own that disturbs nothing else of the city."""
    rng = stream(seed, f"place/{store.store_number}")
    town: Town = town_named(_TOWNS_OF_SHOPS[store.district].draw(rng))
    north, east = _CENTRES[town.name]
    address = draw_address(rng, town)
    return ShopPlace(address, _near(rng, north), _near(rng, east))


def _near(rng: Random, middle_microdegrees: int) -> float:
    """Near the middle rather than at the edge: the mean of three draws."""
    draws = [whole(rng, -_SPREAD_MICRODEGREES, _SPREAD_MICRODEGREES) for _ in range(3)]
    return (middle_microdegrees + sum(draws) * 2 // 3) / _MICRODEGREES
