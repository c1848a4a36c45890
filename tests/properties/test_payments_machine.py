"""Residents and shops do whatever they like over the JSON API, and a small model says what each must be told."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from identity.model import HolderKind, ShopRole, SignedIn
from kashiman.app import create_app
from kashiman.assembly import Installation
from kashiman.keys import KEY_ID, load_keys
from kashiman.settings import Settings
from kernel.clock import SetClock, city_date
from ledger.model import Terms, UsableAt
from merchants.model import NewMerchant
from payments.codes.match_phrase import match_phrase
from payments.codes.merchant_code import MerchantCode, write_merchant_code
from tests.conftest import MakeDatabase
from tests.ledger.books import NOON, TERMS
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH
from tests.payments.shop_world import Place, ShopWorld
from tests.tokens import TokenPress

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

Item = TypeVar("Item")
ISSUER = "http://localhost:8720"
TICK = timedelta(seconds=1)
CODE_WORKS_FOR = timedelta(seconds=70)
TOKEN_LIFETIME_S = 90 * 86_400
SMALL_SHOPS_FIRST = Terms(UsableAt.SMALL_SHOPS, TERMS.first_day, date(2026, 9, 15))
NAMES = {CORNER.store_id: "松尾パン店", NORTH.store_id: "まるかマーケット 北店"}
OWNERS = {CORNER.store_id: BAKERY, NORTH.store_id: MARKET}
SHOPS = st.sampled_from([CORNER.store_id, NORTH.store_id])
AGES = st.integers(0, 4)
AMOUNTS_YEN = st.integers(1, 3_000) | st.sampled_from([1, 5_000, 8_000, 8_001])


@dataclass
class Pot:
    """Value of a wallet: first what small shops alone take, then what every shop takes."""

    is_for_small_shops: bool
    left_yen: int


@dataclass
class Payment:
    """A payment and what is left of it, pot by pot."""

    id: str
    wallet_id: UUID
    store_id: UUID
    paid_at: datetime
    amount_yen: int
    taken: list[tuple[Pot, int]]

    @property
    def left_yen(self) -> int:
        return sum(yen for _, yen in self.taken)


@dataclass
class Code:
    """A code that a resident shows."""

    text: str
    wallet_id: UUID
    shown_at: datetime
    is_used: bool = False


@dataclass(frozen=True)
class Request:
    """Who sent what to where under which key."""

    person: SignedIn
    path: str
    body: dict[str, Any] | None
    key: str


@dataclass(frozen=True)
class Answer:
    """What came back; `is_replay` as the header says."""

    status: int
    document: dict[str, Any]
    is_replay: bool = False


Sent = tuple[Request, Answer]
"""A request and what it was told."""


@dataclass
class Model:
    """All that there is to know, without a database."""

    wallets: dict[UUID, list[Pot]] = field(default_factory=dict)
    own_shops: dict[UUID, UUID] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    movements: list[tuple[UUID, str, str, int]] = field(default_factory=list)

    def refusal_of_spending(
        self, wallet_id: UUID, store_id: UUID, amount_yen: int
    ) -> tuple[str, dict[str, Any]] | None:
        if self.own_shops.get(wallet_id) == store_id:
            return "payer_belongs_to_shop", {}
        usable_yen = sum(pot.left_yen for pot in self._usable(wallet_id, store_id))
        if amount_yen > usable_yen:
            total_yen = sum(pot.left_yen for pot in self.wallets[wallet_id])
            return "value_not_enough", {"asked_yen": amount_yen, "usable_yen": usable_yen, "total_yen": total_yen}
        return None

    def refusal_of_code(self, code: Code, now: datetime) -> tuple[str, dict[str, Any]] | None:
        if code.is_used:
            return "consumer_code_used", {}
        is_newest = not any(o.wallet_id == code.wallet_id and o.shown_at > code.shown_at for o in self.codes)
        if not is_newest or now - code.shown_at >= CODE_WORKS_FOR:
            return "consumer_code_expired", {"lifetime_s": 60}
        return None

    def spend(self, payment_id: str, wallet_id: UUID, store_id: UUID, amount_yen: int, now: datetime) -> Payment:
        taken, missing_yen = [], amount_yen
        for pot in self._usable(wallet_id, store_id):
            yen = min(pot.left_yen, missing_yen)
            if yen:
                pot.left_yen -= yen
                missing_yen -= yen
                taken.append((pot, yen))
        self.movements.append((wallet_id, "payment", payment_id, amount_yen))
        return Payment(payment_id, wallet_id, store_id, now, amount_yen, taken)

    def give_back(self, payment: Payment, reversal_id: str, amount_yen: int, kind: str) -> None:
        self.movements.append((payment.wallet_id, kind, reversal_id, -amount_yen))
        while amount_yen:
            pot, yen = payment.taken.pop()
            back_yen = min(yen, amount_yen)
            pot.left_yen += back_yen
            amount_yen -= back_yen
            if yen > back_yen:
                payment.taken.append((pot, yen - back_yen))

    def _usable(self, wallet_id: UUID, store_id: UUID) -> list[Pot]:
        is_small = store_id == CORNER.store_id
        return [pot for pot in self.wallets[wallet_id] if is_small or not pot.is_for_small_shops]


@dataclass
class City:
    """The application, its clock and the shops' codes; one for all examples, each with wallets of its own."""

    world: ShopWorld
    clock: SetClock
    press: TokenPress
    client: TestClient
    posters: dict[UUID, str]

    def send(self, request: Request) -> Answer:
        audience = "wallet" if request.person.kind is HolderKind.RESIDENT else "shop"
        token = self.press.issue(request.person, audience, NOON, TOKEN_LIFETIME_S)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": request.key}
        answer = self.client.post(f"/api/v1/{audience}{request.path}", json=request.body, headers=headers)
        return Answer(answer.status_code, answer.json(), answer.headers.get("Idempotency-Replayed") == "true")

    def read(self, wallet_id: UUID, path: str) -> Any:
        token = self.press.issue(resident(wallet_id), "wallet", NOON, TOKEN_LIFETIME_S)
        answer = self.client.get(f"/api/v1/wallet{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()


def recent(items: list[Item], age: int) -> Item:
    """One of the last items, the newest at age 0."""
    return items[-1 - age % len(items)]


def resident(wallet_id: UUID) -> SignedIn:
    return SignedIn(kind=HolderKind.RESIDENT, subject=wallet_id, display_name="", wallet_id=wallet_id)


def owner(merchant: NewMerchant) -> SignedIn:
    return SignedIn(
        kind=HolderKind.SHOP,
        subject=merchant.merchant_id,
        display_name="",
        merchant_id=merchant.merchant_id,
        role=ShopRole.OWNER,
    )


class Town(RuleBasedStateMachine):
    """Every rule sends one request and compares the answer with the model's."""

    city: City

    def __init__(self) -> None:
        super().__init__()
        city = self.city
        self.model = Model()
        self.payments: list[Payment] = []
        self.answered: list[Sent] = []
        city.clock.at = NOON
        self.resident, self.baker = uuid4(), uuid4()
        for wallet_id in (self.resident, self.baker):
            city.world.sell(wallet_id, terms=SMALL_SHOPS_FIRST)
            city.world.sell(wallet_id, terms=TERMS)
            self.model.wallets[wallet_id] = [Pot(True, 5_000), Pot(False, 5_000)]
        city.world.declare_own(BAKERY.merchant_id, self.baker)
        self.model.own_shops[self.baker] = CORNER.store_id

    @rule(is_baker=st.booleans(), store_id=SHOPS, amount_yen=AMOUNTS_YEN)
    def pay(self, is_baker: bool, store_id: UUID, amount_yen: int) -> None:
        wallet_id = self.baker if is_baker else self.resident
        refusal = self.model.refusal_of_spending(wallet_id, store_id, amount_yen)
        sent = self._send(resident(wallet_id), "/payments", self._pay_body(store_id, amount_yen))
        if refusal:
            self._refused(sent, *refusal)
        else:
            self._paid(sent, wallet_id, store_id, amount_yen)

    @initialize()
    def begin_with_a_payment_and_a_code(self) -> None:
        self.pay(is_baker=False, store_id=CORNER.store_id, amount_yen=5_100)
        self.show_code(is_baker=False)

    @rule(is_baker=st.booleans())
    def show_code(self, is_baker: bool) -> None:
        wallet_id = self.baker if is_baker else self.resident
        _, answer = self._send(resident(wallet_id), "/codes", None)
        assert answer.status == 201
        self.model.codes.append(Code(answer.document["code"], wallet_id, self.city.clock.at))

    @precondition(lambda self: self.model.codes)
    @rule(age=AGES, store_id=SHOPS, amount_yen=AMOUNTS_YEN)
    def charge(self, age: int, store_id: UUID, amount_yen: int) -> None:
        code = recent(self.model.codes, age)
        refusal = self.model.refusal_of_code(code, self.city.clock.at + TICK)
        refusal = refusal or self.model.refusal_of_spending(code.wallet_id, store_id, amount_yen)
        if refusal and refusal[0] == "value_not_enough":
            refusal = "customer_value_not_enough", {"asked_yen": amount_yen}
        code.is_used = True
        body = {"code": code.text, "amount_yen": amount_yen, "store_id": str(store_id)}
        sent = self._send(owner(OWNERS[store_id]), "/charges", body)
        if refusal:
            self._refused(sent, *refusal)
        else:
            self._paid(sent, code.wallet_id, store_id, amount_yen)

    @precondition(lambda self: self.payments)
    @rule(age=AGES)
    def void(self, age: int) -> None:
        payment = recent(self.payments, age)
        spent_yen = payment.amount_yen - payment.left_yen
        paid_on, today = city_date(payment.paid_at), city_date(self.city.clock.at + TICK)
        sent = self._send(owner(OWNERS[payment.store_id]), f"/payments/{payment.id}/void", None)
        if spent_yen:
            sums = {"paid_yen": payment.amount_yen, "reversed_yen": spent_yen}
            self._refused(sent, "payment_already_reversed", sums)
        elif paid_on != today:
            days = {"paid_on": paid_on.isoformat(), "asked_on": today.isoformat()}
            self._refused(sent, "void_only_on_same_day", days)
        else:
            self._given_back(sent, payment, payment.amount_yen, "void")

    @precondition(lambda self: self.payments)
    @rule(age=AGES, percent=st.sampled_from([1, 30, 100, 101]))
    def refund(self, age: int, percent: int) -> None:
        payment = recent(self.payments, age)
        amount_yen = max(1, payment.left_yen * percent // 100 + (percent == 101))
        sent = self._send(
            owner(OWNERS[payment.store_id]), f"/payments/{payment.id}/refunds", {"amount_yen": amount_yen}
        )
        if amount_yen > payment.left_yen:
            sums = {"asked_yen": amount_yen, "left_yen": payment.left_yen}
            self._refused(sent, "refund_exceeds_payment", sums)
        else:
            self._given_back(sent, payment, amount_yen, "refund")

    @precondition(lambda self: self.payments)
    @rule(age=AGES)
    def void_as_another_shop(self, age: int) -> None:
        payment = recent(self.payments, age)
        other = MARKET if OWNERS[payment.store_id] is BAKERY else BAKERY
        _, answer = self._send(owner(other), f"/payments/{payment.id}/void", None)
        assert (answer.status, answer.document["code"]) == (404, "payment_not_found")

    @precondition(lambda self: self.answered)
    @rule(age=AGES)
    def ask_again(self, age: int) -> None:
        request, first = recent(self.answered, age)
        again = self._ask(request)
        assert again == Answer(first.status, first.document, is_replay=first.status == 201)
        self._demand_balances()

    @precondition(lambda self: self.answered)
    @rule(age=AGES)
    def use_a_key_for_something_else(self, age: int) -> None:
        request, _ = recent(self.answered, age)
        if request.body is not None:
            other = replace(request, body=request.body | {"amount_yen": request.body["amount_yen"] + 1})
            answer = self._ask(other)
            assert (answer.status, answer.document["code"]) == (422, "key_reused_with_other_content")
            self._demand_balances()

    @rule(amount_yen=st.sampled_from([0, -1, 10**10, 10**18, 1.5, "100", "１００", True, None]), store_id=SHOPS)
    def pay_an_impossible_amount(self, amount_yen: Any, store_id: UUID) -> None:
        _, answer = self._send(resident(self.resident), "/payments", self._pay_body(store_id, amount_yen))
        is_number = type(amount_yen) is int
        assert answer.status == 422
        assert answer.document["code"] == ("amount_out_of_range" if is_number else "amount_not_whole_yen")

    @rule(pause=st.sampled_from([timedelta(seconds=67), timedelta(hours=12), timedelta(days=1)]))
    def let_time_pass(self, pause: timedelta) -> None:
        self.city.clock.advance(pause)

    def teardown(self) -> None:
        for wallet_id in self.model.wallets:
            shown = self.city.read(wallet_id, "/history")["movements"]
            known = [row[1:] for row in reversed(self.model.movements) if row[0] == wallet_id]
            assert [(each["kind"], each["id"], each["amount_yen"]) for each in shown] == known

    def _pay_body(self, store_id: UUID, amount_yen: Any) -> dict[str, Any]:
        return {"code": self.city.posters[store_id], "amount_yen": amount_yen}

    def _send(self, person: SignedIn, path: str, body: dict[str, Any] | None) -> Sent:
        request = Request(person, path, body, str(uuid4()))
        return request, self._ask(request)

    def _ask(self, request: Request) -> Answer:
        """Send a request a second after the last one."""
        self.city.clock.advance(TICK)
        return self.city.send(request)

    def _refused(self, sent: Sent, code: str, facts: dict[str, Any]) -> None:
        _, answer = sent
        assert (answer.document["code"], answer.document["facts"]) == (code, facts)
        self.answered.append(sent)
        self._demand_balances()

    def _paid(self, sent: Sent, wallet_id: UUID, store_id: UUID, amount_yen: int) -> None:
        _, answer = sent
        payment_id, now = answer.document.get("payment_id", ""), self.city.clock.at
        document = {
            "payment_id": payment_id,
            "amount_yen": amount_yen,
            "store_id": str(store_id),
            "store_name": NAMES[store_id],
            "paid_at": now.isoformat(),
            "match_phrase": match_phrase(UUID(payment_id)),
        }
        assert answer == Answer(201, document)
        self.answered.append(sent)
        self.payments.append(self.model.spend(payment_id, wallet_id, store_id, amount_yen, now))
        self._demand_balances()

    def _given_back(self, sent: Sent, payment: Payment, amount_yen: int, kind: str) -> None:
        _, answer = sent
        reversal_id = answer.document.get("reversal_id", "")
        document = {
            "reversal_id": reversal_id,
            "payment_id": payment.id,
            "amount_yen": amount_yen,
            "reversed_at": self.city.clock.at.isoformat().replace("+00:00", "Z"),
            "match_phrase": match_phrase(UUID(payment.id)),
        }
        assert answer == Answer(201, document)
        self.answered.append(sent)
        self.model.give_back(payment, reversal_id, amount_yen, kind)
        self._demand_balances()

    def _demand_balances(self) -> None:
        for wallet_id, pots in self.model.wallets.items():
            lots = self.city.read(wallet_id, "/wallet")["lots"]
            assert [lot["left_yen"] for lot in lots] == [pot.left_yen for pot in pots]


@pytest.fixture
def city(make_database: MakeDatabase, database_url: str, tmp_path: Path) -> Iterator[City]:
    world = ShopWorld(make_database("kashiman_pay"), make_database("kashiman_staff"))
    clock = SetClock(NOON)
    keys, press = load_keys(tmp_path), TokenPress(ISSUER)
    installation = Installation(Settings(base_url=ISSUER), database_url, clock, keys)
    installation.verifier = press.guard("wallet", clock).verifier
    posters = {place.store_id: poster_text(place, keys.shop_code_key) for place in (world.corner, world.north)}
    with TestClient(create_app(installation)) as client:
        yield City(world, clock, press, client, posters)
    world.close()


def poster_text(place: Place, key: Ed25519PrivateKey) -> str:
    store = CORNER if place.store_id == CORNER.store_id else NORTH
    code = MerchantCode(
        store_code=place.store_code,
        merchant_name_latin=store.name_latin,
        merchant_name_ja=store.display_name,
        city="Kashima",
        postal_code=store.postal_code.replace("-", ""),
        mcc="5411",
        print_serial=place.serial,
    )
    return write_merchant_code(code, key, KEY_ID)


def test_whatever_residents_and_shops_do_is_what_the_model_says(city: City) -> None:
    run_state_machine_as_test(
        type("TownInThisCity", (Town,), {"city": city}),
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

    city.world.demand_agreeing_books()
    assert city.world.rows("SELECT count(*) > 50 FROM payments.payments") == [(True,)]
