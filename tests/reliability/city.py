"""A city whose residents pay all at once, over HTTP, from a server that may be gone at any moment."""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
import psycopg

from identity.provider.jose.access_token import write_access_token
from kashiman.bench.tokens import provider_key, wallet_claims
from kashiman.bench.world import FACE_YEN, World, build_world
from kashiman.keys import KEY_ID, Keys, load_keys
from kashiman.processes import free_port, wait_until_ready
from ledger.audit import audit_books
from payments.codes.merchant_code import MerchantCode, write_merchant_code
from tests.reliability.history import Attempt, Booked, History, Order, Outcome, contradictions

WALLETS, LOTS_PER_WALLET, SHOPS = 12, 3, 4
ISSUED_YEN = FACE_YEN * LOTS_PER_WALLET
CLIENTS, ORDERS_PER_WALLET, ATTEMPTS_MAX = 4, 25, 20
ISSUER = "http://reliability"
BOOKS = """
SELECT p.id, p.wallet_id, p.merchant_id, p.amount_yen,
       (SELECT sum(t.amount_yen) FROM ledger.transfers AS t WHERE t.journal_id = p.id)::bigint,
       (SELECT j.sequence FROM ledger.journals AS j WHERE j.id = p.id)
FROM payments.payments AS p
"""


