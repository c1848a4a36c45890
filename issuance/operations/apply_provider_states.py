"""Bring purchases to where their payments stand at the provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlmodel import Session

from issuance.model import PurchaseMethod
from issuance.provider_model import ProviderPayment, ProviderStatus
from issuance.provider_refusals import ProviderPaymentUnmatched
from issuance.purchase_model import GrantAccount, Purchase, PurchaseMove, PurchaseState
from issuance.rules.card_caps import CardUse, card_of, card_refusal
from issuance.rules.purchases import Meaning, meaning_of_payment
from issuance.rules.selling import sale_key, voucher_sales, with_sales
from issuance.store import grants
from issuance.store import purchases as store
from kernel.refusals import Refusal
from ledger.model import SellVoucher
from ledger.operations.post_journals import post_journals


@dataclass
class _Batch:
    """The locked grants of a batch, and what was decided so far."""

    accounts: Mapping[UUID, GrantAccount]
    use: CardUse = field(default_factory=CardUse)
    grant_of: dict[UUID, UUID] = field(default_factory=dict)
    purchase_of: dict[str, UUID] = field(default_factory=dict)
    moves: dict[UUID, PurchaseMove] = field(default_factory=dict)
    sales: dict[UUID, list[SellVoucher]] = field(default_factory=dict)
    alarms: dict[UUID, Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for account in self.accounts.values():
            for purchase in account.purchases.values():
                self.grant_of[purchase.id] = account.grant.id
                if purchase.provider_id is not None:
                    self.purchase_of[purchase.provider_id] = purchase.id

    def find(self, payment: ProviderPayment) -> Purchase | None:
        """The purchase of a payment: by the provider's id or, while none is stored, by our own."""
        known = self.purchase_of.get(payment.provider_id)
        if known is not None:
            return self.purchase(known)
        meant = _uuid(payment.purchase_id)
        if meant is None or meant not in self.grant_of:
            return None
        purchase = self.purchase(meant)
        return purchase if purchase.provider_id is None and purchase.counter is None else None

    def purchase(self, purchase_id: UUID) -> Purchase:
        return self.account(purchase_id).purchases[purchase_id]

    def account(self, purchase_id: UUID) -> GrantAccount:
        return self.accounts[self.grant_of[purchase_id]]

    def put(self, purchase: Purchase, reason: str) -> None:
        """Take a purchase as it stands now, remembering the state that is stored."""
        account = self.account(purchase.id)
        earlier = self.moves.get(purchase.id)
        stored_state = earlier.from_state if earlier else account.purchases[purchase.id].state
        account.purchases[purchase.id] = purchase
        self.use.put(purchase)
        self.moves[purchase.id] = PurchaseMove(purchase, stored_state, reason)
        if purchase.provider_id is not None:
            self.purchase_of[purchase.provider_id] = purchase.id


def apply_provider_states(
    session: Session, payments: Sequence[ProviderPayment], *, now: datetime
) -> list[Purchase | Refusal]:
    """Move purchases to where their payments stand, as read from the provider just before; one answer for each.

    Money that is certain becomes its lots; the same state again changes nothing. Alarms, as answers: a payment that
    pays for no purchase of ours (ProviderPaymentUnmatched); money that buys nothing and is recorded as to be given
    back (ProviderAmountDiffers, PaymentCameTooLate, what `card_refusal` tells, or what the books refuse). What is
    only authorised and must not pay ends its purchase with the same alarms.
    """
    meant = [_uuid(payment.purchase_id) for payment in payments]
    accounts = grants.lock_accounts(
        session,
        purchase_ids=[purchase_id for purchase_id in meant if purchase_id is not None],
        provider_ids=[payment.provider_id for payment in payments],
    )
    batch = _Batch(accounts)
    batch.use = _card_use(session, payments, batch)
    found = [_decide(payment, batch, now) for payment in payments]
    _post_sales(session, batch, now)
    store.update_purchases(session, list(batch.moves.values()), now)
    return [_answer(payment, purchase_id, batch) for payment, purchase_id in zip(payments, found, strict=True)]


def _card_use(session: Session, payments: Sequence[ProviderPayment], batch: _Batch) -> CardUse:
    """Take turns with whoever decides about the same cards and wallets, as far as their campaigns have caps."""
    wallets, cards = set(), set()
    for payment in payments:
        purchase = batch.find(payment)
        if purchase is None or purchase.method is not PurchaseMethod.CARD:
            continue
        terms, card = batch.account(purchase.id).grant.terms, card_of(payment)
        if terms.max_units_first_day is not None:
            wallets.add((purchase.campaign_id, purchase.wallet_id))
        if terms.max_units_per_card is not None and card is not None:
            cards.add((purchase.campaign_id, card))
    return CardUse(store.take_turns_by_card(session, wallets, cards))


def _decide(payment: ProviderPayment, batch: _Batch, now: datetime) -> UUID | None:
    """Decide one payment and give the id of its purchase, if there is one."""
    purchase = batch.find(payment)
    if purchase is None:
        return None
    account = batch.account(purchase.id)
    refusal = card_refusal(batch.use, account.grant, purchase, payment, now)
    meaning = meaning_of_payment(account, purchase, payment, now, refusal)
    changed = _with_facts(purchase, payment, meaning)
    if account.grant.terms.max_units_per_card is not None and refusal is None:
        changed = replace(changed, card=card_of(payment) or purchase.card)
    if changed != purchase:
        batch.put(changed, meaning.reason if meaning else "facts")
    if meaning is not None and meaning.alarm is not None:
        batch.alarms[purchase.id] = meaning.alarm
    if meaning is not None and meaning.state is PurchaseState.PAID:
        batch.sales[purchase.id] = voucher_sales(account, changed, sale_key(changed), now)
    return purchase.id


def _with_facts(purchase: Purchase, payment: ProviderPayment, meaning: Meaning | None) -> Purchase:
    has_money = payment.status is ProviderStatus.SUCCEEDED
    return replace(
        purchase,
        provider_id=payment.provider_id,
        slip=payment.slip or purchase.slip,
        expires_at=payment.slip.expires_at if payment.slip else purchase.expires_at,
        received_yen=payment.received_yen if has_money else purchase.received_yen,
        state=meaning.state if meaning else purchase.state,
        provider_status=payment.status,
    )


def _post_sales(session: Session, batch: _Batch, now: datetime) -> None:
    """Post the sales; what the books refuse is money to be given back."""
    outcomes = iter(post_journals(session, [sale for sales in batch.sales.values() for sale in sales]))
    for purchase_id, sales in batch.sales.items():
        purchase = batch.purchase(purchase_id)
        sold = with_sales(purchase, list(islice(outcomes, len(sales))), now)
        if isinstance(sold, Refusal):
            batch.alarms[purchase_id] = sold
            batch.put(replace(purchase, state=PurchaseState.REFUND_NEEDED), sold.code)
        else:
            batch.put(sold, "money_received")


def _answer(payment: ProviderPayment, purchase_id: UUID | None, batch: _Batch) -> Purchase | Refusal:
    if purchase_id is None:
        received_yen = payment.received_yen
        return ProviderPaymentUnmatched(provider_id=payment.provider_id, received_yen=received_yen)
    return batch.alarms.get(purchase_id) or batch.purchase(purchase_id)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
