"""Finding a My Number (個人番号), so that none is ever taken in.

A My Number has 12 digits of which the last is a check digit. Sources: 番号法 article 20 forbids collecting and keeping
it outside social security, tax and disaster; 平成26年総務省令第85号 article 5 gives the check digit.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal

DIGITS = 12


@dataclass(eq=False)
class MyNumberGiven(Refusal):
    """A field or an upload holds a My Number, which the city may not take here; the number itself is not repeated."""

    kind: ClassVar[Kind] = Kind.INVALID
    fields: tuple[str, ...]


def refuse_my_number(**texts: str) -> None:
    """Say no to texts of a form, given by the names of their fields, if a My Number stands in one.

    Refuses MyNumberGiven with the names of all such fields.
    """
    found = tuple(name for name, text in texts.items() if find_my_number(text))
    if found:
        raise MyNumberGiven(found)


def refuse_my_number_in_upload(chunks: Iterable[bytes], *, field: str = "file") -> None:
    """Read an upload piece by piece and say no as soon as a My Number stands in it, also across two pieces.

    The bytes are read as UTF-8 and as CP932; UTF-16 is read for its ASCII digits. What is compressed or drawn as a
    picture is not seen. Refuses MyNumberGiven.
    """
    scans = [_Scan("utf-8"), _Scan("cp932")]
    for chunk in chunks:
        if any(scan.finds_in(chunk) for scan in scans):
            raise MyNumberGiven((field,))
    if any(scan.finds_at_the_end() for scan in scans):
        raise MyNumberGiven((field,))


def find_my_number(text: str) -> list[tuple[int, int]]:
    """Where My Numbers stand in a text: start and end of each.

    Digits in either width count, in one run or in groups of one size (4-4-4, 6-6, 3-3-3-3, single digits) with spaces
    or hyphens between. What is longer is another number: a digit directly beside the run, a hyphen and a digit beside
    its groups, and for groups of other sizes than four also a space and a digit.
    """
    if not _MAYBE.search(text):
        return []
    plain = text.translate(_AS_PLAIN)
    spans = [match.span("run") for match in _RUN.finditer(plain)]
    return [(start, end) for start, end in spans if has_right_check_digit(_NO_DIGIT.sub("", plain[start:end]))]


def has_right_check_digit(number: str) -> bool:
    """Whether the last of 12 ASCII digits is the check digit of the eleven before it."""
    return int(number[-1]) == check_digit(number[:-1])


def check_digit(eleven: str) -> int:
    """Compute the check digit of the first eleven digits: 11 - (sum of Pn x Qn mod 11), 0 where that is above 9.

    Pn is the n-th digit from the right; Qn is n + 1 up to the sixth and n - 5 from the seventh.
    """
    total = sum(int(digit) * weight for digit, weight in zip(reversed(eleven), _WEIGHTS, strict=True))
    remainder = total % 11
    return 0 if remainder <= 1 else 11 - remainder


class _Scan:
    """One reading of an upload: the text that was not decided yet stays in a window.

    A run is decided once `_REACH` characters after it are known, or the end is.
    """

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._window = ""
        self._decided = 0

    def finds_in(self, chunk: bytes) -> bool:
        self._window += self._decoder.decode(chunk)
        found = self._finds_up_to(len(self._window) - _REACH)
        cut = max(0, len(self._window) - 2 * _REACH)
        self._decided = max(0, len(self._window) - _REACH - cut)
        self._window = self._window[cut:]
        return found

    def finds_at_the_end(self) -> bool:
        self._window += self._decoder.decode(b"", final=True)
        return self._finds_up_to(len(self._window))

    def _finds_up_to(self, known: int) -> bool:
        return any(self._decided < end <= known for _, end in find_my_number(self._window))


_REACH = 128
"""More characters than the longest run has, its neighbours included."""
_WEIGHTS = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)
_WIDE_DIGITS = "０１２３４５６７８９"
_HYPHENS = "-‐‑‒–—―−－ー─ｰ"
_SPACES = " \t\xa0\u2002\u2003\u2009\u3000"
_INVISIBLE = "\0\xad\u200b\u200c\u200d\u2060\ufeff"
"""The zero byte is every second byte of a digit in UTF-16."""
_AS_PLAIN = str.maketrans(
    {digit: str(value) for value, digit in enumerate(_WIDE_DIGITS)}
    | dict.fromkeys(_HYPHENS, "-")
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_INVISIBLE, "\u200b")
)
_NO_DIGIT = re.compile("[^0-9]")
_ANY = f"[0-9{_WIDE_DIGITS}]"
_BETWEEN = f"[{re.escape(_HYPHENS + _SPACES + _INVISIBLE)}]{{0,4}}"
_MAYBE = re.compile(f"{_ANY}(?:{_BETWEEN}{_ANY}){{{DIGITS - 1}}}")


def _run_of_groups(size: int) -> str:
    """The pattern of 12 digits in groups of this size; groups that go on in the same way are a longer number."""
    group = "\u200b{0,2}".join(["[0-9]"] * size)
    if size == DIGITS:
        return f"{group}(?!\u200b?[0-9])"
    joint = "[-]" if size == 4 else "[- ]"
    groups = "[- \u200b]{1,4}".join([group] * (DIGITS // size))
    return f"(?<![0-9]{joint}){groups}(?!\u200b?[0-9])(?!{joint}[0-9])"


_RUN = re.compile(
    "(?<![0-9])(?<![0-9]\u200b)(?=(?P<run>" + "|".join(_run_of_groups(size) for size in (12, 6, 4, 3, 2, 1)) + "))"
)
"""It looks ahead without consuming, so that a run that is none does not hide the one that begins inside it."""
