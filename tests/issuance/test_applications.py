"""An application gets a receipt at once; the same person has one, whatever is sent how often."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from issuance.lottery.receipts import verify_receipt
from issuance.model import ApplicationReceipt, WithdrawalRequest
from issuance.operations.close_round import close_round
from issuance.operations.withdraw_application import withdraw_application
from issuance.queries import campaign_figures, my_application, my_grants
from issuance.refusals import (
    ApplicationIsFinal,
    ApplicationUnknown,
    RoundNotOpen,
    RoundUnknown,
    UnitsOutOfRange,
    UnitsSoldOut,
)
from kernel.clock import SetClock
from kernel.refusals import Refusal
from ledger.refusals import KeyReusedWithOtherContent
from tests.issuance.market import (
    CLOSES,
    FIRST_COME,
    JUST_BEFORE_CLOSING,
    OPENS,
    SIGNER,
    Market,
    application,
    by_clerk,
    contents,
    person,
    receipt_of,
    wallet,
)


def given(outcome: ApplicationReceipt | Refusal) -> ApplicationReceipt:
    assert isinstance(outcome, ApplicationReceipt), outcome
    return outcome


def test_the_same_units_again_give_the_same_receipt(market: Market) -> None:
    round_id = market.opened()
    first = given(market.submit(application(round_id, 0, 3))[0])
    stored = contents(market.staff)
    again = given(market.submit(application(round_id, 0, 3), now=OPENS + timedelta(hours=5))[0])
    assert again.receipt == first.receipt
    assert (first.is_replay, again.is_replay) == (False, True)
    assert contents(market.staff) == stored


def test_other_units_before_closing_are_a_new_version_of_the_same_number(market: Market) -> None:
    round_id = market.opened()
    first, second = (given(item) for item in market.submit(application(round_id, 0, 3), application(round_id, 0, 4)))
    assert (second.receipt.receipt, second.receipt.version, second.receipt.units) == (first.receipt.receipt, 2, 4)
    third = given(market.submit(application(round_id, 0, 3))[0])
    assert (third.receipt.version, third.receipt.units) == (3, 3)
    for answer in (first, second, third):
        verify_receipt(answer.receipt, SIGNER.key.public_key())
    view = market.apply.run(lambda session: my_application(session, round_id, person(0)))
    assert view is not None
    assert (view.units, view.versions, view.receipt, view.is_withdrawn) == (3, 3, third.receipt, False)


def test_a_late_repetition_does_not_undo_a_change_of_mind(market: Market) -> None:
    round_id = market.opened()
    first = given(market.submit(application(round_id, 0, 2, "a"))[0])
    market.submit(application(round_id, 0, 5, "b"))
    late = given(market.submit(application(round_id, 0, 2, "a"))[0])
    assert (late.receipt, late.is_replay) == (first.receipt, True)
    view = market.apply.run(lambda session: my_application(session, round_id, person(0)))
    assert view is not None
    assert view.units == 5
    assert market.submit(application(round_id, 0, 3, "a")) == [KeyReusedWithOtherContent()]


def test_a_batch_answers_each_on_its_own(market: Market) -> None:
    round_id = market.opened()
    unknown = uuid4()
    outcomes = market.submit(
        application(round_id, 0, 1),
        application(unknown, 1, 1),
        application(round_id, 2, 6),
        application(round_id, 3, 0),
        application(round_id, 4, 5),
    )
    assert outcomes[1:4] == [
        RoundUnknown(round_id=str(unknown)),
        UnitsOutOfRange(asked_units=6, max_units=5),
        UnitsOutOfRange(asked_units=0, max_units=5),
    ]
    assert receipt_of(outcomes[0]) != receipt_of(outcomes[4])
    (stored,) = contents(market.staff, "issuance.applications").values()
    assert len(stored) == 2


@pytest.mark.parametrize("units", [True, "3", 2.0, None])
def test_units_are_whole_numbers(market: Market, units: object) -> None:
    round_id = market.opened()
    request = replace(application(round_id, 0, 1), units=units)  # type: ignore[arg-type]
    (outcome,) = market.submit(request)
    assert isinstance(outcome, UnitsOutOfRange)


def test_the_window_opens_and_closes_to_the_millisecond(market: Market) -> None:
    round_id = market.opened()
    early = OPENS - timedelta(milliseconds=1)
    window = {"opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()}
    before = contents(market.staff)
    assert market.submit(application(round_id, 0, 1), now=early) == [RoundNotOpen(**window, asked_at=early.isoformat())]
    assert market.submit(application(round_id, 1, 1), now=CLOSES) == [
        RoundNotOpen(**window, asked_at=CLOSES.isoformat())
    ]
    assert contents(market.staff) == before
    last = given(market.submit(application(round_id, 2, 1), now=JUST_BEFORE_CLOSING)[0])
    assert last.receipt.received_at == "2023-09-09T14:59:59Z"
    assert last.received_at == JUST_BEFORE_CLOSING


def test_after_closing_the_stored_receipt_is_still_given_and_nothing_changes(market: Market) -> None:
    round_id = market.opened()
    first = given(market.submit(application(round_id, 0, 2), now=JUST_BEFORE_CLOSING)[0])
    market.staff.run(lambda session: close_round(session, round_id, now=CLOSES))
    again = given(market.submit(application(round_id, 0, 2), now=CLOSES)[0])
    assert again.receipt == first.receipt
    # A clock that lags behind does not reopen a list that is closed.
    assert isinstance(market.submit(application(round_id, 0, 3), now=JUST_BEFORE_CLOSING)[0], RoundNotOpen)
    assert isinstance(market.submit(application(round_id, 1, 3), now=JUST_BEFORE_CLOSING)[0], RoundNotOpen)


def test_a_withdrawal_is_counted_as_void(market: Market) -> None:
    round_id = market.opened()
    market.submit(application(round_id, 0, 2), application(round_id, 1, 1))

    def withdraw() -> int:
        return market.apply.run(
            lambda session: withdraw_application(session, WithdrawalRequest(round_id, person(0)), clock=SetClock(OPENS))
        ).version

    assert (withdraw(), withdraw()) == (2, 2)
    view = market.apply.run(lambda session: my_application(session, round_id, person(0)))
    assert view is not None
    assert view.is_withdrawn
    closed = market.staff.run(lambda session: close_round(session, round_id, now=CLOSES))
    assert (closed.rows, closed.received, closed.void) == (1, 2, {"withdrawn": 1})
    figures = market.staff.run(lambda session: campaign_figures(session, market.campaign_id))
    assert figures is not None
    assert (figures.rounds[0].applicants, figures.rounds[0].units_applied) == (1, 1)


def test_there_is_nothing_to_withdraw_before_applying_or_after_closing(market: Market) -> None:
    round_id = market.opened()
    unknown = uuid4()
    market.submit(application(round_id, 1, 1))

    def withdraw(asked: UUID, who: int, now: datetime) -> None:
        market.apply.run(
            lambda session: withdraw_application(session, WithdrawalRequest(asked, person(who)), clock=SetClock(now))
        )

    with pytest.raises(RoundUnknown):
        withdraw(unknown, 0, OPENS)
    with pytest.raises(ApplicationUnknown):
        withdraw(round_id, 0, OPENS)
    with pytest.raises(RoundNotOpen):
        withdraw(round_id, 1, CLOSES)


def test_a_first_come_round_grants_until_it_is_sold_out(market: Market) -> None:
    round_id = market.opened(FIRST_COME)
    outcomes = market.submit(*(application(round_id, number, units) for number, units in enumerate([3, 4, 2, 2, 1])))
    assert [isinstance(outcome, ApplicationReceipt) for outcome in outcomes] == [True, False, True, False, True]
    assert outcomes[1] == UnitsSoldOut(asked_units=4, left_units=3)
    assert outcomes[3] == UnitsSoldOut(asked_units=2, left_units=1)
    assert market.submit(application(round_id, 5, 1)) == [UnitsSoldOut(asked_units=1, left_units=0)]
    (grant,) = market.apply.run(lambda session: my_grants(session, person(0), now=OPENS))
    assert (grant.units, grant.origin, grant.wallet_id) == (3, "remainder", wallet(0))
    changed = market.submit(application(round_id, 0, 1))
    assert changed == [ApplicationIsFinal(receipt=receipt_of(outcomes[0]))]
    with pytest.raises(ApplicationIsFinal):
        market.apply.run(
            lambda session: withdraw_application(session, WithdrawalRequest(round_id, person(0)), clock=SetClock(OPENS))
        )


def test_an_application_at_the_counter_is_kept_as_such(market: Market) -> None:
    round_id = market.opened()
    request = by_clerk(replace(application(round_id, 0, 1), household_id=uuid4()))
    (outcome,) = market.submit(request)
    assert isinstance(outcome, ApplicationReceipt)
    (stored,) = contents(market.staff, "issuance.applications").values()
    assert f"{request.household_id},counter" in str(stored[0])


def test_a_batch_of_any_size_is_a_fixed_number_of_statements(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    round_id = market.opened()
    sent: list[object] = []
    execute = psycopg.Cursor.execute

    def counted(self: psycopg.Cursor[Any], query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        sent.append(query)
        return execute(self, query, *args, **options)

    def statements(count: int, first: int) -> list[object]:
        sent.clear()
        market.submit(*(application(round_id, first + number, 1) for number in range(count)))
        return [*sent]

    statements(1, 0)
    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    one, fifty = statements(1, 10), statements(50, 100)
    assert one == fifty
    assert len(one) == 4
