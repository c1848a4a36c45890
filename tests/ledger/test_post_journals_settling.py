"""Settlements, payouts and provider payouts as plain moves."""

from uuid import uuid4

import pytest

from kernel.db import Database
from kernel.yen import AmountOutOfRange
from ledger.model import (
    Account,
    AccountKind,
    JournalKind,
    LedgerCommand,
    Move,
    Posted,
    PostMoves,
)
from ledger.refusals import MoveNotAllowed, PayoutNotInFlight, TransferAlreadyReturned
from tests.ledger.books import (
    BANK,
    CAMPAIGN,
    FEES,
    NOON,
    OTHER_PAYABLE,
    OTHER_SHOP,
    PAYABLE,
    PAYOUT,
    STRIPE,
    audit,
    close,
    give_back_payout,
    key,
    pay,
    post,
    posted,
    refused,
    sell,
    settle,
    transfers,
)


@pytest.fixture
def closing(database: Database) -> Posted:
    """Two shops were paid 1,000 and 500 yen, and both are under way in one payout."""
    post(database, sell(), pay(1_000), pay(500, shop=OTHER_SHOP))
    return posted(database, close(Move(PAYABLE, PAYOUT, 1_000, 800), Move(OTHER_PAYABLE, PAYOUT, 500, 400)))


def test_a_payout_is_closed_and_settled(database: Database, closing: Posted) -> None:
    assert transfers(closing) == [
        (PAYABLE.id, PAYOUT.id, 1_000, 800, None),
        (OTHER_PAYABLE.id, PAYOUT.id, 500, 400, None),
    ]
    settled = posted(database, settle(1_500, 1_200))
    assert transfers(settled) == [(PAYOUT.id, BANK.id, 1_500, 1_200, None)]
    figures = audit(database).figures
    assert (figures.payable_yen, figures.in_flight_yen, figures.settled_yen) == (0, 0, 1_500)
    assert figures.predicted_bank_yen == -1_500


def test_a_returned_transfer_is_owed_again_and_the_rest_is_settled(database: Database, closing: Posted) -> None:
    returned = posted(database, give_back_payout(closing.journal.id, Move(PAYOUT, PAYABLE, 1_000, 800, 1)))
    assert transfers(returned) == [(PAYOUT.id, PAYABLE.id, 1_000, 800, 1)]
    assert refused(database, settle(501, 400)) == PayoutNotInFlight(asked_yen=501, in_flight_yen=500)
    posted(database, settle(500, 400))
    report = audit(database)
    assert report.agrees
    assert (report.figures.payable_yen, report.figures.in_flight_yen, report.figures.settled_yen) == (1_000, 0, 500)


@pytest.mark.parametrize(
    ("moves", "refused_line"),
    [
        ([Move(PAYOUT, PAYABLE, 999, 800, 1)], 1),
        ([Move(PAYOUT, PAYABLE, 1_000, 799, 1)], 1),
        ([Move(PAYOUT, PAYABLE, 1_000, 800)], 0),
        ([Move(PAYOUT, PAYABLE, 1_000, 800, 3)], 3),
        ([Move(PAYOUT, OTHER_PAYABLE, 1_000, 800, 1)], 1),
        ([Move(PAYOUT, OTHER_PAYABLE, 500, 400, 2), Move(PAYOUT, OTHER_PAYABLE, 500, 400, 2)], 2),
    ],
)
def test_a_return_that_is_not_a_whole_line_of_the_closing_is_refused(
    moves: list[Move], refused_line: int, database: Database, closing: Posted
) -> None:
    command = give_back_payout(closing.journal.id, *moves)
    assert refused(database, command) == TransferAlreadyReturned(line=refused_line)


def test_a_transfer_is_returned_once(database: Database, closing: Posted) -> None:
    move = Move(PAYOUT, PAYABLE, 1_000, 800, 1)
    first, second = post(
        database, give_back_payout(closing.journal.id, move), give_back_payout(closing.journal.id, move)
    )
    assert isinstance(first, Posted)
    assert second == TransferAlreadyReturned(line=1)
    assert refused(database, give_back_payout(closing.journal.id, move)) == TransferAlreadyReturned(line=1)
    assert refused(database, give_back_payout(None, move)) == TransferAlreadyReturned(line=1)


