"""Katakana names in Latin letters, as a payment code or a passport shows them."""

import re

_SYLLABLES_TEXT = """
ア A イ I ウ U エ E オ O カ KA キ KI ク KU ケ KE コ KO サ SA シ SHI ス SU セ SE ソ SO タ TA チ CHI ツ TSU
テ TE ト TO ナ NA ニ NI ヌ NU ネ NE ノ NO ハ HA ヒ HI フ FU ヘ HE ホ HO マ MA ミ MI ム MU メ ME モ MO ヤ YA
ユ YU ヨ YO ラ RA リ RI ル RU レ RE ロ RO ワ WA ン N ガ GA ギ GI グ GU ゲ GE ゴ GO ザ ZA ジ JI ズ ZU ゼ ZE
ゾ ZO ダ DA ヂ JI ヅ ZU デ DE ド DO バ BA ビ BI ブ BU ベ BE ボ BO パ PA ピ PI プ PU ペ PE ポ PO キャ KYA
キュ KYU キョ KYO シャ SHA シュ SHU ショ SHO チャ CHA チュ CHU チョ CHO ニャ NYA ニュ NYU ニョ NYO ヒャ HYA
ヒュ HYU ヒョ HYO ミャ MYA ミュ MYU ミョ MYO リャ RYA リュ RYU リョ RYO ギャ GYA ギュ GYU ギョ GYO ジャ JA
ジュ JU ジョ JO ビャ BYA ビュ BYU ビョ BYO ピャ PYA ピュ PYU ピョ PYO
"""
_WORDS = _SYLLABLES_TEXT.split()
_SYLLABLES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))


def romaji(kana: str) -> str:
    """Write full-width katakana in Hepburn capitals: マツオ is MATSUO.

    Long o and long yu are written short, as in a passport (オオシマ is OSHIMA); a long mark is dropped.
    Refuses any other character with a KeyError, because the names are our own data.
    """
    syllables = re.findall(r"ッ|.[ャュョ]?", kana.replace("ー", ""))
    latin = "".join(syllable if syllable == "ッ" else _SYLLABLES[syllable] for syllable in syllables)
    doubled = re.sub(r"ッ(.)", r"\1\1", latin).replace("CCH", "TCH")
    return re.sub(r"OO|OU(?!E)|(?<=[YHJ])UU", lambda long: long.group()[0], doubled)
