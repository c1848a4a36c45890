"""What a merchant is paid next: what is fixed already, and what still grows until the next cut-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from kernel.clock import city_date
from kernel.db import Session
from merchant_portal.parts import PortalParts
from settlement.calendar import closing_days_between, pay_date
from settlement.model import PayoutState
from settlement.queries import (
    last_cutoff_day,
    list_closings_of_merchant,
    transfers_to_merchant,
    unsettled_sums,
)
from settlement.views import ClosingSummary, MerchantTransfer, UnsettledSum

LOOKED_AHEAD = timedelta(days=62)
"""Longer than two closings are ever apart."""
OPEN_STATES = (PayoutState.EXPORTED, PayoutState.SUBMITTED, PayoutState.RETURNED)


@dataclass(frozen=True, slots=True)
class FixedPayout:
    """A transfer that is decided and has not arrived: its sum does not change any more."""

    closing: ClosingSummary
    transfer: MerchantTransfer

    @property
    def came_back(self) -> bool:
        return self.transfer.state is PayoutState.RETURNED


@dataclass(frozen=True, slots=True)
class ComingPayout:
    """What comes next, the first transfer first, and what no statement has yet.

    `cutoff_day` and `pay_day` are those of the next closing, by the city's calendar.
    """

    fixed: tuple[FixedPayout, ...]
    sums: tuple[UnsettledSum, ...]
    cutoff_day: date
    pay_day: date

    @property
    def growing_yen(self) -> int:
        """What the next closing would pay if it were today; never below nothing."""
        return max(0, sum(each.net_yen for each in self.sums))

    @property
    def growing_count(self) -> int:
        return sum(each.payment_count for each in self.sums)

    @property
    def waiting(self) -> tuple[UnsettledSum, ...]:
        """What an earlier closing could have taken and did not."""
        return tuple(each for each in self.sums if each.has_waited)

    @property
    def new(self) -> tuple[UnsettledSum, ...]:
        """What happened after the last cut-off."""
        return tuple(each for each in self.sums if not each.has_waited)


def coming_payout(session: Session, parts: PortalParts, merchant_id: UUID) -> ComingPayout:
    """What a merchant is paid next, as the books stand now."""
    today = city_date(parts.clock.now())
    last = last_cutoff_day(session)
    first_day = max(today, last + timedelta(days=1)) if last else today
    cutoff_day = closing_days_between(first_day, first_day + LOOKED_AHEAD, parts.closing_rule)[0]
    return ComingPayout(
        fixed=tuple(_fixed(session, list_closings_of_merchant(session, merchant_id), merchant_id, today)),
        sums=tuple(unsettled_sums(session, merchant_id)),
        cutoff_day=cutoff_day,
        pay_day=pay_date(cutoff_day, parts.pay_rule),
    )


def _fixed(session: Session, closings: Sequence[ClosingSummary], merchant_id: UUID, today: date) -> list[FixedPayout]:
    """What is still to arrive of the closings of the last months: a payout comes within weeks of its closing."""
    recent = [closing for closing in closings if closing.pay_day >= today - LOOKED_AHEAD]
    found = [
        FixedPayout(closing, transfer)
        for closing in recent
        for transfer in transfers_to_merchant(session, closing.id, merchant_id)
        if _is_coming(transfer, today)
    ]
    return sorted(found, key=lambda each: each.transfer.pay_day)


def _is_coming(transfer: MerchantTransfer, today: date) -> bool:
    """A transfer counts until its pay day is over, and one that came back until it is sent again."""
    if transfer.state is PayoutState.RETURNED:
        return True
    return transfer.pay_day >= today and transfer.state in (*OPEN_STATES, PayoutState.SETTLED)
