"""Codes with an amount, which a till shows on its own screen."""

from fastapi import APIRouter

from kernel.http import BodyNotReadable, FieldsInvalid, refuses
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from merchant_portal.dynamic_codes import ShownCode, own_code, show_code
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.reach import OwnStores, StoreNotChosen
from merchant_portal.schemas import CodeAnswer, ShowCodeBody
from merchant_portal.viewer import SIGN_IN_REFUSALS, ShopUser
from merchants.refusals import MerchantNotApproved, MerchantSuspended, StoreUnknown
from payments.refusals import DynamicCodeUnknown

router = APIRouter(prefix="/codes", tags=["shop: charges"])

SHOW_REFUSALS = (
    *SIGN_IN_REFUSALS,
    BodyNotReadable,
    FieldsInvalid,
    AmountNotWholeYen,
    AmountOutOfRange,
    StoreNotChosen,
    StoreUnknown,
    MerchantNotApproved,
    MerchantSuspended,
)


@router.post("", status_code=201, responses=refuses(*SHOW_REFUSALS))
def show(body: ShowCodeBody, viewer: ShopUser, own: OwnStores, parts: Parts) -> CodeAnswer:
    """A new code for one sale; it lives five minutes, and one payment uses it up."""
    shown = show_code(parts, viewer, own, amount_yen=body.amount_yen, store_id=body.store_id)
    return _answer(shown, parts)


@router.get("/{code_reference}", responses=refuses(*SIGN_IN_REFUSALS, FieldsInvalid, DynamicCodeUnknown))
def state(code_reference: str, own: OwnStores, parts: Parts) -> CodeAnswer:
    """A code that one of the user's stores showed, and whether it was paid."""
    return _answer(own_code(parts, own, code_reference), parts)


def _answer(shown: ShownCode, parts: PortalParts) -> CodeAnswer:
    return CodeAnswer(
        reference=shown.code.reference,
        text=shown.text,
        state=shown.state(parts.clock.now()),
        amount_yen=shown.code.amount_yen,
        store_id=shown.store.store_id,
        store_name=shown.store.display_name,
        expires_at=shown.code.expires_at,
        payment_id=shown.code.payment_id,
    )
