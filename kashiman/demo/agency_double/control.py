"""A hand on the double's controls, for tests and for the simulated city."""

from datetime import date
from typing import Any, Literal

import httpx

from kashiman.demo.agency_double.people import Formats, Sex
from kashiman.demo.doubles.chooser import choose


class AgencyControl:
    """Commands to a running double."""

    def __init__(self, base: str) -> None:
        self._client = httpx.Client(base_url=f"{base}/_double", timeout=30.0, trust_env=False)

    def add_person(self, person_id: str, name: str, address: str, birth_date: date, sex: Sex) -> str:
        """Somebody gets a card; answers the subject that the registered client will see."""
        facts = {"person_id": person_id, "name": name, "address": address, "sex": sex}
        return str(self._post("/people", **facts, birth_date=birth_date.isoformat())["subject"])

    def sign_in(self, authorization_url: str, person_id: str) -> httpx.URL:
        """The person proves themselves; answers the address their browser is sent back to."""
        return choose(authorization_url, person_id)

    def cancel(self, authorization_url: str) -> httpx.URL:
        """The person goes back; answers the address their browser is sent back to."""
        return choose(authorization_url, "")

    def write_as(self, formats: Formats) -> None:
        """From now on claims are written like this."""
        self._post("/formats", **formats.model_dump())

    def register(self, redirect_uri: str) -> None:
        """The client registers another callback URL."""
        self._post("/redirect_uris", redirect_uri=redirect_uri)

    def rotate_keys(self) -> None:
        """ID tokens are signed with a new key from now on."""
        self._post("/keys/rotate")

    def logged_in(self, ago_s: int = 0, *, asks_again: bool = True) -> None:
        """From now on everybody has signed in this long ago, and is or is not asked again for a `max_age`."""
        self._post("/login", age_s=ago_s, asks_again=asks_again)

    def fail_next(self, status: Literal[429, 500, 503], count: int = 1) -> None:
        """The next calls, other than to these controls, are answered with this status."""
        self._post("/outages", status=status, count=count)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _post(self, path: str, **facts: Any) -> Any:
        return self._client.post(path, json=facts).raise_for_status().json()
