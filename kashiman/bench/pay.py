"""`kashiman bench pay`: durable payments over HTTP, beside an address of the same server that does nothing."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import orjson

from identity.model import HolderKind, SignedIn
from identity.tokens import TokenIssuer
from kashiman.bench.load import LoadResult, MakeRequest, run_load
from kashiman.bench.world import World, build_world, fresh_database
from kashiman.keys import KEY_ID, Keys, load_keys
from kashiman.processes import free_port, running, wait_until_ready
from payments.codes.merchant_code import CITY_GUID, MerchantCode, write_merchant_code
from wallet_api.parts import AUDIENCE

CONNECTIONS = 64
WALLETS, LOTS_PER_WALLET, SHOPS = 3_000, 3, 500
ISSUER = "http://bench"


@dataclass(frozen=True)
class PayFigures:
    """What `kashiman bench pay` reports. Latencies are of the spread payments."""

    payments_per_s: float
    empty_per_s: float
    ratio: float
    hot_payments_per_s: float
    hot_ratio: float
    p50_ms: float
    p99_ms: float
    declined: int
    errors: int

    def as_dict(self) -> dict[str, float | int]:
        """The figures by name."""
        return asdict(self)


def bench_pay(data_dir: Path, *, seconds: float = 15.0, rounds: int = 3) -> PayFigures:
    """Measure payments to many shops, payments to one shop, and the empty address, in turns of the same run.

    `seconds` is how long each of the three is loaded in all, split over `rounds` turns so that what disturbs the
    machine disturbs all of them alike.
    """
    now = datetime.now(UTC)
    with fresh_database(data_dir) as url, TemporaryDirectory(prefix="kashiman-bench-") as home:
        keys = load_keys(Path(home) / "keys")
        world = build_world(url, wallets=WALLETS, lots_per_wallet=LOTS_PER_WALLET, shops=SHOPS, now=now)
        requests = _Requests(world, keys, now)
        with _server(url, Path(home)) as port:
            return _figures(asyncio.run(_measure(port, requests, seconds / rounds, rounds)))


async def _measure(port: int, requests: "_Requests", seconds: float, rounds: int) -> dict[str, LoadResult]:
    kinds: dict[str, MakeRequest] = {"empty": requests.empty, "spread": requests.spread, "hot": requests.hot}
    results = {name: LoadResult() for name in kinds}
    for make in kinds.values():  # One short turn of each to warm up, not counted.
        await run_load("127.0.0.1", port, make, first=0, seconds=1.0, connections=CONNECTIONS)
    for turn in range(1, rounds + 1):
        for name, make in kinds.items():
            first = turn * 10_000_000
            load = run_load("127.0.0.1", port, make, first=first, seconds=seconds, connections=CONNECTIONS)
            results[name].add(await load)
    return results


def _figures(results: dict[str, LoadResult]) -> PayFigures:
    spread, hot, empty = results["spread"], results["hot"], results["empty"]
    payments_per_s, hot_per_s, empty_per_s = (result.per_second(201) for result in (spread, hot, empty))
    answers = spread.statuses + hot.statuses
    return PayFigures(
        payments_per_s=round(payments_per_s, 1),
        empty_per_s=round(empty_per_s, 1),
        ratio=round(payments_per_s / empty_per_s, 3),
        hot_payments_per_s=round(hot_per_s, 1),
        hot_ratio=round(hot_per_s / payments_per_s, 3),
        p50_ms=round(spread.percentile_ms(0.50), 2),
        p99_ms=round(spread.percentile_ms(0.99), 2),
        declined=answers[409],
        errors=sum(count for status, count in answers.items() if status not in (201, 409)),
    )


class _Requests:
    """Requests as bytes: a token for each wallet, a signed code for each shop, a fresh key for each request."""

    def __init__(self, world: World, keys: Keys, now: datetime) -> None:
        issuer = TokenIssuer(keys.token_key_pem, KEY_ID, ISSUER)
        self._tokens = [issuer.issue(_resident(wallet_id), AUDIENCE, now, 3_600) for wallet_id in world.wallets]
        self._codes = [_shop_code(keys, *shop[1:]) for shop in world.shops]
        self._prefix = secrets.token_hex(8)

    def spread(self, number: int) -> bytes:
        """A payment of one of the wallets at one of the shops."""
        return self._request("/api/v1/wallet/payments", number, number * 7919 % len(self._codes), "s")

    def hot(self, number: int) -> bytes:
        """A payment of one of the wallets at always the same shop."""
        return self._request("/api/v1/wallet/payments", number, 0, "h")

    def empty(self, number: int) -> bytes:
        """The same request to the address that does nothing."""
        return self._request("/api/v1/bench/empty", number, number * 7919 % len(self._codes), "e")

    def _request(self, path: str, number: int, shop: int, kind: str) -> bytes:
        token = self._tokens[number % len(self._tokens)]
        body = self._codes[shop] + b"%d}" % (20 + number % 60)
        return (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
            f"Idempotency-Key: {self._prefix}-{kind}-{number}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def _resident(wallet_id: UUID) -> SignedIn:
    return SignedIn(kind=HolderKind.RESIDENT, subject=uuid4(), display_name="bench", wallet_id=wallet_id)


def _shop_code(keys: Keys, store_code: str, serial: str) -> bytes:
    """The beginning of a payment's body, up to its amount."""
    code = MerchantCode(
        store_code=store_code,
        merchant_name_latin="BENCH",
        merchant_name_ja="ベンチ",
        city="KASHIMA",
        postal_code="8491311",
        mcc="5411",
        print_serial=serial,
    )
    text = write_merchant_code(code, keys.shop_code_key, KEY_ID, CITY_GUID)
    return orjson.dumps({"code": text})[:-1] + b',"amount_yen":'


@contextmanager
def _server(url: str, home: Path) -> Iterator[int]:
    """The real server in a process of its own, on a free port, until the block ends."""
    port = free_port()
    environment = {
        "DATABASE_URL": url,
        "KASHIMAN_DATA_DIR": str(home),
        "KASHIMAN_PORT": str(port),
        "KASHIMAN_BASE_URL": ISSUER,
        "KASHIMAN_BENCH": "true",
    }
    with running("serve", environment) as server:
        wait_until_ready(port, server)
        yield port
