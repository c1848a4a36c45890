"""Residents who are signed in and have vouchers, and a shop with a poster, for what is measured on pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind, ImportedResident, NewResident, ProvenSignIn
from identity.operations.import_residents import import_residents
from identity.provider.operations.open_face_session import open_face_session
from identity.provider.operations.start_session import start_session
from kashiman.applications import set_up_provider
from kashiman.bench.pay_requests import shop_code
from kashiman.bench.world import build_world
from kashiman.keys import Keys
from kashiman.settings import Settings
from kernel.db import Database
from kernel.ids import new_ids

LOTS_PER_WALLET = 3


@dataclass(frozen=True)
class SignedIn:
    """What a resident's browser carries, by the wallet that it opens."""

    wallet_id: UUID
    cookie: str


@dataclass(frozen=True)
class Residents:
    """Everybody who is signed in, and the text of a shop's code."""

    signed_in: Sequence[SignedIn]
    shop_code: str


def build_residents(url: str, keys: Keys, *, residents: int, now: datetime) -> Residents:
    """Import residents, give each vouchers and a sign-in in the wallet, and open a shop."""
    staff, people = Database(url, role="kashiman_staff"), Database(url, role="kashiman_pay")
    try:
        staff.run(lambda session: set_up_provider(session, Settings(), keys, now=now))
        imported = staff.run(lambda session: import_residents(session, _newcomers(residents), now=now))
        wallets = [resident.wallet_id for resident in imported]
        world = build_world(url, wallets=wallets, lots_per_wallet=LOTS_PER_WALLET, shops=1, now=now)
        signed_in = people.run(lambda session: [_sign_in(session, resident, now) for resident in imported])
    finally:
        staff.close()
        people.close()
    return Residents(signed_in, shop_code(keys, *world.shops[0][1:]))


def _newcomers(count: int) -> list[NewResident]:
    return [
        NewResident(
            person_id=person_id,
            household_id=person_id,
            family_name="測定",
            given_name="一郎",
            family_kana="ソクテイ",
            given_kana="イチロウ",
            birth_date=date(1960, 4, 1),
            district="鹿島",
            address=f"鹿島市大字納富分{number}番地",
            postal_code="849-1312",
            has_smartphone=True,
        )
        for number, person_id in enumerate(new_ids(count))
    ]


def _sign_in(session: Session, resident: ImportedResident, now: datetime) -> SignedIn:
    proven = ProvenSignIn(Holder(HolderKind.RESIDENT, resident.person_id), Acr.POSTCARD, ("otp",), now)
    started = start_session(session, proven, cookie=None, browser="Chrome, Android", now=now)
    cookie = open_face_session(
        session,
        client_id="wallet",
        session_id=started.session_id,
        acr=Acr.POSTCARD,
        auth_time=now,
        earlier_cookie=None,
        now=now,
    )
    return SignedIn(resident.wallet_id, cookie)
