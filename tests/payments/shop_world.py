"""A bakery, a market with two stores, two residents with money, and what they ask of each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlmodel import Session

from kernel.db import Database
from kernel.ids import derived_id
from kernel.refusals import Refusal
from ledger.model import Terms, UsableAt
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.declare_own_wallets import declare_own_wallets
from merchants.operations.print_posters import print_posters
from merchants.operations.register_merchants import register_merchants
from merchants.operations.resume_merchant import resume_merchant
from merchants.operations.revoke_poster import revoke_poster
from merchants.operations.suspend_merchant import suspend_merchant
from payments.model import (
    Channel,
    ChargeRequest,
    PaymentReceipt,
    PaymentRequest,
    ReversalReceipt,
    ReversalRequest,
)
from payments.operations.issue_consumer_code import issue_consumer_code
from payments.operations.reverse_payments import reverse_payments
from payments.operations.take_payments import AnyRequest, take_payments
from tests.ledger import books
from tests.ledger.books import NOON, TERMS
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH, SOUTH

TARO, HANAKO = derived_id("wallet", "taro"), derived_id("wallet", "hanako")
TARO_LOT, HANAKO_LOT = derived_id("lot", "taro"), derived_id("lot", "hanako")
CASHIER, CLERK = derived_id("shop user", "cashier"), derived_id("staff", "clerk")
SMALL_SHOPS = Terms(UsableAt.SMALL_SHOPS, TERMS.first_day, TERMS.last_day)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Place:
    """A store with the poster that hangs there."""

    store_id: UUID
    store_code: str
    serial: str


class ShopWorld:
    """Taro has one unit of ¥5,000, Hanako two; all shops are open."""

    def __init__(self, pay: Database, staff: Database) -> None:
        self.pay, self.staff = pay, staff
        self._reader = psycopg.connect(pay.url, autocommit=True)
        self.corner, self.north, self.south = self._open_shops()
        self.sell(TARO, TARO_LOT)
        self.sell(HANAKO, HANAKO_LOT, units=2)

    def sell(self, wallet_id: UUID, lot_id: UUID | None = None, *, units: int = 1, terms: Terms = TERMS) -> None:
        paid_yen, premium_yen = 4_000 * units, 1_000 * units
        sale = books.sell(lot_id, wallet_id=wallet_id, terms=terms, paid_yen=paid_yen, premium_yen=premium_yen)
        books.posted(self.pay, sale)

    def paying(
        self,
        amount_yen: int = 1_280,
        *,
        key: str | None = None,
        wallet_id: UUID = TARO,
        at: Place | None = None,
        asked_at: datetime = NOON,
    ) -> PaymentRequest:
        """A resident pays at a poster, by default at the bakery's."""
        place = at or self.corner
        return PaymentRequest(
            key or str(uuid4()), wallet_id, amount_yen, place.store_code, place.serial, Channel.MPM_STATIC, asked_at
        )

    def charging(
        self,
        amount_yen: int = 1_280,
        *,
        key: str | None = None,
        code: bytes | None = None,
        store_id: UUID = NORTH.store_id,
        asked_at: datetime = NOON,
    ) -> ChargeRequest:
        """A shop charges a code, by default the market one that Taro shows at that moment."""
        digest = code or self.code(at=asked_at)
        return ChargeRequest(key or str(uuid4()), digest, amount_yen, store_id, CASHIER, asked_at)

    def code(self, wallet_id: UUID = TARO, *, at: datetime = NOON) -> bytes:
        """The digest of a code that a resident shows."""
        return self.pay.run(lambda session: issue_consumer_code(session, wallet_id=wallet_id, now=at)).digest

    def take(self, *requests: AnyRequest) -> list[PaymentReceipt | Refusal]:
        """Take payments as one batch and commit."""
        return self.pay.run(lambda session: take_payments(session, requests))

    def paid(self, request: AnyRequest) -> PaymentReceipt:
        """Take a payment that must succeed."""
        (outcome,) = self.take(request)
        assert isinstance(outcome, PaymentReceipt), outcome
        return outcome

    def reverse(self, *requests: ReversalRequest) -> list[ReversalReceipt | Refusal]:
        """Take payments back as one batch and commit."""
        return self.pay.run(lambda session: reverse_payments(session, requests))

    def reversed(self, request: ReversalRequest) -> ReversalReceipt:
        """Take a payment back, which must succeed."""
        (outcome,) = self.reverse(request)
        assert isinstance(outcome, ReversalReceipt), outcome
        return outcome

    def refused(self, request: AnyRequest | ReversalRequest, *, decisions: int = 1) -> Refusal:
        """Ask for what must be refused, and see that it changed nothing but its own record (and a code's)."""
        before, known = self.money(), self.decisions()
        (outcome,) = self.reverse(request) if isinstance(request, ReversalRequest) else self.take(request)
        assert isinstance(outcome, Refusal), outcome
        assert self.money() == before
        assert self.decisions() == known + decisions
        return outcome

    def money(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the books, of payments and of reversals."""
        tables = [f"ledger.{name}" for name in books.TABLES] + ["payments.payments", "payments.reversals"]
        return {table: self.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables}

    def decisions(self) -> int:
        """How many keys are burnt."""
        found: int = self.rows("SELECT count(*) FROM ledger.decisions")[0][0]
        return found

    def burnt(self) -> set[bytes]:
        return {row[0] for row in self.rows("SELECT digest FROM payments.burnt_codes")}

    def left(self, wallet_id: UUID = TARO) -> int:
        """What a wallet still holds, in yen."""
        statement = "SELECT sum(paid_left_yen + premium_left_yen)::bigint FROM ledger.lots WHERE wallet_id = %s"
        found: int = self.rows(statement, [wallet_id])[0][0]
        return found

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Look into the database itself, as its superuser."""
        return self._reader.execute(statement.encode(), values).fetchall()

    def close(self) -> None:
        self._reader.close()

    def demand_agreeing_books(self) -> None:
        report = books.audit(self.pay)
        assert report.agrees, report.findings

    def suspend(self, merchant_id: UUID) -> None:
        self.staff.run(lambda session: suspend_merchant(session, merchant_id, by=CLERK, reason="調査", now=NOON))

    def resume(self, merchant_id: UUID) -> None:
        self.staff.run(lambda session: resume_merchant(session, merchant_id, by=CLERK, reason="解決", now=NOON))

    def revoke(self, place: Place) -> None:
        self.staff.run(lambda session: revoke_poster(session, place.serial, now=NOON))

    def declare_own(self, merchant_id: UUID, wallet_id: UUID) -> None:
        self.staff.run(lambda session: declare_own_wallets(session, merchant_id, [wallet_id], now=NOON))

    def another_poster(self, place: Place) -> Place:
        (serial,) = self.staff.run(lambda session: print_posters(session, [place.store_id], key_id="k1", now=NOON))
        return replace(place, serial=serial)

    def applied_shop(self) -> Place:
        """A shop that has posters already and is not approved yet."""
        store = replace(CORNER, store_id=derived_id("store", "new"))
        merchant = replace(BAKERY, merchant_id=derived_id("merchant", "new"), stores=(store,))

        def register(session: Session) -> Place:
            (registered,) = register_merchants(session, [merchant], now=NOON)
            (serial,) = print_posters(session, [store.store_id], key_id="k1", now=NOON)
            return Place(*registered.stores[0], serial)

        return self.staff.run(register)

    def _open_shops(self) -> list[Place]:
        def register(session: Session) -> list[Place]:
            registered = register_merchants(session, [BAKERY, MARKET], now=NOON)
            approve_merchants(session, [merchant.merchant_id for merchant in registered], by=CLERK, now=NOON)
            stores = [store for merchant in registered for store in merchant.stores]
            serials = print_posters(session, [store.store_id for store in stores], key_id="k1", now=NOON)
            return [Place(*store, serial) for store, serial in zip(stores, serials, strict=True)]

        places = self.staff.run(register)
        assert [place.store_id for place in places] == [CORNER.store_id, NORTH.store_id, SOUTH.store_id]
        return places


def voiding(
    payment_id: UUID, *, key: str | None = None, merchant_id: UUID = BAKERY.merchant_id, asked_at: datetime = NOON
) -> ReversalRequest:
    """A shop, by default the bakery, voids a payment."""
    return ReversalRequest(key or str(uuid4()), payment_id, merchant_id, CASHIER, asked_at)


def refunding(
    payment_id: UUID,
    refund_yen: int,
    *,
    key: str | None = None,
    merchant_id: UUID = BAKERY.merchant_id,
    asked_at: datetime = NOON,
) -> ReversalRequest:
    """A shop, by default the bakery, gives part of a payment back."""
    return replace(voiding(payment_id, key=key, merchant_id=merchant_id, asked_at=asked_at), refund_yen=refund_yen)
