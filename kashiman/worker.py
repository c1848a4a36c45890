"""The worker: what must happen without anybody asking for it."""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import procrastinate
from procrastinate.exceptions import ConnectorException
from sqlmodel import Session

from identity.access.operations.purge_expired import purge_expired
from identity.access.operations.seal_events import EVENTS_AT_ONCE, seal_events
from identity.doors.operations.purge_passed_attempts import purge_passed_attempts
from identity.provider.model import TELL_OF_ENDS
from identity.provider.operations.sweep_what_is_over import sweep_what_is_over
from issuance.model import PurchaseMethod
from issuance.operations.expire_unpaid_purchases import expire_unpaid_purchases
from issuance.operations.record_provider_payment import record_provider_payment
from issuance.provider_model import PaymentOrder
from issuance.purchase_model import ProviderResult, Purchase
from issuance.queries import purchases_to_request
from kashiman.assembly import Installation, open_installation
from kashiman.draw_chores import draw_due_rounds, publish_days
from kashiman.expiry_chores import execute_expiry_reversals, execute_expiry_runs
from kashiman.logout_notices import deliver_logouts
from kashiman.notice_chores import deliver_notices, make_due_notices
from kashiman.selling_chores import (
    book_payouts,
    follow_disputes,
    give_money_back,
    look_up_payments,
    pass_units_on,
    read_provider_events,
)
from kashiman.settings import Settings
from kashiman.webhooks import PROCESS_EVENTS
from kernel.jobs import new_queue
from kernel.refusals import ProviderDown, Refusal
from ledger.model import Posted
from ledger.operations.release_overdue_holds import release_overdue_holds
from ledger.operations.roll_up_totals import roll_up_totals

EVERY_MINUTE, EVERY_TEN_MINUTES, EVERY_HOUR = "* * * * *", "*/10 * * * *", "5 * * * *"
EVERY_NIGHT, AFTER_THE_NIGHT, EVERY_DAYTIME_HOUR = "25 18 * * *", "40 18 * * *", "15 0-11 * * *"
"""In UTC: the night is 3:25 of the city, and its daytime, when people may be written to, is from nine to nine."""

ASKED_AGAIN_WITHIN = timedelta(hours=23)
"""The provider keeps a key for a day (docs.stripe.com/api/idempotent_requests); later it would be another payment."""

JOBS_AT_ONCE = 2
LOOK_AGAIN_AFTER_S, STOP_WITHIN_S = 1.0, 10.0

logger = logging.getLogger(__name__)


def work(settings: Settings) -> None:
    """Work off jobs until the process is told to stop."""
    installation = open_installation(settings)
    try:
        asyncio.run(run_queue(installation))
    finally:
        installation.close()


async def run_queue(installation: Installation) -> None:
    """Listen for jobs and start the periodic ones until the process is told to stop; a lost database is found again."""
    told_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    stop = asyncio.create_task(told_to_stop.wait())
    while not told_to_stop.is_set():
        working = asyncio.create_task(_work_off(build_queue(installation)))
        await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        with suppress(asyncio.CancelledError, ConnectorException):
            await working
        if not told_to_stop.is_set():
            logger.warning("the database was lost; looking for it again in %s s", LOOK_AGAIN_AFTER_S)
            await asyncio.wait({stop}, timeout=LOOK_AGAIN_AFTER_S)


async def _work_off(queue: procrastinate.App) -> None:
    """Work until cancelled. It ends by itself only when the database is lost, with or without an exception."""
    async with queue.open_async():
        await queue.run_worker_async(
            concurrency=JOBS_AT_ONCE,
            delete_jobs="successful",
            install_signal_handlers=False,
            shutdown_graceful_timeout=STOP_WITHIN_S,
        )


