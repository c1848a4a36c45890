"""What the shops' portal is given when the application is put together."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Request

from identity.relying_party.client import SignInClient
from identity.relying_party.face import KnownSessions
from identity.relying_party.tokens import TokenGuard
from kernel.clock import Clock
from kernel.db import Database
from kernel.group_commit import CommitQueue
from kernel.http import KeysInProgress
from merchant_portal.feed import TakingsFeed
from merchants.model import USUAL_TERMS, JoiningTerms
from payments.cards.operations.take_any_payments import AskedPayment
from payments.model import PaymentReceipt
from settlement.calendar import USUAL_CLOSING_RULE, USUAL_PAY_RULE, ClosingRule, PayRule


@dataclass(frozen=True)
class PortalParts:
    """Everything the portal's routes and pages use; nothing else reaches them.

    `pepper` keys the digests of what people type at a till.
    """

    clock: Clock
    database: Database
    payments: CommitQueue[AskedPayment, PaymentReceipt]
    sign_in: SignInClient
    tokens: TokenGuard
    shop_code_key: Ed25519PrivateKey
    key_id: str
    city_guid: str
    pepper: bytes = field(repr=False)
    closing_rule: ClosingRule = USUAL_CLOSING_RULE
    pay_rule: PayRule = USUAL_PAY_RULE
    joining: JoiningTerms = USUAL_TERMS
    keys_in_progress: KeysInProgress = field(default_factory=KeysInProgress)
    known_sessions: KnownSessions = field(default_factory=KnownSessions)
    feed: TakingsFeed = field(default_factory=TakingsFeed)


async def _parts(request: Request) -> PortalParts:
    return cast(PortalParts, request.app.state.portal)


Parts = Annotated[PortalParts, Depends(_parts)]
