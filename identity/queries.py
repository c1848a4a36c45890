"""Questions about people that pages and other rooms ask.

Profiles are for the residents' own processes: staff read through `access`, on record, and the database lets them read
in no other way.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session

from identity import store
from identity.model import Holder, HolderKind, ResidentProfile, ShopUser, SignedIn, StaffMember
from identity.refusals import HolderUnknown, PersonUnknown


def resident_profile(session: Session, person_id: UUID) -> ResidentProfile:
    """Everything the city knows of one resident. Refuses PersonUnknown."""
    found = store.find_people(session, [person_id])
    if not found:
        raise PersonUnknown(str(person_id))
    return found[0]


def known_people(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these people who are there; nothing of them is read."""
    return store.existing_holders(session, HolderKind.RESIDENT, list(person_ids))


def people_by_ids(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, ResidentProfile]:
    """Residents by person id; an unknown id is left out."""
    return {person.person_id: person for person in store.find_people(session, person_ids)}


def people_by_wallets(session: Session, wallet_ids: Iterable[UUID]) -> dict[UUID, ResidentProfile]:
    """Residents by wallet id, for a help desk that was shown a receipt; an unknown wallet is left out."""
    return {person.wallet_id: person for person in store.find_people_of_wallets(session, wallet_ids)}


def person_ids_of(session: Session, wallet_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Whose each wallet is; an unknown wallet is left out, and nothing of the person is read."""
    return store.find_owners(session, wallet_ids)


def wallet_ids_of(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The wallet of each person; an unknown person is left out."""
    return store.find_wallets(session, person_ids)


def household_ids_of(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The household of each person, which names nobody; an unknown person is left out."""
    return store.find_households(session, person_ids)


def household_sizes(session: Session, household_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many people live in each household; one without people is left out."""
    return store.count_household_members(session, household_ids)


def all_staff(session: Session) -> list[StaffMember]:
    """All members of staff, by name."""
    return store.find_staff(session)


def shop_users_of(session: Session, merchant_id: UUID) -> list[ShopUser]:
    """The shop users of a merchant, by name."""
    return store.find_shop_users_of(session, merchant_id)


def signed_in_of(session: Session, holder: Holder) -> SignedIn | None:
    """What signing in tells of a holder, with the rights they have now; None for one who is not there any more."""
    match holder.kind:
        case HolderKind.RESIDENT:
            return next((_resident(*found) for found in store.find_wallets(session, [holder.id]).items()), None)
        case HolderKind.SHOP:
            return next((_shop_user(user) for user in store.find_shop_users(session, [holder.id])), None)
        case HolderKind.STAFF:
            return next((_staff(member) for member in store.find_staff(session, [holder.id])), None)


def name_of(session: Session, holder: Holder) -> str:
    """What somebody is called, for a page of their own. Refuses HolderUnknown."""
    if holder.kind is HolderKind.RESIDENT:
        found: ResidentProfile | SignedIn | None = next(iter(store.find_people(session, [holder.id])), None)
    else:
        found = signed_in_of(session, holder)
    if found is None:
        raise HolderUnknown(holder.kind.value, str(holder.id))
    return found.display_name


def _resident(person_id: UUID, wallet_id: UUID) -> SignedIn:
    return SignedIn(kind=HolderKind.RESIDENT, subject=person_id, wallet_id=wallet_id)


def _shop_user(user: ShopUser) -> SignedIn:
    return SignedIn(
        kind=HolderKind.SHOP,
        subject=user.shop_user_id,
        display_name=user.display_name,
        merchant_id=user.merchant_id,
        store_id=user.store_id,
        role=user.role,
    )


def _staff(member: StaffMember) -> SignedIn:
    return SignedIn(
        kind=HolderKind.STAFF, subject=member.staff_id, display_name=member.display_name, roles=member.roles
    )
