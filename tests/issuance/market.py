"""A city that sells vouchers, against a real database, at the time of a beacon round whose signature is known."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session

from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.operations.name_beacon_round import name_beacon_round
from issuance.lottery.beacon import NAMED_AHEAD_MIN, QUICKNET, round_appears_at
from issuance.lottery.hashing import commitment
from issuance.lottery.rule_sheet import Fallback, SecretHolder
from issuance.model import (
    ApplicationReceipt,
    ApplicationRequest,
    CampaignDraft,
    CampaignState,
    CampaignTerms,
    Channel,
    Clerk,
    ClerkEntry,
    Desk,
    DrawSummary,
    PurchaseMethod,
    ReceiptSigner,
    RoundDraft,
    RoundRule,
)
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.close_round import close_round
from issuance.operations.create_campaign import create_campaign
from issuance.operations.freeze_draw import freeze_draw
from issuance.operations.move_campaign import move_campaign
from issuance.operations.open_round import open_round
from issuance.operations.process_provider_events import process_provider_events
from issuance.operations.receive_webhook import receive_webhook
from issuance.operations.record_provider_payment import record_provider_payment
from issuance.operations.run_draw import run_draw
from issuance.operations.start_purchases import start_purchases
from issuance.operations.submit_applications import submit_applications
from issuance.provider_model import KonbiniSlip, ProviderEvent, ProviderPayment, ProviderStatus
from issuance.purchase_model import ProviderResult, Purchase, PurchaseRequest
from issuance.queries import GrantView, my_grants, payments_to_read
from issuance.rules.draw_steps import NamedBeacon, dispute_ends_at
from kernel.clock import SetClock, city_date, city_time
from kernel.db import Database
from kernel.refusals import Refusal
from ledger.queries import LotView, wallet_lots
from tests.issuance.sheets import publish_rule_sheet

VECTORS = Path(__file__).parent.parent / "data" / "lottery-vectors.json"
BEACON_ROUND = 657_413
SIGNATURE = str(json.loads(VECTORS.read_text())["draws"][0]["signature"])
SECRET = bytes(range(32))

PLANNED = city_time(date(2023, 7, 20), 9)
OPENS = city_time(date(2023, 8, 1))
CLOSES = city_time(date(2023, 9, 10))
JUST_BEFORE_CLOSING = CLOSES - timedelta(milliseconds=1)
FROZEN = city_time(date(2023, 9, 14), 10)
DRAWN = city_time(date(2023, 9, 15), 21)
PAY_FROM = city_time(date(2023, 9, 16))
PAYING = city_time(date(2023, 9, 18), 12)
PAY_UNTIL = city_time(date(2023, 10, 1))
LAST_DAY = date(2024, 2, 29)

HANA = Clerk(UUID(int=0xC1), Desk.COMMERCE)
KENJI = Clerk(UUID(int=0xC2), Desk.COMMERCE)
FUMI = Clerk(UUID(int=0xC3), Desk.FINANCE)
WORKER = Clerk(UUID(int=0xC4), Desk.SYSTEM)
SIGNER = ReceiptSigner(Ed25519PrivateKey.from_private_bytes(bytes(32)), "kashima-2023")
RECEIPT_KEYS = {SIGNER.kid: SIGNER.key.public_key().public_bytes_raw()}
DRAW_AT = round_appears_at(BEACON_ROUND)
FALLBACK = Fallback("numbers4", "the four digits of the draw of that number, as numbers4:<number>:<digits>")
PEOPLE = UUID(int=0xA0)

TERMS = CampaignTerms(units_total=20, budget_yen=20_000)
CAMPAIGN = CampaignDraft("premium-2023", "かしまんPAY 2023", TERMS)
ROUND = RoundDraft(
    slug="premium-2023-1",
    units_offered=10,
    max_units=5,
    opens_at=OPENS,
    closes_at=CLOSES,
    pay_from=PAY_FROM,
    pay_until=PAY_UNTIL,
    first_day=date(2023, 9, 16),
    last_day=LAST_DAY,
    grace_days=14,
    commitments=(commitment(SECRET).hex(),),
)


def sheet_plan(round_: RoundDraft = ROUND, **facts: Any) -> RuleSheetPlan:
    """The rule sheet of a round whose secrets are kept by the audit commissioner; others are drawn once they can be."""
    holders = tuple(SecretHolder("監査委員", commitment_) for commitment_ in round_.commitments)
    earliest_at = dispute_ends_at(round_.closes_at, RuleSheetPlan.dispute_days) + NAMED_AHEAD_MIN
    draw_at = DRAW_AT if round_.closes_at == CLOSES else earliest_at
    return RuleSheetPlan(**{"draw_at": draw_at, "holders": holders, "fallback": FALLBACK, **facts})


def person(number: int) -> UUID:
    return uuid5(PEOPLE, f"person {number}")


def wallet(number: int) -> UUID:
    return uuid5(PEOPLE, f"wallet {number}")


def application(round_id: UUID, number: int, units: int, key: str | None = None) -> ApplicationRequest:
    return ApplicationRequest(round_id, person(number), wallet(number), None, units, key=key)


def by_clerk(request: ApplicationRequest, channel: Channel = Channel.COUNTER) -> ApplicationRequest:
    """The same, entered by a clerk; everybody has one paper form."""
    entry = ClerkEntry(KENJI.id, reason="本人の希望")
    if channel is Channel.PAPER:
        entry = replace(entry, form_number=f"F-{request.person_id.hex[:8]}", received_on=city_date(OPENS))
    return replace(request, channel=channel, entry=entry)


def provider_payment(
    purchase: Purchase,
    status: ProviderStatus,
    *,
    received_yen: int | None = None,
    failure_reason: str | None = None,
    slip: KonbiniSlip | None = None,
    provider_id: str | None = None,
) -> ProviderPayment:
    has_money = status is ProviderStatus.SUCCEEDED
    return ProviderPayment(
        provider_id=provider_id or f"pi_{purchase.id.hex}",
        purchase_id=str(purchase.id),
        status=status,
        amount_yen=purchase.amount_yen,
        received_yen=received_yen if received_yen is not None else purchase.amount_yen * has_money,
        client_secret="never stored",
        offered_methods=(purchase.method,),
        slip=slip,
        failure_reason=failure_reason,
    )


class Market:
    """A campaign with helpers that do what is usual, one transaction each."""

    def __init__(self, make_database: Callable[..., Database]) -> None:
        self.staff = make_database("kashiman_staff")
        self.apply = make_database("kashiman_apply")
        self.worker = make_database("kashiman_worker")
        self.campaign_id = UUID(int=0)
        self.round_id = UUID(int=0)

    def planned(self, draft: CampaignDraft = CAMPAIGN) -> UUID:
        self.campaign_id = self.staff.run(lambda session: create_campaign(session, draft=draft, by=HANA, now=PLANNED))
        return self.campaign_id

    def opened(self, round_: RoundDraft = ROUND, draft: CampaignDraft = CAMPAIGN) -> UUID:
        """A campaign that is open, with one round."""
        self.started(draft)
        return self.open_round(round_)

    def started(self, draft: CampaignDraft = CAMPAIGN) -> None:
        """A campaign that is open and has no rounds."""
        self.planned(draft)
        self.staff.run(lambda session: approve_campaign(session, self.campaign_id, by=FUMI, now=PLANNED))
        self.move(CampaignState.OPEN)

    def move(self, to_state: CampaignState, now: datetime = PLANNED) -> None:
        self.staff.run(lambda session: move_campaign(session, self.campaign_id, to_state=to_state, by=HANA, now=now))

    def open_round(self, round_: RoundDraft, now: datetime = PLANNED) -> UUID:
        self.announce(round_, now)
        if round_.has_draw:
            self.publish_rules(sheet_plan(round_), now=now)
        return self.round_id

    def announced(self, round_: RoundDraft = ROUND, draft: CampaignDraft = CAMPAIGN) -> UUID:
        """A campaign that is open, with one round that has no rule sheet yet."""
        self.started(draft)
        return self.announce(round_)

    def announce(self, round_: RoundDraft, now: datetime = PLANNED) -> UUID:
        """A round of the campaign; one with a draw takes no applications yet."""
        self.round_id = self.staff.run(
            lambda session: open_round(session, campaign_id=self.campaign_id, round=round_, by=HANA, now=now)
        )
        return self.round_id

    def publish_rules(self, plan: RuleSheetPlan, campaign_key: bytes | None = None, *, now: datetime = PLANNED) -> None:
        """The rule sheet of the newest round, by two people."""
        self.staff.run(
            lambda session: publish_rule_sheet(
                session,
                self.round_id,
                plan,
                people=(HANA, FUMI),
                receipt_keys=RECEIPT_KEYS,
                campaign_key=campaign_key,
                now=now,
            )
        )

    def name_beacon(
        self, now: datetime = FROZEN, beacon_id: str = QUICKNET, beacon_round: int = BEACON_ROUND
    ) -> NamedBeacon:
        return self.staff.run(
            lambda session: name_beacon_round(
                session, self.round_id, beacon_id=beacon_id, beacon_round=beacon_round, by=HANA, now=now
            )
        )

    def submit(self, *requests: ApplicationRequest, now: datetime = OPENS) -> list[ApplicationReceipt | Refusal]:
        """What residents ask in their wallets, or clerks for them."""
        asked_in = self.staff if any(request.entry for request in requests) else self.apply
        return asked_in.run(lambda session: submit_applications(session, requests, signer=SIGNER, clock=SetClock(now)))

    def apply_for(self, units: Sequence[int], now: datetime = OPENS) -> list[str]:
        """Persons 0, 1, 2, … apply for so many units each; gives their receipt numbers."""
        requests = [application(self.round_id, number, asked) for number, asked in enumerate(units)]
        return [receipt_of(outcome) for outcome in self.submit(*requests, now=now)]

    def frozen(self, units: Sequence[int]) -> list[str]:
        """Applications, closed and frozen."""
        receipts = self.apply_for(units)
        self.staff.run(lambda session: close_round(session, self.round_id, now=CLOSES))
        self.name_beacon()
        self.staff.run(lambda session: freeze_draw(session, self.round_id, reveals=[SECRET.hex()], by=FUMI, now=FROZEN))
        return receipts

    def drawn(self, units: Sequence[int]) -> DrawSummary:
        """Applications, closed, frozen and drawn; the campaign sells."""
        self.frozen(units)
        summary = self.worker.run(lambda session: run_draw(session, self.round_id, signature_hex=SIGNATURE, now=DRAWN))
        self.move(CampaignState.DRAWN, DRAWN)
        self.move(CampaignState.SELLING, DRAWN)
        return summary

    def selling(self, units: Sequence[int], offered: int = 10) -> DrawSummary:
        """An open campaign with one round, drawn and selling."""
        self.opened(replace(ROUND, units_offered=offered))
        return self.drawn(units)

    def grants(self, number: int, now: datetime = PAYING) -> list[GrantView]:
        return self.apply.run(lambda session: my_grants(session, person(number), now=now))

    def request(
        self, number: int, units: int, key: str = "k", method: PurchaseMethod = PurchaseMethod.CARD
    ) -> PurchaseRequest:
        return PurchaseRequest(key, wallet(number), units, method, round_id=self.round_id, person_id=person(number))

    def start(self, *requests: PurchaseRequest, now: datetime = PAYING) -> list[Purchase | Refusal]:
        return self.apply.run(lambda session: start_purchases(session, requests, now=now))

    def bought(self, number: int, units: int, key: str = "k", now: datetime = PAYING) -> Purchase:
        """A purchase that awaits payment by card."""
        (purchase,) = self.start(self.request(number, units, key), now=now)
        assert isinstance(purchase, Purchase)
        payment = provider_payment(purchase, ProviderStatus.REQUIRES_PAYMENT_METHOD)
        return self.record(purchase, payment, now)

    def record(self, purchase: Purchase, answer: ProviderPayment | Refusal, now: datetime = PAYING) -> Purchase:
        result = ProviderResult(purchase.id, answer)
        (recorded,) = self.apply.run(lambda session: record_provider_payment(session, [result], now=now))
        assert isinstance(recorded, Purchase)
        return recorded

    def notify(self, payment: ProviderPayment, kind: str, event_id: str, now: datetime = PAYING) -> bool:
        event = ProviderEvent(event_id, kind, payment.provider_id, None, now)
        return self.apply.run(lambda session: receive_webhook(session, event, b"{}", now=now))

    def process(self, *payments: ProviderPayment, now: datetime = PAYING) -> list[Purchase | Refusal]:
        states = {payment.provider_id: payment for payment in payments}
        return self.worker.run(lambda session: process_provider_events(session, states, now=now))

    def pay(self, purchase: Purchase, now: datetime = PAYING) -> Purchase | Refusal:
        """The money arrives, and its notice is processed."""
        payment = provider_payment(purchase, ProviderStatus.SUCCEEDED)
        self.notify(payment, "payment_intent.succeeded", f"evt_{purchase.id.hex}", now)
        (outcome,) = self.process(payment, now=now)
        return outcome

    def process_now(self, payment: ProviderPayment, now: datetime = PAYING) -> Purchase | Refusal:
        """A notice of this payment arrives and is processed."""
        kind = "payment_intent.succeeded" if payment.status is ProviderStatus.SUCCEEDED else "payment_intent.changed"
        self.notify(payment, kind, f"evt_{uuid4().hex}", now)
        (outcome,) = self.process(payment, now=now)
        return outcome

    def lots(self, number: int) -> list[LotView]:
        return self.worker.run(lambda session: wallet_lots(session, wallet(number)))

    def waiting(self) -> list[str]:
        return self.worker.run(payments_to_read)


def receipt_of(outcome: ApplicationReceipt | Refusal) -> str:
    assert isinstance(outcome, ApplicationReceipt), outcome
    return outcome.receipt.receipt


def contents(database: Database, *tables: str) -> dict[str, list[object]]:
    """Everything in these tables of issuing and the books, for "nothing changed"."""

    def read(session: Session) -> dict[str, list[object]]:
        connection = session.connection().connection.driver_connection
        assert connection is not None
        return {
            table: [str(row) for row in connection.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")]
            for table in tables or EVERYTHING
        }

    return database.run(read)


EVERYTHING = [
    *(
        f"issuance.{table}"
        for table in (
            "campaigns",
            "campaign_events",
            "campaign_rule_versions",
            "rounds",
            "applications",
            "application_entries",
            "paper_forms",
            "draws",
            "draw_files",
            "grants",
            "forfeits",
            "offers",
            "purchases",
            "purchase_events",
        )
    ),
    "ledger.journals",
    "ledger.transfers",
    "ledger.lots",
]
FIRST_COME = replace(
    ROUND,
    slug="premium-2023-2",
    rule=RoundRule.FIRST_COME,
    units_offered=6,
    pay_from=OPENS,
    last_day=date(2024, 1, 31),
    commitments=(),
)
