"""What whoever joins promises: the text that holds now, by clauses, and its digest."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from merchants.model import Pledge, PledgeTaken
from merchants.refusals import PledgeChanged, PledgeNotTaken


def _pledge(version: str, clauses: Sequence[str]) -> Pledge:
    return Pledge(version, tuple(clauses), hashlib.sha256("\n".join(clauses).encode()).hexdigest())


PLEDGE = _pledge(
    "2026-11",
    (
        "商品の販売やサービスの提供がないのに、かしまんPAYを受け取って換金することはしません。",
        "受け取ったかしまんPAYを、自分のお店の仕入れや、ほかのお店での買い物に使いません。",
        "自分や家族、働いている人のかしまんPAYで、自分のお店の売上をつくりません。",
        "かしまんPAYで払うお客さまに、値段を高くしたり、使うのを断ったりしません。",
        "たばこ、商品券・切手・印紙・プリペイドカード、税金・公共料金、家賃・土地、保険診療の支払いには使わせません。",
        "お店は、風俗営業等の規制及び業務の適正化等に関する法律第2条に定める営業ではありません。",
        "代表者も、お店ではたらく人も、暴力団員ではなく、暴力団と関係がありません。市が警察に確かめることに同意します。",
        "お店の印刷されたコードを、お客さまから見えるところに置き、はりかえられていないか確かめます。",
        "市の調べに協力します。約束をやぶったときは、加盟の取り消しと、受け取ったお金の返還に応じます。",
        "書いた内容に、うそはありません。変わったときは、すぐに市に知らせます。",
    ),
)
"""Agreed to as a whole, in Japanese; translations help to read it."""


def take_pledge(version: str, now: datetime) -> PledgeTaken:
    """Record that the text that holds now was agreed to; `version` is the one that the applicant read.

    Refuses, in this order: PledgeNotTaken for no version; PledgeChanged for another one.
    """
    if not version:
        raise PledgeNotTaken
    if version != PLEDGE.version:
        raise PledgeChanged(PLEDGE.version)
    return PledgeTaken(PLEDGE.version, PLEDGE.sha256, now)
