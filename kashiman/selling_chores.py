"""What the worker does for selling: it asks the provider, acts on what was read, and does there what is left to do."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar

from issuance.operations.apply_looked_up_states import apply_looked_up_states
from issuance.operations.apply_provider_states import apply_provider_states
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.process_provider_events import process_provider_events
from issuance.operations.process_refund_notices import process_refund_notices
from issuance.operations.record_refunds import record_refunds
from issuance.operations.record_refused_refund import record_refused_refund
from issuance.payouts.model import PayoutReading
from issuance.payouts.operations.record_disputes import record_disputes
from issuance.payouts.operations.record_payouts import record_payouts
from issuance.payouts.queries import disputes_to_read, payouts_to_read
from issuance.provider_model import ProviderPayment
from issuance.purchase_model import Purchase
from issuance.queries import (
    payments_to_read,
    purchases_of_payments,
    purchases_to_look_up,
    refunds_to_ask,
    refunds_to_read,
    rounds_to_pass_on,
)
from issuance.rules.purchases import ProviderStep, step_at_provider
from kashiman.assembly import Installation
from kernel.refusals import Busy, ProviderDown, Refusal

LOOK_BACK = timedelta(days=4)
"""Stripe delivers a notice again for three days (docs.stripe.com/webhooks); what is older is asked for by its id."""

Read = TypeVar("Read")


def read_provider_events(installation: Installation) -> None:
    """Read at the provider what the waiting notices are about, then act on what was read."""
    with installation.worker_database.transaction() as session:
        waiting = payments_to_read(session)
    states = _read_each(waiting, installation.provider.payment_state)
    now = installation.clock.now()
    installation.worker_database.run(lambda session: process_provider_events(session, states, now=now))
    _finish_at_provider(installation, list(states.values()))


def look_up_payments(installation: Installation) -> None:
    """Ask the provider about purchases of which no notice came, and act on what it says."""
    now = installation.clock.now()
    with installation.worker_database.transaction() as session:
        silent = purchases_to_look_up(session, now=now)
    ids = {purchase.provider_id: purchase.id for purchase in silent if purchase.provider_id is not None}
    unreachable: list[str] = []
    states = _read_each(list(ids), installation.provider.payment_state, unreachable)
    asked = [purchase_id for provider_id, purchase_id in ids.items() if provider_id not in unreachable]
    payments = list(states.values())
    if asked:
        installation.worker_database.run(lambda session: apply_looked_up_states(session, asked, payments, now=now))
        _finish_at_provider(installation, payments)


def give_money_back(installation: Installation) -> None:
    """Ask the provider to give back money that bought nothing, and see how refunds under way stand."""
    with installation.worker_database.transaction() as session:
        wanted = refunds_to_ask(session)
    with suppress(ProviderDown):
        for purchase in wanted:
            _give_back(installation, purchase)
    read_refunds(installation)


def read_refunds(installation: Installation) -> None:
    """Read refunds with waiting notices and those under way, then act on what was read."""
    read_at = installation.clock.now()
    with installation.worker_database.transaction() as session:
        waiting = refunds_to_read(session)
    refunds = list(_read_each(waiting, installation.provider.refund_state).values())
    now = installation.clock.now()
    installation.worker_database.run(lambda session: process_refund_notices(session, refunds, read_at=read_at, now=now))


def follow_disputes(installation: Installation) -> None:
    """Read disputes with waiting notices, those not decided, and recent ones nobody told of, then act on them."""
    read_at = installation.clock.now()
    with installation.worker_database.transaction() as session:
        waiting = disputes_to_read(session)
    found = _read_each(waiting, installation.provider.dispute_state)
    with suppress(ProviderDown):
        recent = installation.provider.disputes_since(read_at - LOOK_BACK)
        found |= {dispute.dispute_id: dispute for dispute in recent}
    disputes, now = list(found.values()), installation.clock.now()
    with suppress(Busy):
        installation.worker_database.run(lambda session: record_disputes(session, disputes, read_at=read_at, now=now))


def book_payouts(installation: Installation) -> None:
    """Read payouts with waiting notices, and recent ones nobody told of, with all they are made of, then book them."""
    read_at = installation.clock.now()
    with installation.worker_database.transaction() as session:
        waiting = payouts_to_read(session)
    found = _read_each(waiting, installation.provider.payout_state)
    with suppress(ProviderDown):
        found |= {payout.payout_id: payout for payout in installation.provider.payouts_since(read_at - LOOK_BACK)}
    entries = _read_each(list(found), installation.provider.payout_entries)
    readings = [PayoutReading(found[payout_id], tuple(made_of)) for payout_id, made_of in entries.items()]
    now = installation.clock.now()
    installation.worker_database.run(lambda session: record_payouts(session, readings, read_at=read_at, now=now))


def pass_units_on(installation: Installation) -> None:
    """Pass units that were not paid in time down the waiting lists, one round after the other."""
    now = installation.clock.now()
    with installation.worker_database.transaction() as session:
        rounds = rounds_to_pass_on(session, now=now)
    for round_id in rounds:
        installation.worker_database.run(partial(offer_waiting_list, round_id=round_id, now=now))


def _give_back(installation: Installation, purchase: Purchase) -> None:
    """Ask for one refund under a key of its purchase, so that asking again is asking once."""
    now, database = installation.clock.now(), installation.worker_database
    provider_id, amount_yen = purchase.provider_id or "", purchase.received_yen or 0
    try:
        refund = installation.provider.refund(provider_id, amount_yen, f"refund-{purchase.id}")
    except Refusal as refused:
        refusal = refused
        database.run(lambda session: record_refused_refund(session, purchase.id, refusal, now=now))
    else:
        database.run(lambda session: record_refunds(session, [refund], now=now))


def _finish_at_provider(installation: Installation, payments: Sequence[ProviderPayment]) -> None:
    """Capture what is authorised and may be taken, cancel what must not become money, and act on the answers."""
    with installation.worker_database.transaction() as session:
        found = purchases_of_payments(session, [payment.provider_id for payment in payments])
    purchases, now = {purchase.provider_id: purchase for purchase in found}, installation.clock.now()
    answers: list[ProviderPayment] = []
    for payment in payments:
        purchase = purchases.get(payment.provider_id)
        step = step_at_provider(payment, purchase, now) if purchase else None
        if step is not None:
            does = installation.provider.capture if step is ProviderStep.CAPTURE else installation.provider.cancel
            answers.extend(_read_each([payment.provider_id], does).values())
    if answers:
        installation.worker_database.run(lambda session: apply_provider_states(session, answers, now=now))


def _read_each(
    ids: Sequence[str], read: Callable[[str], Read], unreachable: list[str] | None = None
) -> dict[str, Read]:
    """Read one by one; what cannot be read now waits for the next run and holds up nothing else."""
    found: dict[str, Read] = {}
    for number, each in enumerate(ids):
        try:
            found[each] = read(each)
        except ProviderDown:
            if unreachable is not None:
                unreachable.extend(ids[number:])
            break
        except Refusal:
            continue
    return found
