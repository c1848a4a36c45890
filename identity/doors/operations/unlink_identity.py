"""End a link of a resident who is signed in."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.queries import doors_of
from identity.doors.refusals import DoorNotFound
from identity.doors.rules.binding import RECENT_S, demand_another_door, demand_may_end, demand_recent
from identity.doors.rules.links import DOORS
from identity.doors.store import holders, links
from identity.model import HolderKind, ProvenSignIn


def unlink_identity(
    session: Session, link_id: UUID, *, signed_in: ProvenSignIn, now: datetime, age_max_s: int = RECENT_S
) -> None:
    """End one of the person's own links; its subject may be linked anew, to anybody.

    Refuses, in this order: SignInNotRecent; DoorNotFound; SignInTooWeakForDoor; LastDoorStays.
    """
    demand_recent(signed_in, now=now, age_max_s=age_max_s)
    holders.lock_doors(session, signed_in.holder)
    own = links.links_of(session, signed_in.holder.id) if signed_in.holder.kind is HolderKind.RESIDENT else []
    link = next((link for link in own if link.link_id == link_id), None)
    if link is None:
        raise DoorNotFound
    demand_may_end(DOORS[link.provider], signed_in, now=now, age_max_s=age_max_s)
    demand_another_door(doors_of(session, signed_in.holder), str(link_id))

    # Nothing below this line may refuse.
    links.end_link(session, link_id, now)
