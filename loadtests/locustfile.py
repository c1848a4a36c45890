"""A lunch rush and a closing minute against the running demo, on this machine only.

Start the demo (`make demo`), wait until it prints the sign-in codes, and run `make load` in another terminal, for
example `make load USERS=200 SPAWN_RATE=20 RUN_TIME=60s`. Everybody signs in over the city's provider with a browser of
their own, and sends its cookie from then on. The demo leaves codes of several hundred residents and of
some tills in `.kashiman/demo-sign-ins.json`; KASHIMAN_SIGN_INS names another file. Two kinds of people come, four at
lunch for each who applies in the last minute: LunchRush looks at the wallet, pays at posters and shows own codes that
a till charges; ClosingMinute applies for vouchers. Name one of them after `locust` to have only that one.

A payment that is declined because a wallet is empty, and an application that comes when all is gone or asks for more
than a cap leaves, are right answers and count as successes; anything else than a success is a failure, and so is `503`.
It refuses to press another machine, and it ends by itself.
"""

import json
import os
import sys
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from locust import HttpUser, between, events, task
from locust.env import Environment

from kashiman.demo.browser import handle_of, is_home

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SIGN_INS = Path(os.environ.get("KASHIMAN_SIGN_INS", ".kashiman/demo-sign-ins.json"))
RIGHT_REFUSALS = {
    *("value_not_enough", "customer_value_not_enough", "units_sold_out", "application_is_final"),
    *("units_exceed_person_cap", "units_exceed_household_cap"),
}

numbers = count()
chance = Random(7)
city: dict[str, Any] = {}


def prepare(environment: Environment, **_: object) -> None:
    """Refuse a host that is not this machine, and read the sign-in codes."""
    if urlsplit(environment.host or "").hostname not in LOOPBACK:
        sys.exit(f"a load goes to this machine only, not to {environment.host}")
    if not SIGN_INS.exists():
        sys.exit(f"{SIGN_INS} is not there: start the demo first, or name the file in KASHIMAN_SIGN_INS")
    city.update(json.loads(SIGN_INS.read_text(encoding="utf-8")))


events.init.add_listener(prepare)  # type: ignore[no-untyped-call]


class Person(HttpUser):
    """A resident with a telephone, who signs in again when the sign-in has ended."""

    abstract = True
    resident = ""

    def on_start(self) -> None:
        residents = city["residents"]
        self.resident = residents[next(numbers) % len(residents)]
        self.phone = self.signs_in("wallet", self.resident)

    def signs_in(self, face: str, code: str) -> dict[str, str]:
        """Sign in as a browser of its own does, and answer the cookie that this browser keeps."""
        self.client.cookies.clear()
        page = self.client.get(f"/{face}/sign-in/begin", name=f"{face}: begin to sign in")
        form = {"handle": handle_of(page.text), "code": code}
        origin = {"Origin": str(self.host)}
        with self.client.post(
            "/id/sign-in", form, name=f"{face}: sign in", headers=origin, catch_response=True
        ) as answer:
            if answer.ok and not is_home(face, answer.url):
                answer.failure(f"ended at {answer.url}")
        cookie = f"kashiman_{face}"
        kept = {cookie: self.client.cookies.get(cookie) or ""}
        self.client.cookies.clear()
        return kept

    def asks(self, method: str, path: str, name: str, *, browser: dict[str, str] | None = None, **body: Any) -> Any:
        """Send a request under a key of its own; answer its document, or nothing when it was refused."""
        headers = {"Origin": str(self.host), "Idempotency-Key": str(uuid4())}
        sent: dict[str, Any] = {"headers": headers, "cookies": browser or self.phone, "json": body or None}
        with self.client.request(method, path, name=name, catch_response=True, **sent) as answer:
            if answer.status_code == 401:
                self.phone = self.signs_in("wallet", self.resident)
            if answer.ok:
                return answer.json()
            if answer.status_code == 409 and answer.json()["code"] in RIGHT_REFUSALS:
                answer.success()
            return None


class LunchRush(Person):
    """Looks, pays at a poster, or lets a till charge the own code."""

    weight = 4
    wait_time = between(1, 3)

    def on_start(self) -> None:
        super().on_start()
        self.till = chance.choice(city["tills"])
        self.counter = self.signs_in("shop", self.till["code"])

    @task(5)
    def looks(self) -> None:
        self.asks("GET", "/api/v1/wallet/wallet", "wallet: look")

    @task(3)
    def pays_at_a_poster(self) -> None:
        poster = chance.choice(city["tills"])["poster"]
        amount_yen = chance.randint(50, 300)
        self.asks("POST", "/api/v1/wallet/payments", "wallet: pay", code=poster, amount_yen=amount_yen)

    @task(2)
    def shows_the_own_code(self) -> None:
        shown = self.asks("POST", "/api/v1/wallet/codes", "wallet: show code")
        if shown:
            charge = {"code": shown["code"], "amount_yen": chance.randint(50, 300), "store_id": self.till["store_id"]}
            self.asks("POST", "/api/v1/shop/charges", "shop: charge", browser=self.counter, **charge)


class ClosingMinute(Person):
    """Applies for vouchers in the last minute, and looks whether it was taken."""

    weight = 1
    wait_time = between(0.5, 1.5)

    @task(1)
    def looks(self) -> None:
        self.asks("GET", "/api/v1/wallet/rounds", "wallet: rounds")

    @task(3)
    def applies(self) -> None:
        rounds = self.asks("GET", "/api/v1/wallet/rounds", "wallet: rounds") or []
        if rounds:
            chosen = chance.choice(rounds)
            path = f"/api/v1/wallet/rounds/{chosen['round_id']}/application"
            self.asks("POST", path, "wallet: apply", units=chance.randint(1, chosen["max_units"]))
