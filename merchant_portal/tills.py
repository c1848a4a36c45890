"""The shop's tills and who stands at them: binding and releasing devices, and signing cashiers out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple, TypeVar
from uuid import UUID

from identity.doors.model import TillDevice
from identity.doors.operations.bind_device import bind_device
from identity.doors.operations.unbind_device import unbind_device
from identity.doors.queries import till_devices_of
from identity.doors.rules.binding import RECENT_S, demand_recent
from identity.doors.rules.tills import is_held
from identity.model import Holder, HolderKind, ShopRole, ShopUser
from identity.provider.operations.end_sessions import end_sessions
from identity.queries import shop_users_of
from kernel.db import Session
from kernel.refusals import Kind, Refusal
from merchant_portal.parts import PortalParts
from merchant_portal.reach import chosen_store
from merchant_portal.recording import noted
from merchant_portal.viewer import ShopViewer
from merchants.model import StoreView

Result = TypeVar("Result")


@dataclass(eq=False)
class TillUnknown(Refusal):
    """None of the shop's tills has this id; it was released, or never was one."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    till_id: str


@dataclass(eq=False)
class CashierUnknown(Refusal):
    """No cashier of the shop has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    cashier_id: str


class NewTill(NamedTuple):
    """A till just bound, with the secret for its cookie; the secret exists nowhere else."""

    till: TillDevice
    secret: str


def own_tills(session: Session, owner: ShopViewer, stores: Sequence[StoreView]) -> list[TillDevice]:
    """The bound tills of the owner's stores, by store and then by age."""
    own = {store.store_id for store in stores}
    return [till for till in till_devices_of(session, owner.merchant_id) if till.store_id in own]


def own_till(session: Session, owner: ShopViewer, stores: Sequence[StoreView], till_id: UUID) -> TillDevice:
    """One of the owner's tills. Refuses TillUnknown, the same for another shop's till as for none."""
    for till in own_tills(session, owner, stores):
        if till.device_id == till_id:
            return till
    raise TillUnknown(str(till_id))


def own_cashiers(session: Session, owner: ShopViewer) -> list[ShopUser]:
    """The cashiers whom the owner may sign out, by name: of one store an owner of that store those of it alone."""
    cashiers = [user for user in shop_users_of(session, owner.merchant_id) if user.role is ShopRole.CASHIER]
    return [user for user in cashiers if owner.store_id in (None, user.store_id)]


def is_recent(owner: ShopViewer, now: datetime) -> bool:
    """Whether the owner signed in just now, as changes of tills demand."""
    return now - owner.signed_in_at <= timedelta(seconds=RECENT_S)


def bind_till(
    parts: PortalParts,
    owner: ShopViewer,
    stores: Sequence[StoreView],
    *,
    label: str,
    store_id: UUID | None,
    device_secret: str | None,
) -> NewTill:
    """Bind the device that asks to one of the owner's stores; `device_secret` is what its cookie says already.

    Refuses, in this order: StoreNotChosen; StoreUnknown; what `bind_device` refuses.
    """
    store = chosen_store(stores, store_id)
    now = parts.clock.now()

    def bind(session: Session) -> NewTill:
        bound = bind_device(
            session,
            signed_in=owner.proof,
            merchant_id=owner.merchant_id,
            store_id=store.store_id,
            label=label,
            device_secret=device_secret,
            now=now,
        )
        return NewTill(own_till(session, owner, stores, bound.device_id), bound.secret)

    return _changed(parts, owner, "device.bound", bind, now, {"store_id": str(store.store_id)})


def release_till(parts: PortalParts, owner: ShopViewer, stores: Sequence[StoreView], till_id: UUID) -> None:
    """Release one of the owner's tills. Refuses, in this order: TillUnknown; what `unbind_device` refuses.

    A cashier at a till that was released is noticed at the next request, because the device has no till's secret. With
    the last till the demand itself goes, so whoever was held to it is signed out at once: a lost device opens nothing.
    """
    now = parts.clock.now()

    def release(session: Session) -> None:
        own_till(session, owner, stores, till_id)
        unbind_device(session, till_id, signed_in=owner.proof, now=now)

    _changed(parts, owner, "device.released", release, now, {"device_id": str(till_id)})


def sign_cashier_out(parts: PortalParts, owner: ShopViewer, cashier_id: UUID) -> int:
    """End every sign-in of a cashier and answer how many there were; their code still opens the door.

    Refuses, in this order: CashierUnknown; SignInNotRecent.
    """
    now = parts.clock.now()

    def sign_out(session: Session) -> int:
        if cashier_id not in {cashier.shop_user_id for cashier in own_cashiers(session, owner)}:
            raise CashierUnknown(str(cashier_id))
        demand_recent(owner.proof, now=now)
        return end_sessions(session, Holder(HolderKind.SHOP, cashier_id), by="owner", now=now)

    def work(session: Session) -> int | Refusal:
        facts = {"shop_user_id": str(cashier_id)}
        return noted(session, "session.all_ended", owner.shop_user_id, now, lambda: sign_out(session), facts)

    return _or_raised(parts.database.run(work))


def _changed(
    parts: PortalParts,
    owner: ShopViewer,
    kind: str,
    change: Callable[[Session], Result],
    now: datetime,
    facts: dict[str, str],
) -> Result:
    """Change the tills, sign out whom no till holds any more, and record it."""

    def change_and_sign_out(session: Session) -> Result:
        before = till_devices_of(session, owner.merchant_id)
        result = change(session)
        after = till_devices_of(session, owner.merchant_id)
        for user in shop_users_of(session, owner.merchant_id):
            was_held = user.role is ShopRole.CASHIER and is_held(user.store_id, before)
            if was_held and not is_held(user.store_id, after):
                end_sessions(session, Holder(HolderKind.SHOP, user.shop_user_id), by="till_released", now=now)
        return result

    def work(session: Session) -> Result | Refusal:
        return noted(session, kind, owner.shop_user_id, now, lambda: change_and_sign_out(session), facts)

    return _or_raised(parts.database.run(work))


def _or_raised(outcome: Result | Refusal) -> Result:
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome
