"""`kashiman bench signin`: codes exchanged for tokens over HTTP, beside an address that does nothing.

With a storm it also measures how long payments wait while everybody signs in at once.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import uuid4

from identity.provider.jose.access_token import AccessTokenVerifier, write_access_token
from identity.provider.keyring import KeyRing
from identity.provider.queries import stored_keys
from kashiman.bench.exchanges import Application, exchange_request, grant_codes, open_application
from kashiman.bench.load import LoadResult, MakeRequest, run_load
from kashiman.bench.pay_requests import PayRequests
from kashiman.bench.server import ISSUER, served
from kashiman.bench.tokens import wallet_claims
from kashiman.bench.world import build_world, fresh_database
from kashiman.keys import Keys, load_keys
from kernel.db import Database

CONNECTIONS, STORM_CONNECTIONS = 64, 32
PEOPLE, WALLETS, LOTS_PER_WALLET, SHOPS = 2_000, 1_000, 3, 100
CODES_PER_S = 300
"""So many codes are made for each second of a turn, which ends when they are used up or the time is over."""

NEVER_SENT = 5_000_000
"""Far enough from the numbers of a turn: a payment with a new number has a new key."""

TOKENS, LOOKS = 100, 20
"""The quickest of so many looks at so many tokens counts: the others were disturbed."""


@dataclass(frozen=True)
class SignInFigures:
    """What `kashiman bench signin` reports. Latencies are of exchanges; those of payments only with a storm.

    `verify_token_us` is a look at an access token that was seen before, `verify_first_us` the first look at one; both
    ask the process's key ring and no database.
    """

    exchanges_per_s: float
    empty_per_s: float
    ratio: float
    p50_ms: float
    p99_ms: float
    verify_token_us: float
    verify_first_us: float
    errors: int
    storm_exchanges_per_s: float | None = None
    payments_p99_quiet_ms: float | None = None
    payments_p99_storm_ms: float | None = None
    storm_ratio: float | None = None

    def as_dict(self) -> dict[str, float | int | None]:
        """The figures by name."""
        return asdict(self)


class _Place(NamedTuple):
    """Where a benchmark happens."""

    port: int
    database: Database
    application: Application
    payments: PayRequests


class _Loads(NamedTuple):
    """What the turns of a run saw; the last two are empty without a storm."""

    empty: LoadResult
    exchanges: LoadResult
    quiet: LoadResult
    stormy: LoadResult
    storm: LoadResult


def bench_sign_in(data_dir: Path, *, seconds: float = 15.0, rounds: int = 3, storm: bool = False) -> SignInFigures:
    """Measure exchanges and the empty address, and with `storm` payments with and without exchanges beside them.

    `seconds` is how long each is loaded in all at most, split over `rounds` turns so that what disturbs the machine
    disturbs all of them alike.
    """
    now = datetime.now(UTC)
    with fresh_database(data_dir) as url, TemporaryDirectory(prefix="kashiman-bench-") as home:
        keys = load_keys(Path(home) / "keys")
        world = build_world(url, wallets=WALLETS, lots_per_wallet=LOTS_PER_WALLET, shops=SHOPS, now=now)
        payments = PayRequests(world, keys, now)
        application = open_application(url, people=PEOPLE, now=now)
        database = Database(url, role="kashiman_pay", pool_size=1)
        try:
            verify = _verify_times(database, keys, now)
            with served(url, Path(home)) as port:
                place = _Place(port, database, application, payments)
                loads = asyncio.run(_measure(place, seconds / rounds, rounds, storm))
        finally:
            database.close()
    return _figures(loads, verify)


async def _measure(place: _Place, seconds: float, rounds: int, storm: bool) -> _Loads:
    loads = _Loads(*(LoadResult() for _ in _Loads._fields))
    for turn in range(rounds + 1):
        seen = await _turn(place, turn * 10_000_000, seconds if turn else 1.0, storm)
        if turn:  # The first is there to warm up.
            for load, result in zip(loads, seen, strict=True):
                load.add(result)
    return loads


async def _turn(place: _Place, first: int, seconds: float, storm: bool) -> _Loads:
    async def load(make: MakeRequest, first: int = first, connections: int = CONNECTIONS) -> LoadResult:
        return await run_load("127.0.0.1", place.port, make, first=first, seconds=seconds, connections=connections)

    empty = await load(place.payments.empty)
    exchanges = await load(_exchanges(place, first, seconds))
    if not storm:
        return _Loads(empty, exchanges, LoadResult(), LoadResult(), LoadResult())
    quiet = await load(place.payments.spread)
    beside = load(_exchanges(place, first, seconds), connections=STORM_CONNECTIONS)
    stormy, exchanged = await asyncio.gather(load(place.payments.spread, first + NEVER_SENT), beside)
    return _Loads(empty, exchanges, quiet, stormy, exchanged)


def _exchanges(place: _Place, first: int, seconds: float) -> MakeRequest:
    """Exchanges for one turn, made now because codes do not wait long."""
    codes = grant_codes(place.database, place.application, int(CODES_PER_S * seconds))
    now = datetime.now(UTC)
    requests = [exchange_request(place.application, code, now) for code in codes]
    return lambda number: requests[number - first - 1] if number - first <= len(requests) else None


def _figures(loads: _Loads, verify: "_VerifyTimes") -> SignInFigures:
    exchanges_per_s, empty_per_s = loads.exchanges.per_second(200), loads.empty.per_second(201)
    answers = loads.exchanges.statuses + loads.storm.statuses
    paid = loads.quiet.statuses + loads.stormy.statuses
    return SignInFigures(
        exchanges_per_s=round(exchanges_per_s, 1),
        empty_per_s=round(empty_per_s, 1),
        ratio=round(exchanges_per_s / empty_per_s, 3),
        p50_ms=round(loads.exchanges.percentile_ms(0.50), 2),
        p99_ms=round(loads.exchanges.percentile_ms(0.99), 2),
        verify_token_us=round(verify.again_us, 1),
        verify_first_us=round(verify.first_us, 1),
        errors=answers.total() - answers[200] + paid.total() - paid[201] - paid[409],
        **_storm_figures(loads),
    )


def _storm_figures(loads: _Loads) -> dict[str, float]:
    if not loads.storm.latencies_ms:
        return {}
    quiet_ms, stormy_ms = loads.quiet.percentile_ms(0.99), loads.stormy.percentile_ms(0.99)
    return {
        "storm_exchanges_per_s": round(loads.storm.per_second(200), 1),
        "payments_p99_quiet_ms": round(quiet_ms, 2),
        "payments_p99_storm_ms": round(stormy_ms, 2),
        "storm_ratio": round(stormy_ms / quiet_ms, 3),
    }


class _VerifyTimes(NamedTuple):
    """What a look at an access token takes, the first time and again."""

    first_us: float
    again_us: float


def _verify_times(database: Database, keys: Keys, now: datetime) -> _VerifyTimes:
    ring = KeyRing(lambda: database.run(stored_keys), keys.sealing_key, lambda: datetime.now(UTC))
    key = ring.signing_key("ES256")
    tokens = [write_access_token(wallet_claims(uuid4(), ISSUER, now), key) for _ in range(TOKENS)]
    verifiers = [AccessTokenVerifier(ring.public_key, ISSUER) for _ in range(LOOKS)]
    first_us = min(_look_us(verifier, tokens) for verifier in verifiers)
    return _VerifyTimes(first_us, min(_look_us(verifier, tokens) for verifier in verifiers))


def _look_us(verifier: AccessTokenVerifier, tokens: Sequence[str]) -> float:
    """What one look takes, on average over all tokens."""
    started = time.perf_counter()
    for token in tokens:
        verifier.verify(token, "wallet", datetime.now(UTC))
    return (time.perf_counter() - started) * 1_000_000 / len(tokens)
