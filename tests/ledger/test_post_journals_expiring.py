"""Expiring lots, and giving back what expired."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kernel.clock import city_time
from kernel.db import Database
from ledger.model import (
    AccountKind,
    ExpireLot,
    JournalKind,
    Parts,
    ReverseExpiry,
    Terms,
    UsableAt,
    shared_account,
)
from ledger.refusals import (
    ExpiryAlreadyReversed,
    JournalNotFound,
    LotAlreadyExists,
    LotIsEmpty,
    LotNotFound,
    LotNotYetExpired,
    LotPartsDiffer,
    ReversedBeforeItHappened,
    TermsImpossible,
)
from tests.ledger.books import (
    AFTER_EXPIRY,
    CAMPAIGN,
    NOON,
    OTHER_WALLET,
    SHORT_TERMS,
    WALLET,
    audit,
    grant,
    key,
    left,
    pay,
    posted,
    refused,
    rows,
    sell,
    transfers,
)
from tests.ledger.raw import Connection, add_journal, add_lot, add_transfer, refused_by, transfer_refused_by

LOT, NEW_LOT = UUID(int=0x1), UUID(int=0x2)
BREAKAGE_PAID = shared_account(AccountKind.BREAKAGE_PAID, campaign_id=CAMPAIGN)
BREAKAGE_PREMIUM = shared_account(AccountKind.BREAKAGE_PREMIUM, campaign_id=CAMPAIGN)
NEW_LAST_DAY = date(2026, 9, 30)


def reverse(journal_id: UUID, *, at: datetime = AFTER_EXPIRY, last_day: date = NEW_LAST_DAY) -> ReverseExpiry:
    return ReverseExpiry(key(), at, journal_id, NEW_LOT, last_day)


def expired(database: Database) -> UUID:
    """A lot of 4,000 + 1,000 yen of which 1,001 were spent and the rest expired."""
    posted(database, sell(LOT, terms=SHORT_TERMS))
    posted(database, pay(1_001))
    return posted(database, ExpireLot(key(), AFTER_EXPIRY, LOT)).journal.id


def test_the_rest_of_a_lot_becomes_breakage_by_part(database: Database) -> None:
    posted(database, sell(LOT, terms=SHORT_TERMS))
    posted(database, pay(1_001))
    outcome = posted(database, ExpireLot(key(), AFTER_EXPIRY, LOT, Parts(3_200, 799)))
    assert transfers(outcome) == [
        (LOT, BREAKAGE_PAID.id, 3_200, 3_200, None),
        (LOT, BREAKAGE_PREMIUM.id, 799, 0, None),
    ]
    assert left(database, LOT) == (0, 0)
    report = audit(database)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.spent_yen) == (3_999, 1_001)


def test_points_become_premium_breakage_alone(database: Database) -> None:
    posted(database, grant(LOT, terms=SHORT_TERMS))
    outcome = posted(database, ExpireLot(key(), AFTER_EXPIRY, LOT))
    assert transfers(outcome) == [(LOT, BREAKAGE_PREMIUM.id, 500, 0, None)]


def test_expiring_one_lot_is_refused_with_the_reason(database: Database) -> None:
    unknown = uuid4()
    assert refused(database, ExpireLot(key(), NOON, unknown)) == LotNotFound(lot_id=str(unknown))
    posted(database, sell(LOT, terms=SHORT_TERMS))
    early = refused(database, ExpireLot(key(), AFTER_EXPIRY - timedelta(hours=10), LOT))
    assert early == LotNotYetExpired(lot_id=str(LOT), last_day="2026-08-10")
    posted(database, ExpireLot(key(), AFTER_EXPIRY, LOT))
    assert refused(database, ExpireLot(key(), AFTER_EXPIRY, LOT)) == LotIsEmpty(lot_id=str(LOT))


def test_a_lot_that_holds_something_else_than_was_said_does_not_expire(database: Database) -> None:
    posted(database, sell(LOT, terms=SHORT_TERMS))
    differs = refused(database, ExpireLot(key(), AFTER_EXPIRY, LOT, Parts(4_000, 999)))
    assert differs == LotPartsDiffer(
        lot_id=str(LOT),
        expected_paid_yen=4_000,
        expected_premium_yen=999,
        left_paid_yen=4_000,
        left_premium_yen=1_000,
    )


@pytest.mark.parametrize("last_day", [date(2026, 8, 10), date(2028, 2, 29)])
def test_a_lot_expires_at_the_midnight_of_the_city_and_not_a_second_earlier(last_day: date, database: Database) -> None:
    first_day = last_day - timedelta(days=9)
    posted(database, sell(LOT, terms=Terms(UsableAt.ALL_SHOPS, first_day, last_day), at=city_time(first_day, 12)))
    midnight = city_time(last_day + timedelta(days=1))
    early = refused(database, ExpireLot(key(), midnight - timedelta(seconds=1), LOT))
    assert early == LotNotYetExpired(lot_id=str(LOT), last_day=last_day.isoformat())
    posted(database, ExpireLot(key(), midnight, LOT))


def test_no_program_of_ours_can_expire_a_lot_before_its_last_day_has_ended(database: Database) -> None:
    posted(database, grant(NEW_LOT, terms=SHORT_TERMS))
    posted(database, ExpireLot(key(), AFTER_EXPIRY, NEW_LOT))
    posted(database, sell(LOT))
    stopped_by = transfer_refused_by(database, "lot_expired", LOT, BREAKAGE_PREMIUM.id, 1_000, 0)
    assert stopped_by == "lots_expire_after_their_last_day"


def test_what_expired_comes_back_whole_and_can_be_spent(database: Database) -> None:
    journal_id = expired(database)
    outcome = posted(database, reverse(journal_id))
    assert outcome.journal.kind == JournalKind.EXPIRY_REVERSED
    assert outcome.journal.corrects_id == journal_id
    assert transfers(outcome) == [
        (BREAKAGE_PAID.id, NEW_LOT, 3_200, 3_200, 1),
        (BREAKAGE_PREMIUM.id, NEW_LOT, 799, 0, 2),
    ]
    ((*facts,),) = rows(
        database,
        "SELECT wallet_id, usable_at, first_day, last_day, grace_days, succeeds_lot_id, issued_paid_yen,"
        " issued_premium_yen FROM ledger.lots WHERE account_id = %s",
        [NEW_LOT],
    )
    assert facts == [WALLET, "all_shops", date(2026, 8, 11), NEW_LAST_DAY, 0, LOT, 3_200, 799]
    posted(database, pay(3_999, at=AFTER_EXPIRY))
    report = audit(database)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.spent_yen, report.figures.remaining_yen) == (0, 5_000, 0)


def test_an_expiry_is_reversed_once(database: Database) -> None:
    journal_id = expired(database)
    posted(database, reverse(journal_id))
    again = ReverseExpiry(key(), AFTER_EXPIRY, journal_id, uuid4(), NEW_LAST_DAY)
    assert refused(database, again) == ExpiryAlreadyReversed(lot_id=str(LOT))


def test_a_reversal_of_an_expiry_is_refused_with_the_reason(database: Database) -> None:
    journal_id = expired(database)
    unknown = uuid4()
    assert refused(database, reverse(unknown)) == JournalNotFound(journal_id=str(unknown))
    early = AFTER_EXPIRY - timedelta(seconds=1)
    assert refused(database, reverse(journal_id, at=early)) == ReversedBeforeItHappened(
        happened_at=AFTER_EXPIRY.isoformat(), reversed_at=early.isoformat()
    )
    for last_day in (date(2026, 8, 10), date(2027, 2, 11)):
        impossible = refused(database, reverse(journal_id, last_day=last_day))
        assert impossible == TermsImpossible(first_day="2026-08-11", last_day=last_day.isoformat())
    taken = ReverseExpiry(key(), AFTER_EXPIRY, journal_id, LOT, NEW_LAST_DAY)
    assert refused(database, taken) == LotAlreadyExists(lot_id=str(LOT))
    sale = posted(database, sell()).journal.id
    assert refused(database, reverse(sale)) == JournalNotFound(journal_id=str(sale))


def test_what_came_back_can_expire_and_come_back_again(database: Database) -> None:
    posted(database, reverse(expired(database)))
    later = city_time(NEW_LAST_DAY + timedelta(days=1))
    second = posted(database, ExpireLot(key(), later, NEW_LOT)).journal.id
    posted(database, ReverseExpiry(key(), later, second, uuid4(), date(2026, 10, 31)))
    report = audit(database)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.remaining_yen) == (0, 3_999)


@pytest.mark.parametrize(
    ("wallet_id", "paid_yen", "premium_yen", "stopped_by"),
    [
        (OTHER_WALLET, 3_200, 799, "transfers_reverse_what_was_taken"),
        (WALLET, 3_200, 800, "lots_are_issued_once"),
        (WALLET, 3_201, 799, "lots_are_issued_once"),
    ],
)
def test_the_database_lets_an_expiry_come_back_to_its_wallet_alone_and_whole(
    wallet_id: UUID, paid_yen: int, premium_yen: int, stopped_by: str, database: Database
) -> None:
    journal_id = expired(database)

    def work(connection: Connection) -> None:
        add_lot(connection, NEW_LOT, paid_yen=paid_yen, premium_yen=premium_yen, wallet_id=wallet_id, succeeds=LOT)
        reversal = add_journal(connection, "expiry_reversed", journal_id)
        values = [
            (reversal, number, account, NEW_LOT, yen, paid, number)
            for number, account, yen, paid in ((1, BREAKAGE_PAID.id, 3_200, 3_200), (2, BREAKAGE_PREMIUM.id, 799, 0))
        ]
        connection.execute(
            "INSERT INTO ledger.transfers (journal_id, line, debit_account_id, credit_account_id, amount_yen,"
            " paid_yen, reverses_line) VALUES (%s, %s, %s, %s, %s, %s, %s), (%s, %s, %s, %s, %s, %s, %s)",
            [fact for row in values for fact in row],
        )

    assert refused_by(database, work) == stopped_by


def test_the_database_lets_nothing_come_back_to_the_expired_lot_itself(database: Database) -> None:
    journal_id = expired(database)

    def work(connection: Connection) -> None:
        reversal = add_journal(connection, "expiry_reversed", journal_id)
        add_transfer(connection, reversal, BREAKAGE_PAID.id, LOT, 3_200, 3_200, 1)

    assert refused_by(database, work) == "lots_are_issued_once"
