"""A draft is edited in versions, and a second person approves exactly what they saw, and only without a red light."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from issuance.model import LEGAL_STATE_MOVES, CampaignDraft, CampaignState, Clerk, Desk
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.open_round import open_round
from issuance.planning.model import Light, Plan
from issuance.planning.operations.approve_plan import approve_plan
from issuance.planning.operations.draft_campaign import draft_campaign
from issuance.planning.operations.edit_draft import edit_draft
from issuance.planning.operations.open_campaign import open_campaign
from issuance.planning.operations.open_planned_round import open_planned_round
from issuance.planning.operations.refuse_approval import refuse_approval
from issuance.planning.queries import changes_of, find_plan, forecasts_of, history_of, rule_versions_of
from issuance.planning.refusals import (
    CampaignNotADraft,
    PlanHasRedFindings,
    PlanningIsForCommerce,
    PlanningReasonMissing,
    RoundNotPlanned,
    RulesChangedMeanwhile,
    RuleVersionUnknown,
)
from issuance.queries import find_campaign, find_round
from issuance.refusals import (
    CampaignUnknown,
    DeskMayNotMoveCampaign,
    RoundDiffersFromPlan,
    SecondPersonNeeded,
    SlugAlreadyTaken,
    SlugNotWellFormed,
)
from kernel.refusals import Refusal
from tests.issuance.market import FUMI, HANA, KENJI, Market, contents
from tests.issuance.planning.proposals import DRAFT, GENERAL, NOW

HELP = Clerk(UUID(int=0xC9), Desk.HELP)
COMMITMENT = "ab" * 32


class Office:
    """What clerks do with one draft."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.campaign_id = UUID(int=0)

    def begin(self, slug: str = "premium-2027", copy_of: UUID | None = None, by: Clerk = HANA) -> UUID:
        self.campaign_id = self.market.staff.run(
            lambda session: draft_campaign(session, slug=slug, title="事業", copy_of=copy_of, by=by, now=NOW)
        )
        return self.campaign_id

    def edit(self, draft: CampaignDraft = DRAFT, version: int = 1, by: Clerk = HANA, reason: str = "必要") -> int:
        return self.market.staff.run(
            lambda session: edit_draft(
                session,
                self.campaign_id,
                title=draft.title,
                terms=draft.terms,
                rounds=draft.rounds,
                based_on_version=version,
                reason=reason,
                by=by,
                now=NOW,
            )
        ).version

    @property
    def plan(self) -> Plan:
        return self.market.staff.run(lambda session: find_plan(session, self.campaign_id, now=NOW))

    def approve(self, by: Clerk = FUMI, version: int | None = None, sha256: str | None = None) -> None:
        newest = self.plan.version
        seen = (version or newest.version, sha256 or newest.sha256)
        self.market.staff.run(
            lambda session: approve_plan(
                session, self.campaign_id, rules_version=seen[0], sha256=seen[1], by=by, now=NOW
            )
        )

    def send_back(self, reason: str, by: Clerk = FUMI, version: int | None = None) -> None:
        newest = self.plan.version
        seen = version or newest.version
        self.market.staff.run(
            lambda session: refuse_approval(
                session, self.campaign_id, rules_version=seen, sha256=newest.sha256, reason=reason, by=by, now=NOW
            )
        )

    def open(self, slug: str = "premium-2027-1") -> UUID:
        self.market.staff.run(lambda session: open_campaign(session, self.campaign_id, by=HANA, now=NOW))
        return self.market.staff.run(
            lambda session: open_planned_round(
                session, self.campaign_id, slug=slug, commitments=[COMMITMENT], by=HANA, now=NOW
            )
        )


@pytest.fixture
def office(market: Market) -> Office:
    return Office(market)


def refused(office: Office, work: Callable[[], object]) -> Refusal:
    """Run what must be refused, and see that nothing changed."""
    tables = ("issuance.campaigns", "issuance.campaign_rule_versions", "issuance.campaign_events", "issuance.rounds")
    before = contents(office.market.staff, *tables)
    with pytest.raises(Refusal) as no:
        work()
    assert contents(office.market.staff, *tables) == before
    return no.value


def test_a_blank_draft_is_kept_and_everything_that_it_lacks_is_said(office: Office) -> None:
    office.begin()
    plan = office.plan
    assert (plan.version.version, plan.light, plan.campaign.state) == (1, Light.RED, CampaignState.DRAFT)
    assert {item.name for item in plan.problems if item.light is Light.RED} == {
        "amount_out_of_range",
        "campaign_number_out_of_range",
    }
    reds = ("amount_out_of_range", "campaign_number_out_of_range")
    assert refused(office, office.approve) == PlanHasRedFindings(findings=reds)


