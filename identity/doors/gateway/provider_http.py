"""Asking a provider over HTTP: every call has a time limit, and every answer is one of three things.

An object; a refusal of the code that was brought; an outage. Anything else the provider says of us (a wrong secret, an
unknown client) is a fault of ours and surfaces as `httpx.HTTPStatusError`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from identity.doors.gateway.refusals import ProviderCodeRefused
from identity.doors.model import Provider
from kernel.refusals import ProviderDown

LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


def check_address(url: str) -> None:
    """Refuse, with a ValueError, an address of a provider that is not https, unless it is on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"a provider is spoken to over https: {url}")


class ProviderHttp:
    """A client of one provider; `transport` stands in for the network."""

    def __init__(self, provider: Provider, timeout_s: float, transport: httpx.BaseTransport | None = None) -> None:
        self._provider = provider
        # No proxy stands between this machine and itself, whatever the environment says.
        direct = dict.fromkeys(("all://127.0.0.1", "all://localhost"), transport)
        self._client = httpx.Client(timeout=timeout_s, transport=transport, mounts=direct)

    def get_object(self, url: str, bearer: str | None = None) -> dict[str, Any]:
        """Get a JSON object. ProviderDown when there is none."""
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return self._asked("GET", url, headers=headers)

    def post_form(self, url: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Post a form and get a JSON object. Refuses ProviderCodeRefused (RFC 6749, section 5.2, invalid_grant)."""
        return self._asked("POST", url, data=form)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _asked(self, method: str, url: str, **content: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, url, **content)
        except httpx.RequestError as error:
            raise ProviderDown(f"{self._provider}: {type(error).__name__}") from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise ProviderDown(f"{self._provider}: status {answer.status_code}")
        if answer.is_success:
            return self._object(answer)
        if answer.status_code == httpx.codes.BAD_REQUEST and _error_of(answer) == "invalid_grant":
            raise ProviderCodeRefused(self._provider.value)
        answer.raise_for_status()
        raise ProviderDown(f"{self._provider}: status {answer.status_code}")

    def _object(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            content = answer.json()
        except ValueError as error:
            raise ProviderDown(f"{self._provider}: the answer is not JSON") from error
        if not isinstance(content, dict):
            raise ProviderDown(f"{self._provider}: the answer is not an object")
        return content


def _error_of(answer: httpx.Response) -> object:
    try:
        content = answer.json()
    except ValueError:
        return None
    return content.get("error") if isinstance(content, dict) else None
