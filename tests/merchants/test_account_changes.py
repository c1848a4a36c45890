"""Another account: asked for by the owner, approved by finance, used after days of cooling, and stopped before."""

from dataclasses import replace
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from kernel.clock import SetClock
from kernel.db import Database, violated_constraint
from kernel.ids import derived_id
from kernel.refusals import Refusal
from merchants.model import (
    USUAL_TERMS,
    AccountMover,
    AccountPlace,
    AccountState,
    AccountStep,
    Actor,
    BankAccount,
    JoiningTerms,
    RegisteredMerchant,
)
from merchants.operations.ask_account_change import ask_account_change
from merchants.operations.move_account_change import move_account_change
from merchants.queries import account_change, bank_accounts, masked_accounts, open_account_changes
from merchants.refusals import (
    AccountChangeReasonMissing,
    AccountChangeStepNotAllowed,
    AccountChangeUnderWay,
    AccountChangeUnknown,
    AccountInForceAlready,
    JoiningFieldMalformed,
    MerchantUnknown,
)
from tests.merchants.joining import ANOTHER_ACCOUNT
from tests.merchants.shops import BAKERY, MARKET

OWNER, FINANCE = Actor(AccountMover.OWNER, derived_id("owner", "1")), Actor(AccountMover.STAFF, derived_id("f", "1"))
APPROVED, REFUSED, STOPPED = AccountStep.APPROVED, AccountStep.REFUSED, AccountStep.STOPPED
COOLING = timedelta(days=7)


class Bank:
    """What the bakery's owner and the finance desk do."""

    def __init__(self, portal: Database, staff: Database, clock: SetClock) -> None:
        self.portal, self.staff, self.clock = portal, staff, clock

    def ask(
        self, account: BankAccount = ANOTHER_ACCOUNT, *, key: str = "key-1", merchant: UUID | None = None
    ) -> AccountPlace:
        merchant_id = merchant or BAKERY.merchant_id
        return self.portal.run(
            lambda session: ask_account_change(
                session, merchant_id, account, by=OWNER.id, key=key, now=self.clock.now()
            )
        )

    def move(
        self,
        step: AccountStep,
        by: Actor = FINANCE,
        *,
        number: int = 2,
        reason: str = "",
        terms: JoiningTerms = USUAL_TERMS,
    ) -> None:
        database = self.portal if by is OWNER else self.staff
        database.run(
            lambda session: move_account_change(
                session, BAKERY.merchant_id, number, step, by=by, now=self.clock.now(), reason=reason, terms=terms
            )
        )

    def paid_to(self, *, after: timedelta = timedelta(0)) -> BankAccount:
        at = self.clock.now() + after
        found = self.staff.run(lambda session: bank_accounts(session, [BAKERY.merchant_id, MARKET.merchant_id], at=at))
        assert found[MARKET.merchant_id].account == MARKET.bank_account
        return found[BAKERY.merchant_id].account

    def states(self) -> list[str]:
        accounts = self.portal.run(lambda session: masked_accounts(session, BAKERY.merchant_id))
        return [account.state.value for account in accounts]


@pytest.fixture
def bank(database: Database, staff_database: Database, approved: list[RegisteredMerchant], clock: SetClock) -> Bank:
    return Bank(database, staff_database, clock)


def test_an_account_is_paid_to_seven_days_after_its_approval_to_the_instant(bank: Bank) -> None:
    bank.ask()
    assert bank.paid_to(after=timedelta(days=90)) == BAKERY.bank_account
    bank.clock.advance(timedelta(days=2))
    bank.move(APPROVED)
    assert bank.paid_to(after=COOLING - timedelta(microseconds=1)) == BAKERY.bank_account
    assert bank.paid_to(after=COOLING) == ANOTHER_ACCOUNT
    assert bank.states() == ["accepted", "accepted"]


def test_how_long_it_cools_is_the_citys_to_say(bank: Bank) -> None:
    bank.ask()
    bank.move(APPROVED, terms=JoiningTerms(account_cooling_days=0))
    assert bank.paid_to() == ANOTHER_ACCOUNT


def test_the_same_key_asks_once_and_another_change_waits_until_the_first_is_over(bank: Bank) -> None:
    first = bank.ask()
    assert bank.ask() == first
    with pytest.raises(AccountChangeUnderWay):
        bank.ask(key="key-2")
    bank.move(APPROVED)
    with pytest.raises(AccountChangeUnderWay):
        bank.ask(key="key-2")
    bank.clock.advance(COOLING)
    assert bank.ask(key="key-2").number == 3


@pytest.mark.parametrize("by", [OWNER, FINANCE])
@pytest.mark.parametrize("is_approved", [False, True])
def test_owner_and_finance_stop_it_before_it_begins_and_the_next_one_may_be_asked_for(
    bank: Bank, by: Actor, is_approved: bool
) -> None:
    bank.ask()
    if is_approved:
        bank.move(APPROVED)
        bank.clock.advance(COOLING - timedelta(seconds=1))
    bank.move(STOPPED, by, reason="本人が申し出ていない")
    assert bank.paid_to(after=timedelta(days=90)) == BAKERY.bank_account
    assert bank.states() == ["accepted", "stopped"]
    assert bank.ask(key="key-2").number == 3


def test_what_is_in_force_is_stopped_no_more(bank: Bank) -> None:
    bank.ask()
    bank.move(APPROVED)
    bank.clock.advance(COOLING)
    with pytest.raises(AccountInForceAlready):
        bank.move(STOPPED, OWNER, reason="おそかった")
    assert bank.paid_to() == ANOTHER_ACCOUNT