def test_a_draft_begins_with_a_good_short_name_that_nobody_has(office: Office) -> None:
    assert refused(office, lambda: office.begin("A b")) == SlugNotWellFormed(slug="A b")
    assert refused(office, lambda: office.begin(by=FUMI)) == PlanningIsForCommerce(desk="finance")
    nobody = UUID(int=1)
    assert refused(office, lambda: office.begin(copy_of=nobody)) == CampaignUnknown(campaign_id=str(nobody))
    office.begin()
    assert refused(office, office.begin) == SlugAlreadyTaken(slug="premium-2027")


def test_edits_are_versions_with_who_and_why_and_can_be_laid_side_by_side(office: Office) -> None:
    campaign_id = office.begin()
    assert office.edit(reason=" 予算の議決 ") == 2
    assert office.edit(replace(DRAFT, terms=replace(DRAFT.terms, units_total=29_999)), 2, KENJI, "端数") == 3
    versions = office.market.staff.run(lambda session: rule_versions_of(session, campaign_id))
    assert [(item.version, item.by, item.reason) for item in versions] == [
        (1, HANA, "blank"),
        (2, HANA, "予算の議決"),
        (3, KENJI, "端数"),
    ]
    assert versions[1].draft == DRAFT
    changes = office.market.staff.run(lambda session: changes_of(session, campaign_id, from_version=2, to_version=3))
    assert [tuple(change) for change in changes] == [("terms.units_total", 30_000, 29_999)]
    with pytest.raises(RuleVersionUnknown):
        office.market.staff.run(lambda session: changes_of(session, campaign_id, from_version=2, to_version=4))
    campaign = office.market.staff.run(lambda session: find_campaign(session, campaign_id))
    assert campaign is not None
    assert (campaign.rules_version, campaign.terms.units_total) == (3, 29_999)


def test_the_same_rules_again_are_the_version_that_is_there(office: Office) -> None:
    office.begin()
    office.edit()
    before = contents(office.market.staff, "issuance.campaign_rule_versions")
    assert office.edit(version=1) == 2
    assert contents(office.market.staff, "issuance.campaign_rule_versions") == before


def test_an_edit_of_an_older_version_overwrites_nothing(office: Office) -> None:
    office.begin()
    office.edit()
    other = replace(DRAFT, title="別の案")
    no = refused(office, lambda: office.edit(other, version=1, by=KENJI))
    assert no == RulesChangedMeanwhile(seen_version=1, newest_version=2)
    assert refused(office, lambda: office.edit(other, version=2, reason=" ")) == PlanningReasonMissing()
    assert refused(office, lambda: office.edit(other, version=2, by=HELP)) == PlanningIsForCommerce(desk="help")


def test_whoever_approves_names_the_rules_that_they_saw(office: Office) -> None:
    office.begin()
    office.edit()
    seen = office.plan.version
    office.edit(replace(DRAFT, title="直した案"), 2)
    no = refused(office, lambda: office.approve(version=seen.version, sha256=seen.sha256))
    assert no == RulesChangedMeanwhile(seen_version=2, newest_version=3)
    changed = RulesChangedMeanwhile(seen_version=3, newest_version=3)
    assert refused(office, lambda: office.approve(sha256=seen.sha256)) == changed
    office.approve()
    assert office.plan.campaign.approved_by == FUMI.id


def test_nobody_who_wrote_a_version_approves_it(office: Office) -> None:
    campaign_id = office.begin()
    office.edit(by=KENJI)
    assert refused(office, lambda: office.approve(by=HANA)) == SecondPersonNeeded()
    assert refused(office, lambda: office.approve(by=KENJI)) == SecondPersonNeeded()
    no = refused(office, lambda: office.approve(by=HELP))
    assert no == DeskMayNotMoveCampaign(desk="help", to_state="approved")
    by_another_door = refused(
        office,
        lambda: office.market.staff.run(lambda session: approve_campaign(session, campaign_id, by=KENJI, now=NOW)),
    )
    assert by_another_door == SecondPersonNeeded()
    office.approve(by=FUMI)


def test_a_draft_is_sent_back_with_a_reason_and_stays_a_draft(office: Office) -> None:
    campaign_id = office.begin()
    office.edit()
    assert refused(office, lambda: office.send_back("  ")) == PlanningReasonMissing()
    assert refused(office, lambda: office.send_back("x", by=HELP)) == DeskMayNotMoveCampaign(
        desk="help", to_state="approved"
    )
    assert refused(office, lambda: office.send_back("x", version=1)) == RulesChangedMeanwhile(1, 2)
    office.send_back("基準日を確かめてください")
    assert office.plan.campaign.state is CampaignState.DRAFT
    last = office.market.staff.run(lambda session: history_of(session, campaign_id))[-1]
    assert (last.event, last.from_state, last.by, last.reason) == (
        "approval_refused",
        None,
        FUMI.id,
        "基準日を確かめてください",
    )
    office.edit(replace(DRAFT, title="直した案"), 2)
    office.approve()


