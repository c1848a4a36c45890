"""The tills of the user's stores: which devices they are, binding the one that asks, and releasing one."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request, Response

from identity.doors.model import TillDevice
from identity.doors.queries import till_device_of
from identity.doors.refusals import LabelUnusable, ShopOwnerNeeded, SignInNotRecent
from kernel.http import BodyNotReadable, FieldsInvalid, refuses
from merchant_portal.parts import Parts
from merchant_portal.reach import OwnStores, StoreNotChosen, own_store
from merchant_portal.schemas import BindTillBody, TillAnswer, TillsAnswer
from merchant_portal.tills import TillUnknown, bind_till, own_tills, release_till
from merchant_portal.viewer import SIGN_IN_REFUSALS, TILL, OwnerOnly, ShopOwner
from merchants.model import StoreView
from merchants.refusals import StoreUnknown

router = APIRouter(prefix="/tills", tags=["shop: tills"])

TILL_REFUSALS = (*SIGN_IN_REFUSALS, OwnerOnly)
CHANGE_REFUSALS = (*TILL_REFUSALS, FieldsInvalid, ShopOwnerNeeded, SignInNotRecent)
BIND_REFUSALS = (*CHANGE_REFUSALS, BodyNotReadable, StoreNotChosen, StoreUnknown, LabelUnusable)


@router.get("", responses=refuses(*TILL_REFUSALS))
def tills(request: Request, viewer: ShopOwner, own: OwnStores, parts: Parts) -> TillsAnswer:
    """The devices that are tills of the user's stores."""
    with parts.database.transaction() as session:
        here = till_device_of(session, TILL.cookie.read(request))
        bound = own_tills(session, viewer, own)
    return TillsAnswer(tills=[_answer(till, own, is_this_device=till == here) for till in bound])


@router.post("", status_code=201, responses=refuses(*BIND_REFUSALS))
def bind(
    request: Request, response: Response, body: BindTillBody, viewer: ShopOwner, own: OwnStores, parts: Parts
) -> TillAnswer:
    """Make the device that asks a till of a store; the answer's cookie is what it is known by.

    From its first till on, a store takes cashiers at its tills only. A device that is a till of the user's already
    becomes this one instead.
    """
    secret = TILL.cookie.read(request)
    bound = bind_till(parts, viewer, own, label=body.label, store_id=body.store_id, device_secret=secret)
    TILL.keep(response, request, bound.secret)
    return _answer(bound.till, own, is_this_device=True)


@router.post("/{till_id}/release", status_code=204, responses=refuses(*CHANGE_REFUSALS, TillUnknown))
def release(
    request: Request, response: Response, till_id: UUID, viewer: ShopOwner, own: OwnStores, parts: Parts
) -> None:
    """Release a till; who is signed in as a cashier there is not any more.

    Without a till left, the store takes cashiers on any device again.
    """
    with parts.database.transaction() as session:
        here = till_device_of(session, TILL.cookie.read(request))
    release_till(parts, viewer, own, till_id)
    if here is not None and here.device_id == till_id:
        TILL.cookie.drop(response, request)


def _answer(till: TillDevice, own: Sequence[StoreView], *, is_this_device: bool) -> TillAnswer:
    return TillAnswer(
        till_id=till.device_id,
        store_id=till.store_id,
        store_name=own_store(own, till.store_id).display_name,
        label=till.label,
        bound_at=till.bound_at,
        is_this_device=is_this_device,
    )