@pytest.mark.parametrize(
    ("step", "by", "number", "reason", "refusal"),
    [
        (APPROVED, FINANCE, 1, "", AccountChangeUnknown),
        (APPROVED, FINANCE, 3, "", AccountChangeUnknown),
        (APPROVED, OWNER, 2, "", AccountChangeStepNotAllowed),
        (REFUSED, OWNER, 2, "x", AccountChangeStepNotAllowed),
        (AccountStep.ASKED, OWNER, 2, "x", AccountChangeStepNotAllowed),
        (REFUSED, FINANCE, 2, " ", AccountChangeReasonMissing),
        (STOPPED, OWNER, 2, "", AccountChangeReasonMissing),
    ],
)
def test_steps_that_nobody_may_take_are_refused_by_name(
    bank: Bank, step: AccountStep, by: Actor, number: int, reason: str, refusal: type[Refusal]
) -> None:
    bank.ask()
    with pytest.raises(refusal):
        bank.move(step, by, number=number, reason=reason)
    assert bank.states() == ["accepted", "proposed"]


def test_a_refused_change_says_why_beside_both_accounts(bank: Bank) -> None:
    place = bank.ask()
    bank.move(REFUSED, reason="名義がちがいます。")
    change = bank.staff.run(lambda session: account_change(session, place.account_id, now=bank.clock.now()))
    assert (change.now_paid_to, change.asked_for) == (BAKERY.bank_account, ANOTHER_ACCOUNT)
    assert [(event.step.value, event.reason) for event in change.events] == [
        ("asked", ""),
        ("refused", "名義がちがいます。"),
    ]
    assert change.place.state is AccountState.REFUSED
    assert bank.staff.run(lambda session: open_account_changes(session, now=bank.clock.now())) == []
    with pytest.raises(AccountChangeUnknown):
        bank.staff.run(lambda session: account_change(session, derived_id("no", "such"), now=bank.clock.now()))


def test_an_unusable_account_and_an_unknown_merchant_are_refused(bank: Bank) -> None:
    with pytest.raises(JoiningFieldMalformed):
        bank.ask(replace(ANOTHER_ACCOUNT, holder_kana="マツオ イチロウ"))
    with pytest.raises(MerchantUnknown):
        bank.ask(merchant=derived_id("merchant", "nobody"))


def test_the_owner_sees_the_end_of_the_number_alone(bank: Bank) -> None:
    bank.ask()
    _, asked = bank.portal.run(lambda session: masked_accounts(session, BAKERY.merchant_id))
    assert (asked.number_ending, asked.holder_kana, asked.bank_code) == ("222", "ﾏﾂｵ ｲﾁﾛｳ", "0179")


EVENT: LiteralString = """
    INSERT INTO merchants.bank_account_events
        (account_id, step, from_state, to_state, at, by_kind, by, reason, valid_from)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'x', %s)
"""


@pytest.mark.parametrize(
    ("step", "states", "by", "cooling", "constraint"),
    [
        ("approved", ("proposed", "accepted"), FINANCE, None, "bank_account_events_begin_later"),
        ("approved", ("proposed", "accepted"), FINANCE, timedelta(days=-1), "bank_account_events_begin_later"),
        ("approved", ("proposed", "accepted"), OWNER, COOLING, "bank_account_events_are_legal"),
        ("refused", ("accepted", "refused"), FINANCE, None, "bank_account_events_are_legal"),
        ("stopped", ("accepted", "stopped"), OWNER, None, "bank_account_events_follow_each_other"),
        ("asked", ("proposed", "proposed"), OWNER, None, "bank_account_events_once"),
    ],
)
def test_the_database_holds_every_account_to_its_history(
    bank: Bank,
    database_url: str,
    step: str,
    states: tuple[str, str],
    by: Actor,
    cooling: timedelta | None,
    constraint: str,
) -> None:
    place, now = bank.ask(), bank.clock.now()
    valid_from = now + cooling if cooling is not None else None
    values = [place.account_id, step, *states, now, by.kind.value, by.id, valid_from]
    with psycopg.connect(database_url) as connection, pytest.raises(errors.IntegrityError) as refused:
        connection.execute(EVENT, values)
    assert violated_constraint(refused.value) == constraint


def test_nobody_stops_in_the_database_what_has_begun_or_rewrites_an_account(bank: Bank, database_url: str) -> None:
    place = bank.ask()
    bank.move(APPROVED)
    late = bank.clock.now() + COOLING
    values = [place.account_id, "stopped", "accepted", "stopped", late, "staff", FINANCE.id, None]
    with psycopg.connect(database_url) as connection, pytest.raises(errors.CheckViolation):
        connection.execute(EVENT, values)
    for statement in (
        "UPDATE merchants.bank_accounts SET holder_kana = 'X'",
        "DELETE FROM merchants.bank_accounts",
        "UPDATE merchants.bank_account_events SET reason = 'x'",
        "TRUNCATE merchants.bank_account_events",
    ):
        with psycopg.connect(database_url) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)


def test_the_portal_approves_nothing(bank: Bank) -> None:
    bank.ask()
    with pytest.raises(errors.InsufficientPrivilege, match="staff decide this"):
        bank.portal.run(
            lambda session: move_account_change(
                session, BAKERY.merchant_id, 2, APPROVED, by=FINANCE, now=bank.clock.now()
            )
        )
