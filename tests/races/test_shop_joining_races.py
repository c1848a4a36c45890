"""Many at once: one application sent twice, two approvals, two changes of account, and a change during a closing."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import derived_id
from merchants.model import (
    AccountEvent,
    AccountMover,
    AccountPlace,
    AccountStep,
    Actor,
    ApplicationReceipt,
    ApplicationStep,
    RegisteredMerchant,
)
from merchants.operations.approve_shop_application import approve_shop_application
from merchants.operations.ask_account_change import ask_account_change
from merchants.operations.move_account_change import move_account_change
from merchants.operations.save_joining_draft import save_joining_draft
from merchants.operations.submit_shop_application import submit_shop_application
from merchants.queries import bank_accounts, list_merchants, list_shop_applications, masked_accounts
from merchants.refusals import (
    AccountChangeStepNotAllowed,
    AccountChangeUnderWay,
    ShopApplicationStepNotAllowed,
)
from tests.merchants.conftest import approved, clerk, clock, registered, staff_database
from tests.merchants.joining import ANOTHER_ACCOUNT, CONTENT, FIRST, SECRET, sent_in, step_by
from tests.merchants.shops import BAKERY
from tests.races.crowd import at_once

__all__ = ["approved", "clerk", "clock", "registered", "staff_database"]  # fixtures of another room

ROUNDS = 5


@pytest.fixture
def portal(make_database: Callable[..., Database]) -> Database:
    return make_database("kashiman_pay", pool_size=6)


def test_an_application_sent_six_times_at_once_is_one(
    portal: Database, staff_database: Database, clock: SetClock
) -> None:
    for number in range(ROUNDS):
        secret = f"{SECRET} {number}"
        portal.run(partial(save_joining_draft, secret=secret, content={}, now=clock.now()))
        send = partial(submit_shop_application, secret=secret, content=CONTENT, now=clock.now())
        answers = at_once([partial(portal.run, send)] * 6)
        receipts = [answer for answer in answers if isinstance(answer, ApplicationReceipt)]
        assert len(receipts) == 6, answers
        assert len({receipt.receipt for receipt in receipts}) == 1
        assert sorted(receipt.is_replay for receipt in receipts) == [False, *[True] * 5]
    assert len(staff_database.run(list_shop_applications)) == ROUNDS


def test_two_approvals_at_once_make_one_merchant(portal: Database, staff_database: Database, clock: SetClock) -> None:
    for number in range(ROUNDS):
        application_id = sent_in(portal, clock.now(), secret=str(number)).application_id
        step_by(staff_database, application_id, ApplicationStep.EXAMINED, FIRST, clock.now())
        approve = partial(approve_shop_application, application_id=application_id, now=clock.now(), seen_version=1)
        works = [partial(staff_database.run, partial(approve, by=derived_id("clerk", str(name)))) for name in range(4)]
        answers = at_once(works)
        assert [type(answer) for answer in answers].count(RegisteredMerchant) == 1, answers
        assert [type(answer) for answer in answers].count(ShopApplicationStepNotAllowed) == 3
        assert len(staff_database.run(list_merchants)) == number + 1


def test_two_owners_who_ask_at_once_make_one_change(
    portal: Database, approved: list[RegisteredMerchant], clock: SetClock
) -> None:
    merchant_id = BAKERY.merchant_id

    def ask(key: str) -> AccountPlace:
        return portal.run(
            lambda session: ask_account_change(
                session, merchant_id, ANOTHER_ACCOUNT, by=FIRST, key=key, now=clock.now()
            )
        )

    answers = at_once([lambda: ask("one"), lambda: ask("one"), lambda: ask("two"), lambda: ask("three")])
    places = {answer for answer in answers if isinstance(answer, AccountPlace)}
    assert len(places) == 1, answers
    assert all(isinstance(answer, AccountPlace | AccountChangeUnderWay) for answer in answers)
    assert len(portal.run(lambda session: masked_accounts(session, merchant_id))) == 2


def test_approval_and_stop_at_once_end_in_one_of_both_orders_and_never_in_two_accounts(
    portal: Database, staff_database: Database, approved: list[RegisteredMerchant], clock: SetClock
) -> None:
    merchant_id = BAKERY.merchant_id
    finance, owner = Actor(AccountMover.STAFF, FIRST), Actor(AccountMover.OWNER, FIRST)
    for number in range(2, 2 + ROUNDS):
        facts: dict[str, Any] = {"merchant_id": merchant_id, "now": clock.now()}
        portal.run(partial(ask_account_change, account=ANOTHER_ACCOUNT, by=FIRST, key=str(number), **facts))
        move = partial(move_account_change, number=number, reason="x", **facts)
        answers = at_once(
            [
                partial(staff_database.run, partial(move, step=AccountStep.APPROVED, by=finance)),
                partial(portal.run, partial(move, step=AccountStep.STOPPED, by=owner)),
            ]
        )
        assert isinstance(answers[1], AccountEvent), answers
        assert isinstance(answers[0], AccountEvent | AccountChangeStepNotAllowed), answers
        read = partial(bank_accounts, merchant_ids=[merchant_id], at=clock.now() + timedelta(days=90))
        found = staff_database.run(read)
        assert found[merchant_id].account == BAKERY.bank_account
