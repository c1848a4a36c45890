"""How a purchase comes into being, and how it becomes a lot."""

from datetime import datetime
from uuid import UUID

from issuance.model import PurchaseMethod
from issuance.purchase_model import (
    PROVIDER,
    CounterSale,
    GrantAccount,
    Purchase,
    PurchaseRequest,
    PurchaseState,
)
from ledger.model import Account, AccountKind, CommandKey, SellVoucher, command_key, shared_account


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
    )
    account.purchases[purchase_id] = purchase
    return purchase


def voucher_sale(account: GrantAccount, purchase: Purchase, key: CommandKey, now: datetime) -> SellVoucher:
    """The command that turns a purchase into a lot now that its money is certain."""
    return SellVoucher(
        key=key,
        event_at=now,
        lot_id=purchase.lot_id,
        wallet_id=purchase.wallet_id,
        campaign_id=purchase.campaign_id,
        terms=account.grant.lot_terms,
        paid_yen=purchase.amount_yen,
        premium_yen=purchase.premium_yen,
        money=money_of(purchase),
    )


def sale_key(purchase: Purchase) -> CommandKey:
    """The key under which a purchase from the provider becomes a lot, whoever notices the money first."""
    content = (purchase.wallet_id, purchase.amount_yen, purchase.premium_yen)
    return command_key("purchase", str(purchase.id), *content)


def money_of(purchase: Purchase) -> Account:
    """Where the money of a purchase lies: in the till of a counter, or with the provider."""
    if purchase.counter is not None:
        return shared_account(AccountKind.COUNTER_CASH, reference=purchase.counter)
    return shared_account(AccountKind.PROVIDER_CLEARING, reference=PROVIDER)
