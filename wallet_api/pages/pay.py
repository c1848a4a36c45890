"""Paying at a shop's code: the code and the amount, a screen to turn to the cashier, and the payment itself."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.http import RequestInProgress
from kernel.pages import FormKey, page_router, sentence_of, typed_yen
from kernel.refusals import OutcomeUnknown, Refusal
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from merchants.queries import find_store_by_code
from payments.codes.merchant_code import MerchantCode
from payments.codes.refusals import (
    CodeChecksumWrong,
    CodeKeyUnknown,
    CodeOfAnotherScheme,
    CodeSignatureInvalid,
    CodeUnreadable,
)
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts, WalletParts
from wallet_api.routes.payments import pay
from wallet_api.routes.wallet import wallet
from wallet_api.schemas import PayBody, PaymentAnswer
from wallet_api.viewer import Resident, ResidentViewer

router = page_router(PAGES)
SHOP_CODE_LENGTH_MAX = 600
CODE_REFUSALS = (CodeUnreadable, CodeChecksumWrong, CodeOfAnotherScheme, CodeKeyUnknown, CodeSignatureInvalid)


@router.get("/pay")
def show_pay(request: Request, resident: Resident, parts: Parts) -> Response:
    """Ask for the shop's code and the amount."""
    return _asked(request, resident, parts, {}, {})


@router.post("/pay/confirm")
def confirm(
    request: Request,
    resident: Resident,
    parts: Parts,
    code: Annotated[str, Form()] = "",
    amount: Annotated[str, Form()] = "",
) -> Response:
    """Show shop and amount big, for both people to look at; no money moves yet. Errors are said at their fields."""
    errors: dict[str, str] = {}
    shop_code, amount_yen = None, 0
    try:
        shop_code = parts.read_shop_code(_pasted(code))
    except CODE_REFUSALS as refusal:
        errors["code"] = sentence_of(request, refusal)
    try:
        amount_yen = _amount_of(shop_code, amount)
    except (AmountNotWholeYen, AmountOutOfRange) as refusal:
        errors["amount"] = sentence_of(request, refusal)
    if shop_code is None or errors:
        return _asked(request, resident, parts, {"code": code, "amount": amount}, errors)
    with parts.database.transaction() as session:
        shop = find_store_by_code(session, shop_code.store_code)
    return PAGES.page(
        request,
        "wallet/confirm.html",
        code=code.strip(),
        amount_yen=amount_yen,
        shop=shop,
        usable_yen=wallet(resident, parts).usable_yen,
    )


@router.post("/pay")
async def pay_now(
    request: Request,
    resident: Resident,
    parts: Parts,
    code: Annotated[str, Form()],
    amount_yen: Annotated[str, Form()],
    form_key: FormKey,
) -> Response:
    """Pay, once for the key of the form, and lead to the payment; when nobody can tell yet, offer to look again."""
    body = PayBody(code=_pasted(code), amount_yen=typed_yen(amount_yen))
    try:
        paid = await pay(body, resident, form_key, parts)
    except (OutcomeUnknown, RequestInProgress) as unknown:
        facts = {"code": body.code, "amount_yen": body.amount_yen, "form_key": form_key}
        return PAGES.page(request, "wallet/check.html", status=_status_of(unknown), **facts)
    answer = PaymentAnswer.model_validate_json(bytes(paid.body))
    return RedirectResponse(f"/wallet/payments/{answer.payment_id}", 303)


def _amount_of(shop_code: MerchantCode | None, typed: str) -> int:
    """What a dynamic code says counts; what somebody types counts otherwise."""
    if shop_code is not None and shop_code.amount_yen is not None:
        return shop_code.amount_yen
    return typed_yen(typed)


def _pasted(code: str) -> str:
    """The text of a code without the line ends around it."""
    text = code.strip()
    if not 0 < len(text) <= SHOP_CODE_LENGTH_MAX:
        raise CodeUnreadable(reason=f"not 1 to {SHOP_CODE_LENGTH_MAX} characters")
    return text


def _asked(
    request: Request,
    resident: ResidentViewer,
    parts: WalletParts,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    usable_yen = wallet(resident, parts).usable_yen
    facts = {"code": typed.get("code", ""), "amount": typed.get("amount", ""), "errors": errors}
    return PAGES.page(request, "wallet/pay.html", status=422 if errors else 200, usable_yen=usable_yen, **facts)


def _status_of(unknown: OutcomeUnknown | RequestInProgress) -> int:
    return 409 if isinstance(unknown, Refusal) else 503
