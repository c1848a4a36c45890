"""Starting the double as a process of its own and stopping it again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kashiman.demo.agency_double.control import AgencyControl
from kashiman.demo.agency_double.realm import DOUBLE_CLIENT_ID
from kashiman.demo.doubles.process import running_double


@dataclass(frozen=True)
class RunningAgency:
    """The issuer of the double, the client it knows, and its controls."""

    issuer: str
    client_id: str
    control: AgencyControl


@contextmanager
def start_agency_double(
    client_keys: Sequence[Mapping[str, Any]],
    redirect_uris: Sequence[str] = (),
    *,
    clock_shift_s: float = 0.0,
    port: int | None = None,
) -> Iterator[RunningAgency]:
    """Run the double for the length of the block, on a free loopback port or `port`; see `running_double`.

    `client_keys` are the public keys (JWK with a `kid`) of the one registered client.
    """
    keys = json.dumps({"keys": list(client_keys)})
    arguments = ["--clock-shift-s", str(clock_shift_s), "--client-keys", keys]
    for redirect_uri in redirect_uris:
        arguments += ["--redirect-uri", redirect_uri]
    with running_double("kashiman.demo.agency_double", arguments, port) as base:
        control = AgencyControl(base)
        try:
            yield RunningAgency(f"{base}/api/realms/main", DOUBLE_CLIENT_ID, control)
        finally:
            control.close()
