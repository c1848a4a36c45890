"""Neighbours: two residents, two shops and their cashiers; whatever one of them can have, TARO or the market has."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg
from fastapi import FastAPI
from psycopg import sql

from identity.doors.model import Provider, ProviderIdentity
from identity.doors.operations.bind_device import bind_device
from identity.doors.operations.link_identity import link_identity
from identity.doors.queries import links_of, passkeys_of
from identity.model import Acr, Holder, HolderKind, ProvenSignIn, ShopRole, SignedIn
from identity.operations.add_shop_user import add_shop_user
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.provider.jose.base64url import to_base64url
from identity.provider.operations.start_session import StartedSession, start_session
from identity.provider.queries import consents_of
from issuance.model import PurchaseMethod
from issuance.notices.operations.make_notices import make_notices
from issuance.notices.queries import notices_of
from issuance.operations.start_purchases import start_purchases
from issuance.purchase_model import Purchase, PurchaseRequest
from issuance.queries import my_grants
from kernel.clock import city_time
from kernel.db import Database, Session
from merchants.queries import posters_of, stores_of
from payments.cards.model import CardActor, CardActorKind, CardReason
from payments.cards.operations.issue_card import issue_card
from payments.model import Channel, PaymentReceipt, PaymentRequest
from payments.operations.issue_consumer_code import issue_consumer_code
from payments.operations.issue_dynamic_code import issue_dynamic_code
from payments.operations.take_payments import take_payments
from settlement.model import BankAccountSnapshot
from settlement.operations.close_settlement import close_settlement
from tests.identity.provider.operations.world import FARM
from tests.identity_provider.application import Application, handle_of
from tests.identity_provider.conftest import ISSUER, City
from tests.identity_provider.passkeys import Phone
from tests.merchant_portal.world import ACCOUNT, PAYER
from tests.merchants.shops import BAKERY, MARKET, NORTH, SOUTH
from tests.sign_ins import signed_in_cookie
from tests.tokens import TokenPress
from tests.wallet_api.world import NOW, World, build_world

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # The client works with httpx, but would rather have its successor.
    from fastapi.testclient import TestClient

PAID = city_time(date(2026, 11, 19), 15)
CLOSED = city_time(date(2026, 11, 20), 9)
COOKIES = {HolderKind.RESIDENT: "kashiman_wallet", HolderKind.SHOP: "kashiman_shop"}


@dataclass(frozen=True)
class Neighbour:
    """Somebody in a browser of their own, signed in at the provider and at their face."""

    signed_in: SignedIn
    browser: TestClient
    session: StartedSession
    token: str

    @property
    def holder(self) -> Holder:
        return Holder(self.signed_in.kind, self.signed_in.subject)


class Neighbours:
    """The city with its neighbours, at five past two on the twentieth of November."""

    def __init__(self, city: City, app: FastAPI, url: str, make_database: Callable[[str], Database]) -> None:
        self.city, self.app, self.url = city, app, url
        self.world: World = build_world(make_database)
        self.staff, self.pay = city.staff_database, make_database("kashiman_pay")
        self.worker = make_database("kashiman_worker")
        self.press = TokenPress(ISSUER)
        self.press.key = city.installation.key_ring.signing_key("ES256")
        city.clock.at = NOW
        self.taro = self._resident(self.world.person_id, self.world.wallet_id)
        self.hanako = self._resident(self.world.neighbour_id, self.world.neighbour_wallet_id)
        self.market = self._of_shop(MARKET.merchant_id, ShopRole.OWNER)
        self.baker = self._of_shop(BAKERY.merchant_id, ShopRole.OWNER)
        self.north_till = self._of_shop(MARKET.merchant_id, ShopRole.CASHIER, NORTH.store_id)
        self.south_till = self._of_shop(MARKET.merchant_id, ShopRole.CASHIER, SOUTH.store_id)

    @cached_property
    def belongings(self) -> Mapping[str, str]:
        """What TARO and the market have, by the names under which addresses ask for it."""
        payment_id, closing_id = self._payment(), self._closing()
        link_id, reference, consent_id, handle = self._doors()
        found = {
            "payment_id": payment_id,
            "purchase_id": self._purchase(),
            "grant_id": self.world.grant_id,
            "round_id": self._round(),
            "closing_id": closing_id,
            "store_id": NORTH.store_id,
            "store": NORTH.store_id,
            "serial": self._serial(NORTH.store_id),
            "session_id": self.taro.session.session_id,
            "consent_id": consent_id,
            "reference": reference,
            "link_id": link_id,
            "handle": handle,
            "till_id": self._till(),
            "code": self._code(),
            "code_reference": self._shown_code(),
            "cashier_id": self.north_till.signed_in.subject,
            "notice_id": self._notice(),
            "card_id": self._card(),
        }
        return {name: str(value) for name, value in found.items()}

    def state(self) -> dict[str, str]:
        """What stands in each table, as a digest."""
        with psycopg.connect(self.url) as connection:
            tables = connection.execute(
                "SELECT schemaname, tablename FROM pg_tables"
                " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
            ).fetchall()
            question = sql.SQL("SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {} AS row")
            return {
                f"{schema}.{name}": str(connection.execute(question.format(sql.Identifier(schema, name))).fetchone())
                for schema, name in tables
            }

    def _resident(self, person_id: UUID, wallet_id: UUID) -> Neighbour:
        who = SignedIn(kind=HolderKind.RESIDENT, subject=person_id, display_name="", wallet_id=wallet_id)
        return self._signed_in(who, "wallet")

    def _of_shop(self, merchant_id: UUID, role: ShopRole, store_id: UUID | None = None) -> Neighbour:
        facts: dict[str, Any] = {"merchant_id": merchant_id, "role": role, "store_id": store_id, "display_name": "店"}
        user_id = self.staff.run(lambda session: add_shop_user(session, **facts))
        return self._signed_in(SignedIn(kind=HolderKind.SHOP, subject=user_id, **facts), "shop")

    def _signed_in(self, who: SignedIn, face: str) -> Neighbour:
        """Signed in a moment ago, at the counter: nobody is refused for how."""
        holder = Holder(who.kind, who.subject)
        proven = ProvenSignIn(holder, Acr.COUNTER, ("otp",), NOW)
        database = self.city.installation.resident_database
        started = database.run(lambda session: start_session(session, proven, cookie=None, browser="Chrome", now=NOW))
        browser = TestClient(self.app, base_url=ISSUER, headers={"Origin": ISSUER}, follow_redirects=False)
        browser.cookies.set("kashima_id", started.cookie)
        browser.cookies.set(COOKIES[who.kind], signed_in_cookie(database, holder, NOW))
        return Neighbour(who, browser, started, self.press.issue(who, face, NOW))

    def _payment(self) -> UUID:
        (store,) = [
            each
            for each in self.pay.run(lambda s: stores_of(s, [MARKET.merchant_id]))
            if each.store_id == NORTH.store_id
        ]
        request = PaymentRequest(
            "taro-1",
            self.world.wallet_id,
            1_200,
            store.store_code,
            self._serial(NORTH.store_id),
            Channel.MPM_STATIC,
            PAID,
        )
        (receipt,) = self.pay.run(lambda session: take_payments(session, [request]))
        assert isinstance(receipt, PaymentReceipt), receipt
        return receipt.payment_id

    def _closing(self) -> UUID:
        accounts: Mapping[UUID, BankAccountSnapshot] = {MARKET.merchant_id: ACCOUNT, BAKERY.merchant_id: ACCOUNT}
        days = {"cutoff_day": PAID.date(), "pay_day": date(2026, 11, 27), "now": CLOSED}
        facts: dict[str, Any] = {
            "closed_by": "finance",
            "payer": PAYER,
            "bank_accounts": accounts,
            "key": "close",
            **days,
        }
        return self.staff.run(lambda session: close_settlement(session, **facts)).closing_id

    def _purchase(self) -> UUID:
        request = PurchaseRequest("taro-2", self.world.wallet_id, 1, PurchaseMethod.CARD, self.world.grant_id)
        (purchase,) = self.pay.run(lambda session: start_purchases(session, [request], now=NOW))
        assert isinstance(purchase, Purchase), purchase
        return purchase.id

    def _round(self) -> UUID:
        (grant,) = self.pay.run(lambda session: my_grants(session, self.world.person_id, now=NOW))
        return grant.round_id

    def _notice(self) -> UUID:
        """What TARO is told a week before the first lot's last day."""
        self.worker.run(lambda session: make_notices(session, now=city_time(date(2026, 11, 23), 9, 5)))
        (told, *_) = self.pay.run(lambda session: notices_of(session, self.world.wallet_id))
        return told.notice.id

    def _card(self) -> UUID:
        """TARO's paper card, which is not printed."""
        clerk = CardActor(CardActorKind.STAFF, UUID(int=1))
        facts: dict[str, Any] = {"wallet_id": self.world.wallet_id, "actor": clerk, "reason": CardReason.WISHED}
        return self.staff.run(lambda session: issue_card(session, **facts, pepper=bytes(32), now=NOW)).card.id

    def _serial(self, store_id: UUID) -> str:
        return self.pay.run(lambda session: posters_of(session, store_id))[0].serial

    def _shown_code(self) -> str:
        """A code that the market's northern till shows."""
        clerk_id = self.north_till.signed_in.subject
        facts: dict[str, Any] = {"store_id": NORTH.store_id, "amount_yen": 100, "issued_by": clerk_id, "now": NOW}
        return self.pay.run(lambda session: issue_dynamic_code(session, **facts)).reference

    def _code(self) -> str:
        wallet_id = self.world.wallet_id
        return self.pay.run(lambda session: issue_consumer_code(session, wallet_id=wallet_id, now=NOW)).text

    def _till(self) -> UUID:
        owner = ProvenSignIn(self.market.holder, Acr.COUNTER, ("otp",), NOW)
        place: dict[str, Any] = {"merchant_id": MARKET.merchant_id, "store_id": NORTH.store_id, "label": "レジ1"}
        return self.pay.run(lambda session: bind_device(session, signed_in=owner, now=NOW, **place)).device_id

    def _doors(self) -> tuple[UUID, str, UUID, str]:
        """A link to LINE, a passkey, an agreement with an application, and a request that is under way."""
        taro, database = self.taro.holder, self.city.installation.resident_database
        line = ProviderIdentity(
            provider=Provider.LINE, client="line", subject="U" + "a" * 32, acr=Acr.LINE, amr=(), auth_time=NOW
        )
        proven = ProvenSignIn(taro, Acr.COUNTER, ("otp",), NOW)
        database.run(lambda session: link_identity(session, line, signed_in=proven, now=NOW))
        pepper = self.city.installation.keys.pepper
        code = self.staff.run(lambda session: issue_sign_in_codes(session, [taro], pepper=pepper, now=NOW))[0].text
        phone = TestClient(self.app, base_url=ISSUER, headers={"Origin": ISSUER})
        assert Phone(phone, self.city).register(code).status_code == 200
        farm = Application(TestClient(self.app, base_url=ISSUER), self.city.clock, FARM)
        farm.sign_in(phone, code)
        self.city.clock.advance(timedelta(seconds=1))
        handle = handle_of(farm.authorize(self.taro.browser, prompt="consent"))

        def ids(session: Session) -> tuple[UUID, str, UUID]:
            (link,), (passkey,) = links_of(session, taro.id), passkeys_of(session, taro)
            (consent,) = consents_of(session, taro)
            return link.link_id, to_base64url(passkey.credential_id), consent.id

        return (*database.run(ids), handle)
