"""Paper cards of the residents of the shop world, and what shops charge them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from kernel.db import Session
from kernel.ids import derived_id
from kernel.refusals import Refusal
from payments.cards.model import Card, CardActor, CardActorKind, CardCharge, CardEvent, CardReason, PrintedCard
from payments.cards.operations.end_card import end_card
from payments.cards.operations.freeze_card import freeze_card
from payments.cards.operations.issue_card import issue_card
from payments.cards.operations.replace_card import replace_card
from payments.cards.operations.set_card_pin import set_card_pin
from payments.cards.operations.take_any_payments import AskedPayment, take_any_payments
from payments.cards.operations.unfreeze_card import unfreeze_card
from payments.cards.queries import card_events, find_card
from payments.cards.rules import pin_digest
from payments.codes.card_code import card_digest_of
from payments.model import PaymentReceipt
from tests.ledger.books import NOON
from tests.merchants.shops import NORTH
from tests.payments.shop_world import CASHIER, TARO, ShopWorld

PEPPER = b"p" * 32
PIN, OTHER_PIN = "2749", "8305"
CLERK = CardActor(CardActorKind.STAFF, derived_id("staff", "help desk"))


@dataclass
class WalletCards:
    """What is done with cards, as the role that does it."""

    world: ShopWorld

    def issue(
        self, *, wallet_id: UUID = TARO, pin: str | None = PIN, now: datetime = NOON, **facts: Any
    ) -> PrintedCard:
        """The counter issues a card, by default one with a PIN to Taro."""

        def issue(session: Session) -> PrintedCard:
            reason = facts.pop("reason", CardReason.NO_PHONE)
            return issue_card(
                session, wallet_id=wallet_id, actor=CLERK, reason=reason, pin=pin, pepper=PEPPER, now=now, **facts
            )

        return self.world.staff.run(issue)

    def replace(self, card_id: UUID, *, pin: str | None = None, now: datetime = NOON) -> PrintedCard:
        return self.world.staff.run(
            lambda session: replace_card(
                session, card_id, actor=CLERK, reason=CardReason.LOST, pin=pin, pepper=PEPPER, now=now
            )
        )

    def set_pin(self, card_id: UUID, pin: str) -> Card:
        return self.world.staff.run(
            lambda session: set_card_pin(
                session, card_id, pin, actor=CLERK, reason=CardReason.PIN_FORGOTTEN, pepper=PEPPER, now=NOON
            )
        )

    def freeze(self, card_id: UUID, *, by_wallet: UUID | None = None) -> Card:
        """The desk freezes a card, or its holder by the wallet."""
        actor = CardActor(CardActorKind.HOLDER, by_wallet) if by_wallet else CLERK
        database = self.world.pay if by_wallet else self.world.staff
        return database.run(
            lambda session: freeze_card(
                session, card_id, wallet_id=by_wallet, actor=actor, reason=CardReason.LOST, now=NOON
            )
        )

    def unfreeze(self, card_id: UUID) -> Card:
        return self.world.staff.run(
            lambda session: unfreeze_card(session, card_id, actor=CLERK, reason=CardReason.FOUND_AGAIN, now=NOON)
        )

    def end(self, card_id: UUID) -> Card:
        return self.world.staff.run(
            lambda session: end_card(session, card_id, actor=CLERK, reason=CardReason.WISHED, now=NOON)
        )

    def charging(
        self,
        printed: PrintedCard,
        amount_yen: int = 1_280,
        *,
        pin: str | None = None,
        key: str | None = None,
        store_id: UUID = NORTH.store_id,
        asked_at: datetime = NOON,
    ) -> CardCharge:
        """A shop charges a card, by default the market and without a PIN."""
        digest = card_digest_of(printed.code)
        typed = pin_digest(PEPPER, digest, pin) if pin else None
        return CardCharge(key or str(uuid4()), digest, amount_yen, store_id, CASHIER, asked_at, typed)

    def take(self, *requests: AskedPayment) -> list[PaymentReceipt | Refusal]:
        """Take payments as one batch and commit."""
        return self.world.pay.run(lambda session: take_any_payments(session, requests))

    def paid(self, request: AskedPayment) -> PaymentReceipt:
        (outcome,) = self.take(request)
        assert isinstance(outcome, PaymentReceipt), outcome
        return outcome

    def refused(self, request: AskedPayment) -> Refusal:
        """Ask for what must be refused, and see that no money moved and the decision is kept."""
        before, known = self.world.money(), self.world.decisions()
        (outcome,) = self.take(request)
        assert isinstance(outcome, Refusal), outcome
        assert self.world.money() == before
        assert self.world.decisions() == known + 1
        return outcome

    def now(self, card_id: UUID) -> Card:
        found = self.world.pay.run(lambda session: find_card(session, card_id))
        assert found is not None
        return found

    def told(self, card_id: UUID) -> list[CardEvent]:
        return self.world.pay.run(lambda session: card_events(session, card_id))
