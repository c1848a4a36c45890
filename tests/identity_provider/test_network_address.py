"""Whose tries are counted together: behind a proxy each browser's own, and nobody chooses theirs."""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from identity_provider.viewer import network_address


def asked(*headers: tuple[bytes, bytes]) -> Request:
    return Request({"type": "http", "headers": list(headers), "client": ("192.0.2.1", 50_000)})


def test_without_a_proxy_it_is_the_connection_whatever_is_claimed(app: FastAPI) -> None:
    claimed = asked((b"x-forwarded-for", b"203.0.113.9"))
    assert network_address(claimed, app.state.provider) == "192.0.2.1"


@pytest.mark.parametrize(
    "headers",
    [
        [(b"x-forwarded-for", b"203.0.113.9")],
        [(b"x-forwarded-for", b"198.51.100.7, 203.0.113.9")],
        [(b"x-forwarded-for", b"198.51.100.7"), (b"x-forwarded-for", b"203.0.113.9")],
    ],
)
def test_asvs_6_3_1_behind_a_proxy_only_what_the_proxy_added_counts(
    app: FastAPI, headers: list[tuple[bytes, bytes]]
) -> None:
    parts = replace(app.state.provider, address_header="X-Forwarded-For")
    assert network_address(asked(*headers), parts) == "203.0.113.9"
    assert network_address(asked(), parts) == "192.0.2.1"
