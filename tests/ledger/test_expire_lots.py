"""Expiring what was not spent in time."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from kernel.clock import city_time
from kernel.db import Database
from ledger.model import AccountKind, ExpireLot, Posted, Terms, UsableAt, shared_account
from ledger.operations.expire_lots import expire_lots
from ledger.operations.post_journals import Outcome
from ledger.refusals import LotIsEmpty, LotNotFound, LotNotYetExpired
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    AFTER_EXPIRY,
    CAMPAIGN,
    NOON,
    SHORT_TERMS,
    audit,
    grant,
    key,
    left,
    pay,
    post,
    posted,
    refused,
    sell,
    transfers,
)

LOT = UUID(int=0x1)
BREAKAGE_PAID = shared_account(AccountKind.BREAKAGE_PAID, campaign_id=CAMPAIGN)
BREAKAGE_PREMIUM = shared_account(AccountKind.BREAKAGE_PREMIUM, campaign_id=CAMPAIGN)


def expire(database: Database, *, limit: int = 1_000) -> list[Outcome]:
    return database.run(lambda session: expire_lots(session, now=AFTER_EXPIRY, limit=limit))


def test_the_rest_of_a_lot_becomes_breakage_by_part(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    posted(worker, sell(LOT, terms=SHORT_TERMS))
    posted(worker, pay(1_001))
    (expired,) = expire(worker)
    assert isinstance(expired, Posted)
    assert transfers(expired) == [
        (LOT, BREAKAGE_PAID.id, 3_200, 3_200, None),
        (LOT, BREAKAGE_PREMIUM.id, 799, 0, None),
    ]
    assert left(worker, LOT) == (0, 0)
    assert expire(worker) == []
    report = audit(worker)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.spent_yen) == (3_999, 1_001)


def test_points_become_premium_breakage_alone(database: Database) -> None:
    posted(database, grant(LOT, terms=SHORT_TERMS))
    (expired,) = expire(database)
    assert isinstance(expired, Posted)
    assert transfers(expired) == [(LOT, BREAKAGE_PREMIUM.id, 500, 0, None)]


def test_only_lots_whose_last_day_has_ended_expire(database: Database) -> None:
    posted(database, sell(terms=Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2026, 8, 11))))
    assert expire(database) == []


def test_at_most_the_limit_expires_at_a_time(database: Database) -> None:
    post(database, *(sell(terms=SHORT_TERMS) for _ in range(5)))
    assert [len(expire(database, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


def test_expiring_one_lot_is_refused_with_the_reason(database: Database) -> None:
    unknown = uuid4()
    assert refused(database, ExpireLot(key(), NOON, unknown)) == LotNotFound(lot_id=str(unknown))
    posted(database, sell(LOT, terms=SHORT_TERMS))
    last_moment = city_time(date(2026, 8, 10), 23, 59, 59)
    early = ExpireLot(key(), last_moment, LOT)
    assert refused(database, early) == LotNotYetExpired(lot_id=str(LOT), last_day="2026-08-10")
    posted(database, ExpireLot(key(), last_moment + timedelta(seconds=1), LOT))
    assert refused(database, ExpireLot(key(), AFTER_EXPIRY, LOT)) == LotIsEmpty(lot_id=str(LOT))
