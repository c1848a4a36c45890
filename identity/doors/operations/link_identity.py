"""Link a provider's subject to a resident who is signed in."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.model import Link, Provider, ProviderIdentity
from identity.doors.refusals import SubjectAlreadyLinked
from identity.doors.rules.binding import RECENT_S, demand_may_add, demand_may_end
from identity.doors.rules.links import DOORS, demand_provider_may_vouch, demand_same_person
from identity.doors.store import holders, links
from identity.model import Acr, ProvenSignIn
from identity.queries import resident_profile
from identity.rules.levels import is_enough
from kernel.ids import new_id


def link_identity(
    session: Session,
    identity: ProviderIdentity,
    *,
    signed_in: ProvenSignIn,
    now: datetime,
    age_max_s: int = RECENT_S,
) -> Link:
    """Link a subject, and answer the link; linking the same subject again answers the link that is there.

    The person's link to another subject of the same client ends, if the sign-in could have ended it. マイナアプリ must
    have verified the person's name and birth date, unless it is how the person signed in. Refuses, in this order:
    DoorNotForHolder; SignInNotRecent; SignInTooWeakForDoor; VerifiedPersonDiffers; SubjectAlreadyLinked;
    SignInTooWeakForDoor for replacing.
    """
    demand_provider_may_vouch(identity)
    door = DOORS[identity.provider]
    demand_may_add(door, signed_in, now=now, age_max_s=age_max_s)
    person_id = signed_in.holder.id
    if identity.provider is Provider.DAS and not is_enough(signed_in.acr, Acr.JPKI_AUTH):
        demand_same_person(identity.claims, resident_profile(session, person_id))
    holders.lock_doors(session, signed_in.holder)
    known = links.lock_link(session, identity)
    if known is not None:
        if known.person_id != person_id:
            raise SubjectAlreadyLinked(identity.provider.value)
        return known
    if _has_another(session, signed_in, identity):
        demand_may_end(door, signed_in, now=now, age_max_s=age_max_s)
    link = Link(
        new_id(), identity.provider, identity.client, identity.subject, person_id, identity.acr, now, last_used_at=None
    )

    # Nothing below this line may refuse.
    links.end_links_at(session, person_id, identity.provider, identity.client, now)
    links.insert_link(session, link)
    return link


def _has_another(session: Session, signed_in: ProvenSignIn, identity: ProviderIdentity) -> bool:
    place = (identity.provider, identity.client)
    return any((link.provider, link.client) == place for link in links.links_of(session, signed_in.holder.id))
