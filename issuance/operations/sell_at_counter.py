"""Sell granted units for cash."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlmodel import Session

from issuance.model import PurchaseMethod
from issuance.purchase_model import CounterSale, Purchase, PurchaseMove, PurchaseState
from issuance.rules.purchases import GrantFinder, check_purchase
from issuance.rules.selling import counter_key, new_purchase, voucher_sales, with_sales
from issuance.store import grants
from issuance.store import purchases as store
from kernel.ids import new_ids
from kernel.refusals import Refusal
from ledger.model import CommandKey, Decline, SellVoucher
from ledger.operations.post_journals import Outcome, post_journals
from ledger.refusals import KeyReusedWithOtherContent

_Attempt = tuple[Sequence[SellVoucher | Decline], Purchase | None]


def sell_at_counter(session: Session, requests: Sequence[CounterSale], *, now: datetime) -> list[Purchase | Refusal]:
    """Take cash and issue the lots at once, in the order of the requests, each whole and on its own.

    The same key gives the same sale again; a refused sale burns its key. Refuses, in this order:
    KeyReusedWithOtherContent, GrantUnknown, what `check_purchase` refuses, what the books refuse.
    """
    accounts = grants.lock_accounts(
        session,
        grant_ids=[request.grant_id for request in requests if request.grant_id],
        applicants=[
            (request.round_id, request.person_id) for request in requests if request.round_id and request.person_id
        ],
    )
    finder = GrantFinder(accounts.values())
    keys = [counter_key(request) for request in requests]
    known = store.purchases_by_key(session, [key.id for key in keys])
    first_uses = _first_uses(requests, keys, known)
    attempts = [
        _attempt(request, key, purchase_id, finder, now)
        for (request, key), purchase_id in zip(first_uses, new_ids(len(first_uses)), strict=True)
    ]
    booked = iter(post_journals(session, [command for commands, _ in attempts for command in commands]))
    sold = {
        commands[0].key.id: _outcome(purchase, list(islice(booked, len(commands))), now)
        for commands, purchase in attempts
    }
    fresh = [outcome for outcome in sold.values() if isinstance(outcome, Purchase)]
    store.insert_purchases(session, [PurchaseMove(purchase, None, "cash") for purchase in fresh], now)
    answered: set[UUID] = set()
    return [_answer(key, known, sold, answered) for key in keys]


def _first_uses(
    requests: Sequence[CounterSale], keys: Sequence[CommandKey], known: Mapping[UUID, Purchase]
) -> list[tuple[CounterSale, CommandKey]]:
    """The first request of each key that was not answered before."""
    unique: dict[UUID, tuple[CounterSale, CommandKey]] = {}
    for request, key in zip(requests, keys, strict=True):
        if key.id not in known:
            unique.setdefault(key.id, (request, key))
    return list(unique.values())


def _attempt(
    request: CounterSale,
    key: CommandKey,
    purchase_id: UUID,
    finder: GrantFinder,
    now: datetime,
) -> _Attempt:
    try:
        account = finder.choose(request, now)
        check_purchase(account, request.units, PurchaseMethod.COUNTER, now)
    except Refusal as refusal:
        return [Decline(key, now, refusal)], None
    purchase = new_purchase(
        purchase_id,
        account,
        request.units,
        PurchaseMethod.COUNTER,
        key,
        now,
        request.counter,
        request.clerk_id,
    )
    return voucher_sales(account, purchase, key, now), purchase


def _outcome(purchase: Purchase | None, outcomes: Sequence[Outcome], now: datetime) -> Purchase | Refusal:
    if purchase is None:
        (outcome,) = outcomes
        assert isinstance(outcome, Refusal)
        return outcome
    sold = with_sales(purchase, outcomes, now)
    if isinstance(sold, Refusal):
        return sold
    return replace(sold, state=PurchaseState.PAID, received_yen=purchase.amount_yen)


def _answer(
    key: CommandKey,
    known: Mapping[UUID, Purchase],
    sold: Mapping[UUID, Purchase | Refusal],
    answered: set[UUID],
) -> Purchase | Refusal:
    outcome = known.get(key.id) or sold[key.id]
    if not isinstance(outcome, Purchase):
        return outcome
    if outcome.fingerprint != key.fingerprint:
        return KeyReusedWithOtherContent()
    is_replay = key.id in known or key.id in answered
    answered.add(key.id)
    return replace(outcome, is_replay=is_replay)
