"""Reading an amount as people type it into a form."""

import re
import unicodedata

from kernel.yen import AmountNotWholeYen, whole_yen

_TYPED_AMOUNT = re.compile(r"¥?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})円?")


def typed_yen(text: str) -> int:
    """Read digits in either width, with or without spaces, thousands commas, ¥ or 円.

    Refuses, in this order: AmountNotWholeYen; AmountOutOfRange.
    """
    match = _TYPED_AMOUNT.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if match is None:
        raise AmountNotWholeYen(given=text[:40])
    return whole_yen(int(match[1].replace(",", "")))
