"""Chapter five: shops are settled twice a month, value expires, books are closed."""

from datetime import date, timedelta

from sqlmodel import Session

from issuance.expiry.model import ExpiryRunState
from issuance.expiry.operations.approve_expiry import approve_expiry
from issuance.expiry.operations.execute_expiry import execute_expiry
from issuance.expiry.operations.plan_expiry import plan_expiry
from issuance.expiry.queries import due_figures, find_run
from kashiman.city_hall import CITY_PAYER
from kashiman.demo.story.world import World
from kernel.clock import city_time
from ledger.operations.close_period import close_period
from ledger.operations.roll_up_totals import roll_up_totals
from settlement.calendar import PayBusinessDaysAfter, pay_date
from settlement.operations.close_settlement import Closed, close_settlement
from settlement.operations.record_payout_settled import record_payout_settled
from settlement.operations.record_payout_submitted import record_payout_submitted
from settlement.queries import list_payouts
from settlement.zengin.model import USUAL_PROFILE
from staff_console.desks.payees import all_merchant_ids, payee_accounts

PAY_RULE = PayBusinessDaysAfter(5)


def close(world: World, cutoff_day: date) -> tuple[date, Closed]:
    """Close a settlement early on the day after its cut-off, hand in the files, and answer when they will pay."""
    now = world.at(city_time(cutoff_day + timedelta(days=1), 7))
    pay_day = pay_date(cutoff_day, PAY_RULE)
    by = str(world.finance.id)

    def close_it(session: Session) -> Closed:
        closed = close_settlement(
            session,
            cutoff_day=cutoff_day,
            pay_day=pay_day,
            closed_by=by,
            now=now,
            payer=CITY_PAYER,
            bank_accounts=payee_accounts(session, USUAL_PROFILE, all_merchant_ids(session), at=now),
            key=f"closing-{cutoff_day}",
        )
        for payout in list_payouts(session, closed.closing_id):
            record_payout_submitted(session, payout.id, submitted_on=cutoff_day + timedelta(days=1), by=by, now=now)
        return closed

    return pay_day, world.databases.staff.run(close_it)


def pay_out(world: World, closed: Closed, pay_day: date) -> None:
    """The bank has paid: what was in flight has left the city's account."""
    now = world.at(city_time(pay_day, 15))
    by = str(world.finance.id)

    def settle(session: Session) -> None:
        for payout in list_payouts(session, closed.closing_id):
            record_payout_settled(session, payout.id, settled_on=pay_day, by=by, now=now)

    world.databases.staff.run(settle)


def expire(world: World, day: date) -> None:
    """In the first hour of a day two people let expire what could be used until the day before."""
    now, through_day = world.at(city_time(day, 0, 30)), day - timedelta(days=1)
    staff, worker = world.databases.staff, world.databases.worker
    if not staff.run(lambda session: due_figures(session, through_day)).lots:
        return
    run_id = staff.run(lambda session: plan_expiry(session, through_day=through_day, by=world.finance, now=now))

    def approve(session: Session) -> None:
        run = find_run(session, run_id)
        digest = run.digest if run else ""
        approve_expiry(session, run_id, digest=digest, by=world.approver, now=now)

    staff.run(approve)
    state = ExpiryRunState.APPROVED
    while state is ExpiryRunState.APPROVED:
        state = worker.run(lambda session: execute_expiry(session, run_id, now=now)).state
    world.purses.expire(through_day)


def close_books(world: World, day: date) -> None:
    """On the tenth of a month the books are closed through the month before."""
    if day.day == 10:
        now = world.at(city_time(day, 6))
        through = day.replace(day=1) - timedelta(days=1)
        world.databases.staff.run(
            lambda session: close_period(session, closed_through=through, closed_by=str(world.finance.id), now=now)
        )


def roll_up(world: World) -> None:
    """Sum up what nobody can overtake any more."""
    world.databases.worker.run(roll_up_totals)
