"""Payments as bytes, made beforehand: a token for each wallet, a signed code for each shop."""

import secrets
from datetime import datetime

import orjson

from identity.provider.jose.access_token import write_access_token
from kashiman.bench.server import ISSUER
from kashiman.bench.tokens import provider_key, wallet_claims
from kashiman.bench.world import World
from kashiman.keys import KEY_ID, Keys
from payments.codes.merchant_code import CITY_GUID, MerchantCode, write_merchant_code


class PayRequests:
    """Requests as bytes: a token for each wallet, a signed code for each shop, a fresh key for each request."""

    def __init__(self, world: World, keys: Keys, now: datetime) -> None:
        key = provider_key(world.url, keys, now)
        self._tokens = [write_access_token(wallet_claims(wallet_id, ISSUER, now), key) for wallet_id in world.wallets]
        self._codes = [_beginning(shop_code(keys, *shop[1:])) for shop in world.shops]
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


def shop_code(keys: Keys, store_code: str, serial: str) -> str:
    """The text of a poster's code."""
    code = MerchantCode(
        store_code=store_code,
        merchant_name_latin="BENCH",
        merchant_name_ja="ベンチ",
        city="KASHIMA",
        postal_code="8491311",
        mcc="5411",
        print_serial=serial,
    )
    return write_merchant_code(code, keys.shop_code_key, KEY_ID, CITY_GUID)


def _beginning(code: str) -> bytes:
    """The beginning of a payment's body, up to its amount."""
    return orjson.dumps({"code": code})[:-1] + b',"amount_yen":'
