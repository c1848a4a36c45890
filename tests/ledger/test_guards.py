"""What the database itself refuses about lots, holds, parts and periods, whoever writes."""

from uuid import UUID, uuid4

from kernel.db import Database
from ledger.model import (
    AccountKind,
    shared_account,
)
from tests.ledger.books import (
    CAMPAIGN,
    COUPONS,
    FUNDING,
    OTHER_CAMPAIGN,
    OTHER_SHOP,
    PAYABLE,
    STRIPE,
    hold,
    pay,
    post,
    posted,
    refund,
    sell,
)
from tests.ledger.raw import (
    Connection,
    add_account,
    add_journal,
    add_lot,
    add_transfer,
    refused_by,
    transfer_refused_by,
)

LOT, OTHER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)


def test_a_transfer_cannot_be_added_to_an_old_journal(database: Database) -> None:
    post(database, sell(LOT))
    payment = posted(database, pay(10))

    def work(connection: Connection) -> None:
        add_transfer(connection, payment.journal.id, LOT, PAYABLE.id, 10, 8, number=2)

    assert refused_by(database, work) == "transfers_move_is_legal"


def test_a_transfer_needs_a_journal_and_accounts(database: Database) -> None:
    posted(database, sell(LOT))
    assert transfer_refused_by(database, "payment", LOT, uuid4(), 1, 0) == "transfers_move_is_legal"
    no_journal = refused_by(database, lambda connection: add_transfer(connection, uuid4(), LOT, PAYABLE.id, 1, 0))
    assert no_journal == "transfers_move_is_legal"


def test_amounts_and_parts_are_possible(database: Database) -> None:
    post(database, sell(LOT), pay(1))
    assert transfer_refused_by(database, "payment", LOT, PAYABLE.id, 0, 0) == "transfers_amount_is_positive"
    assert transfer_refused_by(database, "payment", LOT, PAYABLE.id, -5, 0) == "transfers_amount_is_positive"
    assert transfer_refused_by(database, "payment", LOT, PAYABLE.id, 5, 6) == "transfers_parts_fit"
    assert transfer_refused_by(database, "payment", LOT, PAYABLE.id, 5, -1) == "transfers_parts_fit"
    assert transfer_refused_by(database, "payment", LOT, LOT, 5, 4) == "transfers_accounts_differ"


def test_a_lot_never_goes_below_zero_in_either_part(database: Database) -> None:
    post(database, sell(LOT), pay(1))
    assert transfer_refused_by(database, "payment", LOT, PAYABLE.id, 5_000, 4_000) == "lots_never_below_zero"
    assert transfer_refused_by(database, "payment", LOT, PAYABLE.id, 1_000, 0) == "lots_never_below_zero"
    assert transfer_refused_by(database, "hold_captured", HOLD, PAYABLE.id, 1, 0) == "transfers_move_is_legal"


def test_a_hold_never_goes_below_zero_or_above_its_amount(database: Database) -> None:
    post(database, sell(LOT), pay(1))
    posted(database, hold(HOLD, 100))
    assert transfer_refused_by(database, "hold_captured", HOLD, PAYABLE.id, 101, 81) == "holds_never_below_zero"
    assert transfer_refused_by(database, "hold_captured", HOLD, PAYABLE.id, 100, 0) == "holds_never_below_zero"
    assert transfer_refused_by(database, "hold_placed", LOT, HOLD, 1, 0) == "holds_never_above_amount"


def test_value_never_crosses_campaigns(database: Database) -> None:
    post(database, sell(LOT), sell(OTHER_LOT, campaign_id=OTHER_CAMPAIGN))
    post(database, pay(10), pay(10))
    foreign = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=OTHER_CAMPAIGN, merchant_id=OTHER_SHOP)
    funding = shared_account(AccountKind.PREMIUM_FUNDING, campaign_id=OTHER_CAMPAIGN)

    def pay_abroad(connection: Connection) -> None:
        add_account(connection, foreign.id, "merchant_payable", OTHER_CAMPAIGN)
        add_transfer(connection, add_journal(connection, "payment"), LOT, foreign.id, 10, 8)

    def fund_abroad(connection: Connection) -> None:
        add_lot(connection, HOLD, paid_yen=0)
        add_transfer(connection, add_journal(connection, "voucher_sold"), funding.id, HOLD, 1_000, 0)

    assert refused_by(database, pay_abroad) == "transfers_move_is_legal"
    assert refused_by(database, fund_abroad) == "transfers_move_is_legal"
    assert refused_by(database, lambda c: add_lot(c, uuid4(), campaign_id=OTHER_CAMPAIGN)) == "lots_agree_with_account"


