"""How a purchase comes into being, how it becomes lots, and how these are taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from issuance.model import PurchaseMethod
from issuance.purchase_model import (
    PROVIDER,
    CounterSale,
    Grant,
    GrantAccount,
    Purchase,
    PurchaseRequest,
    PurchaseState,
)
from kernel.ids import derived_id
from kernel.refusals import BooksBroken, Refusal
from ledger.model import (
    Account,
    AccountKind,
    CancelSale,
    CommandKey,
    Posted,
    SellVoucher,
    UsableAt,
    command_key,
    shared_account,
)


class LotPart(NamedTuple):
    """The part of a purchase that becomes one lot."""

    usable_at: UsableAt
    paid_yen: int
    premium_yen: int


def purchase_key(request: PurchaseRequest) -> CommandKey:
    """The key of a resident's request: who asks is the wallet."""
    content = (request.units, request.method, request.grant_id, request.round_id, request.person_id)
    return command_key(f"purchase/{request.wallet_id}", request.key, *content)


def counter_key(sale: CounterSale) -> CommandKey:
    """The key of a clerk's request: who asks is the counter."""
    content = (sale.units, sale.clerk_id, sale.grant_id, sale.round_id, sale.person_id)
    return command_key(f"counter-sale/{sale.counter}", sale.key, *content)


def new_purchase(
    purchase_id: UUID,
    account: GrantAccount,
    units: int,
    method: PurchaseMethod,
    key: CommandKey,
    now: datetime,
    counter: str | None = None,
    clerk_id: UUID | None = None,
) -> Purchase:
    """Ask for units of a grant and hold them in its account; the price is fixed here, in yen."""
    grant = account.grant
    purchase = Purchase(
        id=purchase_id,
        grant_id=grant.id,
        round_id=grant.round_id,
        campaign_id=grant.campaign_id,
        wallet_id=grant.wallet_id,
        units=units,
        method=method,
        amount_yen=units * grant.terms.price_yen,
        premium_yen=units * grant.terms.premium_yen,
        state=PurchaseState.REQUESTED,
        expires_at=grant.pay_until,
        created_at=now,
        key=key.id,
        fingerprint=key.fingerprint,
        counter=counter,
        clerk_id=clerk_id,
        checks_card=method is PurchaseMethod.CARD and grant.terms.max_units_per_card is not None,
    )
    account.purchases[purchase_id] = purchase
    return purchase


def voucher_sales(
    account: GrantAccount, purchase: Purchase, key: CommandKey, now: datetime, *, after: str = ""
) -> list[SellVoucher]:
    """The commands that turn a purchase into its lots now that its money is certain: both are posted, or neither.

    What only small shops take is a lot of its own, under a key that follows from the first; its id is the one just
    below, so that these shops take it first. `after` names why a purchase becomes lots once more, so that these are
    other ones.
    """
    lot_id = derived_id("lot", str(purchase.id), after) if after else purchase.lot_id
    lot_ids = [lot_id, UUID(int=lot_id.int - 1)]
    keys = [key, CommandKey(derived_id("small-shop-sale", str(key.id)), key.fingerprint)]
    return [
        SellVoucher(
            key=key_of_lot,
            event_at=now,
            lot_id=lot_id,
            wallet_id=purchase.wallet_id,
            campaign_id=purchase.campaign_id,
            terms=replace(account.grant.lot_terms, usable_at=share.usable_at),
            paid_yen=share.paid_yen,
            premium_yen=share.premium_yen,
            money=money_of(purchase),
        )
        for share, lot_id, key_of_lot in zip(lot_parts(purchase, account.grant), lot_ids, keys, strict=False)
    ]


def lot_parts(purchase: Purchase, grant: Grant) -> list[LotPart]:
    """The parts of a purchase by where they may be spent, in yen; they sum to its price and its premium.

    The paid part of a share is price x share / face, and whole: a campaign whose rules make it otherwise is never
    approved.
    """
    terms, units = grant.terms, purchase.units
    small_face_yen = terms.small_shop_face_yen
    small_paid_yen, odd_yen = divmod(terms.price_yen * small_face_yen, terms.face_yen)
    if odd_yen or not 0 <= small_face_yen <= terms.face_yen:
        raise BooksBroken(f"a unit of campaign {grant.campaign_id} does not divide into whole yen")
    small_yen = (units * small_paid_yen, units * (small_face_yen - small_paid_yen))
    small = LotPart(UsableAt.SMALL_SHOPS, *small_yen)
    common = LotPart(
        grant.lot_terms.usable_at, purchase.amount_yen - small.paid_yen, purchase.premium_yen - small.premium_yen
    )
    return [share for share in (common, small) if share.paid_yen]


def with_sales(purchase: Purchase, outcomes: Sequence[Posted | Refusal], paid_at: datetime) -> Purchase | Refusal:
    """A purchase with the sales that it became, or why the books refused them; they are refused together."""
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    posted = [outcome.journal.id for outcome in outcomes if isinstance(outcome, Posted)]
    if refusals and posted:
        raise BooksBroken(f"a part of purchase {purchase.id} was sold and another was not")
    if refusals:
        return refusals[0]
    small = posted[1] if len(posted) > 1 else None
    return replace(purchase, journal_id=posted[0], small_journal_id=small, paid_at=paid_at)


def sale_cancellations(purchase: Purchase, scope: str, now: datetime) -> list[CancelSale]:
    """The commands that take a purchase's sales back whole, under keys of `scope`."""
    names = (str(purchase.id), f"{purchase.id}/small")
    return [
        CancelSale(command_key(scope, name), now, journal_id)
        for name, journal_id in zip(names, purchase.journal_ids, strict=False)
    ]


def sale_key(purchase: Purchase) -> CommandKey:
    """The key under which a purchase from the provider becomes a lot, whoever notices the money first."""
    content = (purchase.wallet_id, purchase.amount_yen, purchase.premium_yen)
    return command_key("purchase", str(purchase.id), *content)


def money_of(purchase: Purchase) -> Account:
    """Where the money of a purchase lies: in the till of a counter, or with the provider."""
    if purchase.counter is not None:
        return shared_account(AccountKind.COUNTER_CASH, reference=purchase.counter)
    return shared_account(AccountKind.PROVIDER_CLEARING, reference=PROVIDER)
