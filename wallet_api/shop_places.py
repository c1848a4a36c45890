"""Where somebody wants to pay: read from what a camera saw, or from the number that stands under a poster's code."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from kernel.db import Session
from merchants.model import StoreForPayment
from merchants.queries import payment_places, stores_for_payment
from merchants.refusals import PosterUnknown
from merchants.rules.standing import demand_open_store, demand_valid_poster
from payments.codes.refusals import CodeOfAnotherScheme, CodeUnreadable
from payments.model import Channel, PaymentRequest
from payments.queries import find_dynamic_code
from payments.rules import demand_other_shop, demand_payable_code
from wallet_api.parts import WalletParts
from wallet_api.viewer import ResidentViewer

SHOP_CODE_LENGTH_MAX = 600
SHOP_CODE_BEGINS = "000201"
"""How every merchant-presented code of EMVCo begins, ours and others'."""

_POSTER_NUMBER = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")
_AS_READ = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class ShopPlace:
    """A poster that may be paid, or a till that has typed the amount already and gave it a reference."""

    store_code: str
    poster_serial: str
    amount_yen: int | None = None
    reference: str | None = None

    def request(self, *, key: str, wallet_id: UUID, amount_yen: int, asked_at: datetime) -> PaymentRequest:
        """Ask for a payment here."""
        channel = Channel.MPM_STATIC if self.reference is None else Channel.MPM_DYNAMIC
        serial, reference = self.poster_serial, self.reference
        return PaymentRequest(key, wallet_id, amount_yen, self.store_code, serial, channel, asked_at, reference)


async def shop_place(text: str, parts: WalletParts) -> ShopPlace:
    """Read a code as `read_shop_place` does; only the number of a poster is looked up in the database."""
    number = _poster_number(text)
    if number is None:
        return _signed_place(text, parts)
    return await run_in_threadpool(_look_up, number, parts)


def read_shop_place(text: str, parts: WalletParts) -> ShopPlace:
    """Read the text of a shop's signed code, or the eight characters of a poster's number.

    Refuses, in this order: CodeUnreadable for nothing and for over 600 characters; PosterUnknown for a number that no
    poster has; CodeOfAnotherScheme for a text that is no payment code at all; then as `read_merchant_code` does.
    """
    number = _poster_number(text)
    return _signed_place(text, parts) if number is None else _look_up(number, parts)


def demand_payable(session: Session, place: ShopPlace, resident: ResidentViewer, now: datetime) -> StoreForPayment:
    """The store behind a code, if this resident may pay there now; paying itself asks all of it again.

    Refuses, in this order: for a poster PosterUnknown, PosterRevoked; for a till's code what `demand_payable_code`
    refuses; then StoreUnknown, MerchantNotApproved, MerchantSuspended, PayerBelongsToShop.
    """
    if place.reference is None:
        posters, stores = payment_places(session, serials=[place.poster_serial])
        store_id = demand_valid_poster(place.poster_serial, place.store_code, posters).store_id
    else:
        shown = find_dynamic_code(session, place.reference)
        store_id = demand_payable_code(shown, place.amount_yen or 0, now).store_id
        stores = stores_for_payment(session, [store_id])
    store = demand_open_store(store_id, stores)
    demand_other_shop(resident.wallet_id, store)
    return store


def _poster_number(text: str) -> str | None:
    """The number as it is printed, however it was typed: lower case, hyphens, O for 0 (Crockford's base32)."""
    number = text.strip().upper().translate(_AS_READ)
    return number if _POSTER_NUMBER.fullmatch(number) else None


def _look_up(number: str, parts: WalletParts) -> ShopPlace:
    with parts.database.transaction() as session:
        posters, _ = payment_places(session, serials=[number])
    if number not in posters:
        raise PosterUnknown(number)
    return ShopPlace(posters[number].store_code, number)


def _signed_place(text: str, parts: WalletParts) -> ShopPlace:
    code = text.strip()
    if not 0 < len(code) <= SHOP_CODE_LENGTH_MAX:
        raise CodeUnreadable(reason=f"not 1 to {SHOP_CODE_LENGTH_MAX} characters")
    if not code.startswith(SHOP_CODE_BEGINS):
        raise CodeOfAnotherScheme
    read = parts.read_shop_code(code)
    return ShopPlace(read.store_code, read.print_serial, read.amount_yen, read.reference)
