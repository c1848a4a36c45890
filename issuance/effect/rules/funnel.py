"""A funnel out of counts by group."""

from collections import Counter
from collections.abc import Sequence

from issuance.effect.model import (
    GROUP_MIN,
    AgeBand,
    ApplicantChannel,
    Funnel,
    FunnelStep,
    GroupCount,
    StepFigures,
)
from issuance.effect.rules.suppression import publish

NOBODY_KNOWN = "unknown"


def build_funnel(counts: Sequence[GroupCount], *, group_min: int = GROUP_MIN) -> Funnel:
    """Every step over the same districts, age bands and channels; whatever nobody belongs to at any step is left out.

    The table of a step and its people by channel share their total alone, so that neither tells of the other.
    """
    districts = tuple(sorted({item.district for item in counts}, key=lambda name: (name == NOBODY_KNOWN, name)))
    bands = tuple(band for band in AgeBand if any(item.age_band is band for item in counts))
    channels = tuple(way for way in ApplicantChannel if any(item.channel is way for item in counts))
    steps = tuple(_step(step, counts, (districts, bands, channels), group_min) for step in FunnelStep) if counts else ()
    return Funnel(districts, bands, channels, steps)


def _step(
    step: FunnelStep,
    counts: Sequence[GroupCount],
    groups: tuple[Sequence[str], Sequence[AgeBand], Sequence[ApplicantChannel]],
    group_min: int,
) -> StepFigures:
    districts, bands, channels = groups
    people: Counter[tuple[str, AgeBand]] = Counter()
    applied: Counter[ApplicantChannel] = Counter()
    for item in counts:
        if item.step is step:
            people[item.district, item.age_band] += item.people
            applied[item.channel] += item.people
    table = publish([[people[district, band] for band in bands] for district in districts], group_min=group_min)
    by_channel = publish([[applied[way]] for way in channels], group_min=group_min)
    return StepFigures(step, table, tuple(row[0] for row in by_channel.cells))
