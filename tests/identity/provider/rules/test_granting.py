"""Whether a code, a refresh token or a device's code still opens anything."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from identity.provider.model import CodeState, DeviceState, RefreshState
from identity.provider.refusals import (
    DeviceAsksTooOften,
    DeviceDecisionPending,
    DeviceDenied,
    DeviceRequestOver,
    GrantNotValid,
)
from identity.provider.rules.granting import Verdict, judge_code, judge_device, judge_refresh
from kernel.refusals import Refusal
from tests.identity.provider.rules.samples import CHALLENGE, NOW, REDIRECT, grant

BEFORE, AFTER = NOW - timedelta(microseconds=1), NOW + timedelta(seconds=60)
GRANT = grant()
CODE = CodeState(GRANT, REDIRECT, CHALLENGE, None, AFTER, None)
REFRESH = RefreshState(GRANT, 1, None, None)
DEVICE = DeviceState("kiosk", ("openid",), "1", NOW, NOW + timedelta(minutes=3), None, 5, GRANT, NOW, None)


def judged(code: CodeState | None, **changes: Any) -> Verdict:
    asked: dict[str, Any] = {"client_id": "town", "redirect_uri": REDIRECT, "thumbprint": None, "now": NOW, **changes}
    return judge_code(code, **asked)


def test_a_code_is_good_for_its_application_at_its_address() -> None:
    assert judged(CODE) is Verdict.GOOD
    assert judged(CODE, thumbprint="any") is Verdict.GOOD
    assert judged(replace(CODE, dpop_thumbprint="one"), thumbprint="one") is Verdict.GOOD


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (None, {}),
        (CODE, {"client_id": "other"}),
        (CODE, {"redirect_uri": None}),
        (CODE, {"redirect_uri": REDIRECT + "/"}),
        (replace(CODE, dpop_thumbprint="one"), {"thumbprint": None}),
        (replace(CODE, dpop_thumbprint="one"), {"thumbprint": "two"}),
        (replace(CODE, grant=replace(GRANT, revoked_at=NOW)), {}),
        (replace(CODE, used_at=NOW), {"client_id": "other"}),
    ],
)
def test_asvs_10_4_2_a_code_that_does_not_fit_is_refused_and_ends_nothing(
    code: CodeState | None, changes: dict[str, Any]
) -> None:
    assert judged(code, **changes) is Verdict.REFUSED


@pytest.mark.parametrize(("now", "verdict"), [(AFTER - timedelta(microseconds=1), "good"), (AFTER, "refused")])
def test_asvs_10_4_3_a_code_is_over_in_the_moment_of_its_end(now: datetime, verdict: str) -> None:
    assert judged(CODE, now=now) == verdict


@pytest.mark.parametrize("changes", [{}, {"now": AFTER + timedelta(days=1)}, {"redirect_uri": None}])
def test_asvs_10_4_2_a_used_code_is_reused_however_it_comes(changes: dict[str, Any]) -> None:
    assert judged(replace(CODE, used_at=BEFORE), **changes) is Verdict.REUSED


def refresh_of(**changes: Any) -> RefreshState:
    return replace(REFRESH, **changes)


@pytest.mark.parametrize(
    ("token", "client_id", "thumbprint", "verdict"),
    [
        (REFRESH, "town", None, Verdict.GOOD),
        (refresh_of(dpop_thumbprint="one"), "town", "one", Verdict.GOOD),
        (None, "town", None, Verdict.REFUSED),
        (REFRESH, "other", None, Verdict.REFUSED),
        (REFRESH, "town", "one", Verdict.REFUSED),
        (refresh_of(dpop_thumbprint="one"), "town", None, Verdict.REFUSED),
        (refresh_of(dpop_thumbprint="one"), "town", "two", Verdict.REFUSED),
        (refresh_of(used_at=BEFORE), "other", None, Verdict.REFUSED),
        (refresh_of(used_at=BEFORE), "town", None, Verdict.REUSED),
        (refresh_of(used_at=BEFORE, dpop_thumbprint="one"), "town", "two", Verdict.REUSED),
        (refresh_of(grant=replace(GRANT, revoked_at=NOW)), "town", None, Verdict.REFUSED),
        (refresh_of(used_at=BEFORE, grant=replace(GRANT, revoked_at=NOW)), "town", None, Verdict.REFUSED),
        (refresh_of(grant=replace(GRANT, expires_at=NOW)), "town", None, Verdict.REFUSED),
        (refresh_of(grant=replace(GRANT, expires_at=NOW + timedelta(microseconds=1))), "town", None, Verdict.GOOD),
        (refresh_of(used_at=BEFORE, grant=replace(GRANT, expires_at=NOW)), "town", None, Verdict.REUSED),
    ],
)
def test_asvs_10_4_5_a_refresh_token_is_judged(
    token: RefreshState | None, client_id: str, thumbprint: str | None, verdict: Verdict
) -> None:
    assert judge_refresh(token, client_id=client_id, thumbprint=thumbprint, now=NOW) is verdict


POLLED = NOW - timedelta(seconds=5)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"polled_at": POLLED}, None),
        ({"used_at": BEFORE}, GrantNotValid()),
        ({"used_at": BEFORE, "expires_at": NOW}, GrantNotValid()),
        ({"expires_at": NOW}, DeviceRequestOver()),
        ({"expires_at": NOW, "polled_at": BEFORE}, DeviceRequestOver()),
        ({"polled_at": POLLED + timedelta(microseconds=1)}, DeviceAsksTooOften()),
        ({"polled_at": POLLED, "interval_s": 10}, DeviceAsksTooOften()),
        ({"polled_at": BEFORE, "decided_at": None, "grant": None}, DeviceAsksTooOften()),
        ({"decided_at": None, "grant": None}, DeviceDecisionPending()),
        ({"grant": None}, DeviceDenied()),
        ({"grant": replace(GRANT, revoked_at=NOW)}, DeviceDenied()),
    ],
)
def test_a_devices_question_is_judged(changes: dict[str, Any], refusal: Refusal | None) -> None:
    assert judge_device(replace(DEVICE, **changes), NOW) == refusal
