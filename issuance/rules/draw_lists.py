"""Which applications become rows of the list, and why the others do not (`kashiman-lottery-v1`, sections 8 and 12)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from issuance.lottery.allocation import Row
from issuance.lottery.hashing import commitment, group_id
from issuance.lottery.refusals import ApplicantsNotChecked, CampaignKeyDiffers
from issuance.lottery.rule_sheet import Grouping, PublishedRules
from issuance.model.draws import Candidate, VoidApplication, VoidReason

Standings = Mapping[UUID, VoidReason | None]
"""What the check of each applicant came to: None counts."""


class CompiledList(NamedTuple):
    """The rows of a list, and the applications that are not in it."""

    rows: list[Row]
    void: list[VoidApplication]

    @property
    def void_by_reason(self) -> dict[str, int]:
        return dict(Counter(item.reason.value for item in self.void))


def excluded_receipts(candidates: Sequence[Candidate], standings: Standings | None) -> dict[str, VoidReason]:
    """The receipts of whoever was checked and may not take part; without a check everybody may.

    Refuses ApplicantsNotChecked when one who applied, and did not withdraw, is not among those who were checked.
    """
    if standings is None:
        return {}
    applied = [item for item in candidates if not item.is_withdrawn]
    missing = sum(item.person_id not in standings for item in applied)
    if missing:
        raise ApplicantsNotChecked(unchecked=missing)
    found = {item.receipt: standings[item.person_id] for item in applied}
    return {receipt: reason for receipt, reason in found.items() if reason is not None}


def check_campaign_key(rules: PublishedRules | None, campaign_key: bytes | None) -> None:
    """Refuse CampaignKeyDiffers when households are grouped and this is not the key that was made before opening."""
    if rules is None or rules.group_key_commitment is None:
        return
    if campaign_key is None or commitment(campaign_key).hex() != rules.group_key_commitment:
        raise CampaignKeyDiffers(round_slug=rules.campaign)


def compile_list(
    candidates: Sequence[Candidate],
    *,
    excluded: Mapping[str, VoidReason],
    rules: PublishedRules | None,
    campaign_key: bytes | None,
) -> CompiledList:
    """Make the list; `excluded` are receipts that do not count although they were not withdrawn.

    A household becomes one row with the receipt of its earliest application (of two, the smaller receipt) and the sum
    of what its members may have, up to the cap. Refuses CampaignKeyDiffers.
    """
    check_campaign_key(rules, campaign_key)
    void = []
    alone: list[Row] = []
    households: defaultdict[UUID, list[Candidate]] = defaultdict(list)
    cap = rules.household_cap if rules is not None and rules.grouping is Grouping.HOUSEHOLD else None
    for item in candidates:
        reason = VoidReason.WITHDRAWN if item.is_withdrawn else excluded.get(item.receipt)
        if reason is not None:
            void.append(VoidApplication(item.receipt, reason))
        elif cap is not None and item.household_id is not None:
            households[item.household_id].append(item)
        else:
            alone.append(Row(item.receipt, item.units, item.receipt))
    if rules is None or campaign_key is None or cap is None:
        return CompiledList(alone, void)
    for household_id, members in households.items():
        row, merged = _merged(household_id, members, rules.max_units, cap, campaign_key)
        alone.append(row)
        void += merged
    return CompiledList(alone, void)


def _merged(
    household_id: UUID, members: Sequence[Candidate], person_cap: int, household_cap: int, campaign_key: bytes
) -> tuple[Row, list[VoidApplication]]:
    first, *others = sorted(members, key=lambda item: (item.first_received_at, item.receipt))
    units = min(household_cap, sum(min(item.units, person_cap) for item in members))
    row = Row(first.receipt, units, group_id(campaign_key, str(household_id)))
    return row, [VoidApplication(item.receipt, VoidReason.MERGED, first.receipt) for item in others]
