"""A story in which every kind of event happens at least once."""

from uuid import UUID, uuid4

from kernel.db import Database
from ledger.model import (
    CancelSale,
    CaptureHold,
    ExpireLot,
    JournalKind,
    Move,
    Posted,
    PostMoves,
    ReleaseHold,
    ReverseExpiry,
)
from tests.ledger.books import (
    AFTER_EXPIRY,
    BANK,
    FEES,
    GRACE_TERMS,
    NOON,
    OTHER_SHOP,
    PAYABLE,
    PAYOUT,
    SHOP,
    SHORT_TERMS,
    STRIPE,
    TERMS,
    close,
    give_back_payout,
    grant,
    hold,
    key,
    pay,
    post,
    posted,
    refund,
    sell,
    settle,
    void,
)

LOT, GRACE_LOT, SHORT_LOT, BACK_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x3), UUID(int=0x4), UUID(int=0x99)


def live_a_little(database: Database) -> None:
    """Every kind of event happens at least once."""
    post(database, sell(GRACE_LOT, terms=GRACE_TERMS), sell(SHORT_LOT, terms=SHORT_TERMS), sell(LOT), grant())
    sale = posted(database, sell())
    posted(database, CancelSale(key(), NOON, sale.journal.id))
    first, second, third, *_ = post(database, *(pay(1_001, coupon_yen=9) for _ in range(6)))
    assert isinstance(first, Posted)
    assert isinstance(second, Posted)
    assert isinstance(third, Posted)
    post(database, void(first.journal.id), refund(second.journal.id, 333), pay(50, shop=OTHER_SHOP))
    holds = [HOLD, uuid4(), uuid4()]
    post(database, *(hold(hold_id, 77) for hold_id in holds))
    post(database, CaptureHold(key(), NOON, holds[1], SHOP), ReleaseHold(key(), NOON, holds[2]))
    post(database, grant(BACK_LOT, amount_yen=200, terms=SHORT_TERMS))
    mistaken = posted(database, ExpireLot(key(), AFTER_EXPIRY, BACK_LOT))
    posted(database, ReverseExpiry(key(), AFTER_EXPIRY, mistaken.journal.id, uuid4(), TERMS.last_day))
    post(database, ExpireLot(key(), AFTER_EXPIRY, SHORT_LOT), refund(third.journal.id, 500, at=AFTER_EXPIRY))
    closed = posted(database, close(Move(PAYABLE, PAYOUT, 60, 40), Move(PAYABLE, PAYOUT, 40, 20)))
    post(database, give_back_payout(closed.journal.id, Move(PAYOUT, PAYABLE, 60, 40, 1)), settle(30, 20))
    fees = (Move(BANK, STRIPE, 90, 90), Move(FEES, STRIPE, 10, 10))
    posted(database, PostMoves(key(), NOON, JournalKind.PROVIDER_PAID_OUT, fees))
