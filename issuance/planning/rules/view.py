"""What the checks of the panel look at, and what they say."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from issuance.model import CampaignDraft, CampaignTerms, RoundDraft
from issuance.planning.model import Light


@dataclass(frozen=True, slots=True)
class PlanView:
    """A draft, the moment at which it is looked at, and the terms of the campaign before it."""

    draft: CampaignDraft
    now: datetime
    last_year: CampaignTerms | None = None

    @property
    def terms(self) -> CampaignTerms:
        return self.draft.terms

    @property
    def rounds(self) -> tuple[RoundDraft, ...]:
        return self.draft.rounds


class Said(NamedTuple):
    """What a check says."""

    light: Light
    sentence: str


def yellow(sentence: str) -> Said:
    """Something to be looked at."""
    return Said(Light.YELLOW, sentence)
