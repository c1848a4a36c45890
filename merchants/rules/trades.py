"""Trades that can join, trades that cannot, and which merchant is a large one."""

from collections.abc import Iterable

from merchants.model import ApplicationStore, JoiningTerms, MerchantSize

TRADES = (
    *("食料品", "スーパー", "パン・菓子", "酒", "飲食", "衣料品・はきもの", "薬・化粧品", "理容・美容", "本・文具"),
    *(
        "電気・家具・住まい",
        "自動車・自転車",
        "宿泊・観光",
        "クリーニング・修理",
        "教室・スポーツ",
        "その他の小売",
        "その他のサービス",
    ),
)
EXCLUDED_TRADES = (
    *(
        "風俗営業（風営法第2条の営業）",
        "パチンコ・公営競技・宝くじ",
        "貸金・両替・質屋",
        "商品券・プリペイドカードだけの販売",
    ),
    *("たばこだけの販売", "土地・建物の売買や賃貸", "税・保険・公共料金の受け取り", "政治や宗教の活動"),
)
"""What vouchers may not be spent on is no reason to stay out as long as a shop sells something else, too."""


def size_of(stores: Iterable[ApplicationStore], terms: JoiningTerms) -> MerchantSize:
    """The class that the campaign's rules see: one store with a large floor makes its merchant a large one."""
    is_large = any(store.floor_m2 > terms.large_floor_above_m2 for store in stores)
    return MerchantSize.LARGE if is_large else MerchantSize.SMALL
