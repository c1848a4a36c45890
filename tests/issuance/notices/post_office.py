"""A campaign whose wallets are told things, and the worker that tells them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from issuance.model import CampaignDraft, CampaignTerms
from issuance.notices.model import DeliveryOutcome, DoorKind, InboxNotice, NoticeDelivery
from issuance.notices.operations.choose_door import choose_door
from issuance.notices.operations.make_notices import make_notices
from issuance.notices.operations.open_notice import open_notice
from issuance.notices.operations.record_notice_attempt import record_notice_attempt
from issuance.notices.operations.take_due_notices import take_due_notices
from issuance.notices.queries import chosen_door, notices_of, unread_notices
from kernel.clock import city_time
from kernel.db import Database
from ledger.model import SellVoucher, Terms, UsableAt
from tests.issuance.market import Market
from tests.ledger.books import WALLET, post, rows, sell

LAST_DAY = date(2024, 2, 29)
FIRST_DAY = date(2023, 9, 16)
ISSUED_AT = city_time(FIRST_DAY, 12)
REMINDED = CampaignDraft("premium-2023", "かしまんPAY 2023", CampaignTerms(units_total=20, budget_yen=20_000))


def morning(day: date) -> datetime:
    """When the worker looks for what is due."""
    return city_time(day, 9, 5)


class PostOffice:
    """The worker and the residents, one transaction for each thing that they do."""

    def __init__(self, make_database: Callable[..., Database]) -> None:
        self.market = Market(make_database)
        self.worker = self.market.worker
        self.pay = make_database("kashiman_pay")

    def sold(
        self, lot_id: UUID | None = None, *, last_day: date = LAST_DAY, at: datetime = ISSUED_AT, **facts: Any
    ) -> SellVoucher:
        """Value of the campaign in a wallet."""
        terms = Terms(facts.pop("usable_at", UsableAt.ALL_SHOPS), FIRST_DAY, last_day)
        sale = sell(lot_id, terms=terms, at=at, campaign_id=self.market.campaign_id, **facts)
        post(self.pay, sale)
        return sale

    def make(self, day: date, *, limit: int = 5_000) -> int:
        """What the worker makes on the morning of a day."""
        return self.make_at(morning(day), limit=limit)

    def make_at(self, now: datetime, *, limit: int = 5_000) -> int:
        return self.worker.run(lambda session: make_notices(session, now=now, limit=limit))

    def inbox(self, wallet_id: UUID = WALLET) -> list[InboxNotice]:
        return self.pay.run(lambda session: notices_of(session, wallet_id))

    def unread(self, wallet_id: UUID = WALLET) -> int:
        return self.pay.run(lambda session: unread_notices(session, wallet_id))

    def open(self, notice_id: UUID, wallet_id: UUID = WALLET, *, now: datetime = ISSUED_AT) -> InboxNotice:
        return self.pay.run(lambda session: open_notice(session, wallet_id, notice_id, now=now))

    def choose(self, door: DoorKind, wallet_id: UUID = WALLET, *, now: datetime = ISSUED_AT) -> None:
        self.pay.run(lambda session: choose_door(session, wallet_id, door=door, now=now))

    def chosen(self, wallet_id: UUID = WALLET) -> DoorKind:
        return self.pay.run(lambda session: chosen_door(session, wallet_id))

    def take(self, now: datetime) -> list[NoticeDelivery]:
        return self.worker.run(lambda session: take_due_notices(session, now=now))

    def record(self, delivery: NoticeDelivery, outcome: DeliveryOutcome, now: datetime) -> None:
        self.worker.run(lambda session: record_notice_attempt(session, delivery, outcome=outcome, now=now))

    def made(self) -> list[tuple[Any, ...]]:
        """Kind and day of every notice."""
        return rows(self.pay, "SELECT kind, day FROM issuance.notices ORDER BY day, kind, subject")