def test_a_refused_return_leaves_its_line_to_be_returned_later_in_the_batch(
    database: Database, closing: Posted
) -> None:
    posted(database, settle(1_000, 800))
    whole = give_back_payout(
        closing.journal.id, Move(PAYOUT, PAYABLE, 1_000, 800, 1), Move(PAYOUT, OTHER_PAYABLE, 500, 400, 2)
    )
    rest = give_back_payout(closing.journal.id, Move(PAYOUT, OTHER_PAYABLE, 500, 400, 2))
    first, second = post(database, whole, rest)
    assert first == PayoutNotInFlight(asked_yen=1_500, in_flight_yen=500)
    assert isinstance(second, Posted)


def test_a_payout_never_gives_more_than_is_in_flight(database: Database, closing: Posted) -> None:
    assert refused(database, settle(1_501, 1_200)) == PayoutNotInFlight(asked_yen=1_501, in_flight_yen=1_500)
    first, second = post(database, settle(1_500, 1_200), settle(1, 0))
    assert isinstance(first, Posted)
    assert second == PayoutNotInFlight(asked_yen=1, in_flight_yen=0)
    assert closing.journal.kind == JournalKind.SETTLEMENT_CLOSED


def test_a_payout_is_closed_and_settled_in_one_batch(database: Database) -> None:
    post(database, sell(), pay(1_000))
    closed, settled = post(database, close(Move(PAYABLE, PAYOUT, 1_000, 800)), settle(1_000, 800))
    assert isinstance(closed, Posted)
    assert isinstance(settled, Posted)
    assert audit(database).agrees


def test_a_provider_payout_moves_money_to_the_bank_less_fees(database: Database) -> None:
    posted(database, sell())
    moves = (Move(BANK, STRIPE, 3_856, 3_856), Move(FEES, STRIPE, 144, 144))
    paid_out = posted(database, PostMoves(key(), NOON, JournalKind.PROVIDER_PAID_OUT, moves))
    assert transfers(paid_out) == [(BANK.id, STRIPE.id, 3_856, 3_856, None), (FEES.id, STRIPE.id, 144, 144, None)]
    assert audit(database).figures.predicted_bank_yen == 3_856


LOT_ACCOUNT = Account(uuid4(), AccountKind.LOT, CAMPAIGN)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (
            PostMoves(key(), NOON, JournalKind.PAYMENT, (Move(LOT_ACCOUNT, PAYABLE, 1, 0),)),
            MoveNotAllowed(journal_kind="payment", debit_kind="any", credit_kind="any"),
        ),
        (
            PostMoves(key(), NOON, JournalKind.SETTLEMENT_CLOSED, ()),
            MoveNotAllowed(journal_kind="settlement_closed", debit_kind="any", credit_kind="any"),
        ),
        (
            close(Move(LOT_ACCOUNT, PAYOUT, 1, 0)),
            MoveNotAllowed(journal_kind="settlement_closed", debit_kind="lot", credit_kind="payout_in_flight"),
        ),
        (
            close(Move(PAYOUT, PAYABLE, 1, 0)),
            MoveNotAllowed(
                journal_kind="settlement_closed", debit_kind="payout_in_flight", credit_kind="merchant_payable"
            ),
        ),
        (
            close(Move(PAYABLE, PAYOUT, 1, 0, 1)),
            MoveNotAllowed(
                journal_kind="settlement_closed", debit_kind="merchant_payable", credit_kind="a reversed line"
            ),
        ),
        (close(Move(PAYABLE, PAYOUT, 0, 0)), AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)),
        (close(Move(PAYABLE, PAYOUT, 10, 11)), AmountOutOfRange(given_yen=11, min_yen=0, max_yen=10)),
        (settle(1, 0), PayoutNotInFlight(asked_yen=1, in_flight_yen=0)),
    ],
)
def test_an_impossible_move_is_refused_and_changes_nothing(
    command: LedgerCommand, refusal: Exception, database: Database
) -> None:
    assert refused(database, command) == refusal
