"""Whatever happened before, a first-timers' round is closed to exactly those whom another round granted units."""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.model import CampaignTerms, Eligibility
from issuance.refusals import GrantedInEarlierRound
from issuance.rules.applications import check_eligibility
from issuance.rules.caps import HeldUnits, UnitsHeld

CAMPAIGNS, ROUNDS, PEOPLE = 2, 3, 4
TERMS = CampaignTerms(100, 100_000, max_units_per_household=9)


@dataclass(frozen=True)
class Event:
    """A round of a campaign, counted within it, gives somebody a standing: so many units, granted or asked for."""

    campaign: int
    round: int
    person: int
    units: int
    was_granted: bool

    @property
    def held(self) -> UnitsHeld:
        household_id = UUID(int=400 + self.person % 2)
        return UnitsHeld(*_ids(self.campaign, self.round, self.person), household_id, self.units, self.was_granted)


def _ids(campaign: int, round_number: int, person: int) -> tuple[UUID, UUID, UUID]:
    return UUID(int=100 + campaign), UUID(int=200 + campaign * ROUNDS + round_number), UUID(int=300 + person)


EVENTS = st.lists(
    st.builds(
        Event,
        campaign=st.integers(0, CAMPAIGNS - 1),
        round=st.integers(0, ROUNDS - 1),
        person=st.integers(0, PEOPLE - 1),
        units=st.integers(0, 5),
        was_granted=st.booleans(),
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.integers(0, 30))
def test_who_was_granted_units_by_another_round_of_the_campaign_and_nobody_else_had_a_turn(
    events: list[Event], read_first: int
) -> None:
    held = HeldUnits(event.held for event in events[:read_first])
    for event in events[read_first:]:
        held.put(event.held)
    grants = {(event.campaign, event.person, event.round) for event in events if event.was_granted}
    for campaign in range(CAMPAIGNS):
        for person in range(PEOPLE):
            for round_number in range(ROUNDS):
                had_a_turn = any((campaign, person, other) in grants for other in {0, 1, 2} - {round_number})
                assert _is_refused(held, campaign, round_number, person) == had_a_turn


def _is_refused(held: HeldUnits, campaign: int, round_number: int, person: int) -> bool:
    campaign_id, round_id, person_id = _ids(campaign, round_number, person)
    household_id = UUID(int=400 + person % 2)
    where = {"campaign_id": campaign_id, "round_id": round_id, "person_id": person_id}
    left = held.left(TERMS, **where, household_id=household_id)
    assert left.was_granted == held.left(TERMS, **where, household_id=None).was_granted
    try:
        check_eligibility(Eligibility(), TERMS, None, had_a_turn=left.was_granted)
    except GrantedInEarlierRound:
        return True
    return False
