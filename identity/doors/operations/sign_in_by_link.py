"""Sign in by the word of a provider."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.model import ProviderIdentity
from identity.doors.refusals import ProviderNotLinked
from identity.doors.rules.links import demand_provider_may_vouch
from identity.doors.store import links
from identity.model import Holder, HolderKind, ProvenSignIn


def sign_in_by_link(session: Session, identity: ProviderIdentity, *, now: datetime) -> ProvenSignIn:
    """Say which resident a provider's subject is, at the level and the time that the provider proved now.

    A provider whose clock is ahead proves nothing later than now. Refuses ProviderNotLinked.
    """
    demand_provider_may_vouch(identity)
    link = links.lock_link(session, identity)
    if link is None:
        raise ProviderNotLinked(identity.provider.value)

    # Nothing below this line may refuse.
    links.record_use(session, link.link_id, identity.acr, now)
    at = min(identity.auth_time, now)
    return ProvenSignIn(Holder(HolderKind.RESIDENT, link.person_id), identity.acr, identity.amr, at)
