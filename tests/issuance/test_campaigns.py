"""A campaign is proposed by one person, approved by another, and moves along its table only."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest

from issuance.model import (
    CampaignState,
    CampaignTerms,
    Clerk,
    Desk,
    RoundDraft,
    RoundRule,
)
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.create_campaign import create_campaign
from issuance.operations.move_campaign import move_campaign
from issuance.operations.open_round import open_round
from issuance.queries import all_campaigns, find_campaign, find_round, open_rounds, rounds_of_campaign
from issuance.refusals import (
    BudgetBelowPremium,
    CampaignMoveNotLegal,
    CampaignNumberOutOfRange,
    CampaignStillInUse,
    CampaignTakesNoRounds,
    CampaignUnknown,
    CommitmentNotWellFormed,
    DeskMayNotMoveCampaign,
    FaceNotAbovePrice,
    NoPaymentMethod,
    RoundDatesNotInOrder,
    RoundsNotDecided,
    SecondPersonNeeded,
    SlugAlreadyTaken,
    SlugNotWellFormed,
    UnitsExceedCampaign,
    UseLongerThanSixMonths,
)
from issuance.rules.terms import check_terms
from kernel.refusals import Refusal
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from tests.issuance.market import (
    CAMPAIGN,
    CLOSES,
    DRAWN,
    FUMI,
    HANA,
    JUST_BEFORE_CLOSING,
    KENJI,
    LAST_DAY,
    OPENS,
    PAY_FROM,
    PAYING,
    PLANNED,
    ROUND,
    TERMS,
    WORKER,
    Market,
    contents,
)


def refused(market: Market, work: Callable[[], object]) -> Refusal:
    """Run what must be refused, and see that nothing changed."""
    before = contents(market.staff)
    with pytest.raises(Refusal) as no:
        work()
    assert contents(market.staff) == before
    return no.value


def test_a_campaign_keeps_what_was_proposed(market: Market) -> None:
    campaign_id = market.planned()
    campaign = market.staff.run(lambda session: find_campaign(session, campaign_id))
    assert campaign is not None
    assert (campaign.slug, campaign.title, campaign.terms) == ("premium-2023", "かしまんPAY 2023", TERMS)
    assert market.staff.run(all_campaigns) == [campaign]
    assert (campaign.state, campaign.created_by, campaign.approved_by) == (CampaignState.DRAFT, HANA.id, None)


@pytest.mark.parametrize("slug", ["", "-a", "A", "a_b", "a" * 65, "a\n", "あ"])
def test_a_malformed_short_name_is_refused(market: Market, slug: str) -> None:
    assert refused(market, lambda: market.planned(replace(CAMPAIGN, slug=slug))) == SlugNotWellFormed(slug=slug)


def test_a_short_name_belongs_to_one_campaign(market: Market) -> None:
    market.planned()
    assert refused(market, market.planned) == SlugAlreadyTaken(slug="premium-2023")


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        (replace(TERMS, price_yen=0), AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9_999_999_999)),
        (replace(TERMS, price_yen=True), AmountNotWholeYen(given="True")),
        (replace(TERMS, face_yen=4_000), FaceNotAbovePrice(price_yen=4_000, face_yen=4_000)),
        (
            replace(TERMS, units_total=0),
            CampaignNumberOutOfRange(name="units_total", given=0, min=1, max=10_000_000),
        ),
        (
            replace(TERMS, max_units_per_person=0),
            CampaignNumberOutOfRange(name="max_units_per_person", given=0, min=1, max=1_000),
        ),
        (replace(TERMS, payment_methods=()), NoPaymentMethod()),
        (replace(TERMS, budget_yen=19_999), BudgetBelowPremium(budget_yen=19_999, premium_yen=20_000)),
    ],
)
def test_terms_that_make_no_sense_are_refused(terms: CampaignTerms, refusal: Refusal) -> None:
    with pytest.raises(Refusal) as no:
        check_terms(terms)
    assert no.value == refusal


def test_who_proposed_cannot_approve(market: Market) -> None:
    campaign_id = market.planned()
    no = refused(
        market,
        lambda: market.staff.run(lambda session: approve_campaign(session, campaign_id, by=HANA, now=PLANNED)),
    )
    assert no == SecondPersonNeeded()
    approved = market.staff.run(lambda session: approve_campaign(session, campaign_id, by=KENJI, now=PLANNED))
    assert (approved.state, approved.approved_by) == (CampaignState.APPROVED, KENJI.id)


def test_a_campaign_that_does_not_exist_cannot_move(market: Market) -> None:
    unknown = uuid4()
    no = refused(
        market,
        lambda: market.staff.run(lambda session: approve_campaign(session, unknown, by=FUMI, now=PLANNED)),
    )
    assert no == CampaignUnknown(campaign_id=str(unknown))


def test_only_the_moves_of_the_table_are_made(market: Market) -> None:
    market.planned()
    for to_state in set(CampaignState) - {CampaignState.APPROVED}:
        no = refused(market, partial(market.move, to_state))
        assert no == CampaignMoveNotLegal(from_state="draft", to_state=to_state)


@pytest.mark.parametrize("desk", [Desk.HELP, Desk.AUDIT, Desk.SYSTEM, Desk.FINANCE])
def test_opening_is_for_the_commerce_desk(market: Market, desk: Desk) -> None:
    campaign_id = market.planned()
    market.staff.run(lambda session: approve_campaign(session, campaign_id, by=FUMI, now=PLANNED))
    by = Clerk(UUID(int=9), desk)

    def open_it() -> None:
        market.staff.run(
            lambda session: move_campaign(session, campaign_id, to_state=CampaignState.OPEN, by=by, now=PLANNED)
        )

    assert refused(market, open_it) == DeskMayNotMoveCampaign(desk=desk, to_state="open")


def test_a_campaign_is_drawn_when_all_its_rounds_are(market: Market) -> None:
    market.opened()
    no = refused(market, lambda: market.move(CampaignState.DRAWN))
    assert no == RoundsNotDecided(round_slugs=("premium-2023-1",))


def test_a_campaign_is_closed_after_the_last_day_of_use(market: Market) -> None:
    market.selling([1])
    market.move(CampaignState.IN_USE, PAYING)
    no = refused(market, lambda: market.move(CampaignState.CLOSED, PAYING))
    assert no == CampaignStillInUse(last_day="2024-02-29")
    after = PAYING + timedelta(days=365)
    closed = market.worker.run(
        lambda session: move_campaign(session, market.campaign_id, to_state=CampaignState.CLOSED, by=WORKER, now=after)
    )
    assert closed.state is CampaignState.CLOSED


def test_every_move_is_logged_with_who_made_it(market: Market) -> None:
    market.selling([1])
    (events,) = contents(market.staff, "issuance.campaign_events").values()
    assert len(events) == 7
    by_fumi = [event for event in map(str, events) if str(FUMI.id) in event]
    assert [word in event for word, event in zip(("approved", "round_opened"), by_fumi, strict=True)] == [True, True]


def test_rounds_are_numbered_and_open_in_their_window(market: Market) -> None:
    first = market.opened()
    second = market.open_round(replace(ROUND, slug="b", closes_at=CLOSES - timedelta(days=1)))
    found = market.staff.run(lambda session: rounds_of_campaign(session, market.campaign_id))
    assert [(item.id, item.number) for item in found] == [(first, 1), (second, 2)]

    def seen(at: datetime) -> list[UUID]:
        return [item.id for item in market.staff.run(lambda session: open_rounds(session, now=at))]

    assert seen(OPENS - timedelta(milliseconds=1)) == []
    assert seen(OPENS) == [second, first]
    assert seen(JUST_BEFORE_CLOSING) == [first]
    assert seen(CLOSES) == []
    one = market.staff.run(lambda session: find_round(session, first))
    assert one is not None
    assert (one.units_offered, one.commitments, one.last_day) == (10, ROUND.commitments, LAST_DAY)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"slug": "A"}, SlugNotWellFormed(slug="A")),
        ({"slug": "premium-2023-1"}, SlugAlreadyTaken(slug="premium-2023-1")),
        ({"max_units": 6}, CampaignNumberOutOfRange(name="max_units", given=6, min=1, max=5)),
        ({"grace_days": -1}, CampaignNumberOutOfRange(name="grace_days", given=-1, min=0, max=180)),
        ({"offer_days": 0}, CampaignNumberOutOfRange(name="offer_days", given=0, min=1, max=60)),
        ({"units_offered": 11}, UnitsExceedCampaign(asked_units=11, left_units=10)),
        ({"closes_at": OPENS}, RoundDatesNotInOrder(earlier="opens_at", later="closes_at")),
        ({"pay_from": JUST_BEFORE_CLOSING}, RoundDatesNotInOrder(earlier="closes_at", later="pay_from")),
        ({"pay_until": PAY_FROM}, RoundDatesNotInOrder(earlier="pay_from", later="pay_until")),
        ({"first_day": date(2024, 3, 1)}, RoundDatesNotInOrder(earlier="first_day", later="last_day")),
        ({"last_day": date(2023, 9, 30)}, RoundDatesNotInOrder(earlier="pay_until", later="last_day")),
        (
            {"last_day": date(2024, 3, 16)},
            UseLongerThanSixMonths(last_day="2024-03-16", last_day_allowed="2024-03-15"),
        ),
        ({"commitments": ("FF" * 32,)}, CommitmentNotWellFormed(commitment="FF" * 32)),
    ],
)
def test_a_round_that_breaks_a_rule_is_refused(market: Market, change: dict[str, object], refusal: Refusal) -> None:
    market.opened()
    draft: RoundDraft = replace(ROUND, **{"slug": "other", **change})  # type: ignore[arg-type]
    assert refused(market, lambda: market.open_round(draft)) == refusal


def test_six_months_to_the_day_are_allowed(market: Market) -> None:
    market.opened(replace(ROUND, last_day=date(2024, 3, 15)))


def test_what_is_granted_at_once_may_be_paid_while_others_apply(market: Market) -> None:
    market.opened(replace(ROUND, rule=RoundRule.FIRST_COME, pay_from=OPENS, last_day=date(2024, 1, 31)))


def test_a_draft_takes_no_rounds(market: Market) -> None:
    market.planned()
    assert refused(market, lambda: market.open_round(ROUND)) == CampaignTakesNoRounds(state="draft")


def test_rounds_are_for_the_commerce_desk_and_campaigns_that_exist(market: Market) -> None:
    market.opened()
    other = replace(ROUND, slug="other")

    def open_it(campaign_id: UUID, by: Clerk) -> None:
        market.staff.run(lambda session: open_round(session, campaign_id=campaign_id, round=other, by=by, now=PLANNED))

    no = refused(market, lambda: open_it(market.campaign_id, FUMI))
    assert no == DeskMayNotMoveCampaign(desk="finance", to_state="open")
    unknown = uuid4()
    assert refused(market, lambda: open_it(unknown, HANA)) == CampaignUnknown(campaign_id=str(unknown))


def test_units_that_nobody_was_granted_are_free_for_another_round(market: Market) -> None:
    market.opened(replace(ROUND, units_offered=20))
    market.drawn([4, 3])
    no = refused(market, lambda: market.announce(replace(ROUND, slug="rest", units_offered=14), DRAWN))
    assert no == UnitsExceedCampaign(asked_units=14, left_units=13)
    market.announce(replace(ROUND, slug="rest", units_offered=13), DRAWN)


def test_somebody_else_cannot_take_the_short_name_either(market: Market) -> None:
    market.planned()
    with pytest.raises(SlugAlreadyTaken):
        market.staff.run(lambda session: create_campaign(session, draft=CAMPAIGN, by=KENJI, now=PLANNED))
