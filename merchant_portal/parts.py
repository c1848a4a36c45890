"""What the shops' portal is given when the application is put together."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Request

from identity.tokens import TokenIssuer, TokenVerifier
from kernel.clock import Clock
from kernel.db import Database
from kernel.group_commit import GroupCommit
from kernel.http import KeysInProgress
from payments.model import PaymentReceipt
from payments.operations.take_payments import AnyRequest

AUDIENCE = "shop"


@dataclass(frozen=True)
class PortalParts:
    """Everything the portal's routes and pages use; nothing else reaches them."""

    clock: Clock
    database: Database
    payments: GroupCommit[AnyRequest, PaymentReceipt]
    issuer: TokenIssuer
    verifier: TokenVerifier
    pepper: bytes
    shop_code_key: Ed25519PrivateKey
    key_id: str
    city_guid: str
    token_lifetime_s: int = 600
    keys_in_progress: KeysInProgress = field(default_factory=KeysInProgress)


async def _parts(request: Request) -> PortalParts:
    return cast(PortalParts, request.app.state.portal)


Parts = Annotated[PortalParts, Depends(_parts)]
