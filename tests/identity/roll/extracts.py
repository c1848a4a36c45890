"""Extracts of an invented roll, written as a city's system writes them."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

KEY = b"key of the roll in the tests, 32b"
BASE_DATE = date(2026, 9, 1)

TARO = {
    "住民番号": "0000012345",
    "世帯番号": "00000777",
    "氏": "髙﨑",
    "名": "太郎",
    "氏カナ": "ﾀｶｻｷ",
    "名カナ": "タロウ",
    "生年月日": "S40.1.2",
    "住所": "鹿島市大字納富分２６４３番地１",
    "方書": "メゾン鹿島１０１号",
    "行政区": "鹿島",
    "郵便番号": "8491311",
    "異動区分": "住民",
    "異動日": "",
}
HANAKO = TARO | {"住民番号": "0000012346", "名": "花子", "名カナ": "ﾊﾅｺ", "生年月日": "昭和42年12月3日"}
JIRO = {
    "住民番号": "0000099999",
    "世帯番号": "00000888",
    "氏": "鹿島",
    "名": "次郎",
    "氏カナ": "カシマ",
    "名カナ": "ジロウ",
    "生年月日": "2001-05-06",
    "住所": "鹿島市浜町9001",
    "方書": "",
    "行政区": "浜",
    "郵便番号": "849-1322",
    "異動区分": "住民",
    "異動日": "",
}


def moved_out(row: Mapping[str, str], on: str) -> dict[str, str]:
    """The same person, gone; the address is the new one elsewhere."""
    return {**row, "異動区分": "転出", "異動日": on, "住所": "福岡県福岡市中央区天神1-1", "世帯番号": ""}


def died(row: Mapping[str, str], on: str) -> dict[str, str]:
    return {**row, "異動区分": "死亡", "異動日": on}


def written(*rows: Mapping[str, str], encoding: str = "utf-8", columns: Sequence[str] = tuple(TARO)) -> bytes:
    """A CSV file with CRLF line ends."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)
