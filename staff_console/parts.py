"""What the staff console is given when the application is put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from identity.relying_party.client import SignInClient
from identity.relying_party.face import KnownSessions
from identity.relying_party.tokens import TokenGuard
from issuance.model import ReceiptSigner
from kernel.clock import Clock
from kernel.db import Database
from merchants.model import USUAL_TERMS, JoiningTerms
from payments.cards.model import USUAL_LIMITS, CardLimits
from settlement.calendar import USUAL_CLOSING_RULE, USUAL_PAY_RULE, ClosingRule, PayRule
from settlement.model import Payer
from settlement.zengin.model import USUAL_PROFILE, BankProfile


@dataclass(frozen=True, kw_only=True)
class ConsoleParts:
    """Everything the console's routes and pages use; nothing else reaches them.

    `payer` is the city as its bank knows it; `closing_rule` and `pay_rule` are the calendar that a clerk is offered;
    `counter` names the till that takes cash. `pepper` and `roll_key` are the installation's secrets for codes and for
    the numbers of the resident roll; `signer` signs the receipts of applications. `campaign_key` gives
    the secret that hides the households of a campaign, by its short name. `card_limits` are what a paper card pays at
    most without its PIN.
    """

    clock: Clock
    database: Database
    sign_in: SignInClient
    tokens: TokenGuard
    payer: Payer
    pepper: bytes = field(repr=False)
    roll_key: bytes = field(repr=False)
    campaign_key: Callable[[str], bytes] = field(repr=False)
    signer: ReceiptSigner = field(repr=False)
    bank_profile: BankProfile = USUAL_PROFILE
    closing_rule: ClosingRule = USUAL_CLOSING_RULE
    pay_rule: PayRule = USUAL_PAY_RULE
    counter: str = "city-hall"
    joining: JoiningTerms = USUAL_TERMS
    card_limits: CardLimits = USUAL_LIMITS
    known_sessions: KnownSessions = field(default_factory=KnownSessions)

    @property
    def receipt_keys(self) -> Mapping[str, bytes]:
        """The public key of receipts, raw, by the name that receipts give it."""
        return {self.signer.kid: self.signer.key.public_key().public_bytes_raw()}


async def _parts(request: Request) -> ConsoleParts:
    return cast(ConsoleParts, request.app.state.console)


Parts = Annotated[ConsoleParts, Depends(_parts)]
