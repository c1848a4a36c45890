"""Rounds and campaigns in figures."""

from dataclasses import dataclass
from uuid import UUID

from issuance.model.campaigns import Campaign


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """One round in figures: people who applied, and units in the order in which they shrink."""

    round_id: UUID
    slug: str
    state: str
    applicants: int
    units_offered: int
    units_applied: int
    units_granted: int
    units_forfeited: int
    units_held: int
    units_bought: int


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """A campaign in figures; amounts in yen are those of paid purchases."""

    campaign: Campaign
    rounds: tuple[RoundFigures, ...]
    paid_yen: int
    premium_yen: int
    refund_needed_yen: int

    @property
    def units_bought(self) -> int:
        return sum(item.units_bought for item in self.rounds)
