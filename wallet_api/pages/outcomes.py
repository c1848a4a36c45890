"""Where somebody is led who asked for a payment: made, refused, not payable at this code, or not certain yet.

All but the first have a number that can be read out over the telephone and stands in the log (`kernel/references.py`).
"""

from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from kernel.http import STATUS_BY_KIND
from kernel.pages import sentence_of
from kernel.pages.rendering import NO_MONEY_MOVED
from kernel.references import REFERENCE_HEADER, note_reference
from kernel.refusals import OutcomeUnknown, Refusal
from wallet_api.pages.look import PAGES


class AskedPayment(NamedTuple):
    """A payment as a form carries it, so that it can be asked for again under the same key."""

    code: str
    amount_yen: int
    form_key: str


def paid_page(payment_id: UUID, form_key: str) -> Response:
    """Lead to a payment that was made; the device learns from the fragment that it need not look any more."""
    return RedirectResponse(f"/wallet/payments/{payment_id}#settled={quote(form_key)}", 303)


def check_page(request: Request, asked: AskedPayment, *, status: int = 200, is_looked_up: bool = False) -> Response:
    """Say that a payment is not certain yet, with a button that looks again."""
    facts = asked._asdict() | {"is_looked_up": is_looked_up}
    return _page(request, "wallet/check.html", OutcomeUnknown.code, status, facts)


def not_paid_page(request: Request, refusal: Refusal, asked: AskedPayment) -> Response:
    """Say that a payment was refused, why, that no money moved, and what to do."""
    facts = asked._asdict() | _told(request, refusal)
    return _page(request, "wallet/not_paid.html", refusal.code, STATUS_BY_KIND[refusal.kind], facts)


def not_this_code_page(request: Request, refusal: Refusal) -> Response:
    """Say of a code that was read that it cannot be paid at, and that no money moved."""
    facts = _told(request, refusal)
    return _page(request, "wallet/not_this_code.html", refusal.code, STATUS_BY_KIND[refusal.kind], facts)


def _told(request: Request, refusal: Refusal) -> dict[str, Any]:
    sentence = sentence_of(request, refusal)
    return {
        "refusal": refusal,
        "sentence": sentence,
        "says_money": any(words in sentence for words in NO_MONEY_MOVED),
        "advice": PAGES.advice.get(refusal.code),
    }


def _page(request: Request, template: str, code: str, status: int, facts: dict[str, Any]) -> Response:
    reference = note_reference(code, status)
    help_phone = getattr(request.app.state, "help_phone", "")
    response = PAGES.page(request, template, status=status, reference=reference, help_phone=help_phone, **facts)
    response.headers[REFERENCE_HEADER] = reference
    return response
