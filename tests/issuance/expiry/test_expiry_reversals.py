"""Thirty days to give back what a run took, by two people and to the yen."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from issuance.expiry.model import DueFigures, ExpiryReversalState
from issuance.expiry.operations.ask_expiry_reversal import ask_expiry_reversal
from issuance.expiry.operations.confirm_expiry_reversal import confirm_expiry_reversal
from issuance.expiry.operations.execute_expiry_reversal import execute_expiry_reversal
from issuance.expiry.queries import reversals_of_run, reversals_to_execute
from issuance.expiry.refusals import (
    DeskMayNotExpire,
    ExpiryReversalNotReady,
    ExpiryReversalTooLate,
    ExpiryReversalUnknown,
    ExpiryRunNotReady,
    ExpiryRunUnknown,
    LotsReversedElsewhere,
    NothingToReverse,
    ReversalDayImpossible,
    ReversalReasonMissing,
)
from issuance.model import Clerk
from issuance.refusals import SecondPersonNeeded
from kernel.clock import city_time
from kernel.refusals import Refusal
from ledger.model import ReverseExpiry
from ledger.queries import wallet_lots
from tests.issuance.expiry.desk import FUMI, HELP, KENJI, NEW_LAST_DAY, ExpiryDesk
from tests.ledger.books import (
    AFTER_EXPIRY,
    OTHER_WALLET,
    SHORT_TERMS,
    WALLET,
    audit,
    key,
    pay,
    post,
    posted,
    rows,
    sell,
    snapshot,
)

A, B, C = (UUID(int=number) for number in range(1, 4))
TODAY = AFTER_EXPIRY


def expired(desk: ExpiryDesk) -> None:
    """Three lots in two wallets, 1,001 yen of the first spent, the rest of them about to be expired."""
    post(
        desk.pay,
        sell(A, terms=SHORT_TERMS),
        sell(B, terms=SHORT_TERMS, paid_yen=1, premium_yen=2),
        sell(C, terms=SHORT_TERMS, wallet_id=OTHER_WALLET),
    )
    posted(desk.pay, pay(1_001))


def test_a_whole_run_comes_back_part_by_part(desk: ExpiryDesk) -> None:
    expired(desk)
    run = desk.executed()
    before = snapshot(desk.pay)
    reversal = desk.ask(run)
    assert (reversal.state, reversal.asked) == (ExpiryReversalState.ASKED, DueFigures(3, 7_201, 1_801))
    assert snapshot(desk.pay) == before
    desk.confirm(reversal)
    assert desk.worker.run(reversals_to_execute) == [reversal.id]
    assert desk.give_back(reversal).state is ExpiryReversalState.DONE
    done = desk.reversal(reversal.id)
    assert (done.state, done.reversed) == (ExpiryReversalState.DONE, done.asked)
    assert desk.staff.run(lambda session: reversals_of_run(session, run.id)) == [done]
    mine = desk.pay.run(lambda session: [lot for lot in wallet_lots(session, WALLET) if lot.left_yen])
    assert sorted((lot.paid_left_yen, lot.premium_left_yen) for lot in mine) == [(1, 2), (3_200, 799)]
    assert {(lot.first_day, lot.last_day) for lot in mine} == {(date(2026, 8, 11), NEW_LAST_DAY)}
    posted(desk.pay, pay(4_002, at=TODAY))
    report = audit(desk.pay)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.remaining_yen) == (0, 5_000)


def test_one_lot_or_one_wallet_comes_back_alone(desk: ExpiryDesk) -> None:
    expired(desk)
    run = desk.executed()
    one = desk.confirm(desk.ask(run, lot_id=B))
    desk.give_back(one)
    assert desk.reversal(one.id).reversed == DueFigures(1, 1, 2)
    theirs = desk.confirm(desk.ask(run, wallet_id=OTHER_WALLET))
    desk.give_back(theirs)
    assert desk.reversal(theirs.id).reversed == DueFigures(1, 4_000, 1_000)
    rest = desk.ask(run)
    assert rest.asked == DueFigures(1, 3_200, 799)
    assert audit(desk.pay).figures.expired_yen == 3_999


def test_a_reversal_goes_on_batch_by_batch_and_then_changes_nothing_any_more(desk: ExpiryDesk) -> None:
    expired(desk)
    reversal = desk.confirm(desk.ask(desk.executed()))
    batches = [desk.give_back(reversal, limit=2) for _ in range(3)]
    assert [len(batch.lots) for batch in batches] == [2, 1, 0]
    assert [batch.state for batch in batches] == [
        ExpiryReversalState.CONFIRMED,
        ExpiryReversalState.DONE,
        ExpiryReversalState.DONE,
    ]
    assert audit(desk.pay).agrees


@pytest.mark.parametrize("end", [date(2026, 9, 10), date(2028, 3, 30)])
def test_the_thirtieth_day_ends_at_the_citys_midnight(end: date, desk: ExpiryDesk) -> None:
    """A run of 11 August, and one of 29 February 2028: thirty days later is 30 March."""
    expired(desk)
    executed_at = city_time(end - timedelta(days=30), 23, 59, 59)
    run = desk.executed(now=executed_at)
    midnight = city_time(end + timedelta(days=1))
    far = end + timedelta(days=60)
    in_time = desk.ask(run, now=midnight - timedelta(seconds=1), last_day=far)
    late = ExpiryReversalTooLate(expired_on=(end - timedelta(days=30)).isoformat(), last_day=end.isoformat())
    with pytest.raises(ExpiryReversalTooLate) as refused:
        desk.ask(run, now=midnight, last_day=far)
    assert refused.value == late
    with pytest.raises(ExpiryReversalTooLate) as refused:
        desk.confirm(in_time, now=midnight)
    assert refused.value == late
    desk.confirm(in_time, now=midnight - timedelta(seconds=1))
    assert desk.give_back(in_time, now=midnight).state is ExpiryReversalState.DONE


def test_what_may_not_be_asked_is_refused_with_the_reason(desk: ExpiryDesk) -> None:
    expired(desk)
    planned = desk.plan()
    with pytest.raises(ExpiryRunNotReady) as early:
        desk.ask(planned)
    assert early.value == ExpiryRunNotReady(state="planned", needed="done")
    run = desk.executed()
    with pytest.raises(DeskMayNotExpire):
        desk.ask(run, by=Clerk(FUMI.id, HELP))
    with pytest.raises(ReversalReasonMissing):
        desk.ask(run, reason=" 　")
    for last_day in (date(2026, 8, 10), date(2027, 2, 11)):
        with pytest.raises(ReversalDayImpossible) as impossible:
            desk.ask(run, last_day=last_day)
        assert impossible.value == ReversalDayImpossible(
            last_day=last_day.isoformat(), earliest="2026-08-11", latest="2027-02-10"
        )
    for nothing in ({"lot_id": uuid4()}, {"wallet_id": uuid4()}, {"lot_id": C, "wallet_id": WALLET}):
        with pytest.raises(NothingToReverse):
            desk.ask(run, **nothing)  # type: ignore[arg-type]
    unknown = uuid4()
    with pytest.raises(ExpiryRunUnknown):
        desk.staff.run(
            lambda session: ask_expiry_reversal(
                session, unknown, reason="x", last_day=NEW_LAST_DAY, by=FUMI, now=AFTER_EXPIRY
            )
        )


def test_nobody_confirms_alone_twice_or_for_another_desk(desk: ExpiryDesk) -> None:
    expired(desk)
    reversal = desk.ask(desk.executed())
    for by, refusal in ((Clerk(KENJI.id, HELP), DeskMayNotExpire(desk="help")), (FUMI, SecondPersonNeeded())):
        with pytest.raises(Refusal) as refused:
            desk.confirm(reversal, by=by)
        assert refused.value == refusal
    with pytest.raises(ExpiryReversalNotReady) as early:
        desk.give_back(reversal)
    assert early.value == ExpiryReversalNotReady(state="asked", needed="confirmed")
    over = city_time(NEW_LAST_DAY + timedelta(days=1))
    with pytest.raises(ReversalDayImpossible):
        desk.confirm(reversal, now=over)
    desk.confirm(reversal)
    with pytest.raises(ExpiryReversalNotReady):
        desk.confirm(reversal)
    unknown = uuid4()
    with pytest.raises(ExpiryReversalUnknown):
        desk.staff.run(lambda session: confirm_expiry_reversal(session, unknown, by=KENJI, now=TODAY))
    with pytest.raises(ExpiryReversalUnknown):
        desk.worker.run(lambda session: execute_expiry_reversal(session, unknown, now=TODAY))


def test_a_lot_comes_back_by_one_reversal_alone(desk: ExpiryDesk) -> None:
    expired(desk)
    run = desk.executed()
    whole, one, two = desk.ask(run), desk.ask(run, lot_id=A), desk.ask(run, lot_id=B)
    desk.confirm(one)
    with pytest.raises(LotsReversedElsewhere) as refused:
        desk.confirm(whole)
    assert refused.value == LotsReversedElsewhere(lots=1)
    desk.confirm(two)
    desk.give_back(one)
    desk.give_back(two)
    with pytest.raises(LotsReversedElsewhere) as refused:
        desk.confirm(whole)
    assert refused.value == LotsReversedElsewhere(lots=2)
    with pytest.raises(NothingToReverse):
        desk.ask(run, lot_id=A)


def test_what_the_books_refuse_stops_a_reversal_by_name(desk: ExpiryDesk) -> None:
    expired(desk)
    reversal = desk.confirm(desk.ask(desk.executed(), lot_id=A))
    ((journal_id,),) = rows(desk.pay, "SELECT journal_id FROM issuance.expired_lots WHERE lot_id = %s", [A])
    posted(desk.worker, ReverseExpiry(key(), TODAY, journal_id, uuid4(), NEW_LAST_DAY))
    batch = desk.give_back(reversal)
    assert (batch.state, batch.lots) == (ExpiryReversalState.STOPPED, ())
    assert desk.reversal(reversal.id).stopped_because == "expiry_already_reversed"
    assert audit(desk.pay).agrees


def test_what_came_back_expires_once_more_in_a_later_run(desk: ExpiryDesk) -> None:
    expired(desk)
    desk.give_back(desk.confirm(desk.ask(desk.executed())))
    later = city_time(NEW_LAST_DAY + timedelta(days=1))
    again = desk.executed(NEW_LAST_DAY, now=later)
    assert again.expired == DueFigures(3, 7_201, 1_801)
    desk.give_back(desk.confirm(desk.ask(again, last_day=date(2026, 12, 31), now=later), now=later), now=later)
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen, report.figures.remaining_yen) == (True, 0, 9_002)
