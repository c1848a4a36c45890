"""Whether a code, a refresh token or a device's code still opens anything, and whether it was stolen."""

from datetime import datetime, timedelta
from enum import StrEnum

from identity.provider.model import CodeState, DeviceState, RefreshState
from identity.provider.refusals import (
    DeviceAsksTooOften,
    DeviceDecisionPending,
    DeviceDenied,
    DeviceRequestOver,
    GrantNotValid,
)
from kernel.refusals import Refusal


class Verdict(StrEnum):
    """What becomes of something that works once: it opens, it does not, or its second use ends all that came of it."""

    GOOD = "good"
    REFUSED = "refused"
    REUSED = "reused"


def judge_code(
    code: CodeState | None, *, client_id: str, redirect_uri: str | None, thumbprint: str | None, now: datetime
) -> Verdict:
    """Judge a code before its verifier is looked at (RFC 6749, section 4.1.3; ASVS 5.0, 10.4.2 and 10.4.3).

    Another application's attempt is refused and ends nothing, so that nobody can end somebody else's sign-in.
    """
    if code is None or code.grant.client_id != client_id:
        return Verdict.REFUSED
    if code.used_at is not None:
        return Verdict.REUSED
    is_good = (
        code.grant.revoked_at is None
        and now < code.expires_at
        and redirect_uri == code.redirect_uri
        and code.dpop_thumbprint in (None, thumbprint)
    )
    return Verdict.GOOD if is_good else Verdict.REFUSED


def judge_refresh(token: RefreshState | None, *, client_id: str, thumbprint: str | None, now: datetime) -> Verdict:
    """Judge a refresh token; one that was used before has been stolen from somebody (ASVS 5.0, 10.4.5)."""
    if token is None or token.grant.client_id != client_id or token.grant.revoked_at is not None:
        return Verdict.REFUSED
    if token.used_at is not None:
        return Verdict.REUSED
    if token.grant.expires_at is not None and now >= token.grant.expires_at:
        return Verdict.REFUSED
    return Verdict.GOOD if token.dpop_thumbprint == thumbprint else Verdict.REFUSED


def judge_device(device: DeviceState, now: datetime) -> Refusal | None:
    """Judge a device's question, for one that exists and is this application's (RFC 8628, section 3.5).

    Answers, in this order: GrantNotValid for one that got its token; DeviceRequestOver; DeviceAsksTooOften;
    DeviceDecisionPending; DeviceDenied; None when there is a token to give.
    """
    if device.used_at is not None:
        return GrantNotValid()
    if now >= device.expires_at:
        return DeviceRequestOver()
    if device.polled_at is not None and now - device.polled_at < timedelta(seconds=device.interval_s):
        return DeviceAsksTooOften()
    if device.decided_at is None:
        return DeviceDecisionPending()
    return DeviceDenied() if device.grant is None or device.grant.revoked_at is not None else None
