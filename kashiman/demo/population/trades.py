"""The trades of a small city's shops: how many there are, how their shops are called, open, and sell."""

from dataclasses import dataclass
from typing import Literal, cast

from kashiman.demo.population.draw import Weighted
from kashiman.demo.population.names import Name

StemKind = Literal["family", "word", "either"]


@dataclass(frozen=True, slots=True)
class Suffix:
    """The end of a shop's name: as written, its reading in katakana, and in Latin capitals."""

    text: str
    kana: str
    latin: str


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade: earliest and latest opening and closing hour, median basket in yen and its spread.

    `draw_weight` says how many payments such a shop attracts beside others; `stems` says what its name begins
    with: a family's name, a pretty word, or either.
    """

    name: str
    opening: tuple[int, int]
    closing: tuple[int, int]
    median_yen: int
    spread: float
    draw_weight: int
    stems: StemKind
    large_percent: int
    sole_percent: int
    suffixes: tuple[Suffix, ...]


_WORD_STEMS = """
さくら サクラ ひまわり ヒマワリ あさひ アサヒ みどり ミドリ 有明 アリアケ 肥前 ヒゼン 干潟 ヒガタ ガタ ガタ
潮 ウシオ なぎさ ナギサ ことぶき コトブキ 福 フク 鶴 ツル 亀 カメ 松 マツ 若葉 ワカバ 花 ハナ 大和 ヤマト
月見 ツキミ 千鳥 チドリ かもめ カモメ すずめ スズメ めだか メダカ ほたる ホタル 陽だまり ヒダマリ
こもれび コモレビ 七色 ナナイロ しおかぜ シオカゼ 海音 ウミオト 山里 ヤマザト 川辺 カワベ 水車 スイシャ
石垣 イシガキ 白壁 シラカベ 茅葺 カヤブキ むつごろう ムツゴロウ わらすぼ ワラスボ みかん ミカン 楠 クスノキ
桜坂 サクラザカ 金星 キンセイ 北斗 ホクト 銀河 ギンガ 宝 タカラ 大黒 ダイコク えびす エビス 八福 ハチフク
笑福 ショウフク 和楽 ワラク 喜楽 キラク 末広 スエヒロ 港 ミナト 多良星 タラボシ 潟の月 ガタノツキ
雪解 ユキドケ 花筏 ハナイカダ のごみ野 ノゴミノ 浜風 ハマカゼ 麦の穂 ムギノホ
"""

# Each trade has two lines. The first: name, opening hours, closing hours, median basket, spread, draw weight,
# stems, percent of large shops, percent of sole owners among the small ones, share of all merchants. The
# second: endings of its shops' names.
_TRADES = """
スーパー 9 10 19 22 2300 0.75 90 word 75 0 28
マーケット マーケット MARKET ストア ストア STORE 生鮮市場 セイセンイチバ FRESH
ドラッグストア 9 10 20 22 1900 0.7 55 word 90 0 26
ドラッグ ドラッグ DRUG 薬粧館 ヤクショウカン DRUG
コンビニ 6 7 22 24 720 0.55 60 word 60 15 34
マート マート MART デイリー デイリー DAILY
ホームセンター 9 9 19 20 2600 0.8 45 word 100 0 6
ホームセンター ホームセンター HOME 日曜館 ニチヨウカン DIY
飲食店 11 11 15 21 1150 0.5 12 either 0 70 140
食堂 ショクドウ SHOKUDO 亭 テイ TEI うどん ウドン UDON 飯店 ハンテン HANTEN ラーメン ラーメン RAMEN
居酒屋 17 18 22 24 4200 0.55 10 either 0 78 76
居酒屋 イザカヤ IZAKAYA 酒場 サカバ SAKABA 炉端 ロバタ ROBATA 焼鳥 ヤキトリ YAKITORI
喫茶 8 10 16 19 850 0.4 8 either 0 85 34
珈琲 コーヒー COFFEE 喫茶室 キッサシツ KISSA カフェ カフェ CAFE
菓子 9 10 17 19 1400 0.55 11 either 0 45 54
菓子舗 カシホ KASHIHO 製菓 セイカ SEIKA 羊羹本舗 ヨウカンホンポ YOKAN ベーカリー ベーカリー BAKERY
酒蔵 9 10 16 17 3200 0.6 8 word 0 0 10
酒造 シュゾウ SHUZO 酒造場 シュゾウジョウ SHUZO
酒店 9 10 19 20 2400 0.6 9 either 0 55 28
酒店 サケテン SAKE 酒舗 シュホ SAKE
海産物 8 9 16 18 2600 0.6 8 either 0 40 26
海産 カイサン KAISAN 海苔店 ノリテン NORI 水産 スイサン SUISAN
鮮魚 8 9 17 18 1700 0.5 9 either 0 75 18
鮮魚店 センギョテン FISH 魚店 サカナテン FISH
精肉 9 10 18 19 1900 0.5 9 either 0 60 15
精肉店 セイニクテン MEAT 畜産 チクサン MEAT
青果 8 9 17 19 1100 0.5 9 either 0 70 14
青果 セイカ FRUITS 青果店 セイカテン FRUITS
農産物直売所 8 9 16 18 1500 0.5 22 word 0 10 12
直売所 チョクバイジョ FARM 物産館 ブッサンカン FARM ふれあい市 フレアイイチ FARM
美容室 9 10 18 19 5200 0.45 5 either 0 88 84
美容室 ビヨウシツ BIYOSHITSU ヘアーサロン ヘアーサロン HAIR 美容院 ビヨウイン BIYOIN
理容 8 9 18 19 3600 0.25 4 family 0 95 52
理容 リヨウ BARBER 理容所 リヨウショ BARBER 理髪店 リハツテン BARBER
衣料 10 10 18 19 4300 0.7 5 either 8 55 42
洋品店 ヨウヒンテン YOHIN 衣料 イリョウ IRYO ブティック ブティック BOUTIQUE 呉服店 ゴフクテン GOFUKU
靴・かばん 10 10 18 19 4800 0.6 3 family 0 70 9
靴店 クツテン SHOES 鞄店 カバンテン BAGS
電器 9 10 18 20 7800 0.95 6 either 15 50 30
電器 デンキ DENKI 電化センター デンカセンター DENKA
家具 10 10 18 19 12800 0.95 3 either 30 25 10
家具 カグ KAGU インテリア インテリア INTERIOR
書店 9 10 19 20 1600 0.6 7 either 0 45 8
書店 ショテン BOOKS 書房 ショボウ BOOKS
文具 9 9 18 19 900 0.7 4 family 0 45 9
文具店 ブングテン BUNGU 事務機 ジムキ OFFICE
花 9 9 18 19 2700 0.5 4 either 0 80 18
生花店 セイカテン FLOWER 花店 ハナテン FLOWER フラワー フラワー FLOWER
薬局 9 9 18 19 1600 0.6 6 either 0 25 24
薬局 ヤッキョク PHARMACY 薬店 ヤクテン PHARMACY
眼鏡・時計 9 10 18 19 14500 0.9 2 family 0 55 12
時計店 トケイテン WATCH メガネ メガネ OPTICAL
クリーニング 8 9 18 19 1350 0.5 6 either 0 60 20
クリーニング クリーニング CLEANING ランドリー ランドリー LAUNDRY
自動車整備 8 9 17 18 18500 0.95 4 family 0 40 46
自動車 ジドウシャ MOTORS モータース モータース MOTORS 自動車整備 ジドウシャセイビ GARAGE
ガソリンスタンド 7 8 19 20 4100 0.4 28 family 0 5 34
石油 セキユ OIL 給油所 キュウユショ OIL 燃料 ネンリョウ OIL
接骨・整体 8 9 18 19 2800 0.45 3 either 0 90 20
接骨院 セッコツイン SEKKOTSU 整体院 セイタイイン SEITAI
金物・雑貨 8 9 17 18 1500 0.7 4 family 0 70 28
金物店 カナモノテン KANAMONO 商店 ショウテン SHOTEN 雑貨店 ザッカテン ZAKKA
茶・陶器 9 10 17 18 2300 0.6 3 either 0 60 12
茶舗 チャホ TEA 陶器店 トウキテン TOKI
タクシー 7 7 22 23 1400 0.45 7 word 0 5 5
タクシー タクシー TAXI
旅館 7 8 21 22 15800 0.6 4 word 0 20 16
旅館 リョカン RYOKAN 荘 ソウ SO ホテル ホテル HOTEL
"""


def _word_stems(text: str) -> tuple[Name, ...]:
    words = text.split()
    return tuple(Name(written, kana) for written, kana in zip(words[::2], words[1::2], strict=True))


def _suffixes(line: str) -> tuple[Suffix, ...]:
    words = line.split()
    triples = zip(words[::3], words[1::3], words[2::3], strict=True)
    return tuple(Suffix(written, kana, latin) for written, kana, latin in triples)


def _weighted_trades(text: str) -> list[tuple[Trade, int]]:
    lines = text.strip().splitlines()
    return [_weighted_trade(facts, names) for facts, names in zip(lines[::2], lines[1::2], strict=True)]


def _weighted_trade(facts: str, names: str) -> tuple[Trade, int]:
    name, *hours, median_yen, spread, draw_weight, stems, large_percent, sole_percent, share = facts.split()
    opens_from, opens_until, closes_from, closes_until = (int(hour) for hour in hours)
    trade = Trade(
        name=name,
        opening=(opens_from, opens_until),
        closing=(closes_from, closes_until),
        median_yen=int(median_yen),
        spread=float(spread),
        draw_weight=int(draw_weight),
        stems=cast(StemKind, stems),
        large_percent=int(large_percent),
        sole_percent=int(sole_percent),
        suffixes=_suffixes(names),
    )
    return trade, int(share)


WORD_STEMS = _word_stems(_WORD_STEMS)
TRADES: Weighted[Trade] = Weighted(_weighted_trades(_TRADES))
