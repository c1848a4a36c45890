"""A small city in which shops take money and are paid, against a real database."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from kernel.clock import city_time
from kernel.db import Database
from kernel.ids import new_id
from ledger.model import (
    AccountKind,
    GrantPoints,
    LedgerCommand,
    Pay,
    Posted,
    RefundPayment,
    SellVoucher,
    ShopSize,
    Terms,
    UsableAt,
    VoidPayment,
    command_key,
    shared_account,
)
from ledger.operations.post_journals import post_journals
from settlement.model import BankAccountSnapshot, Payer
from settlement.operations.close_settlement import Closed, close_settlement
from settlement.zengin.model import AccountKind as BankAccountKind

CUTOFF = date(2026, 11, 15)
PAY_DAY = date(2026, 11, 27)
CLOSED_AT = city_time(date(2026, 11, 16), 9)
NOON = city_time(date(2026, 11, 10), 12)
TERMS = Terms(UsableAt.ALL_SHOPS, date(2026, 11, 1), date(2027, 3, 31))
MONEY = shared_account(AccountKind.COUNTER_CASH, reference="desk")
VOUCHER = UUID(int=0xA1)
POINTS = UUID(int=0xA2)
BAKERY = UUID(int=0xB1)
GROCER = UUID(int=0xB2)
CAFE = UUID(int=0xB3)
PAYER = Payer(
    payer_code="1234567890",
    payer_name="ｻｸﾗﾉｼ ｶｲｹｲｶﾝﾘｼﾔ",
    bank_code="9999",
    bank_name="ﾃｽﾄｷﾞﾝｺｳ",
    branch_code="999",
    branch_name="ﾎﾝﾃﾝ",
    account_kind=BankAccountKind.ORDINARY,
    account_number="7654321",
)


def bank_account(number: int) -> BankAccountSnapshot:
    return BankAccountSnapshot(
        bank_code="9998",
        bank_name="ｻﾝﾌﾟﾙｷﾞﾝｺｳ",
        branch_code="012",
        branch_name="ｴｷﾏｴ",
        account_kind=BankAccountKind.CURRENT,
        account_number=f"{number:07d}",
        payee_name="ﾔﾏﾀﾞﾍﾞ-ｶﾘ-(ﾕ",
    )


BANK_ACCOUNTS = {shop: bank_account(shop.int) for shop in (BAKERY, GROCER, CAFE)}


def key() -> Any:
    return command_key("test", str(uuid4()))


class City:
    """Wallets full of value, and shops that take it."""

    def __init__(self, pay: Database, staff: Database) -> None:
        self.pay_database, self.staff = pay, staff
        self.wallets: dict[UUID, UUID] = {}

    def post(self, *commands: LedgerCommand) -> list[UUID]:
        outcomes = self.pay_database.run(lambda session: post_journals(session, commands))
        posted = [outcome for outcome in outcomes if isinstance(outcome, Posted)]
        assert len(posted) == len(commands), outcomes
        return [outcome.journal.id for outcome in posted]

    def wallet(self, campaign_id: UUID = VOUCHER, units: int = 1_000, *, is_free: bool = False) -> UUID:
        """A wallet of units that cost ¥4,000 and are worth ¥5,000, or of points that cost nothing."""
        wallet_id = new_id()
        start = city_time(date(2026, 11, 1), 10)
        if is_free or campaign_id == POINTS:
            self.post(GrantPoints(key(), start, new_id(), wallet_id, campaign_id, TERMS, units * 5_000))
        else:
            paid_yen, premium_yen = units * 4_000, units * 1_000
            lot = (new_id(), wallet_id, campaign_id, TERMS, paid_yen, premium_yen, MONEY)
            self.post(SellVoucher(key(), start, *lot))
        return wallet_id

    def takes(self, shop: UUID, *amounts_yen: int, campaign_id: UUID = VOUCHER, at: datetime = NOON) -> list[UUID]:
        """Let a shop take these amounts, a minute apart, and answer the ids of the payments."""
        if campaign_id not in self.wallets:
            self.wallets[campaign_id] = self.wallet(campaign_id)
        return self.post(*pays(self.wallets[campaign_id], shop, amounts_yen, at))

    def gives_back(self, payment_id: UUID, amount_yen: int, *, at: datetime = NOON + timedelta(hours=2)) -> UUID:
        return self.post(RefundPayment(key(), at, payment_id, amount_yen))[0]

    def voids(self, payment_id: UUID) -> UUID:
        return self.post(VoidPayment(key(), NOON + timedelta(hours=1), payment_id))[0]

    def closes(self, cutoff_day: date = CUTOFF, pay_day: date = PAY_DAY, **facts: Any) -> Closed:
        """Close a settlement as the finance desk does on the morning after the cut-off day."""
        asked: dict[str, Any] = {
            "closed_by": "finance-1",
            "now": city_time(cutoff_day + timedelta(days=1), 9),
            "payer": PAYER,
            "bank_accounts": BANK_ACCOUNTS,
            "key": f"close {cutoff_day}",
        } | facts
        return self.staff.run(
            lambda session: close_settlement(session, cutoff_day=cutoff_day, pay_day=pay_day, **asked)
        )

    def ask(self, question: Any, *arguments: Any, **facts: Any) -> Any:
        """Run a query or an operation as the finance desk."""
        return self.staff.run(lambda session: question(session, *arguments, **facts))

    def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Look into the database itself, as the finance desk may."""
        with self.staff.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement, arguments)]

    def balance_yen(self, account_id: UUID) -> int:
        """Credits less debits of an account."""
        return int(
            self.rows(
                "SELECT coalesce(sum(CASE WHEN credit_account_id = %s THEN amount_yen ELSE -amount_yen END), 0)"
                " FROM ledger.transfers WHERE %s IN (credit_account_id, debit_account_id)",
                account_id,
                account_id,
            )[0][0]
        )


def pays(wallet_id: UUID, shop: UUID, amounts_yen: Sequence[int], at: datetime = NOON) -> list[LedgerCommand]:
    return [
        Pay(key(), at + timedelta(seconds=minute), wallet_id, shop, ShopSize.SMALL, amount_yen)
        for minute, amount_yen in enumerate(amounts_yen)
    ]
