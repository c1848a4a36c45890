"""Reading what people type into forms."""

import re
import unicodedata

from kernel.yen import AmountNotWholeYen, whole_yen
from payments.codes.refusals import CodeUnreadable

SHOP_CODE_LENGTH_MAX = 600


def read_typed_yen(typed: str) -> int:
    """Read an amount as people type it: full width, with thousands commas, with 円 or ¥.

    Refuses, in this order: AmountNotWholeYen for everything but digits; AmountOutOfRange.
    """
    plain = "".join(unicodedata.normalize("NFKC", typed).split())
    plain = plain.removeprefix("¥").removesuffix("円").replace(",", "")
    if not re.fullmatch(r"[0-9]{1,12}", plain):
        raise AmountNotWholeYen(given=typed[:40])
    return whole_yen(int(plain))


def read_pasted_code(pasted: str) -> str:
    """Take a shop's code as it was pasted, without the line ends around it. Refuses CodeUnreadable when too long."""
    text = pasted.strip()
    if not 0 < len(text) <= SHOP_CODE_LENGTH_MAX:
        raise CodeUnreadable(reason=f"not 1 to {SHOP_CODE_LENGTH_MAX} characters")
    return text
