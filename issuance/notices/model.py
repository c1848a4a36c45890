"""Notices, doors and deliveries as this room knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID


class NoticeKind(StrEnum):
    """What a notice is about. Facts are JSON values; days are ISO 8601, deadlines the first instant that is too late.
    `void_reason` is null for what took part in the draw. `stands_for_it` is the receipt of the household's row and
    nothing else about it (`kashiman-lottery-v1`, section 12); `merged_applications` counts those this one stands for.

    value_expires       campaign_id, campaign_title, last_day, left_yen, small_shops_yen
    pay_window_ends     grant_id, campaign_title, units, price_yen, pay_until
    draw_result         round_id, round_slug, campaign_title, receipt, units_applied, units_granted, void_reason,
                        stands_for_it, merged_applications
    waiting_list_offer  grant_id, campaign_title, units, price_yen, pay_until
    """

    VALUE_EXPIRES = "value_expires"
    PAY_WINDOW_ENDS = "pay_window_ends"
    DRAW_RESULT = "draw_result"
    WAITING_LIST_OFFER = "waiting_list_offer"


class DoorKind(StrEnum):
    """By which door somebody is told."""

    INBOX = "inbox"
    LINE = "line"
    EMAIL = "email"


class DeliveryOutcome(StrEnum):
    """What a door says: delivered; this wallet cannot be reached by it; or not now."""

    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one wallet; `day` is the city day on which it was due."""

    id: UUID
    wallet_id: UUID
    kind: NoticeKind
    day: date
    facts: Mapping[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class InboxNotice:
    """A notice as its inbox shows it, with the door it went through; None in `delivered_at` is still on its way."""

    notice: Notice
    door: DoorKind
    delivered_at: datetime | None
    read_at: datetime | None

    @property
    def is_unread(self) -> bool:
        """Whether the inbox is where the resident was told, and they have not looked."""
        return self.door is DoorKind.INBOX and self.read_at is None


@dataclass(frozen=True, slots=True)
class NoticeDelivery:
    """A notice that another door than the inbox has to deliver, after so many attempts that failed."""

    notice: Notice
    door: DoorKind
    attempts: int

    @property
    def key(self) -> UUID:
        """The same for every attempt, so that a door which knows it delivers once."""
        return self.notice.id


class NoticeDoor(Protocol):
    """Writes to a resident outside of any transaction, once for a key; it knows itself where a wallet's owner is."""

    def send(self, delivery: NoticeDelivery) -> DeliveryOutcome: ...