def build_queue(installation: Installation) -> procrastinate.App:
    """The queue with everything the worker knows how to do."""
    queue = new_queue(installation.url, "kashiman_worker")
    chores: dict[str, tuple[str, Callable[[Installation], None]]] = {
        PROCESS_EVENTS: (EVERY_MINUTE, read_provider_events),
        "ask_provider_again": (EVERY_MINUTE, ask_provider_again),
        "look_up_payments": (EVERY_TEN_MINUTES, look_up_payments),
        "give_money_back": (EVERY_TEN_MINUTES, give_money_back),
        "follow_disputes": (EVERY_TEN_MINUTES, follow_disputes),
        "book_payouts": (EVERY_HOUR, book_payouts),
        "pass_units_on": (AFTER_THE_NIGHT, pass_units_on),
        "roll_up_totals": (EVERY_MINUTE, roll_up),
        "release_overdue_holds": (EVERY_MINUTE, release_holds),
        "execute_expiry_runs": (EVERY_MINUTE, execute_expiry_runs),
        "execute_expiry_reversals": (EVERY_MINUTE, execute_expiry_reversals),
        "make_due_notices": (EVERY_DAYTIME_HOUR, make_due_notices),
        "deliver_notices": (EVERY_MINUTE, deliver_notices),
        "publish_days": (EVERY_TEN_MINUTES, publish_days),
        "draw_due_rounds": (EVERY_MINUTE, draw_due_rounds),
        "expire_unpaid_purchases": (EVERY_HOUR, end_unpaid_purchases),
        "seal_events": (EVERY_MINUTE, seal),
        TELL_OF_ENDS: (EVERY_MINUTE, deliver_logouts),
        "sweep_sign_ins": (EVERY_HOUR, sweep_sign_ins),
        "purge_readings": (EVERY_NIGHT, purge_readings),
    }
    for name, (cron, chore) in chores.items():
        _register(queue, name, cron, chore, installation)
    return queue


def _register(
    queue: procrastinate.App, name: str, cron: str, chore: Callable[[Installation], None], installation: Installation
) -> None:
    """Register a chore under its name, started by the clock and by whoever defers it; one waiting run is enough."""

    def run(timestamp: int = 0) -> None:
        chore(installation)

    task = queue.task(name=name, queueing_lock=name)(run)
    queue.periodic(cron=cron)(task)


def ask_provider_again(installation: Installation) -> None:
    """Ask for card payments whose first request was not answered, under the same key as then.

    A slip carries a name that is not stored: only the resident can ask for it again, and who does not gets the units
    freed at the deadline.
    """
    now = installation.clock.now()
    with installation.worker_database.transaction() as session:
        unanswered = purchases_to_request(session)
    recent = [purchase for purchase in unanswered if now < purchase.created_at + ASKED_AGAIN_WITHIN]
    by_card = [purchase for purchase in recent if purchase.method is PurchaseMethod.CARD]
    results = [result for purchase in by_card if (result := _asked(installation, purchase))]
    if results:
        installation.worker_database.run(lambda session: record_provider_payment(session, results, now=now))


def _asked(installation: Installation, purchase: Purchase) -> ProviderResult | None:
    order = PaymentOrder(purchase.id, purchase.amount_yen, "card", "かしまん商品券", checks_card=purchase.checks_card)
    try:
        return ProviderResult(purchase.id, installation.provider.request_payment(order))
    except ProviderDown:
        return None
    except Refusal as refusal:
        return ProviderResult(purchase.id, refusal)


def roll_up(installation: Installation) -> None:
    """Sum up totals behind the cursor."""
    installation.worker_database.run(roll_up_totals)


def release_holds(installation: Installation) -> None:
    """Give back what was held past its deadline."""
    now = installation.clock.now()
    while _any_posted(installation.worker_database.run(lambda session: release_overdue_holds(session, now=now))):
        pass


def _any_posted(outcomes: Sequence[Posted | Refusal]) -> bool:
    """Whether a run got on: what is refused now, such as by a closed period, would be refused for ever."""
    return any(isinstance(outcome, Posted) for outcome in outcomes)


def end_unpaid_purchases(installation: Installation) -> None:
    """End purchases that were not paid in time, and cancel them at the provider after the commit.

    A payment that cannot be cancelled any more, or not now, is left: money that arrives all the same is handled.
    """

    def end(session: Session) -> list[Purchase]:
        return expire_unpaid_purchases(session, now=installation.clock.now())

    while ended := installation.worker_database.run(end):
        for purchase in ended:
            if purchase.provider_id is not None:
                with suppress(ProviderDown, Refusal):
                    installation.provider.cancel(purchase.provider_id)


def seal(installation: Installation) -> None:
    """Bind the events of identity that wait into their chain."""
    now = installation.clock.now()
    while installation.worker_database.run(lambda session: seal_events(session, now=now)) == EVENTS_AT_ONCE:
        pass


def sweep_sign_ins(installation: Installation) -> None:
    """Forget attempts, requests, proofs and sign-ins that were kept long enough."""
    now = installation.clock.now()
    installation.worker_database.run(lambda session: purge_passed_attempts(session, now=now))
    while installation.worker_database.run(lambda session: sweep_what_is_over(session, now=now)):
        pass


def purge_readings(installation: Installation) -> None:
    """Let go of records of readings that were kept long enough."""
    installation.worker_database.run(lambda session: purge_expired(session, now=installation.clock.now()))
