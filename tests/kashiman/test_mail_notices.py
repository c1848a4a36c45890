"""Who proved an address and chose e-mail is written to there; what does not arrive is unread in the inbox."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr

from identity.doors.operations.ask_mail_address import ask_mail_address
from identity.doors.operations.confirm_mail_address import confirm_mail_address
from identity.operations.import_residents import import_residents
from issuance.notices.model import DoorKind
from kashiman.assembly import Installation
from kashiman.notice_chores import deliver_notices, make_due_notices
from kashiman.notice_doors import notice_doors
from kashiman.settings import Settings
from kernel.clock import SetClock
from tests.conftest import MakeDatabase
from tests.identity.doors.mail_server import (
    HOST,
    PASSWORD,
    SENDER,
    UNKNOWN_RECIPIENT,
    USER,
    MailServer,
    mail_server,
)
from tests.identity.people import HANAKO, PEPPER, TARO
from tests.issuance.notices.post_office import LAST_DAY, REMINDED, PostOffice, morning
from tests.ledger.books import rows

NOW = morning(LAST_DAY - timedelta(days=14))
ADDRESS = "taro@example.jp"
ATTEMPTS = "SELECT number, door, outcome FROM issuance.notice_attempts ORDER BY number"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture
def server(running: MailServer) -> MailServer:
    running.taken.clear()
    running.next_replies.clear()
    return running


@pytest.fixture
def settings(settings: Settings, server: MailServer) -> Settings:
    return settings.model_copy(
        update={
            "smtp_host": HOST,
            "smtp_port": server.port,
            "smtp_user": USER,
            "smtp_password": SecretStr(PASSWORD),
            "smtp_sender": SENDER,
            "smtp_ca_file": server.ca_file,
            "base_url": "https://pay.example",
        }
    )


@pytest.fixture
def office(make_database: MakeDatabase, clock: SetClock) -> PostOffice:
    office = PostOffice(make_database)
    office.market.planned(REMINDED)
    clock.at = NOW
    return office


def resident(office: PostOffice, address: str | None) -> UUID:
    """The wallet of a resident who chose e-mail, and may have proved an address."""
    (taro, _) = office.market.staff.run(lambda session: import_residents(session, [TARO, HANAKO], now=NOW))
    person_id = taro.person_id
    if address is not None:
        asked = office.pay.run(lambda s: ask_mail_address(s, person_id, address, pepper=PEPPER, now=NOW))
        office.pay.run(lambda s: confirm_mail_address(s, person_id, asked.code, pepper=PEPPER, now=NOW))
    office.choose(DoorKind.EMAIL, taro.wallet_id)
    office.sold(wallet_id=taro.wallet_id)
    return taro.wallet_id


def test_a_notice_reaches_whoever_proved_an_address(
    office: PostOffice, installation: Installation, server: MailServer
) -> None:
    wallet_id = resident(office, ADDRESS)
    make_due_notices(installation)
    deliver_notices(installation)
    deliver_notices(installation)
    (item,) = office.inbox(wallet_id)
    assert (item.door, item.delivered_at, item.is_unread) == (DoorKind.EMAIL, NOW, False)
    (taken,) = server.taken
    assert taken.recipients == [ADDRESS]
    assert taken.message["Subject"] == "2024年2月29日(木) で使えなくなる商品券があります"
    assert taken.message["Message-ID"] == f"<{item.notice.id}@city.example>"
    assert taken.message.get_content() == (
        "「かしまんPAY 2023」の残り 5,000円は、2024年2月29日(木) まで使えます。その日を過ぎると、使えなくなります。\n"
        "\n"
        f"https://pay.example/wallet/inbox/{item.notice.id}\n"
        "――――\n"
        "かしまんPAY（鹿島市）からのお知らせです。このメールには返信できません。\n"
        "とどけ先をかえるときは、お知らせの画面の下で えらびなおしてください。\n"
        "市役所が メールで 暗証番号や カードの番号を たずねることは ありません。\n"
    )
    assert rows(office.pay, "SELECT count(*) FROM issuance.notices") == [(1,)]


def test_who_proved_no_address_finds_the_notice_unread(
    office: PostOffice, installation: Installation, server: MailServer
) -> None:
    wallet_id = resident(office, None)
    make_due_notices(installation)
    deliver_notices(installation)
    assert (office.unread(wallet_id), server.taken) == (1, [])
    assert rows(office.worker, ATTEMPTS) == [(1, "email", "unreachable")]


def test_what_is_not_taken_now_is_sent_a_minute_later(
    office: PostOffice, installation: Installation, server: MailServer, clock: SetClock
) -> None:
    wallet_id = resident(office, ADDRESS)
    make_due_notices(installation)
    server.next_replies["RCPT"] = "451 4.7.1 Greylisted, try again later"
    deliver_notices(installation)
    assert (office.unread(wallet_id), office.inbox(wallet_id)[0].delivered_at) == (0, None)
    clock.at = NOW + timedelta(seconds=59)
    deliver_notices(installation)
    assert server.taken == []
    clock.at = NOW + timedelta(minutes=1)
    deliver_notices(installation)
    assert len(server.taken) == 1
    assert rows(office.worker, ATTEMPTS) == [(1, "email", "try_again"), (2, "email", "delivered")]


def test_what_is_refused_for_good_is_recorded_and_unread_in_the_inbox(
    office: PostOffice, installation: Installation, server: MailServer
) -> None:
    wallet_id = resident(office, UNKNOWN_RECIPIENT)
    make_due_notices(installation)
    deliver_notices(installation)
    (item,) = office.inbox(wallet_id)
    assert (item.door, item.is_unread, office.unread(wallet_id)) == (DoorKind.INBOX, True, 1)
    assert rows(office.worker, ATTEMPTS) == [(1, "email", "unreachable")]
    assert server.taken == []


def test_a_server_that_stays_away_leaves_the_notice_in_the_inbox_in_the_end(
    office: PostOffice, installation: Installation, server: MailServer, clock: SetClock
) -> None:
    wallet_id = resident(office, ADDRESS)
    make_due_notices(installation)
    for pause in (timedelta(0), *map(timedelta, (0,) * 5, (60, 300, 1_800, 7_200, 21_600))):
        clock.at += pause
        server.next_replies["MAIL"] = "421 4.3.2 Service not available"
        deliver_notices(installation)
    assert office.unread(wallet_id) == 1
    assert [outcome for _, _, outcome in rows(office.worker, ATTEMPTS)] == ["try_again"] * 6


def test_without_a_mail_server_the_door_is_closed(office: PostOffice, installation: Installation) -> None:
    installation.settings = installation.settings.model_copy(update={"smtp_host": ""})
    wallet_id = resident(office, ADDRESS)
    make_due_notices(installation)
    assert notice_doors(installation) == {}
    deliver_notices(installation)
    assert office.unread(wallet_id) == 1
