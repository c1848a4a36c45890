"""What the wallet is given when the application is put together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from identity.relying_party.client import SignInClient
from identity.relying_party.face import KnownSessions
from identity.relying_party.tokens import TokenGuard
from issuance.gateway import PaymentProvider
from issuance.model import ApplicationReceipt, ApplicationRequest
from kernel.clock import Clock
from kernel.db import Database
from kernel.group_commit import CommitQueue
from kernel.http import KeysInProgress
from payments.codes.merchant_code import MerchantCode
from payments.model import PaymentReceipt
from payments.operations.take_payments import AnyRequest


@dataclass(frozen=True)
class WalletParts:
    """Everything the wallet's routes and pages use; nothing else reaches them."""

    clock: Clock
    database: Database
    payments: CommitQueue[AnyRequest, PaymentReceipt]
    applications: CommitQueue[ApplicationRequest, ApplicationReceipt]
    sign_in: SignInClient
    tokens: TokenGuard
    provider: PaymentProvider
    read_shop_code: Callable[[str], MerchantCode]
    keys_in_progress: KeysInProgress = field(default_factory=KeysInProgress)
    people_by_wallet: dict[UUID, UUID] = field(default_factory=dict)
    known_sessions: KnownSessions = field(default_factory=KnownSessions)


async def _parts(request: Request) -> WalletParts:
    return cast(WalletParts, request.app.state.wallet)


Parts = Annotated[WalletParts, Depends(_parts)]
