"""Whether what another provider says of somebody is a login that is new enough."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from identity.doors.model import Provider, ProviderIdentity
from identity.doors.refusals import ProviderLoginTooOld
from identity.doors.rules.links import CLOCKS_DIFFER_BY, signed_in_anew
from identity.model import Acr

SINCE = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
LINE = ProviderIdentity(
    provider=Provider.LINE, client="c", subject="U" + "0a" * 16, acr=Acr.LINE, amr=("pwd",), auth_time=SINCE
)
AGENCY = replace(LINE, provider=Provider.DAS, acr=Acr.JPKI_AUTH)


def at(seconds: float, *, tells_login: bool = True) -> ProviderIdentity:
    """A login so many seconds after the moment since which one is wanted."""
    return replace(LINE, auth_time=SINCE + timedelta(seconds=seconds), tells_login=tells_login)


@pytest.mark.parametrize("identity", [at(-86_400), at(0), at(9), at(-1, tells_login=False)])
def test_where_any_login_will_do_nothing_is_asked(identity: ProviderIdentity) -> None:
    assert signed_in_anew(identity, None) == identity


@pytest.mark.parametrize("seconds", [0, 0.001, 3_600])
def test_a_login_since_then_is_taken_as_it_is(seconds: float) -> None:
    assert signed_in_anew(at(seconds), SINCE) == at(seconds)


@pytest.mark.parametrize("seconds", [-0.001, -1, -CLOCKS_DIFFER_BY.total_seconds()])
def test_a_clock_that_is_some_seconds_behind_is_set_right(seconds: float) -> None:
    assert signed_in_anew(at(seconds), SINCE) == at(0)


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        (at(-CLOCKS_DIFFER_BY.total_seconds() - 0.001), "LINE"),
        (at(-86_400), "LINE"),
        (at(60, tells_login=False), "LINE"),
        (replace(AGENCY, auth_time=SINCE - timedelta(hours=1)), "マイナアプリ"),
    ],
    ids=["just too old", "of yesterday", "nobody tells when", "by the card"],
)
def test_asvs_6_8_4_an_older_login_and_one_of_which_nobody_tells_when_are_refused(
    identity: ProviderIdentity, name: str
) -> None:
    with pytest.raises(ProviderLoginTooOld) as refused:
        signed_in_anew(identity, SINCE)
    assert refused.value == ProviderLoginTooOld(name)
