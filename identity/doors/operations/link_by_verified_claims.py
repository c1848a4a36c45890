"""Let a resident in whom マイナアプリ has verified, and who is not linked yet."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.model import Door, Link, Provider, ProviderIdentity
from identity.doors.operations.sign_in_by_link import sign_in_by_link
from identity.doors.refusals import SignInTooWeakForDoor, VerifiedPersonNotFound
from identity.doors.rules.links import demand_provider_may_vouch, the_one_resident
from identity.doors.store import holders, links
from identity.model import Holder, HolderKind, ProvenSignIn, ResidentProfile
from identity.queries import people_by_ids
from kernel.ids import new_id


def link_by_verified_claims(session: Session, identity: ProviderIdentity, *, now: datetime) -> ProvenSignIn:
    """Find the one resident with the verified name, birth date and address, link the subject, and say who came.

    A subject that is linked already just signs in. So does a resident come in first, or again after every other door
    was lost, at the level of the card. Refuses, in this order: VerifiedPersonNotFound, the same for none and for
    several; SignInTooWeakForDoor for a person whose link is to another subject, who goes to the counter.
    """
    demand_provider_may_vouch(identity)
    if identity.provider is not Provider.DAS:
        raise VerifiedPersonNotFound
    if links.lock_link(session, identity) is None:
        _link(session, identity, the_one_resident(identity.claims, _born_that_day(session, identity)), now)
    return sign_in_by_link(session, identity, now=now)


def _born_that_day(session: Session, identity: ProviderIdentity) -> list[ResidentProfile]:
    if identity.claims is None or identity.claims.birth_date is None:
        return []
    return list(people_by_ids(session, holders.people_born_on(session, identity.claims.birth_date)).values())


def _link(session: Session, identity: ProviderIdentity, person: ResidentProfile, now: datetime) -> None:
    holders.lock_doors(session, Holder(HolderKind.RESIDENT, person.person_id))
    place = (identity.provider, identity.client)
    if any((link.provider, link.client) == place for link in links.links_of(session, person.person_id)):
        raise SignInTooWeakForDoor(Door.DAS.value)
    links.insert_link(
        session,
        Link(new_id(), *place, identity.subject, person.person_id, identity.acr, now, last_used_at=None),
    )