def test_frozen_rules_are_neither_edited_nor_sent_back_nor_approved_again(office: Office, database_url: str) -> None:
    office.begin()
    office.edit()
    office.approve()
    frozen = CampaignNotADraft(state="approved")
    assert refused(office, lambda: office.edit(replace(DRAFT, title="x"), 2)) == frozen
    assert refused(office, lambda: office.send_back("x")) == frozen
    assert refused(office, office.approve) == frozen
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            """
            INSERT INTO issuance.campaign_rule_versions
            SELECT campaign_id, version + 1, title, rules, rounds, sha256, copied_from, by, desk, at, reason
            FROM issuance.campaign_rule_versions WHERE version = 2
            """
        )


@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_versions_are_only_added_to(office: Office, database_url: str, change: str) -> None:
    office.begin()
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(change.format("issuance.campaign_rule_versions").encode())


def test_planned_rounds_open_as_they_were_approved(office: Office) -> None:
    campaign_id = office.begin()
    office.edit()
    office.approve()
    round_id = office.open()
    round_ = office.market.staff.run(lambda session: find_round(session, round_id))
    assert round_ is not None
    assert (round_.units_offered, round_.closes_at, round_.commitments) == (28_000, GENERAL.closes_at, (COMMITMENT,))

    def open_other(**changes: object) -> None:
        other = replace(DRAFT.rounds[1], **changes)  # type: ignore[arg-type]
        office.market.staff.run(
            lambda session: open_round(session, campaign_id=campaign_id, round=other, by=HANA, now=NOW)
        )

    no = refused(office, lambda: open_other(max_units=4))
    assert no == RoundDiffersFromPlan(round_slug="premium-2027-2")
    open_other(commitments=(COMMITMENT,))
    with pytest.raises(RoundNotPlanned):
        office.market.staff.run(
            lambda session: open_planned_round(session, campaign_id, slug="x", commitments=[], by=HANA, now=NOW)
        )


def test_a_plan_that_turned_red_since_it_was_approved_is_not_opened(office: Office, database_url: str) -> None:
    campaign_id = office.market.planned(replace(DRAFT, rounds=(replace(GENERAL, units_offered=30_000),)))
    office.campaign_id = campaign_id
    office.market.staff.run(lambda session: approve_campaign(session, campaign_id, by=FUMI, now=NOW))
    assert refused(office, office.open) == PlanHasRedFindings(findings=("units_exceed_campaign",))


def test_last_years_campaign_is_copied_with_the_rounds_that_were_held(office: Office) -> None:
    first_id = office.begin()
    office.edit()
    office.approve()
    office.open()
    office.begin("premium-2028", copy_of=first_id, by=KENJI)
    plan = office.plan
    assert plan.version.copied_from == first_id
    assert [item.slug for item in plan.version.draft.rounds] == ["premium-2028-1"]
    assert plan.version.draft.rounds[0].commitments == ()
    assert plan.version.draft.rounds[0].opens_at == GENERAL.opens_at + timedelta(days=366)
    wrong = replace(plan.version.draft, terms=replace(plan.version.draft.terms, units_total=300_000))
    office.edit(wrong, 1, KENJI)
    assert {item.name for item in office.plan.problems if "前回" in item.sentence} == {"last_year"}


def test_a_planned_campaign_is_copied_with_the_rounds_that_were_planned(office: Office) -> None:
    first_id = office.begin()
    office.edit()
    office.begin("premium-2028", copy_of=first_id)
    assert [item.quota for item in office.plan.version.draft.rounds] == [None, "スマホなし"]


def test_every_planned_draw_has_its_forecasts(office: Office) -> None:
    campaign_id = office.begin()
    assert office.market.staff.run(lambda session: forecasts_of(session, campaign_id)) == {"premium-2027": []}
    office.edit()
    found = office.market.staff.run(lambda session: forecasts_of(session, campaign_id))
    assert {slug: items[0].units_offered for slug, items in found.items()} == {
        "premium-2027-1": 28_000,
        "premium-2027-2": 2_000,
    }


def test_every_move_emits_what_the_table_says_and_the_database_holds_the_same(
    office: Office, database_url: str
) -> None:
    campaign_id = office.begin()
    office.edit()
    office.approve()
    office.open()
    history = office.market.staff.run(lambda session: history_of(session, campaign_id))
    assert [line.event for line in history] == ["drafted", "edited", "approved", "opened", "round_announced"]
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT from_state, to_state, emits FROM issuance.campaign_moves").fetchall()
    assert {(row[0], row[1]): row[2] for row in rows} == {move: how.emits for move, how in LEGAL_STATE_MOVES.items()}


@pytest.mark.parametrize("state", ["open", "selling", "reported"])
def test_nothing_but_the_table_changes_a_state(office: Office, database_url: str, state: str) -> None:
    office.begin()
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("UPDATE issuance.campaigns SET state = %s, approved_by = gen_random_uuid()", [state])
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            """
            INSERT INTO issuance.campaigns
            SELECT gen_random_uuid(), 'other', title, %s, rules, 1, created_by, gen_random_uuid(), created_at
            FROM issuance.campaigns
            """,
            [state],
        )
