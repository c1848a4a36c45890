"""A campaign, a wallet and a shop for the tests of the books, and the commands they send."""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from kernel.clock import city_time
from kernel.db import Database
from kernel.refusals import Refusal
from ledger.audit import AuditReport, audit_books
from ledger.model import (
    Account,
    AccountKind,
    CommandKey,
    Coupon,
    GrantPoints,
    JournalKind,
    LedgerCommand,
    Move,
    Pay,
    PlaceHold,
    Posted,
    PostMoves,
    RefundPayment,
    SellVoucher,
    ShopSize,
    Terms,
    Transfer,
    UsableAt,
    VoidPayment,
    command_key,
    shared_account,
)
from ledger.operations.post_journals import Outcome, post_journals
from ledger.operations.roll_up_totals import roll_up_totals

NOON = city_time(date(2026, 8, 1), 12)
CAMPAIGN, OTHER_CAMPAIGN = UUID(int=0xC1), UUID(int=0xC2)
WALLET, OTHER_WALLET = UUID(int=0xA1), UUID(int=0xA2)
SHOP, OTHER_SHOP = UUID(int=0xB1), UUID(int=0xB2)
TERMS = Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2026, 9, 30))
SHORT_TERMS = Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2026, 8, 10))
GRACE_TERMS = Terms(UsableAt.ALL_SHOPS, date(2026, 8, 1), date(2026, 8, 10), grace_days=5)
AFTER_EXPIRY = city_time(date(2026, 8, 11), 9)
STRIPE = shared_account(AccountKind.PROVIDER_CLEARING, reference="stripe")
BANK = shared_account(AccountKind.BANK, reference="city")
FEES = shared_account(AccountKind.PROVIDER_FEES, campaign_id=CAMPAIGN)
FUNDING = shared_account(AccountKind.PREMIUM_FUNDING, campaign_id=CAMPAIGN)
COUPONS = shared_account(AccountKind.COUPON_FUNDING, campaign_id=CAMPAIGN)
PAYABLE = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=CAMPAIGN, merchant_id=SHOP)
OTHER_PAYABLE = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=CAMPAIGN, merchant_id=OTHER_SHOP)
PAYOUT = shared_account(AccountKind.PAYOUT_IN_FLIGHT, reference="payout-1")
TABLES = ["accounts", "journals", "transfers", "lots", "holds", "period_closes", "account_totals", "totals_cursor"]


def key(text: str | None = None, *content: object) -> CommandKey:
    """A key of its own, or the one that belongs to a text."""
    return command_key("test", text or str(uuid4()), *content)


def sell(
    lot_id: UUID | None = None,
    *,
    wallet_id: UUID = WALLET,
    terms: Terms = TERMS,
    paid_yen: int = 4_000,
    premium_yen: int = 1_000,
    at: datetime = NOON,
    campaign_id: UUID = CAMPAIGN,
    money: Account = STRIPE,
) -> SellVoucher:
    lot_id = lot_id or uuid4()
    return SellVoucher(key(), at, lot_id, wallet_id, campaign_id, terms, paid_yen, premium_yen, money)


def grant(
    lot_id: UUID | None = None, *, amount_yen: int = 500, terms: Terms = TERMS, at: datetime = NOON
) -> GrantPoints:
    return GrantPoints(key(), at, lot_id or uuid4(), WALLET, CAMPAIGN, terms, amount_yen)


def pay(
    amount_yen: int,
    *,
    wallet_id: UUID = WALLET,
    shop: UUID = SHOP,
    size: ShopSize = ShopSize.SMALL,
    at: datetime = NOON,
    coupon_yen: int = 0,
) -> Pay:
    coupon = Coupon(CAMPAIGN, coupon_yen) if coupon_yen else None
    return Pay(key(), at, wallet_id, shop, size, amount_yen, coupon)


