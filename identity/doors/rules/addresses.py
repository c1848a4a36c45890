"""How often wrong codes may be typed from one part of the network (ASVS 5.0, 6.3.1)."""

import hashlib
import hmac
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from identity.doors.refusals import TooManyAttempts

MISSES_MAX = 20
WINDOW = timedelta(minutes=10)

_IPV6_PREFIX = 64


def address_digest(pepper: bytes, address: str) -> bytes:
    """Compute what is stored of a network address: HMAC-SHA256 (RFC 2104) of an IPv4 address or an IPv6 /64.

    A household has a /64 and may change the rest of its address at will. A text that is no address stands for itself.
    """
    return hmac.digest(pepper, f"address:{_prefix(address)}".encode(), hashlib.sha256)


def demand_address_not_over(missed_at: Sequence[datetime], now: datetime) -> None:
    """Refuse TooManyAttempts from the 20th miss within ten minutes until the oldest of the 20 is ten minutes old."""
    latest = sorted(missed_at)[-MISSES_MAX:]
    if len(latest) < MISSES_MAX or latest[0] + WINDOW <= now:
        return
    raise TooManyAttempts(math.ceil((latest[0] + WINDOW - now).total_seconds()))


def _prefix(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or IPv6Network((int(read), _IPV6_PREFIX), strict=False))
    return str(read)
