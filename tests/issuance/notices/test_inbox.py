"""The web inbox: whose notices it shows, and when one counts as read; and what the database itself refuses."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from issuance.notices.model import DeliveryOutcome, DoorKind
from issuance.notices.queries import notices_of
from issuance.notices.refusals import NoticeUnknown
from kernel.db import violated_constraint
from tests.issuance.notices.post_office import LAST_DAY, PostOffice, morning
from tests.ledger.books import OTHER_WALLET, WALLET

FIRST, SECOND = (morning(LAST_DAY - timedelta(days=number)) for number in (30, 14))


def told_twice(office: PostOffice) -> None:
    office.sold()
    office.sold(wallet_id=OTHER_WALLET)
    office.make_at(FIRST)
    office.make_at(SECOND)


def test_an_inbox_shows_its_own_notices_the_newest_first(office: PostOffice) -> None:
    told_twice(office)
    shown = office.inbox()
    assert [item.notice.made_at for item in shown] == [SECOND, FIRST]
    assert {item.notice.wallet_id for item in shown} == {WALLET}
    older = office.pay.run(lambda session: notices_of(session, WALLET, before=SECOND, limit=5))
    assert older == shown[1:]
    assert office.inbox(uuid4()) == []


def test_a_notice_is_read_when_it_is_opened_and_stays_so(office: PostOffice) -> None:
    told_twice(office)
    newest, oldest = office.inbox()
    assert office.unread() == 2
    opened = office.open(newest.notice.id, now=SECOND)
    assert (opened.read_at, opened.is_unread) == (SECOND, False)
    assert office.open(newest.notice.id, now=SECOND + timedelta(days=1)).read_at == SECOND
    assert (office.unread(), office.unread(OTHER_WALLET)) == (1, 2)
    assert office.inbox()[1] == oldest


def test_a_notice_of_somebody_else_is_not_there(office: PostOffice) -> None:
    told_twice(office)
    theirs = office.inbox(OTHER_WALLET)[0].notice.id
    for notice_id in (theirs, uuid4()):
        with pytest.raises(NoticeUnknown) as refused:
            office.open(notice_id)
        assert refused.value == NoticeUnknown(notice_id=str(notice_id))
    assert office.unread(OTHER_WALLET) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE issuance.notices SET facts = '{}'",
        "DELETE FROM issuance.notices",
        "DELETE FROM issuance.notice_readings",
        "UPDATE issuance.notice_attempts SET outcome = 'delivered'",
        "UPDATE issuance.notice_deliveries SET delivered_at = now()",
        "UPDATE issuance.notice_deliveries SET chosen_door = 'email'",
        "DELETE FROM issuance.notice_deliveries",
        "DELETE FROM issuance.notice_preferences",
    ],
)
def test_what_was_told_is_changed_by_nobody_not_even_a_superuser(statement: str, office: PostOffice) -> None:
    office.choose(DoorKind.LINE)
    told_twice(office)
    for delivery in office.take(SECOND):
        office.record(delivery, DeliveryOutcome.UNREACHABLE, SECOND)
    office.open(office.inbox()[0].notice.id)
    with pytest.raises(errors.InsufficientPrivilege), psycopg.connect(office.pay.url) as connection:
        connection.execute(statement)


def test_a_notice_cannot_be_made_twice_by_any_program(office: PostOffice) -> None:
    told_twice(office)
    again = """
        INSERT INTO issuance.notices (wallet_id, kind, subject, day, facts, made_at)
        SELECT wallet_id, kind, subject, day, facts, made_at FROM issuance.notices LIMIT 1
    """
    with (
        pytest.raises(errors.UniqueViolation) as refused,
        psycopg.connect(office.pay.url, options="-c role=kashiman_worker") as connection,
    ):
        connection.execute(again)
    assert violated_constraint(refused.value) == "notices_once"


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("kashiman_pay", "INSERT INTO issuance.notice_deliveries SELECT * FROM issuance.notice_deliveries"),
        ("kashiman_pay", "UPDATE issuance.notice_deliveries SET delivered_at = now()"),
        ("kashiman_worker", "INSERT INTO issuance.notice_readings SELECT id, now() FROM issuance.notices"),
        ("kashiman_worker", "UPDATE issuance.notice_preferences SET door = 'line'"),
        ("kashiman_apply", "SELECT * FROM issuance.notices"),
        ("kashiman_staff", "INSERT INTO issuance.notice_readings SELECT id, now() FROM issuance.notices"),
        ("kashiman_auditor", "UPDATE issuance.notice_preferences SET door = 'line'"),
    ],
)
def test_each_process_may_do_its_own_part(role: str, statement: str, office: PostOffice) -> None:
    told_twice(office)
    options = f"-c role={role}"
    with (
        pytest.raises(errors.InsufficientPrivilege),
        psycopg.connect(office.pay.url, options=options) as connection,
    ):
        connection.execute(statement)
