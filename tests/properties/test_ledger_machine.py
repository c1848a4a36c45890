"""The whole ledger against a small plain model: any story, in batches, with real commits."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from kernel.clock import city_date, city_time
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres
from kernel.refusals import Refusal
from ledger.audit import audit_books
from ledger.model import (
    AccountKind,
    CancelSale,
    CaptureHold,
    CommandKey,
    Coupon,
    ExpireLot,
    GrantPoints,
    LedgerCommand,
    Pay,
    PlaceHold,
    Posted,
    RefundPayment,
    ReleaseHold,
    ReverseExpiry,
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
from ledger.refusals import KeyReusedWithOtherContent
from tests.conftest import cloned
from tests.ledger.conftest import LESS_DURABLE
from tests.properties.small_books import Moved, SmallBooks

STRIPE = shared_account(AccountKind.PROVIDER_CLEARING, reference="stripe")
PICK = st.integers(0, 40)
AMOUNT = st.integers(1, 2_000)


class LedgerMachine(RuleBasedStateMachine):
    """Rules queue commands; `commit` posts all that waits as one batch and compares every outcome with the model."""

    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.model = SmallBooks()
        self.at = city_time(date(2026, 8, 1), 9)
        self.run, self.number = uuid4().hex, 0
        self.wallets, self.campaign, self.shop = [uuid4(), uuid4()], uuid4(), uuid4()
        self.waiting: list[LedgerCommand] = []
        self.asked: list[LedgerCommand] = []
        self.answers: dict[UUID, tuple[UUID, Outcome]] = {}
        self.lots: list[UUID] = []
        self.holds: list[UUID] = []

    def key(self, *content: object) -> CommandKey:
        self.number += 1
        return command_key("machine", f"{self.run} {self.number}", *content)

    def ask(self, command: LedgerCommand) -> None:
        self.waiting.append(command)

    @initialize(days=st.integers(0, 4), grace=st.sampled_from([0, 3]))
    def fill_the_wallets(self, days: int, grace: int) -> None:
        for wallet in (0, 1):
            self.issue(wallet, 4_001, 999, days, grace, UsableAt.ALL_SHOPS, False, False)
            self.issue(wallet, 3_000, 700, days + 2, 3 - grace, UsableAt.SMALL_SHOPS, False, False)
        for amount in (1_003, 501, 77):
            self.pay(0, amount, ShopSize.SMALL, 0)
        self.hold(1, 4_444, 24, False)
        self.hold(0, 333, 200, False)
        self.commit()

    @rule(
        wallet=st.integers(0, 1),
        paid=AMOUNT,
        premium=st.integers(0, 1_000),
        days=st.integers(0, 6),
        grace=st.sampled_from([0, 3]),
        usable_at=st.sampled_from(UsableAt),
        is_grant=st.booleans(),
        again=st.booleans(),
    )
    def issue(
        self,
        wallet: int,
        paid: int,
        premium: int,
        days: int,
        grace: int,
        usable_at: UsableAt,
        is_grant: bool,
        again: bool,
    ) -> None:
        lot_id = self.lots[-1] if again and self.lots and not premium else uuid4()
        self.lots.append(lot_id)
        day = city_date(self.at)
        terms = Terms(usable_at, day, day + timedelta(days=days), grace)
        facts = (self.key(), self.at, lot_id, self.wallets[wallet], self.campaign, terms)
        self.ask(GrantPoints(*facts, paid) if is_grant else SellVoucher(*facts, paid, premium, STRIPE))

    @rule(wallet=st.integers(0, 1), amount=AMOUNT, size=st.sampled_from(ShopSize), coupon=st.sampled_from([0, 0, 70]))
    def pay(self, wallet: int, amount: int, size: ShopSize, coupon: int) -> None:
        part = Coupon(self.campaign, coupon) if coupon else None
        self.ask(Pay(self.key(), self.at, self.wallets[wallet], self.shop, size, amount, part))

    @precondition(lambda self: self.model.payments)
    @rule(pick=PICK, amount=st.none() | AMOUNT)
    def void_or_refund(self, pick: int, amount: int | None) -> None:
        payments = list(self.model.payments)
        payment = payments[pick % len(payments)]
        if amount is None:
            self.ask(VoidPayment(self.key(), self.at, payment))
        else:
            self.ask(RefundPayment(self.key(), self.at, payment, amount))

    @rule(wallet=st.integers(0, 1), amount=AMOUNT, hours=st.sampled_from([1, 24, 200]), again=st.booleans())
    def hold(self, wallet: int, amount: int, hours: int, again: bool) -> None:
        hold_id = self.holds[-1] if again and hours == 1 and self.holds else uuid4()
        self.holds.append(hold_id)
        deadline = self.at + timedelta(hours=hours)
        self.ask(PlaceHold(self.key(), self.at, hold_id, self.wallets[wallet], amount, deadline))

    @precondition(lambda self: self.model.holds)
    @rule(pick=PICK, is_capture=st.booleans())
    def resolve(self, pick: int, is_capture: bool) -> None:
        holds = list(self.model.holds)
        hold = holds[pick % len(holds)]
        self.ask(
            CaptureHold(self.key(), self.at, hold, self.shop) if is_capture else ReleaseHold(self.key(), self.at, hold)
        )

    @precondition(lambda self: self.model.sales)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        sales = list(self.model.sales)
        self.ask(CancelSale(self.key(), self.at, sales[pick % len(sales)]))

    @precondition(lambda self: self.model.pockets)
    @rule(pick=PICK)
    def expire(self, pick: int) -> None:
        pockets = list(self.model.pockets)
        self.ask(ExpireLot(self.key(), self.at, pockets[pick % len(pockets)]))

    @precondition(lambda self: self.model.expiries)
    @rule(pick=PICK, days=st.sampled_from([-1, 0, 3, 100, 199]))
    def reverse_expiry(self, pick: int, days: int) -> None:
        expiries = list(self.model.expiries)
        last_day = city_date(self.at) + timedelta(days=days)
        self.ask(ReverseExpiry(self.key(), self.at, expiries[pick % len(expiries)], uuid4(), last_day))

    @precondition(lambda self: self.asked)
    @rule(pick=PICK, other_content=st.booleans())
    def ask_again(self, pick: int, other_content: bool) -> None:
        command = self.asked[pick % len(self.asked)]
        if other_content:
            key = CommandKey(command.key.id, uuid4())
            self.ask(Pay(key, self.at, self.wallets[0], self.shop, ShopSize.SMALL, 1))
        else:
            self.ask(command)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.commit()
        self.at += timedelta(hours=hours)

    @precondition(lambda self: self.waiting)
    @rule()
    def commit(self) -> None:
        batch, self.waiting = self.waiting, []
        outcomes = self.database.run(lambda session: post_journals(session, batch))
        for command, outcome in zip(batch, outcomes, strict=True):
            self.compare(command, outcome)
        self.asked += batch
        self.compare_figures()

    def compare(self, command: LedgerCommand, outcome: Outcome) -> None:
        known = self.answers.get(command.key.id)
        if known is not None:
            fingerprint, answer = known
            if fingerprint != command.key.fingerprint:
                assert outcome == KeyReusedWithOtherContent()
            else:
                assert outcome == (Posted(answer.journal, is_replay=True) if isinstance(answer, Posted) else answer)
            return
        self.answers[command.key.id] = (command.key.fingerprint, outcome)
        if isinstance(outcome, Refusal):
            assert self.model.do(command, None, []) == type(outcome).__name__
            return
        assert not outcome.is_replay
        own = set(self.model.pockets) | set(self.model.holds) | {self.coupons, self.payable}
        new_lots = [
            moved.credit_account_id for moved in outcome.journal.transfers if moved.credit_account_id not in own
        ]
        expected = self.model.do(command, outcome.journal.id, new_lots)
        assert [self.moved(command, transfer) for transfer in outcome.journal.transfers] == expected

    @property
    def coupons(self) -> UUID:
        return shared_account(AccountKind.COUPON_FUNDING, campaign_id=self.campaign).id

    @property
    def payable(self) -> UUID:
        return shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=self.campaign, merchant_id=self.shop).id

    def moved(self, command: LedgerCommand, transfer: Transfer) -> Moved:
        takes = isinstance(command, Pay | PlaceHold | CaptureHold | CancelSale | ExpireLot)
        account = transfer.debit_account_id if takes else transfer.credit_account_id
        return "coupon" if account == self.coupons else account, transfer.amount_yen, transfer.paid_yen

    def compare_figures(self) -> None:
        with psycopg.connect(self.database.url) as connection:
            found = connection.execute(
                "SELECT account_id, paid_left_yen, premium_left_yen FROM ledger.lots WHERE wallet_id = ANY (%s)",
                [self.wallets],
            ).fetchall()
        expected = {pocket.id: (pocket.paid_left, pocket.premium_left) for pocket in self.model.pockets.values()}
        assert {lot_id: (paid, premium) for lot_id, paid, premium in found} == expected
        left = sum(map(sum, expected.values()))
        held = sum(line.amount for hold in self.model.holds.values() if hold.is_open for line in hold.lines)
        assert self.model.issued == self.model.spent + held + self.model.expired + left

    def teardown(self) -> None:
        if self.waiting:
            self.commit()
        with psycopg.connect(self.database.url, options="-c role=kashiman_auditor") as connection:
            assert audit_books(connection).findings == ()


@pytest.fixture(scope="module")
def machine_database(postgres: EmbeddedPostgres, template: str) -> Iterator[Database]:
    with cloned(postgres, template) as url:
        with psycopg.connect(url) as connection:
            connection.execute(LESS_DURABLE)
        database = Database(url, role="kashiman_pay")
        yield database
        database.close()


def test_any_story_ends_as_the_small_model_says(machine_database: Database) -> None:
    LedgerMachine.database = machine_database
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
