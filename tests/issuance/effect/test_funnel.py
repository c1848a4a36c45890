"""How far people came: counted by the database, told as far as nobody can be singled out."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from identity.model import StaffRole
from identity.operations.add_staff import add_staff
from identity.roll.operations.import_roll import import_roll
from issuance.effect.model import AgeBand, ApplicantChannel, FunnelStep, GroupCount
from issuance.effect.queries import funnel_of
from issuance.effect.rules.funnel import build_funnel
from issuance.model import CampaignDraft, Channel
from issuance.rules.ages import age_on
from kernel.clock import city_time
from kernel.db import driver_connection
from tests.conftest import MakeDatabase
from tests.identity.roll.extracts import HANAKO, JIRO, KEY, TARO, moved_out, written
from tests.issuance.effect.town import ROUND, Town, resident
from tests.issuance.market import CAMPAIGN, OPENS, TERMS

STEPS = ["invited", "opened", "applied", "granted", "bought", "spent"]
OPENS_ON = date(2023, 8, 1)


def people(counts: list[GroupCount]) -> dict[str, int]:
    return {step: sum(item.people for item in counts if item.step == step) for step in STEPS}


def test_every_step_is_counted_once_for_each_person(used: Town) -> None:
    used.open(0, 1, 1, 7)
    used.open(1, now=OPENS + timedelta(days=3))
    used.spend(0, 500)
    counts = used.counts()
    assert people(counts) == {"invited": 8, "opened": 3, "applied": 7, "granted": 7, "bought": 7, "spent": 6}
    assert {(item.district, item.people) for item in counts if item.step == "spent"} == {("浜", 5), ("鹿島", 1)}
    opened = {(item.channel, item.people) for item in counts if item.step == "opened"}
    assert opened == {("web", 2), ("none", 1)}


def test_the_first_day_of_an_opening_stays(town: Town) -> None:
    town.open(0)
    town.open(0, now=OPENS + timedelta(days=3))
    town.open(now=OPENS)
    with psycopg.connect(town.staff.url) as connection:
        assert connection.execute("SELECT opened_on FROM issuance.campaign_openings").fetchall() == [(OPENS_ON,)]


def test_people_are_counted_by_how_they_applied_and_a_withdrawal_is_none(town: Town) -> None:
    town.apply(0, 1)
    town.apply(2, channel=Channel.COUNTER)
    town.apply(3, channel=Channel.PAPER)
    applied = {item.channel: item.people for item in town.counts() if item.step == "applied"}
    assert applied == {"web": 2, "counter": 1, "paper": 1}
    invited = {item.channel: 0 for item in town.counts()} | {"none": 4}
    for item in town.counts():
        if item.step == "invited" and item.channel != "none":
            invited[item.channel] += item.people
    assert invited == {"web": 2, "counter": 1, "paper": 1, "none": 4}


@pytest.mark.parametrize(
    "birth_date",
    [date(2005, 8, 2), date(2005, 8, 3), date(1958, 8, 2), date(1948, 8, 2), date(1978, 8, 2), date(2004, 2, 29)],
)
def test_the_database_counts_years_as_the_law_does(make_database: MakeDatabase, birth_date: date) -> None:
    """Whoever is born on the second is a year older at the end of the first."""
    town = Town(make_database)
    town.settled([resident(0, birth_date=birth_date)])
    town.market.opened(ROUND)
    bands = [(0, 17), (18, 29), (30, 44), (45, 64), (65, 74), (75, 200)]
    age = age_on(birth_date, OPENS_ON)
    (expected,) = [band for band, (first, last) in zip(AgeBand, bands, strict=False) if first <= age <= last]
    assert [item.age_band for item in town.counts()] == [expected]


def test_who_lived_elsewhere_on_the_base_date_or_is_too_young_is_not_invited(make_database: MakeDatabase) -> None:
    town = Town(make_database)
    clerk = town.staff.run(lambda session: add_staff(session, display_name="住民課", roles=[StaffRole.ADMIN]))
    now = city_time(date(2023, 7, 19), 9)
    child = {**JIRO, "生年月日": "2010-05-06"}
    extract = written(TARO, moved_out(HANAKO, "2023-06-30"), child)
    day = date(2023, 7, 1)
    town.staff.run(lambda session: import_roll(session, extract, base_date=day, imported_by=clerk, key=KEY, now=now))
    terms = replace(TERMS, base_date=day, age_min=18)
    town.market.opened(ROUND, CampaignDraft(CAMPAIGN.slug, CAMPAIGN.title, terms))
    assert town.counts() == [
        GroupCount(FunnelStep.INVITED, "鹿島", AgeBand.FROM_45, ApplicantChannel.NONE, 1),
    ]


def test_an_erased_person_is_counted_without_a_group(used: Town) -> None:
    erase = "SELECT identity.erase_person(%s, now())"
    used.staff.run(lambda session: driver_connection(session).execute(erase, [used.people[0].person_id]))
    spent = {(item.district, item.age_band, item.people) for item in used.counts() if item.step == "spent"}
    assert spent == {("浜", "30-44", 4), ("鹿島", "30-44", 1), ("unknown", "unknown", 1)}
    assert people(used.counts())["invited"] == 7


def test_what_is_told_of_a_campaign_leaves_no_small_group(used: Town) -> None:
    """浜 has five people at most steps and 鹿島 two or three: neither is told, or the other would be known."""
    funnel = used.staff.run(lambda session: funnel_of(session, used.market.campaign_id))
    assert (funnel.districts, funnel.age_bands) == (("浜", "鹿島"), (AgeBand.FROM_30,))
    told = {figures.step: (figures.table.total, figures.table.row_totals) for figures in funnel.steps}
    assert told[FunnelStep.INVITED] == (8, (None, None))
    assert told[FunnelStep.OPENED] == (0, (0, 0))
    assert told[FunnelStep.SPENT] == (6, (None, None))
    channels = {figures.step: figures.by_channel for figures in funnel.steps}
    assert funnel.channels == (ApplicantChannel.WEB, ApplicantChannel.NONE)
    assert channels[FunnelStep.BOUGHT] == (None, None)


def test_a_campaign_that_nobody_knows_invites_nobody(town: Town) -> None:
    funnel = town.staff.run(lambda session: funnel_of(session, uuid4()))
    assert funnel == build_funnel([])
    assert (funnel.steps, funnel.districts) == ((), ())


@pytest.mark.parametrize("role", ["kashiman_pay", "kashiman_apply", "kashiman_worker", "kashiman_auditor"])
def test_counts_of_groups_are_for_the_desk_alone(make_database: MakeDatabase, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        make_database(role).run(
            lambda session: driver_connection(session).execute("SELECT issuance.funnel_counts(gen_random_uuid())")
        )


@pytest.mark.parametrize("role", ["kashiman_staff", "kashiman_worker", "kashiman_auditor", "kashiman_pay"])
def test_nobody_reads_who_looked_at_a_campaign(make_database: MakeDatabase, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        make_database(role).run(
            lambda session: driver_connection(session).execute("SELECT wallet_id FROM issuance.campaign_openings")
        )
