"""The certified provider that nobody here wrote, in a process of its own: what fails on it is a wrong test."""

import itertools
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.openid.node_packages import script
from tests.openid.provider_under_test import POSTCARD, Clients, ProviderUnderTest

STOP_WITHIN_S = 10
_numbers = itertools.count(1)


@contextmanager
def reference_provider(clients: Clients) -> Iterator[ProviderUnderTest]:
    """The npm package oidc-provider with these clients, until the block ends; its first line says that it is ready."""
    settings = {"clients": [client.metadata for client in clients.all()], "acr": POSTCARD}
    command = script("reference_provider.mjs")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(settings) + "\n")
            process.stdin.flush()
            issuer = json.loads(process.stdout.readline())["issuer"]
            yield ProviderUnderTest("reference", issuer, discover(issuer), clients, _new_person)
        finally:
            process.stdin.close()
            process.wait(timeout=STOP_WITHIN_S)


def discover(issuer: str) -> dict[str, object]:
    """The discovery document of an issuer (OpenID Connect Discovery 1.0, section 4)."""
    answer = httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False)
    document: dict[str, object] = answer.raise_for_status().json()
    return document


def _new_person() -> str:
    """It signs in anybody by name."""
    return f"person-{next(_numbers)}"
