"""What the provider's face is given when the application is put together."""

from dataclasses import dataclass, field
from typing import Annotated, NamedTuple, cast

from fastapi import Depends, Request

from identity.doors.gateway.agency import Agency
from identity.doors.gateway.line_login import LineLogin
from identity.doors.gateway.mail import Mail
from identity.doors.model import RelyingParty
from identity.model import Acr
from identity.provider.jose.access_token import AccessTokenVerifier
from identity.provider.mint import Mint
from kernel.clock import Clock
from kernel.db import Database
from kernel.pages import msgid


class LiffApp(NamedTuple):
    """The city's mini app inside LINE: its id there, and where LINE keeps the script that a page of it runs."""

    liff_id: str
    sdk: str


@dataclass(frozen=True, kw_only=True)
class ProviderParts:
    """Everything the provider's endpoints and pages use; nothing else reaches them.

    `issuer` is the address that everything is derived from, compared exactly by applications. A door whose other side
    is None is closed, and `leads_to` are the origins of those that are open; without `liff` there is no page inside
    LINE's app, and without `mail` nobody is written to by e-mail. `agency_name` is what people call that side today.
    `address_header` is where a proxy in front of us writes whom it talks to; empty without one.
    """

    clock: Clock
    database: Database
    issuer: str
    mint: Mint
    verifier: AccessTokenVerifier
    pepper: bytes = field(repr=False)
    passkeys: RelyingParty
    line: LineLogin | None = None
    liff: LiffApp | None = None
    agency: Agency | None = None
    mail: Mail | None = None
    leads_to: tuple[str, ...] = ()
    address_header: str = ""
    agency_name: str = msgid("マイナアプリ")
    device_acr: Acr = Acr.PASSKEY


async def _parts(request: Request) -> ProviderParts:
    return cast(ProviderParts, request.app.state.provider)


Parts = Annotated[ProviderParts, Depends(_parts)]