def refund(journal_id: UUID, amount_yen: int, *, at: datetime = NOON) -> RefundPayment:
    return RefundPayment(key(), at, journal_id, amount_yen)


def void(journal_id: UUID, *, at: datetime = NOON) -> VoidPayment:
    return VoidPayment(key(), at, journal_id)


def hold(hold_id: UUID, amount_yen: int, *, at: datetime = NOON, days: int = 1) -> PlaceHold:
    return PlaceHold(key(), at, hold_id, WALLET, amount_yen, at + timedelta(days=days))


def close(*moves: Move, at: datetime = NOON) -> PostMoves:
    return PostMoves(key(), at, JournalKind.SETTLEMENT_CLOSED, moves)


def settle(amount_yen: int, paid_yen: int) -> PostMoves:
    return PostMoves(key(), NOON, JournalKind.PAYOUT_SETTLED, (Move(PAYOUT, BANK, amount_yen, paid_yen),))


def give_back_payout(closing_id: UUID | None, *moves: Move) -> PostMoves:
    return PostMoves(key(), NOON, JournalKind.PAYOUT_RETURNED, moves, closing_id)


def post(database: Database, *commands: LedgerCommand) -> list[Outcome]:
    """Post commands as one batch and commit."""
    return database.run(lambda session: post_journals(session, commands))


def posted(database: Database, command: LedgerCommand) -> Posted:
    """Post a command that must succeed."""
    (outcome,) = post(database, command)
    assert isinstance(outcome, Posted), outcome
    return outcome


def refused(database: Database, command: LedgerCommand) -> Refusal:
    """Post a command that must be refused, and see that it changed nothing but its own record."""
    before, known = snapshot(database), count(database, "decisions")
    (outcome,) = post(database, command)
    assert isinstance(outcome, Refusal), outcome
    assert snapshot(database) == before
    assert count(database, "decisions") == known + 1
    return outcome


def transfers(outcome: Posted) -> list[tuple[UUID, UUID, int, int, int | None]]:
    return [
        (moved.debit_account_id, moved.credit_account_id, moved.amount_yen, moved.paid_yen, moved.reverses_line)
        for moved in outcome.journal.transfers
    ]


def line(transfer: Transfer) -> tuple[int, int]:
    """Amount and paid part of a transfer."""
    return transfer.amount_yen, transfer.paid_yen


def snapshot(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the books except decisions."""
    return {table: rows(database, f"SELECT * FROM ledger.{table} ORDER BY 1, 2") for table in TABLES}


def count(database: Database, table: str) -> int:
    found: int = rows(database, f"SELECT count(*) FROM ledger.{table}")[0][0]
    return found


def rows(database: Database, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.url) as connection:
        return connection.execute(query, values).fetchall()


def roll_up_everything(database: Database) -> None:
    """Roll up until the cursor has passed all that was posted: a transaction of another database may hold it back."""
    pending = """
        SELECT count(*) FROM ledger.transfers AS t, ledger.totals_cursor AS c
        WHERE t.transaction_id >= c.before_transaction_id
    """
    deadline = time.monotonic() + 30
    while rows(database, pending) != [(0,)]:
        database.run(roll_up_totals)
        assert time.monotonic() < deadline, "the cursor is held back"


def left(database: Database, lot_id: UUID) -> tuple[int, int]:
    """Paid and premium part left in a lot."""
    ((paid_yen, premium_yen),) = rows(
        database, "SELECT paid_left_yen, premium_left_yen FROM ledger.lots WHERE account_id = %s", [lot_id]
    )
    return paid_yen, premium_yen


def audit(database: Database) -> AuditReport:
    """The second opinion, read as the auditor's role."""
    with psycopg.connect(database.url, options="-c role=kashiman_auditor") as connection:
        return audit_books(connection)


def as_application(database: Database) -> psycopg.Connection[Any]:
    """A raw connection with the rights of the process that pays."""
    return psycopg.connect(database.url, options="-c role=kashiman_pay")
