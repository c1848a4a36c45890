"""Approve an application: its merchant is registered and may take payments."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.model import (
    USUAL_TERMS,
    ApplicationContent,
    ApplicationStep,
    JoiningTerms,
    MerchantSize,
    NewMerchant,
    NewStore,
    RegisteredMerchant,
)
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.register_merchants import register_merchants
from merchants.refusals import ShopApplicationUnknown
from merchants.rules.applying import decide_step
from merchants.store import applications


def approve_shop_application(
    session: Session,
    application_id: UUID,
    *,
    by: UUID,
    now: datetime,
    seen_version: int,
    terms: JoiningTerms = USUAL_TERMS,
) -> RegisteredMerchant:
    """Register the merchant that applied with its stores, and let it take payments; `by` is the clerk who decides.

    Where two people are asked for, `by` is another one than whoever examined it. Refuses, in this order:
    ShopApplicationUnknown; what `decide_step` refuses.
    """
    place = applications.lock_application(session, application_id)
    view = applications.find_application(session, application_id)
    if place is None or view is None:
        raise ShopApplicationUnknown
    merchant = _merchant(view.content, view.size)
    event = decide_step(
        place,
        ApplicationStep.APPROVED,
        by=by,
        now=now,
        seen_version=seen_version,
        two_people=terms.two_people,
        merchant_id=merchant.merchant_id,
    )
    (registered,) = register_merchants(session, [merchant], now=now)
    approve_merchants(session, [merchant.merchant_id], by=by, now=now, reason=place.receipt)

    # Nothing below this line may refuse.
    applications.insert_event(session, event)
    return registered


def _merchant(content: ApplicationContent, size: MerchantSize) -> NewMerchant:
    return NewMerchant(
        legal_name=content.business.legal_name,
        legal_kana=content.business.legal_kana,
        trade=content.trade,
        size=size,
        bank_account=content.bank_account,
        stores=tuple(
            NewStore(
                display_name=store.display_name,
                name_latin=store.name_latin,
                district=store.district,
                postal_code=store.postal_code,
            )
            for store in content.stores
        ),
    )
