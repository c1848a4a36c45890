"""Start buying granted units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import PurchaseMethod
from issuance.provider_refusals import PaymentMethodNotOffered
from issuance.purchase_model import GrantAccount, Purchase, PurchaseMove, PurchaseRequest
from issuance.rules.card_caps import CardUse, check_first_day
from issuance.rules.purchases import GrantFinder, check_purchase
from issuance.rules.selling import new_purchase, purchase_key
from issuance.store import grants
from issuance.store import purchases as store
from kernel.ids import new_ids
from kernel.refusals import Refusal
from ledger.model import CommandKey
from ledger.refusals import KeyReusedWithOtherContent


def start_purchases(
    session: Session, requests: Sequence[PurchaseRequest], *, now: datetime
) -> list[Purchase | Refusal]:
    """Hold units of grants for payment, in the order of the requests, each on its own; nothing is paid yet.

    The same key gives the same purchase again as it stands now. What is held never exceeds a grant, whoever else
    buys from it at the same moment. Refuses, in this order: KeyReusedWithOtherContent, GrantUnknown, then what
    `check_purchase` refuses; PaymentMethodNotOffered for the counter, which sells through `sell_at_counter`; for a
    card, FirstDayCapReached.
    """
    accounts = grants.lock_accounts(
        session,
        grant_ids=[request.grant_id for request in requests if request.grant_id],
        applicants=[
            (request.round_id, request.person_id) for request in requests if request.round_id and request.person_id
        ],
    )
    finder = GrantFinder(accounts.values())
    use = _card_use(session, accounts.values())
    keys = [purchase_key(request) for request in requests]
    known = store.purchases_by_key(session, [key.id for key in keys])
    fresh: list[PurchaseMove] = []
    outcomes: list[Purchase | Refusal] = []
    for request, key, purchase_id in zip(requests, keys, new_ids(len(requests)), strict=True):
        outcome = _answer(request, key, purchase_id, finder, use, known, now)
        if isinstance(outcome, Purchase) and not outcome.is_replay:
            known[key.id] = outcome
            fresh.append(PurchaseMove(outcome, None, "requested"))
        outcomes.append(outcome)

    # Nothing below this line may refuse.
    store.insert_purchases(session, fresh, now)
    return outcomes


def _card_use(session: Session, accounts: Iterable[GrantAccount]) -> CardUse:
    """Take turns with whoever decides about the same wallets, as far as their campaigns have a first-day cap."""
    capped = (account.grant for account in accounts if account.grant.terms.max_units_first_day is not None)
    wallets = {(grant.campaign_id, grant.wallet_id) for grant in capped}
    return CardUse(store.take_turns_by_card(session, wallets, ()))


def _answer(
    request: PurchaseRequest,
    key: CommandKey,
    purchase_id: UUID,
    finder: GrantFinder,
    use: CardUse,
    known: Mapping[UUID, Purchase],
    now: datetime,
) -> Purchase | Refusal:
    before = known.get(key.id)
    if before is not None:
        is_same = before.fingerprint == key.fingerprint
        return replace(before, is_replay=True) if is_same else KeyReusedWithOtherContent()
    try:
        account = finder.choose(request, now)
        check_purchase(account, request.units, request.method, now)
        if request.method is PurchaseMethod.CARD:
            check_first_day(use, account.grant, request.units, now)
    except Refusal as refusal:
        return refusal
    if request.method is PurchaseMethod.COUNTER:
        online = tuple(method for method in account.grant.terms.payment_methods if method != request.method)
        return PaymentMethodNotOffered(method=request.method, offered=online)
    purchase = new_purchase(purchase_id, account, request.units, request.method, key, now)
    use.put(purchase)
    return purchase