def test_premium_is_not_money_and_money_is_not_premium(database: Database) -> None:
    posted(database, sell(LOT))
    for debit, amount_yen, paid_yen in ((FUNDING.id, 1_000, 1_000), (STRIPE.id, 4_000, 0)):
        assert (
            transfer_refused_by(database, "voucher_sold", debit, LOT, amount_yen, paid_yen) == "transfers_move_is_legal"
        )


def test_a_lot_is_never_issued_twice(database: Database) -> None:
    post(database, sell(LOT), pay(1_000))
    assert transfer_refused_by(database, "voucher_sold", STRIPE.id, LOT, 800, 800) == "lots_are_issued_once"
    assert transfer_refused_by(database, "voucher_sold", STRIPE.id, LOT, 801, 801) == "lots_never_above_issue"

    def issue_behind(connection: Connection) -> None:
        """The journal of the second issue comes first, its transfers come last."""
        add_lot(connection, OTHER_LOT)
        again, first = add_journal(connection, "voucher_sold"), add_journal(connection, "voucher_sold")
        for journal_id in (first, again):
            connection.execute(
                """
                INSERT INTO ledger.transfers
                    (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen)
                VALUES (%(journal)s, 1, %(money)s, %(lot)s, 4000, 4000), (%(journal)s, 2, %(premium)s, %(lot)s, 1000, 0)
                """,
                {"journal": journal_id, "money": STRIPE.id, "premium": FUNDING.id, "lot": OTHER_LOT},
            )
            if journal_id == first:
                spent = add_journal(connection, "payment")
                add_transfer(connection, spent, OTHER_LOT, PAYABLE.id, 5_000, 4_000)

    assert refused_by(database, issue_behind) == "lots_are_issued_once"


def test_a_lot_is_issued_whole(database: Database) -> None:
    def work(connection: Connection) -> None:
        add_account(connection, STRIPE.id, "provider_clearing", None)
        add_lot(connection, LOT)
        add_transfer(connection, add_journal(connection, "voucher_sold"), STRIPE.id, LOT, 4_000, 4_000)

    assert refused_by(database, work) == "lots_are_issued_once"


def test_the_sale_of_a_touched_lot_is_never_cancelled(database: Database) -> None:
    sale = posted(database, sell(LOT, premium_yen=0))
    payment = posted(database, pay(1_000))
    posted(database, refund(payment.journal.id, 1_000))
    whole = transfer_refused_by(database, "sale_cancelled", LOT, STRIPE.id, 4_000, 4_000, 1, sale.journal.id)
    assert whole == "lots_are_issued_once"


def test_a_sale_is_never_cancelled_in_part(database: Database) -> None:
    sale = posted(database, sell(LOT))
    part = transfer_refused_by(database, "sale_cancelled", LOT, STRIPE.id, 4_000, 4_000, 1, sale.journal.id)
    assert part == "lots_are_issued_once"


def test_a_transfer_to_a_lot_that_was_never_issued_is_refused(database: Database) -> None:
    post(database, sell(LOT), pay(10))

    def work(connection: Connection) -> None:
        add_account(connection, OTHER_LOT, "lot")
        add_transfer(connection, add_journal(connection, "points_granted"), COUPONS.id, OTHER_LOT, 1, 0)

    def work_with_funding(connection: Connection) -> None:
        funding = shared_account(AccountKind.POINT_FUNDING, campaign_id=CAMPAIGN)
        add_account(connection, funding.id, "point_funding")
        add_account(connection, OTHER_LOT, "lot")
        add_transfer(connection, add_journal(connection, "points_granted"), funding.id, OTHER_LOT, 1, 0)

    assert refused_by(database, work) == "transfers_move_is_legal"
    assert refused_by(database, work_with_funding) == "transfers_lot_exists"
