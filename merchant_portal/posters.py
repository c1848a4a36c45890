"""The posters of the viewer's stores, and the signed code on each."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.db import Session
from merchant_portal.parts import PortalParts
from merchant_portal.reach import own_store
from merchants.model import PosterState, StoreView
from merchants.queries import posters_of
from merchants.rules.standing import demand_valid_poster
from payments.codes.merchant_code import MerchantCode, write_merchant_code

CITY_NAME_LATIN = "KASHIMA"
MERCHANT_CATEGORY = "5999"
"""ISO 18245: miscellaneous and specialty retail. The city keeps its own trades, and no reader of ours looks here."""


@dataclass(frozen=True, slots=True)
class Poster:
    """A poster that counts, with the text of its code."""

    store: StoreView
    state: PosterState
    text: str


def valid_posters(session: Session, store: StoreView) -> list[PosterState]:
    """The posters of a store that were not revoked, newest first."""
    return [poster for poster in posters_of(session, store.store_id) if poster.revoked_at is None]


def own_poster(
    session: Session, parts: PortalParts, stores: Sequence[StoreView], store_id: UUID, serial: str
) -> Poster:
    """A poster of one of these stores, signed with the installation's key.

    Refuses, in this order: StoreUnknown; PosterUnknown, also for another store's poster; PosterRevoked.
    """
    store = own_store(stores, store_id)
    states = {state.serial: state for state in posters_of(session, store_id)}
    state = demand_valid_poster(serial, store.store_code, states)
    text = write_merchant_code(shop_code(store, serial), parts.shop_code_key, parts.key_id, parts.city_guid)
    return Poster(store, state, text)


def shop_code(store: StoreView, serial: str) -> MerchantCode:
    """What a store's code says, before it is signed."""
    return MerchantCode(
        store_code=store.store_code,
        merchant_name_latin=store.name_latin,
        merchant_name_ja=unicodedata.normalize("NFC", store.display_name.strip()),
        city=CITY_NAME_LATIN,
        postal_code=store.postal_code.replace("-", ""),
        mcc=MERCHANT_CATEGORY,
        print_serial=serial,
    )
