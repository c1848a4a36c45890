"""What the wallet is given when the application is put together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from identity.tokens import TokenIssuer, TokenVerifier
from issuance.gateway import PaymentProvider
from issuance.model import ApplicationReceipt, ApplicationRequest
from kernel.clock import Clock
from kernel.db import Database
from kernel.group_commit import GroupCommit
from kernel.http import KeysInProgress
from payments.codes.merchant_code import MerchantCode
from payments.model import PaymentReceipt
from payments.operations.take_payments import AnyRequest

AUDIENCE = "wallet"


@dataclass(frozen=True)
class WalletParts:
    """Everything the wallet's routes and pages use; nothing else reaches them."""

    clock: Clock
    database: Database
    payments: GroupCommit[AnyRequest, PaymentReceipt]
    applications: GroupCommit[ApplicationRequest, ApplicationReceipt]
    issuer: TokenIssuer
    verifier: TokenVerifier
    pepper: bytes
    provider: PaymentProvider
    read_shop_code: Callable[[str], MerchantCode]
    token_lifetime_s: int = 600
    keys_in_progress: KeysInProgress = field(default_factory=KeysInProgress)


async def _parts(request: Request) -> WalletParts:
    return cast(WalletParts, request.app.state.wallet)


Parts = Annotated[WalletParts, Depends(_parts)]
