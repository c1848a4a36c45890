"""Whatever the order and the channels, nobody and no household ever holds more of a campaign than its caps allow."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.model import (
    Application,
    ApplicationRequest,
    CampaignTerms,
    Channel,
    ClerkEntry,
    Quota,
    Round,
    RoundDraft,
    RoundRule,
    RoundState,
)
from issuance.rules.applications import application_given_before, check_application
from issuance.rules.campaigns import CommittedUnits, units_offerable
from issuance.rules.caps import HeldUnits, UnitsHeld
from kernel.clock import city_date, city_time
from kernel.refusals import Refusal

CAMPAIGN_ID = UUID(int=1)
OPENS, NOW = city_time(date(2027, 5, 1)), city_time(date(2027, 5, 2))
DRAFT = RoundDraft(
    slug="r",
    units_offered=100,
    max_units=5,
    opens_at=OPENS,
    closes_at=city_time(date(2027, 6, 1)),
    pay_from=city_time(date(2027, 6, 10)),
    pay_until=city_time(date(2027, 6, 20)),
    first_day=date(2027, 6, 10),
    last_day=date(2027, 9, 30),
)
HOUSEHOLDS = 2
PEOPLE = 4


def round_of(number: int, rule: RoundRule) -> Round:
    members = {**vars(DRAFT), "rule": rule}
    return Round(**members, id=UUID(int=100 + number), campaign_id=CAMPAIGN_ID, number=number, state=RoundState.OPEN)


ROUNDS = [round_of(1, RoundRule.EQUAL_FIRST), round_of(2, RoundRule.ALL_OR_NOTHING), round_of(3, RoundRule.FIRST_COME)]


CLERK = UUID(int=7)
ENTRIES = {
    Channel.WEB: None,
    Channel.COUNTER: ClerkEntry(CLERK, reason="本人の希望"),
    Channel.PAPER: ClerkEntry(CLERK, "F-1", city_date(NOW), "本人の希望"),
}


@dataclass(frozen=True)
class Wish:
    """Somebody applies for units in a round, in some channel, or what waits for them is offered."""

    round_number: int
    person: int
    units: int
    channel: Channel
    is_offer: bool = False


def asked(wish: Wish, round_id: UUID, person_id: UUID, household_id: UUID, *, seen: int) -> ApplicationRequest:
    """What somebody wants, entered by a clerk who saw so many versions if it did not come from a wallet."""
    entry = ENTRIES[wish.channel]
    replaces = seen if entry and seen else None
    return ApplicationRequest(
        round_id, person_id, person_id, household_id, wish.units, wish.channel, replaces=replaces, entry=entry
    )


class City:
    """Applications of a few people in three rounds, decided by the rules alone."""

    def __init__(self, terms: CampaignTerms) -> None:
        self.terms = terms
        self.held = HeldUnits(())
        self.versions: dict[tuple[UUID, UUID], list[Application]] = {}
        self.units: Counter[tuple[UUID, int]] = Counter()

    def take(self, wish: Wish) -> None:
        round_ = ROUNDS[wish.round_number]
        person_id, household_id = UUID(int=200 + wish.person), UUID(int=300 + wish.person % HOUSEHOLDS)
        seat = (round_.id, wish.person)
        if wish.is_offer:
            holder = UnitsHeld(CAMPAIGN_ID, round_.id, person_id, household_id, wish.units)
            self.units[seat] += self.held.offer(self.terms, holder, is_household=False)
            return
        versions = self.versions.setdefault((round_.id, person_id), [])
        request = asked(wish, round_.id, person_id, household_id, seen=len(versions))
        where = {"campaign_id": CAMPAIGN_ID, "round_id": round_.id}
        left = self.held.left(self.terms, **where, person_id=person_id, household_id=household_id)
        try:
            if application_given_before(request, None, versions) is not None:
                return
            check_application(request, round_, self.terms, versions, left, NOW)
        except Refusal:
            return
        self.held.put(UnitsHeld(CAMPAIGN_ID, round_.id, person_id, household_id, wish.units))
        self.units[seat] = wish.units
        versions.append(
            Application(
                round_id=round_.id,
                person_id=person_id,
                version=len(versions) + 1,
                receipt="A",
                units=wish.units,
                wallet_id=person_id,
                household_id=household_id,
                channel=wish.channel,
                received_at=NOW,
                key=None,
                is_withdrawn=False,
                leaf=None,
                kid=None,
                signature=None,
            )
        )


WISHES = st.lists(
    st.builds(
        Wish,
        round_number=st.integers(0, 2),
        person=st.integers(0, PEOPLE - 1),
        units=st.integers(-1, 7),
        channel=st.sampled_from(Channel),
        is_offer=st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(WISHES, st.integers(1, 6), st.none() | st.integers(1, 9))
def test_no_person_and_no_household_ever_holds_more_than_its_cap(
    wishes: list[Wish], person_cap: int, household_cap: int | None
) -> None:
    terms = CampaignTerms(100, 100_000, max_units_per_person=person_cap, max_units_per_household=household_cap)
    city = City(terms)
    for wish in wishes:
        city.take(wish)
        by_person: Counter[int] = Counter()
        for (_, person), units in city.units.items():
            assert units >= 0
            by_person[person] += units
        by_household: Counter[int] = Counter()
        for person, units in by_person.items():
            by_household[person % HOUSEHOLDS] += units
        assert max(by_person.values(), default=0) <= person_cap
        assert household_cap is None or max(by_household.values(), default=0) <= household_cap


@settings(max_examples=200, deadline=None)
@given(WISHES)
def test_somebody_alone_may_always_ask_for_all_that_the_caps_leave(wishes: list[Wish]) -> None:
    city = City(CampaignTerms(100, 100_000, max_units_per_household=7))
    for wish in wishes:
        city.take(wish)
    newcomer, home = UUID(int=999), UUID(int=300)
    taken = sum(units for (_, person), units in city.units.items() if person % HOUSEHOLDS == 0)
    where = {"campaign_id": CAMPAIGN_ID, "round_id": ROUNDS[0].id}
    left = city.held.left(city.terms, **where, person_id=newcomer, household_id=home)
    assert (left.of_person, left.of_household) == (5, 7 - taken)


NAMES = ["a", "b"]
ROUND_OPENINGS = st.lists(
    st.tuples(st.none() | st.sampled_from(NAMES), st.integers(0, 30), st.integers(0, 100)), max_size=12
)


@settings(max_examples=200, deadline=None)
@given(ROUND_OPENINGS, st.integers(1, 20), st.integers(1, 20))
def test_rounds_never_offer_more_than_there_is_nor_what_a_quota_keeps(
    openings: list[tuple[str | None, int, int]], units_a: int, units_b: int
) -> None:
    quotas = (Quota("a", units_a, without_smartphone=True), Quota("b", units_b, without_smartphone=True))
    terms = replace(CampaignTerms(40, 40_000), quotas=quotas)
    committed: list[CommittedUnits] = []
    for quota, asked, percent_granted in openings:
        offered = min(asked, units_offerable(terms, committed, quota))
        if offered > 0:
            committed.append(CommittedUnits(quota, False, offered))
        elif committed:
            first = committed.pop(0)
            committed.append(CommittedUnits(first.quota, True, first.units * percent_granted // 100))
        general = sum(item.units for item in committed if item.quota is None)
        assert sum(item.units for item in committed) <= terms.units_total
        for kept in quotas:
            own = [item for item in committed if item.quota == kept.name]
            assert sum(item.units for item in own) <= kept.units
            if not own:
                others = sum(item.units for item in committed if item.quota not in {None, kept.name})
                assert general + others + kept.units <= terms.units_total


def test_what_a_quota_leaves_goes_to_the_rounds_after_it() -> None:
    terms = CampaignTerms(100, 100_000, quotas=(Quota("高齢者", 30, without_smartphone=True),))
    undecided = [CommittedUnits("高齢者", False, 30)]
    decided = [CommittedUnits("高齢者", True, 12)]
    assert [units_offerable(terms, (), quota) for quota in (None, "高齢者")] == [70, 30]
    assert units_offerable(terms, undecided, None) == 70
    assert units_offerable(terms, decided, None) == 88
    assert units_offerable(terms, [*decided, CommittedUnits(None, False, 80)], "高齢者") == 8
