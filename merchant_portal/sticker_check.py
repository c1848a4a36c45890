"""Whether what hangs in a shop is its own, genuine and current: against codes that somebody pasted over it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.db import Session
from kernel.refusals import Refusal
from merchant_portal.parts import PortalParts
from merchants.model import PosterState, StoreView
from merchants.queries import payment_places
from payments.codes.merchant_code import MerchantCode, read_merchant_code
from payments.codes.refusals import CodeKeyUnknown, CodeSignatureInvalid

SEPARATORS = re.compile(r"[\s\-‐ー]")
MISTAKEN = str.maketrans("OIL", "011")
"""Letters that Crockford's base32 does not have, so that whoever types them means a digit."""
TYPED_SERIAL = re.compile(r"[0-9A-Z]{8}")


class Verdict(StrEnum):
    """What was found out of a scanned code, or (`NUMBER_…`) of a typed number alone, which proves less."""

    CURRENT = "current"
    REVOKED = "revoked"
    ANOTHER_SHOPS = "another_shops"
    FORGED = "forged"
    NOT_OURS = "not_ours"
    MOMENTARY = "momentary"
    NUMBER_CURRENT = "number_current"
    NUMBER_REVOKED = "number_revoked"
    NUMBER_UNKNOWN = "number_unknown"


GOOD = (Verdict.CURRENT, Verdict.NUMBER_CURRENT)


@dataclass(frozen=True, slots=True)
class StickerCheck:
    """The answer; `store_name` is the shop to which money paid at this code goes, if it goes anywhere."""

    verdict: Verdict
    store_name: str = ""
    serial: str = ""
    printed_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def is_good(self) -> bool:
        return self.verdict in GOOD


def check_sticker(session: Session, parts: PortalParts, stores: Sequence[StoreView], given: str) -> StickerCheck:
    """Judge what was scanned, or the number that was typed, from the sight of these stores."""
    text = given.strip()
    serial = SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(MISTAKEN)
    if TYPED_SERIAL.fullmatch(serial):
        return judge_number(serial, _poster(session, serial), stores)
    public_keys = {parts.key_id: parts.shop_code_key.public_key()}
    try:
        code = read_merchant_code(text, public_keys, parts.city_guid)
    except (CodeSignatureInvalid, CodeKeyUnknown):
        return StickerCheck(Verdict.FORGED)
    except Refusal:
        return StickerCheck(Verdict.NOT_OURS)
    return judge_code(code, _poster(session, code.print_serial), stores)


def judge_code(code: MerchantCode, poster: PosterState | None, stores: Sequence[StoreView]) -> StickerCheck:
    """Judge a code whose signature is the city's; `poster` is what is known of its number."""
    if code.is_dynamic:
        return StickerCheck(Verdict.MOMENTARY, code.merchant_name_ja)
    if poster is None or poster.store_code != code.store_code:
        return StickerCheck(Verdict.FORGED)
    if code.store_code not in {store.store_code for store in stores}:
        return StickerCheck(Verdict.ANOTHER_SHOPS, code.merchant_name_ja)
    verdict = Verdict.REVOKED if poster.revoked_at else Verdict.CURRENT
    return StickerCheck(verdict, _name(code.store_code, stores), poster.serial, poster.printed_at, poster.revoked_at)


def judge_number(serial: str, poster: PosterState | None, stores: Sequence[StoreView]) -> StickerCheck:
    """Judge a typed number: of another shop's, or of none, nothing more is told."""
    name = _name(poster.store_code, stores) if poster else ""
    if poster is None or not name:
        return StickerCheck(Verdict.NUMBER_UNKNOWN, serial=serial)
    verdict = Verdict.NUMBER_REVOKED if poster.revoked_at else Verdict.NUMBER_CURRENT
    return StickerCheck(verdict, name, poster.serial, poster.printed_at, poster.revoked_at)


def _name(store_code: str, stores: Sequence[StoreView]) -> str:
    return next((store.display_name for store in stores if store.store_code == store_code), "")


def _poster(session: Session, serial: str) -> PosterState | None:
    return payment_places(session, serials=[serial])[0].get(serial)
