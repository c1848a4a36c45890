"""One purchase as it stands, honestly: vouchers exist only once the money has arrived."""

from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from issuance.operations.cancel_purchase import cancel_purchase
from issuance.purchase_model import UNPAID_STATES, Purchase
from issuance.queries import find_campaign, my_purchases
from issuance.refusals import PurchaseMoveNotLegal, PurchaseUnknown
from kernel.pages import msgid, page_router
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts, WalletParts
from wallet_api.viewer import PersonViewer, ResidentPerson

router = page_router(PAGES)
CHAIN_NAMES = {
    "familymart": msgid("ファミリーマート"),
    "lawson": msgid("ローソン"),
    "ministop": msgid("ミニストップ"),
    "seicomart": msgid("セイコーマート"),
}


@router.get("/purchases/{purchase_id}")
def show_purchase(request: Request, purchase_id: UUID, resident: ResidentPerson, parts: Parts) -> Response:
    """The state of a purchase, what to type at the convenience store, and until when. Refuses PurchaseUnknown."""
    purchase = _mine(purchase_id, resident, parts)
    with parts.database.transaction() as session:
        campaign = find_campaign(session, purchase.campaign_id)
    return PAGES.page(
        request, "wallet/purchase.html", purchase=purchase, campaign=campaign, chains=CHAIN_NAMES, unpaid=UNPAID_STATES
    )


@router.post("/purchases/{purchase_id}/cancel")
def give_up(purchase_id: UUID, resident: ResidentPerson, parts: Parts) -> Response:
    """Give an unpaid purchase up: at the provider first, so that it cannot be paid any more, then here.

    Refuses, in this order: PurchaseUnknown; PurchaseMoveNotLegal for one that is paid or ended, or whose payment the
    provider has not answered about yet; ProviderPaymentClosed when the money has arrived meanwhile.
    """
    purchase = _mine(purchase_id, resident, parts)
    if purchase.state not in UNPAID_STATES or purchase.provider_id is None:
        raise PurchaseMoveNotLegal(from_state=purchase.state, to_state="cancelled")
    parts.provider.cancel(purchase.provider_id)
    now = parts.clock.now()
    parts.database.run(lambda session: cancel_purchase(session, purchase_id, now=now, reason="given up by the buyer"))
    return RedirectResponse(f"/wallet/purchases/{purchase_id}", 303)


def _mine(purchase_id: UUID, resident: PersonViewer, parts: WalletParts) -> Purchase:
    with parts.database.transaction() as session:
        mine = [item for item in my_purchases(session, resident.person_id) if item.id == purchase_id]
    if not mine:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    return mine[0]
