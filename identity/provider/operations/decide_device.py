"""Take the answer of a person whom a device asks."""

from datetime import datetime, timedelta

from sqlmodel import Session

from identity.model import Acr
from identity.provider.model import Grant, ProviderSession
from identity.provider.refusals import ApplicationServesOthers, DeviceCodeUnknown, LevelNotReachable
from identity.provider.rules.secrets import digest_of, read_user_code
from identity.provider.store import clients as client_store
from identity.provider.store import devices as store
from identity.provider.store import grants as grant_store
from identity.provider.store import sessions as session_store
from identity.rules.levels import is_enough
from kernel.ids import new_id

PROOF_AGE_MAX = timedelta(minutes=5)


def decide_device(
    session: Session, typed_code: str, person: ProviderSession, *, agrees: bool, wanted: Acr, now: datetime
) -> None:
    """Let a device do the one thing it asked for, or not.

    The person proves it freshly, at the level `wanted`. Refuses, in this order: DeviceCodeUnknown, also for one that
    is over or was decided; ApplicationServesOthers; LevelNotReachable without a proof of the last five minutes.
    """
    user_code_digest = digest_of(read_user_code(typed_code))
    device = store.lock_device_by_user_code(session, user_code_digest)
    if device is None or device.decided_at is not None or now >= device.expires_at:
        raise DeviceCodeUnknown
    client = client_store.find_client(session, device.client_id)
    if client is None or client.serves is not person.holder.kind:
        raise ApplicationServesOthers
    if not agrees:
        store.save_device_decision(session, user_code_digest, None, now)
        return
    good = [a for a in person.authentications if now - a.at <= PROOF_AGE_MAX and is_enough(a.acr, wanted)]
    if not good:
        raise LevelNotReachable
    proof = max(good, key=lambda authentication: authentication.at)

    # Nothing below this line may refuse.
    grant = Grant(
        id=new_id(),
        client_id=client.id,
        session_id=person.id,
        holder=person.holder,
        scopes=device.scopes,
        acr=proof.acr,
        amr=proof.amr,
        auth_time=proof.at,
        nonce=None,
        granted_at=now,
        expires_at=None,
    )
    grant_store.insert_grant(session, grant)
    store.save_device_decision(session, user_code_digest, grant.id, now)
    session_store.insert_session_client(session, person.id, client.id, now)
