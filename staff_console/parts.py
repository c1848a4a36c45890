"""What the staff console is given when the application is put together."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from identity.tokens import TokenIssuer, TokenVerifier
from kernel.clock import Clock
from kernel.db import Database
from settlement.calendar import ClosingRule, PayBusinessDaysAfter, PayRule
from settlement.model import Payer
from settlement.zengin.model import USUAL_PROFILE, BankProfile

AUDIENCE = "staff"
USUAL_CLOSING_RULE = ClosingRule((15, "end"))
USUAL_PAY_RULE: PayRule = PayBusinessDaysAfter(10)


@dataclass(frozen=True, kw_only=True)
class ConsoleParts:
    """Everything the console's routes and pages use; nothing else reaches them.

    `payer` is the city as its bank knows it; `closing_rule` and `pay_rule` are the calendar that a clerk is offered;
    `counter` names the till that takes cash.
    `token_lifetime_s` is for programs, `session_lifetime_s` for a clerk at a browser.
    """

    clock: Clock
    database: Database
    issuer: TokenIssuer
    verifier: TokenVerifier
    pepper: bytes
    payer: Payer
    bank_profile: BankProfile = USUAL_PROFILE
    closing_rule: ClosingRule = USUAL_CLOSING_RULE
    pay_rule: PayRule = USUAL_PAY_RULE
    counter: str = "city-hall"
    token_lifetime_s: int = 600
    session_lifetime_s: int = 4 * 3600


async def _parts(request: Request) -> ConsoleParts:
    return cast(ConsoleParts, request.app.state.console)


Parts = Annotated[ConsoleParts, Depends(_parts)]
