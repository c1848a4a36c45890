"""Names, readings, numbers and postal codes in the one form in which they are kept or compared.

Names and addresses are never taken through Unicode's NFC or NFKC as a whole: both replace characters that people have
in their names (U+FA19 becomes U+795E). Only widths, spaces and the voicing marks of kana are unified.
"""

import re
import unicodedata


def usual_width(text: str) -> str:
    """Full-width ASCII becomes half width, half-width kana full width, a kana and its voicing mark one character."""
    if _USUAL.fullmatch(text):
        return text
    folded = _OF_OTHER_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    combining = folded.translate(_COMBINING)
    return _KANA_IN_TWO.sub(lambda match: unicodedata.normalize("NFC", match[0]), combining)


def normal_name(text: str) -> str:
    """A name with usual widths and single spaces; variant characters such as 髙, 﨑 and 𠮷 stay."""
    return " ".join(usual_width(text).split())


def normal_kana(text: str) -> str | None:
    """A reading in full-width katakana with single spaces; None when something else stands in it.

    Hiragana becomes katakana, every hyphen and dash the long mark, small kana stay small.
    """
    kana = normal_name(text).translate(_AS_KATAKANA)
    return kana if _KANA.fullmatch(kana) else None


def comparable_kana(kana: str) -> str:
    """A normal reading as it is compared: small kana large, as old registers write them, no spaces and dots."""
    return kana.translate(_COMPARABLE_KANA)


def normal_number(text: str) -> str | None:
    """A number of the roll: ASCII digits and capital letters without the leading zeros that spreadsheets lose.

    None when it is something else or longer than 20 characters.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return plain.lstrip("0") or "0" if _NUMBER.fullmatch(plain) else None


def normal_postal_code(text: str) -> str | None:
    """A postal code as `849-1311`; None when it has not seven digits."""
    plain = _HYPHEN.sub("-", "".join(unicodedata.normalize("NFKC", text).split())).removeprefix("〒")
    match = _POSTAL_CODE.fullmatch(plain)
    return f"{match[1]}-{match[2]}" if match else None


HYPHENS = "-‐‑‒–—―−ー─"
_HYPHEN = re.compile(f"[{re.escape(HYPHENS)}]")
_USUAL = re.compile("[ -~一-鿿ァ-ヺー]*")
_OF_OTHER_WIDTH = re.compile("[！-～｡-ﾟ　]+")
_COMBINING = str.maketrans("゛゜", "\u3099\u309a")
_KANA_IN_TWO = re.compile("[ぁ-ゖァ-ヺ][\u3099\u309a]")
_KANA = re.compile("[ァ-ヺー・ ]+")
_NUMBER = re.compile("[0-9A-Z]{1,20}")
_POSTAL_CODE = re.compile("([0-9]{3})-?([0-9]{4})")
_HIRAGANA = "".join(map(chr, range(ord("ぁ"), ord("ゖ") + 1)))
_AS_KATAKANA = str.maketrans(
    {hiragana: chr(ord(hiragana) + ord("ァ") - ord("ぁ")) for hiragana in _HIRAGANA} | dict.fromkeys(HYPHENS, "ー")
)
_COMPARABLE_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", " ・")
