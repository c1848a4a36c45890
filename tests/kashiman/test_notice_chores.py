"""The worker makes notices in the daytime and sends them through the door each resident chose."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr

from identity.doors.gateway.line_webhook import read_line_webhook
from identity.doors.model import Provider, ProviderIdentity
from identity.doors.operations.link_identity import link_identity
from identity.doors.operations.take_line_events import take_line_events
from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from identity.operations.import_residents import import_residents
from issuance.notices.model import DeliveryOutcome, DoorKind, NoticeDelivery
from kashiman.assembly import Installation
from kashiman.demo.line_double.process import RunningLine, start_line_double
from kashiman.notice_chores import deliver_notices, deliver_through, make_due_notices
from kashiman.notice_doors import notice_doors
from kashiman.settings import Settings
from kernel.clock import SetClock, SystemClock
from tests.conftest import MakeDatabase
from tests.identity.people import HANAKO, TARO
from tests.issuance.notices.post_office import LAST_DAY, REMINDED, PostOffice, morning
from tests.ledger.books import rows

NOW = morning(LAST_DAY - timedelta(days=14))


@dataclass
class ScriptedDoor:
    """A door whose answers a test decides; None is the end of the worker after the message has gone out."""

    answers: list[DeliveryOutcome | None] = field(default_factory=list)
    sent: list[NoticeDelivery] = field(default_factory=list)

    def send(self, delivery: NoticeDelivery) -> DeliveryOutcome:
        self.sent.append(delivery)
        answer = self.answers.pop(0) if self.answers else DeliveryOutcome.DELIVERED
        if answer is None:
            raise KeyboardInterrupt
        return answer


@pytest.fixture(scope="module")
def line() -> Iterator[RunningLine]:
    with start_line_double() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, line: RunningLine) -> Settings:
    return settings.model_copy(
        update={
            "line_bot_token": SecretStr(line.bot_token),
            "line_bot_secret": SecretStr(line.bot_secret),
            "line_api_base": line.base,
            "base_url": "https://pay.example",
        }
    )


@pytest.fixture
def office(make_database: MakeDatabase, clock: SetClock) -> PostOffice:
    office = PostOffice(make_database)
    office.market.planned(REMINDED)
    clock.at = NOW
    return office


def resident(office: PostOffice, line_user: str | None) -> UUID:
    """The wallet of a resident who chose LINE, and may be linked with it."""
    (taro, _) = office.market.staff.run(lambda session: import_residents(session, [TARO, HANAKO], now=NOW))
    if line_user is not None:
        linked = ProviderIdentity(
            provider=Provider.LINE, client="channel", subject=line_user, acr=Acr.LINE, amr=("line",), auth_time=NOW
        )
        signed_in = ProvenSignIn(Holder(HolderKind.RESIDENT, taro.person_id), Acr.POSTCARD, ("otp",), NOW)
        office.pay.run(lambda session: link_identity(session, linked, signed_in=signed_in, now=NOW))
    office.choose(DoorKind.LINE, taro.wallet_id)
    office.sold(wallet_id=taro.wallet_id)
    return taro.wallet_id


def test_a_notice_reaches_whoever_is_linked_with_line(
    office: PostOffice, installation: Installation, line: RunningLine
) -> None:
    user = line.control.add_user("taro")
    wallet_id = resident(office, user)
    make_due_notices(installation)
    deliver_notices(installation)
    deliver_notices(installation)
    (item,) = office.inbox(wallet_id)
    assert (item.door, item.delivered_at, item.is_unread) == (DoorKind.LINE, NOW, False)
    (text,) = [text for recipient, text in line.control.sent() if recipient == user]
    assert text == (
        "2024年2月29日(木) で使えなくなる商品券があります\n\n"
        "「かしまんPAY 2023」の残り 5,000円は、2024年2月29日(木) まで使えます。その日を過ぎると、使えなくなります。\n"
        f"https://pay.example/wallet/inbox/{item.notice.id}"
    )


def test_line_delivers_once_what_two_workers_send(
    office: PostOffice, installation: Installation, line: RunningLine, clock: SetClock
) -> None:
    """The first is killed after LINE has taken the message; the second sends it again under the same key."""
    user = line.control.add_user("again")
    resident(office, user)
    make_due_notices(installation)
    (taken,) = office.take(NOW)
    assert notice_doors(installation)[DoorKind.LINE].send(taken) is DeliveryOutcome.DELIVERED
    clock.at = NOW + timedelta(minutes=10)
    deliver_notices(installation)
    assert len([text for recipient, text in line.control.sent() if recipient == user]) == 1
    assert rows(office.pay, "SELECT outcome FROM issuance.notice_attempts") == [("delivered",)]


def test_who_cannot_be_reached_by_line_finds_the_notice_unread(office: PostOffice, installation: Installation) -> None:
    wallet_id = resident(office, None)
    make_due_notices(installation)
    deliver_notices(installation)
    assert office.unread(wallet_id) == 1


def test_who_blocked_the_account_finds_the_notice_unread_and_line_is_not_asked(
    office: PostOffice, installation: Installation, line: RunningLine
) -> None:
    user = line.control.add_user("blocked")
    wallet_id = resident(office, user)
    delivered = line.control.happen("unfollow", user)
    events = read_line_webhook(delivered.body, delivered.signature, line.bot_secret)
    office.pay.run(lambda session: take_line_events(session, events, now=NOW))
    make_due_notices(installation)
    deliver_notices(installation)
    assert office.unread(wallet_id) == 1
    assert [text for recipient, text in line.control.sent() if recipient == user] == []


def test_line_that_is_down_is_asked_again_and_one_without_quota_is_not(
    office: PostOffice, installation: Installation, line: RunningLine, clock: SetClock
) -> None:
    wallet_id = resident(office, line.control.add_user("later"))
    make_due_notices(installation)
    line.control.fail_next(500)
    deliver_notices(installation)
    assert (office.unread(wallet_id), office.inbox(wallet_id)[0].delivered_at) == (0, None)
    line.control.limit("month")
    clock.at = NOW + timedelta(minutes=1)
    deliver_notices(installation)
    line.control.limit(None)
    assert office.unread(wallet_id) == 1


def test_without_a_line_account_every_notice_is_in_the_inbox(office: PostOffice, installation: Installation) -> None:
    installation.settings = installation.settings.model_copy(update={"line_bot_token": SecretStr("")})
    wallet_id = resident(office, "U1")
    make_due_notices(installation)
    assert notice_doors(installation) == {}
    deliver_notices(installation)
    assert office.unread(wallet_id) == 1


def test_a_worker_that_ends_between_sending_and_recording_never_fills_an_inbox_twice(
    office: PostOffice, installation: Installation, clock: SetClock
) -> None:
    wallet_id, other = resident(office, None), UUID(int=0xA5)
    office.sold(wallet_id=other)
    door = ScriptedDoor(answers=[None, DeliveryOutcome.UNREACHABLE])
    make_due_notices(installation)
    with pytest.raises(KeyboardInterrupt):
        deliver_through(installation, {DoorKind.LINE: door})
    make_due_notices(installation)
    deliver_through(installation, {DoorKind.LINE: door})
    clock.at = NOW + timedelta(minutes=10)
    deliver_through(installation, {DoorKind.LINE: door})
    assert [delivery.key for delivery in door.sent] == [door.sent[0].key] * 2
    assert [(len(office.inbox(each)), office.unread(each)) for each in (wallet_id, other)] == [(1, 1), (1, 1)]


def test_a_worker_whose_clock_is_wrong_reminds_nobody(
    office: PostOffice, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sold()
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + timedelta(days=1))
    make_due_notices(installation)
    assert office.made() == []


def test_the_words_of_a_notice_are_those_of_its_own_campaign(office: PostOffice, installation: Installation) -> None:
    office.sold(last_day=date(2024, 2, 20))
    make_due_notices(installation)
    assert [item.notice.facts["last_day"] for item in office.inbox()] == ["2024-02-20"]
