"""What the staff console is given when the application is put together."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from identity.tokens import TokenIssuer, TokenVerifier
from kernel.clock import Clock
from kernel.db import Database
from settlement.calendar import PayBusinessDaysAfter, PayRule
from settlement.model import Payer
from settlement.zengin.model import USUAL_PROFILE, BankProfile

AUDIENCE = "staff"


@dataclass(frozen=True, kw_only=True)
class ConsoleParts:
    """Everything the console's routes and pages use; nothing else reaches them.

    `payer` is the city as its bank knows it; `pay_rule` says when a closing is paid unless the clerk says otherwise.
    `token_lifetime_s` is for programs, `session_lifetime_s` for a clerk at a browser.
    """

    clock: Clock
    database: Database
    issuer: TokenIssuer
    verifier: TokenVerifier
    pepper: bytes
    payer: Payer
    bank_profile: BankProfile = USUAL_PROFILE
    pay_rule: PayRule = PayBusinessDaysAfter(10)
    token_lifetime_s: int = 600
    session_lifetime_s: int = 4 * 3600


async def _parts(request: Request) -> ConsoleParts:
    return cast(ConsoleParts, request.app.state.console)


Parts = Annotated[ConsoleParts, Depends(_parts)]
