"""Answer a device that asks whether somebody decided."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.mint import Mint
from identity.provider.model import Client, GrantType, TokenAnswer
from identity.provider.refusals import DeviceAsksTooOften, DpopProofNeeded, GrantNotValid, GrantTypeNotAllowed
from identity.provider.rules.granting import judge_device
from identity.provider.rules.secrets import digest_of
from identity.provider.store import devices as store
from identity.queries import signed_in_of
from kernel.refusals import Refusal

SLOWER_BY_S = 5


def exchange_device_code(
    session: Session, client: Client, *, device_code: str, thumbprint: str | None, mint: Mint, now: datetime
) -> TokenAnswer | Refusal:
    """Give a device its one token when somebody agreed (RFC 8628, sections 3.4 and 3.5).

    A refusal is returned, not raised, because each question is noted: the caller commits either way. Refuses, in this
    order: GrantTypeNotAllowed; DpopProofNeeded for a public application without a key; GrantNotValid for a code that is
    unknown, used or another device's; DeviceRequestOver; DeviceAsksTooOften, which makes the device wait longer;
    DeviceDecisionPending; DeviceDenied.
    """
    if GrantType.DEVICE not in client.grant_types:
        return GrantTypeNotAllowed()
    if not client.is_confidential and thumbprint is None:
        return DpopProofNeeded()
    device_digest = digest_of(device_code)
    device = store.lock_device(session, device_digest)
    if device is None or device.client_id != client.id:
        return GrantNotValid()
    refusal = judge_device(device, now)
    if refusal is not None or device.grant is None:
        slower_s = SLOWER_BY_S if isinstance(refusal, DeviceAsksTooOften) else 0
        store.save_poll(session, device_digest, device.interval_s + slower_s, now)
        return refusal or GrantNotValid()
    signed_in = signed_in_of(session, device.grant.holder)
    if signed_in is None:
        return GrantNotValid()

    # Nothing below this line may refuse.
    store.use_device(session, device_digest, now)
    return mint.answer(session, device.grant, client, signed_in, thumbprint=thumbprint, refresh_token=None, now=now)
