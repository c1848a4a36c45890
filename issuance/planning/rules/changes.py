"""What differs between two versions of a campaign's rules."""

from collections.abc import Iterator, Mapping
from typing import Any

from issuance.model import CampaignDraft
from issuance.planning.model import Change

NAMED_BY = {"rounds": "slug", "quotas": "name"}
"""Lists whose items are known by a name of their own, so that a new one in the middle changes nothing else."""


def changes_between(before: CampaignDraft, after: CampaignDraft) -> list[Change]:
    """Every field that differs, by its path, in the order of the fields; None stands for what a version does not have.

    Rounds go by their slug and quotas by their name: `rounds.premium-2026-1.closes_at`, `terms.quotas.65+.units`.
    """
    old, new = dict(_fields(before.record())), dict(_fields(after.record()))
    paths = [*old, *(path for path in new if path not in old)]
    return [Change(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def _fields(record: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        here = f"{path}{name}"
        if isinstance(value, Mapping):
            yield from _fields(value, f"{here}.")
        elif name in NAMED_BY:
            for item in value:
                yield from _fields(item, f"{here}.{item[NAMED_BY[name]]}.")
        else:
            yield here, list(value) if isinstance(value, tuple) else value
