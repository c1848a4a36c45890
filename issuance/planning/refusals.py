"""Every expected no of planning."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class CampaignNotADraft(Refusal):
    """The rules are frozen: they are edited, approved and sent back while the campaign is a draft."""

    state: str


@dataclass(eq=False)
class RulesChangedMeanwhile(Refusal):
    """The rules that were seen are not the newest: somebody wrote another version."""

    seen_version: int
    newest_version: int


@dataclass(eq=False)
class RuleVersionUnknown(Refusal):
    """The rules of this campaign have no version of this number."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    version: int


@dataclass(eq=False)
class PlanHasRedFindings(Refusal):
    """Something about the rules forbids approving or opening; all of it is named."""

    findings: tuple[str, ...]


@dataclass(eq=False)
class PlanningReasonMissing(Refusal):
    """Whoever edits rules, sends them back or withdraws a round says why."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class PlanningIsForCommerce(Refusal):
    """Campaigns are planned by the commerce desk."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    desk: str


@dataclass(eq=False)
class RoundNotPlanned(Refusal):
    """The approved rules plan no round of this name."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    round_slug: str
