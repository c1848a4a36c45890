"""The cashiers of the user's stores, and signing one of them out."""

from uuid import UUID

from fastapi import APIRouter

from identity.doors.refusals import SignInNotRecent
from kernel.http import FieldsInvalid, refuses
from merchant_portal.parts import Parts
from merchant_portal.schemas import CashierAnswer, CashiersAnswer, CashierSignedOutAnswer
from merchant_portal.tills import CashierUnknown, own_cashiers, sign_cashier_out
from merchant_portal.viewer import SIGN_IN_REFUSALS, OwnerOnly, ShopOwner

router = APIRouter(prefix="/cashiers", tags=["shop: cashiers"])

CASHIER_REFUSALS = (*SIGN_IN_REFUSALS, OwnerOnly)


@router.get("", responses=refuses(*CASHIER_REFUSALS))
def cashiers(viewer: ShopOwner, parts: Parts) -> CashiersAnswer:
    """The cashiers whom the user may sign out."""
    with parts.database.transaction() as session:
        own = own_cashiers(session, viewer)
    return CashiersAnswer(
        cashiers=[
            CashierAnswer(cashier_id=cashier.shop_user_id, name=cashier.display_name, store_id=cashier.store_id)
            for cashier in own
        ]
    )


@router.post(
    "/{cashier_id}/sign-out", responses=refuses(*CASHIER_REFUSALS, FieldsInvalid, CashierUnknown, SignInNotRecent)
)
def sign_out(cashier_id: UUID, viewer: ShopOwner, parts: Parts) -> CashierSignedOutAnswer:
    """End every sign-in of a cashier; their code and passkeys still open the door."""
    return CashierSignedOutAnswer(cashier_id=cashier_id, sign_ins_ended=sign_cashier_out(parts, viewer, cashier_id))
