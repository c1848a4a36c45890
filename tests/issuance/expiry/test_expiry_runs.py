"""Expiring in two steps: a dry run, another person's approval, and batches that do exactly what was approved."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from issuance.expiry.model import BreakEven, DueFigures, ExpiryRunState
from issuance.expiry.operations.approve_expiry import approve_expiry
from issuance.expiry.operations.execute_expiry import execute_expiry
from issuance.expiry.operations.stop_expiry import stop_expiry
from issuance.expiry.queries import all_runs, break_even, due_figures, run_events, runs_to_execute
from issuance.expiry.refusals import (
    DeskMayNotExpire,
    ExpiryDayNotOver,
    ExpiryDigestDiffers,
    ExpiryLotsChanged,
    ExpiryRunNotReady,
    ExpiryRunUnderWay,
    ExpiryRunUnknown,
    NothingToExpire,
)
from issuance.model import Clerk
from issuance.refusals import SecondPersonNeeded
from kernel.clock import city_time
from kernel.refusals import Refusal
from ledger.model import ExpireLot, Parts, Posted, ReleaseHold, Terms, UsableAt
from tests.issuance.expiry.desk import FUMI, HELP, KENJI, THROUGH, ExpiryDesk, ids_of
from tests.ledger.books import (
    AFTER_EXPIRY,
    CAMPAIGN,
    GRACE_TERMS,
    NOON,
    OTHER_CAMPAIGN,
    OTHER_WALLET,
    SHORT_TERMS,
    audit,
    grant,
    hold,
    key,
    left,
    pay,
    post,
    posted,
    refund,
    rows,
    sell,
    snapshot,
)

A, B, C, D = (UUID(int=number) for number in range(1, 5))
GOLDEN_DIGEST = "ece2d39e9fcbb17f886acd1158f07642438c3c0d0a5ce07e2e9c527842ce191d"
"""`sha256sum` of three lines: the day; lot 1 of campaign c1 with 4000 and 1000 yen; lot 2 with 0 and 500 yen."""


def sold(desk: ExpiryDesk) -> None:
    """Two lots that are over (one of them half spent), one that is not, and one of another campaign that is over."""
    post(
        desk.pay,
        sell(A, terms=SHORT_TERMS),
        sell(B, terms=SHORT_TERMS, wallet_id=OTHER_WALLET),
        sell(C),
        sell(D, terms=SHORT_TERMS, wallet_id=OTHER_WALLET, campaign_id=OTHER_CAMPAIGN),
    )
    posted(desk.pay, pay(2_501))
    posted(desk.pay, hold(uuid4(), 99))


def test_a_dry_run_lists_what_is_over_and_moves_nothing(desk: ExpiryDesk) -> None:
    sold(desk)
    before = snapshot(desk.pay)
    run = desk.plan()
    assert snapshot(desk.pay) == before
    assert (run.state, run.through_day, run.planned_by) == (ExpiryRunState.PLANNED, THROUGH, FUMI.id)
    assert (run.due, run.expired) == (DueFigures(3, 9_920, 2_480), DueFigures(0, 0, 0))
    assert desk.staff.run(lambda session: due_figures(session, THROUGH)) == run.due
    listed = rows(desk.pay, "SELECT lot_id, paid_yen, premium_yen FROM issuance.expiry_run_lots ORDER BY position")
    assert listed == [(A, 1_920, 480), (B, 4_000, 1_000), (D, 4_000, 1_000)]
    assert desk.staff.run(lambda session: break_even(session, run.id)) == [
        BreakEven(
            campaign_id=CAMPAIGN,
            lots=2,
            due=Parts(5_920, 1_480),
            issued=Parts(12_000, 3_000),
            used=Parts(2_000, 501),
            held=Parts(80, 19),
            expired=Parts(0, 0),
            left=Parts(9_920, 2_480),
        ),
        BreakEven(
            campaign_id=OTHER_CAMPAIGN,
            lots=1,
            due=Parts(4_000, 1_000),
            issued=Parts(4_000, 1_000),
            used=Parts(0, 0),
            held=Parts(0, 0),
            expired=Parts(0, 0),
            left=Parts(4_000, 1_000),
        ),
    ]


def test_the_digest_of_a_list_is_golden(desk: ExpiryDesk) -> None:
    post(desk.pay, sell(A, terms=SHORT_TERMS), grant(B, terms=SHORT_TERMS))
    assert desk.plan().digest == GOLDEN_DIGEST


def test_an_approved_run_expires_its_lots_and_no_other(desk: ExpiryDesk) -> None:
    sold(desk)
    run = desk.approved()
    assert (run.state, run.approved_by, run.approved_at) == (ExpiryRunState.APPROVED, KENJI.id, AFTER_EXPIRY)
    assert desk.worker.run(runs_to_execute) == [run.id]
    batch = desk.batch(run)
    assert (batch.state, ids_of(batch)) == (ExpiryRunState.DONE, [A, B, D])
    done = desk.run(run.id)
    assert (done.state, done.expired) == (ExpiryRunState.DONE, done.due)
    assert [left(desk.pay, lot) for lot in (A, B, C, D)] == [(0, 0), (0, 0), (4_000, 1_000), (0, 0)]
    assert desk.worker.run(runs_to_execute) == []
    report = audit(desk.pay)
    assert report.agrees
    assert report.figures.expired_yen == 12_400
    steps = desk.staff.run(lambda session: run_events(session, run.id))
    assert [(step.from_state, step.to_state, step.by) for step in steps] == [
        (None, ExpiryRunState.PLANNED, FUMI.id),
        (ExpiryRunState.PLANNED, ExpiryRunState.APPROVED, KENJI.id),
        (ExpiryRunState.APPROVED, ExpiryRunState.DONE, None),
    ]


def test_a_run_goes_on_batch_by_batch_and_then_changes_nothing_any_more(desk: ExpiryDesk) -> None:
    post(desk.pay, *(sell(terms=SHORT_TERMS) for _ in range(5)))
    run = desk.approved()
    batches = [desk.batch(run, limit=2) for _ in range(4)]
    assert [len(batch.expired) for batch in batches] == [2, 2, 1, 0]
    assert [batch.state for batch in batches] == [*[ExpiryRunState.APPROVED] * 2, *[ExpiryRunState.DONE] * 2]
    assert desk.run(run.id).expired == DueFigures(5, 20_000, 5_000)
    assert audit(desk.pay).figures.expired_yen == 25_000


@pytest.mark.parametrize("last_day", [date(2026, 8, 10), date(2028, 2, 28), date(2028, 2, 29), date(2026, 12, 31)])
def test_a_day_can_be_planned_from_the_citys_midnight_and_not_a_second_earlier(
    last_day: date, desk: ExpiryDesk
) -> None:
    first_day = last_day - timedelta(days=5)
    posted(desk.pay, sell(A, terms=Terms(UsableAt.ALL_SHOPS, first_day, last_day), at=city_time(first_day, 12)))
    midnight = city_time(last_day + timedelta(days=1))
    with pytest.raises(ExpiryDayNotOver) as early:
        desk.plan(last_day, now=midnight - timedelta(seconds=1))
    assert early.value == ExpiryDayNotOver(asked_day=last_day.isoformat(), today=last_day.isoformat())
    with pytest.raises(NothingToExpire):
        desk.plan(last_day - timedelta(days=1), now=midnight)
    run = desk.approved(last_day, now=midnight)
    assert ids_of(desk.batch(run, now=midnight + timedelta(seconds=1))) == [A]


def test_a_worker_that_is_a_day_behind_expires_nothing_and_stops_the_run(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    run = desk.approved()
    batch = desk.batch(run, now=AFTER_EXPIRY - timedelta(days=1))
    assert (batch.state, batch.expired) == (ExpiryRunState.STOPPED, ())
    assert left(desk.pay, A) == (4_000, 1_000)


def test_lots_wait_for_their_grace_days(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=GRACE_TERMS))
    over = city_time(date(2026, 8, 16))
    with pytest.raises(NothingToExpire):
        desk.plan(date(2026, 8, 14), now=over)
    assert desk.plan(date(2026, 8, 15), now=over).due == DueFigures(1, 4_000, 1_000)


def test_nobody_approves_alone_unseen_twice_or_for_another_desk(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    with pytest.raises(DeskMayNotExpire):
        desk.plan(by=Clerk(FUMI.id, HELP))
    run = desk.plan()
    for by, seen, refusal in (
        (Clerk(KENJI.id, HELP), run, DeskMayNotExpire(desk="help")),
        (FUMI, run, SecondPersonNeeded()),
        (KENJI, replace(run, digest="0" * 64), ExpiryDigestDiffers(run_id=str(run.id))),
    ):
        with pytest.raises(Refusal) as refused:
            desk.approve(seen, by=by)
        assert refused.value == refusal
    with pytest.raises(ExpiryRunNotReady) as early:
        desk.batch(run)
    assert early.value == ExpiryRunNotReady(state="planned", needed="approved")
    desk.approve(run)
    with pytest.raises(ExpiryRunNotReady):
        desk.approve(run)
    unknown = uuid4()
    with pytest.raises(ExpiryRunUnknown):
        desk.staff.run(lambda session: approve_expiry(session, unknown, digest="", by=KENJI, now=AFTER_EXPIRY))
    with pytest.raises(ExpiryRunUnknown):
        desk.worker.run(lambda session: execute_expiry(session, unknown, now=AFTER_EXPIRY))
    assert left(desk.pay, A) == (4_000, 1_000)


def test_a_list_that_changed_since_the_dry_run_is_not_approved(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    payment = posted(desk.pay, pay(1_000)).journal.id
    run = desk.plan()
    posted(desk.pay, refund(payment, 400, at=AFTER_EXPIRY))
    with pytest.raises(ExpiryLotsChanged) as changed:
        desk.approve(run)
    assert changed.value == ExpiryLotsChanged(planned_lots=1, planned_yen=4_000, found_lots=0, found_yen=0)
    assert desk.run(run.id).state is ExpiryRunState.PLANNED


def test_a_lot_that_changed_after_the_approval_stops_the_run_by_name(desk: ExpiryDesk) -> None:
    post(desk.pay, sell(A, terms=SHORT_TERMS), sell(B, terms=SHORT_TERMS, wallet_id=OTHER_WALLET))
    held = uuid4()
    posted(desk.pay, hold(held, 1_000))
    run = desk.approved()
    posted(desk.pay, ReleaseHold(key(), AFTER_EXPIRY, held))
    batch = desk.batch(run, limit=1)
    assert (batch.state, batch.expired) == (ExpiryRunState.STOPPED, ())
    stopped = desk.staff.run(lambda session: run_events(session, run.id))[-1]
    assert stopped.reason == f"lot_is_empty {A}"
    assert desk.batch(run).state is ExpiryRunState.STOPPED
    assert left(desk.pay, B) == (4_000, 1_000)
    again = desk.executed()
    assert again.expired == DueFigures(1, 4_000, 1_000)
    assert audit(desk.pay).agrees


def test_a_refund_into_grace_days_leaves_the_run_as_it_was_approved(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=GRACE_TERMS))
    payment = posted(desk.pay, pay(1_000)).journal.id
    over = city_time(date(2026, 8, 16), 9)
    run = desk.approved(date(2026, 8, 15), now=over)
    posted(desk.pay, refund(payment, 400, at=over))
    batch = desk.batch(run, now=over)
    assert (batch.state, ids_of(batch)) == (ExpiryRunState.DONE, [A])
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen, report.figures.remaining_yen) == (True, 4_000, 400)


def test_a_newer_dry_run_takes_the_place_of_one_that_nobody_approved(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    first, second = desk.plan(), desk.plan(by=KENJI)
    assert desk.run(first.id).state is ExpiryRunState.REPLACED
    with pytest.raises(ExpiryRunNotReady):
        desk.approve(first)
    desk.approve(second, by=FUMI)
    with pytest.raises(ExpiryRunUnderWay) as refused:
        desk.plan()
    assert refused.value == ExpiryRunUnderWay(run_id=str(second.id))
    assert [run.id for run in desk.staff.run(all_runs)] == [second.id, first.id]


def test_one_person_can_stop_a_run_under_way(desk: ExpiryDesk) -> None:
    post(desk.pay, *(sell(terms=SHORT_TERMS) for _ in range(3)))
    run = desk.plan()

    def stop(by: Clerk = FUMI) -> None:
        desk.staff.run(
            lambda session: stop_expiry(session, run.id, by=by, now=AFTER_EXPIRY, reason="市民からの問い合わせ")
        )

    with pytest.raises(ExpiryRunNotReady):
        stop()
    desk.approve(run)
    desk.batch(run, limit=2)
    with pytest.raises(DeskMayNotExpire):
        stop(Clerk(FUMI.id, HELP))
    stop()
    assert desk.batch(run).expired == ()
    stopped = desk.run(run.id)
    assert (stopped.state, stopped.expired) == (ExpiryRunState.STOPPED, DueFigures(2, 8_000, 2_000))
    assert desk.plan().due == DueFigures(1, 4_000, 1_000)


def test_what_expired_by_another_way_is_not_taken_twice(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    run = desk.approved()
    assert isinstance(post(desk.worker, ExpireLot(key(), AFTER_EXPIRY, A))[0], Posted)
    assert desk.batch(run).state is ExpiryRunState.STOPPED
    assert audit(desk.pay).figures.expired_yen == 5_000


def test_the_report_counts_what_expired_and_came_back_before(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    desk.give_back(desk.confirm(desk.ask(desk.executed(), last_day=date(2026, 8, 12))))
    posted(desk.pay, sell(B, terms=SHORT_TERMS, at=NOON, wallet_id=OTHER_WALLET))
    desk.executed()
    later = city_time(date(2026, 8, 13))
    run = desk.plan(date(2026, 8, 12), now=later)
    (report,) = desk.staff.run(lambda session: break_even(session, run.id))
    assert (report.issued, report.expired, report.due) == (
        Parts(8_000, 2_000),
        Parts(4_000, 1_000),
        Parts(4_000, 1_000),
    )