@dataclass
class City:
    """Wallets with value and shops, the server's address, and what became of every order."""

    url: str
    home: Path
    seed: int = 7
    history: History = field(default_factory=History)
    server_is_up: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def world(self) -> World:
        facts = {"wallets": WALLETS, "lots_per_wallet": LOTS_PER_WALLET, "shops": SHOPS}
        return build_world(self.url, **facts, now=datetime.now(UTC))

    @cached_property
    def keys(self) -> Keys:
        return load_keys(self.home / "keys")

    @cached_property
    def port(self) -> int:
        return free_port()

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the server's process is told."""
        return {
            "DATABASE_URL": self.url,
            "KASHIMAN_DATA_DIR": str(self.home),
            "KASHIMAN_PORT": str(self.port),
            "KASHIMAN_BASE_URL": ISSUER,
        }

    @cached_property
    def tokens(self) -> dict[UUID, str]:
        now = datetime.now(UTC)
        key = provider_key(self.url, self.keys, now)
        claims = {wallet_id: wallet_claims(wallet_id, ISSUER, now) for wallet_id in self.world.wallets}
        return {wallet_id: write_access_token(its, key) for wallet_id, its in claims.items()}

    @cached_property
    def shop_codes(self) -> dict[UUID, str]:
        return {merchant_id: self._shop_code(*shop) for merchant_id, *shop in self.world.shops}

    def orders(self) -> list[Order]:
        """More than the wallets hold, so that some must be refused; the wallets' orders are mixed."""
        chance = Random(self.seed)
        orders = [
            Order(f"order-{number}-{amount_yen}", wallet_id, chance.choice(self.world.shops)[0], amount_yen)
            for number, wallet_id in enumerate(self.world.wallets)
            for amount_yen in chance.sample(range(100, 1_500), ORDERS_PER_WALLET)
        ]
        chance.shuffle(orders)
        return orders

    @contextmanager
    def paying(self) -> Iterator[None]:
        """Clients work through the orders inside the block, which ends when all of them are through.

        A client that does not know what happened waits until the server is up again and asks with the same key;
        of every third order it only wonders what became of it, and goes on.
        """
        orders = self.orders()
        with ThreadPoolExecutor(CLIENTS) as clients:
            working = [clients.submit(self._work, orders[number::CLIENTS]) for number in range(CLIENTS)]
            try:
                yield
            finally:
                self.server_is_up.set()
            for client in working:
                client.result(timeout=60)

    def ask_again(self, orders: Sequence[Order]) -> None:
        """Ask for each of these once more, with the same key."""
        with self._client() as client:
            for order in orders:
                self.history.add(self._attempt(client, order))

    def meets_outage(self, begin: Callable[[], None], *, payments_before: int) -> None:
        """Begin an outage after so many more payments, and return when every client has met it."""
        history = self.history
        history.wait_for(Outcome.ACKNOWLEDGED, history.count(Outcome.ACKNOWLEDGED) + payments_before)
        self.server_is_up.clear()
        unknown = history.count(Outcome.UNKNOWN)
        begin()
        history.wait_for(Outcome.UNKNOWN, unknown + CLIENTS)

    def is_up_again(self, server: "subprocess.Popen[bytes]") -> None:
        """Wait until the server can work, and tell the clients."""
        wait_until_ready(self.port, server)
        self.server_is_up.set()

    def looks_into_a_wallet(self) -> tuple[int, str | None]:
        """The status of a wallet's page of the API, and the code of the problem if there is one."""
        token = self.tokens[self.world.wallets[0]]
        with self._client() as client:
            answer = client.get("/api/v1/wallet/wallet", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json().get("code")

    def assert_nothing_is_lost(self) -> None:
        """Check the books, resolve what is still unknown, ask every key again, and check once more."""
        unresolved = self.history.unresolved()
        assert contradictions(self.history.attempts, self._books()) == []
        self.ask_again(unresolved)
        assert self.history.unresolved() == []
        answered = len(self._books())
        self.ask_again(list({attempt.order for attempt in self.history.attempts}))
        assert len(self._books()) == answered
        assert contradictions(self.history.attempts, self._books()) == []
        self._assert_balances()

    def _assert_balances(self) -> None:
        books = self._books()
        for wallet_id, token in self.tokens.items():
            address = f"http://127.0.0.1:{self.port}/api/v1/wallet/wallet"
            wallet = httpx.get(address, headers={"Authorization": f"Bearer {token}"}).raise_for_status().json()
            spent_yen = sum(booked.amount_yen for booked in books if booked.wallet_id == wallet_id)
            assert wallet["total_yen"] == wallet["usable_yen"] == ISSUED_YEN - spent_yen >= 0
        with psycopg.connect(self.url) as connection:
            report = audit_books(connection)
        assert report.findings == ()
        assert report.figures.payments == len(books)
        assert report.figures.issued_yen == ISSUED_YEN * WALLETS
        assert report.figures.remaining_yen == ISSUED_YEN * WALLETS - sum(booked.amount_yen for booked in books)
        assert report.figures.payable_yen == sum(booked.amount_yen for booked in books)

    def _books(self) -> list[Booked]:
        with psycopg.connect(self.url) as connection:
            return [Booked(*row) for row in connection.execute(BOOKS)]

    def _work(self, orders: Sequence[Order]) -> None:
        with self._client() as client:
            for number, order in enumerate(orders):
                for _ in range(ATTEMPTS_MAX):
                    attempt = self._attempt(client, order)
                    self.history.add(attempt)
                    if attempt.outcome is not Outcome.UNKNOWN:
                        break
                    assert self.server_is_up.wait(timeout=60)
                    if number % 3 == 0:
                        break

    def _attempt(self, client: httpx.Client, order: Order) -> Attempt:
        headers = {"Authorization": f"Bearer {self.tokens[order.wallet_id]}", "Idempotency-Key": order.key}
        body = {"code": self.shop_codes[order.merchant_id], "amount_yen": order.amount_yen}
        sent_at_s = time.monotonic()
        try:
            answer = client.post("/api/v1/wallet/payments", json=body, headers=headers)
        except httpx.TransportError:
            return Attempt(order, sent_at_s, time.monotonic(), Outcome.UNKNOWN)
        times = (sent_at_s, time.monotonic())
        if answer.status_code == 201:
            return Attempt(
                order, *times, Outcome.ACKNOWLEDGED, answer.text, UUID(json.loads(answer.text)["payment_id"])
            )
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            return Attempt(order, *times, Outcome.UNKNOWN)
        assert (answer.status_code, answer.json()["code"]) == (409, "value_not_enough"), answer.text
        return Attempt(order, *times, Outcome.REFUSED, answer.text)

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30.0, trust_env=False)

    def _shop_code(self, store_code: str, serial: str) -> str:
        code = MerchantCode(
            store_code=store_code,
            merchant_name_latin="SHOP",
            merchant_name_ja="みせ",
            city="KASHIMA",
            postal_code="8491311",
            mcc="5411",
            print_serial=serial,
        )
        return write_merchant_code(code, self.keys.shop_code_key, KEY_ID)
