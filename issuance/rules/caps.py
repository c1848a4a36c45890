"""What a person and a household may still ask for under the caps of a campaign, over all its rounds and channels."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from issuance.model import CampaignTerms

UNLIMITED = 10**9
"""More units than any campaign has."""


class UnitsHeld(NamedTuple):
    """What one person holds of a campaign in one round: granted and not forfeited, or asked for while undecided.

    `was_granted` tells whether the round granted this person units, paid for or not, and also as one of a household
    that was drawn as one row.
    """

    campaign_id: UUID
    round_id: UUID
    person_id: UUID
    household_id: UUID | None
    units: int
    was_granted: bool = False


class UnitsLeft(NamedTuple):
    """What may still be asked for: of a person's cap, of a household's, and of a round that grants at once.

    `was_granted` tells whether another round of the campaign granted this person units.
    """

    of_person: int
    of_household: int = UNLIMITED
    of_round: int = UNLIMITED
    was_granted: bool = False


class HeldUnits:
    """The units that the people of a batch and their households hold, kept up to date while it is decided."""

    def __init__(self, held: Iterable[UnitsHeld]) -> None:
        self._by_person: defaultdict[tuple[UUID, UUID], dict[UUID, int]] = defaultdict(dict)
        self._by_household: defaultdict[tuple[UUID, UUID], dict[tuple[UUID, UUID], int]] = defaultdict(dict)
        self._granted_by: defaultdict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
        for item in held:
            self.put(item)

    def put(self, item: UnitsHeld) -> None:
        """Remember what somebody holds in a round, in the place of what was remembered before; a grant stays one."""
        self._by_person[item.campaign_id, item.person_id][item.round_id] = item.units
        if item.was_granted:
            self._granted_by[item.campaign_id, item.person_id].add(item.round_id)
        if item.household_id is not None:
            seat = (item.round_id, item.person_id)
            self._by_household[item.campaign_id, item.household_id][seat] = item.units

    def left(
        self, terms: CampaignTerms, *, campaign_id: UUID, round_id: UUID, person_id: UUID, household_id: UUID | None
    ) -> UnitsLeft:
        """What this person may ask for in this round, where the new units replace those asked for before."""
        rounds = self._by_person.get((campaign_id, person_id), {})
        own = sum(units for where, units in rounds.items() if where != round_id)
        of_person = max(0, terms.max_units_per_person - own)
        was_granted = bool(self._granted_by.get((campaign_id, person_id), set()) - {round_id})
        if terms.max_units_per_household is None or household_id is None:
            return UnitsLeft(of_person, was_granted=was_granted)
        seats = self._by_household.get((campaign_id, household_id), {})
        together = sum(units for seat, units in seats.items() if seat != (round_id, person_id))
        return UnitsLeft(of_person, max(0, terms.max_units_per_household - together), was_granted=was_granted)

    def offer(self, terms: CampaignTerms, holder: UnitsHeld, *, is_household: bool) -> int:
        """How many of the `units` that wait for a holder fit under the caps, beside all that is held; they count then.

        `is_household` tells that a whole household stands behind this holder, where it has a cap of its own.
        """
        campaign_id, round_id, person_id, household_id, waiting_units, _ = holder
        own = self._by_person[campaign_id, person_id].get(round_id, 0)
        left = self.left(
            terms, campaign_id=campaign_id, round_id=round_id, person_id=person_id, household_id=household_id
        )
        is_merged = is_household and terms.max_units_per_household is not None
        room = left.of_household if is_merged else min(left.of_person, left.of_household)
        fitting = max(0, min(waiting_units, room - own))
        self.put(holder._replace(units=own + fitting))
        return fitting
