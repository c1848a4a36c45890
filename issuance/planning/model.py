"""Findings, changes and forecasts: what is said about the rules of a campaign before it opens."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from issuance.model import Campaign, CampaignState, Desk, RoundRule, RuleVersion


class Light(StrEnum):
    """Green is well, yellow is to be looked at, red forbids approval and opening."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Finding(NamedTuple):
    """What one check says: its name, its light, a sentence for clerks, and the article of the law if there is one."""

    name: str
    light: Light
    sentence: str
    law: str | None


class Change(NamedTuple):
    """One field of the rules that differs between two versions; None stands for what is not there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign with the newest version of its rules, and what is said about them."""

    campaign: Campaign
    version: RuleVersion
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Everything that is not well, all at once."""
        return tuple(finding for finding in self.findings if finding.light is not Light.GREEN)

    @property
    def light(self) -> Light:
        """The worst light of all."""
        return worst_light(self.findings)


class HistoryLine(NamedTuple):
    """One event in the history of a campaign; `from_state` stands there when the state moved."""

    event: str | None
    from_state: CampaignState | None
    to_state: CampaignState
    by: UUID
    desk: Desk
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class UnitsForecast:
    """What somebody who asks for so many units may expect, on average and as a chance of any at all (0 to 1)."""

    asked_units: int
    applicants: int
    expected_units: float
    chance: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """One demand under one rule: who gets nothing on average, and what the granted units cost city and buyers."""

    demand_percent: int
    rule: RoundRule
    units_offered: int
    units_asked: int
    applicants: int
    granted_units: int
    premium_yen: int
    paid_yen: int
    people_with_nothing: int
    by_units: tuple[UnitsForecast, ...]


def worst_light(findings: tuple[Finding, ...]) -> Light:
    """Red if anything is red, else yellow if anything is yellow."""
    lights = {finding.light for finding in findings}
    return next((light for light in (Light.RED, Light.YELLOW) if light in lights), Light.GREEN)
