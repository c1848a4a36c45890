"""A round with a draw is announced, opens with its rule sheet, and can be withdrawn until then."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from issuance.ceremony.queries import rounds_with_days
from issuance.model import CampaignState, Clerk, Desk, Quota, Round, WithdrawalRequest
from issuance.operations.withdraw_application import withdraw_application
from issuance.planning.operations.draft_campaign import draft_campaign
from issuance.planning.operations.withdraw_round import withdraw_round
from issuance.planning.queries import find_plan, history_of
from issuance.planning.refusals import PlanningIsForCommerce, PlanningReasonMissing
from issuance.queries import find_round, open_rounds, units_left_to_sell
from issuance.refusals import (
    RoundNeverOpened,
    RoundNotAnnounced,
    RoundNotOpen,
    RoundNotReady,
    RoundsNotDecided,
    RoundStillOpen,
    RoundUnknown,
    RoundWithdrawn,
    RulesNotPublished,
)
from kernel.clock import SetClock
from tests.issuance.ceremony.hall import DISPUTED, ask_later, close, publish_days, refused
from tests.issuance.market import (
    CAMPAIGN,
    CLOSES,
    DRAWN,
    FIRST_COME,
    FUMI,
    HANA,
    JUST_BEFORE_CLOSING,
    OPENS,
    PLANNED,
    ROUND,
    TERMS,
    Market,
    application,
    person,
    receipt_of,
    sheet_plan,
)

SECOND = replace(ROUND, slug="premium-2023-b")
WHY = "議会の議決が間に合わない"
LATE = OPENS + timedelta(days=2, hours=10)


def withdraw(market: Market, *, by: Clerk = HANA, reason: str = WHY, now: datetime = PLANNED) -> None:
    market.staff.run(lambda session: withdraw_round(session, market.round_id, reason=reason, by=by, now=now))


def found(market: Market) -> Round:
    round_ = market.staff.run(lambda session: find_round(session, market.round_id))
    assert round_ is not None
    return round_


def open_ids(market: Market, now: datetime) -> list[UUID]:
    return [item.id for item in market.staff.run(lambda session: open_rounds(session, now=now))]


def events(market: Market) -> list[tuple[str | None, str]]:
    history = market.staff.run(lambda session: history_of(session, market.campaign_id))
    return [(line.event, line.reason) for line in history if line.event and line.event.startswith("round_")]


def units_left(market: Market, quota: str | None = None) -> int:
    return market.staff.run(lambda session: units_left_to_sell(session, market.campaign_id, quota=quota))


def test_nobody_applies_before_the_rules_are_published(market: Market) -> None:
    round_id = market.announced()
    no = RulesNotPublished(opens_at=OPENS.isoformat())
    for now in (PLANNED, OPENS, JUST_BEFORE_CLOSING):
        assert market.submit(application(round_id, 0, 1), now=now) == [no]
        assert open_ids(market, now) == []
    with pytest.raises(RulesNotPublished):
        market.apply.run(
            lambda session: withdraw_application(session, WithdrawalRequest(round_id, person(0)), clock=SetClock(OPENS))
        )
    (over,) = market.submit(application(round_id, 0, 1), now=CLOSES)
    assert isinstance(over, RoundNotOpen)


def test_the_published_rules_open_the_round_from_its_opening_on(market: Market) -> None:
    round_id = market.announced()
    market.publish_rules(sheet_plan())
    assert found(market).state == "open"
    (early,) = market.submit(application(round_id, 0, 1), now=OPENS - timedelta(milliseconds=1))
    assert isinstance(early, RoundNotOpen)
    receipt_of(market.submit(application(round_id, 0, 1))[0])
    assert events(market) == [
        ("round_announced", "round premium-2023-1 announced"),
        ("round_opened", "round premium-2023-1 open"),
    ]


def test_rules_that_are_late_open_the_round_late_and_the_days_before_had_no_applications(market: Market) -> None:
    round_id = market.announced()
    not_yet = RoundNotReady(state="announced", needed="open")
    assert refused(market, lambda: publish_days(market, LATE)) == not_yet
    assert market.worker.run(lambda session: rounds_with_days(session, now=LATE)) == []
    market.publish_rules(sheet_plan(), now=LATE)
    assert open_ids(market, LATE) == [round_id]
    receipt_of(market.submit(application(round_id, 0, 1), now=LATE)[0])
    assert market.worker.run(lambda session: rounds_with_days(session, now=LATE)) == [round_id]
    assert [day.count for day in publish_days(market, OPENS + timedelta(days=3))] == [0, 0, 1]


def test_a_newer_sheet_before_the_opening_opens_nothing_twice(market: Market) -> None:
    market.opened()
    market.publish_rules(sheet_plan(dispute_days=2))
    assert [event for event, _ in events(market)] == ["round_announced", "round_opened"]


def test_first_come_first_served_is_open_at_once(market: Market) -> None:
    round_id = market.announced(FIRST_COME)
    assert found(market).state == "open"
    receipt_of(market.submit(application(round_id, 0, 1))[0])
    assert refused(market, lambda: withdraw(market)) == RoundNotAnnounced(state="open")


def test_the_deadline_of_an_announced_round_does_not_move(market: Market) -> None:
    market.announced()
    no = refused(market, lambda: ask_later(market, CLOSES + timedelta(hours=6), now=LATE))
    assert no == RoundNotReady(state="announced", needed="open")


def test_a_round_that_never_opened_is_withdrawn_and_not_closed(market: Market) -> None:
    round_id = market.announced()
    assert refused(market, lambda: close(market, now=LATE)) == RoundStillOpen(closes_at=CLOSES.isoformat())
    assert refused(market, lambda: close(market)) == RoundNeverOpened(closes_at=CLOSES.isoformat())
    withdraw(market, now=DISPUTED)
    gone = RoundWithdrawn(round_slug=ROUND.slug)
    assert refused(market, lambda: close(market)) == gone
    assert refused(market, lambda: market.publish_rules(sheet_plan())) == gone
    assert market.submit(application(round_id, 0, 1)) == [gone]
    assert refused(market, lambda: publish_days(market, LATE)) == RoundNotReady(state="withdrawn", needed="open")
    assert market.worker.run(lambda session: rounds_with_days(session, now=LATE)) == []
    assert open_ids(market, OPENS) == []


def test_the_commerce_desk_withdraws_with_a_reason_once(market: Market) -> None:
    market.announced()
    assert refused(market, lambda: withdraw(market, by=FUMI, reason="")) == PlanningIsForCommerce(desk="finance")
    assert refused(market, lambda: withdraw(market, reason=" ")) == PlanningReasonMissing()
    withdraw(market)
    withdraw(market, reason="もういちど")
    assert found(market).state == "withdrawn"
    assert events(market)[-1] == ("round_withdrawn", f"round premium-2023-1 withdrawn: {WHY}")
    assert len(events(market)) == 2
    market.round_id = uuid4()
    assert refused(market, lambda: withdraw(market)) == RoundUnknown(round_id=str(market.round_id))


@pytest.mark.parametrize("desk", [desk for desk in Desk if desk is not Desk.COMMERCE])
def test_no_other_desk_withdraws(market: Market, desk: Desk) -> None:
    market.announced()
    by = Clerk(UUID(int=9), desk)
    assert refused(market, lambda: withdraw(market, by=by)) == PlanningIsForCommerce(desk=desk)


def test_what_has_opened_is_not_withdrawn(market: Market) -> None:
    market.opened()
    assert refused(market, lambda: withdraw(market)) == RoundNotAnnounced(state="open")
    market.frozen([1])
    assert refused(market, lambda: withdraw(market)) == RoundNotAnnounced(state="frozen")


def test_units_of_a_withdrawn_round_are_the_campaigns_again(market: Market) -> None:
    market.announced()
    assert units_left(market) == 10
    withdraw(market)
    assert units_left(market) == 20
    market.open_round(replace(SECOND, units_offered=20))
    assert units_left(market) == 0


def test_a_quota_keeps_the_units_of_its_withdrawn_round(market: Market) -> None:
    terms = replace(TERMS, quotas=(Quota("65歳以上", 6, age_min=65),), base_date=PLANNED.date())
    market.announced(replace(ROUND, units_offered=6, quota="65歳以上"), replace(CAMPAIGN, terms=terms))
    assert (units_left(market), units_left(market, "65歳以上")) == (14, 0)
    withdraw(market)
    assert (units_left(market), units_left(market, "65歳以上")) == (14, 6)


def test_a_campaign_waits_for_announced_rounds_and_not_for_withdrawn_ones(market: Market) -> None:
    market.announced()
    first = market.round_id
    market.open_round(SECOND)
    drawn_id = market.round_id
    market.round_id = first
    withdraw(market)
    assert refused(market, lambda: market.move(CampaignState.DRAWN)) == RoundsNotDecided(
        round_slugs=("premium-2023-b",)
    )
    market.round_id = drawn_id
    market.drawn([1])


def test_a_campaign_of_withdrawn_rounds_alone_is_never_drawn(market: Market) -> None:
    market.announced()
    assert refused(market, lambda: market.move(CampaignState.DRAWN)) == RoundsNotDecided(round_slugs=(ROUND.slug,))
    withdraw(market)
    assert refused(market, lambda: market.move(CampaignState.DRAWN)) == RoundsNotDecided(round_slugs=())


def test_next_year_does_not_repeat_what_was_withdrawn(market: Market) -> None:
    market.announced()
    withdraw(market)
    market.open_round(replace(SECOND, units_offered=7))
    copy_id = market.staff.run(
        lambda session: draft_campaign(
            session, slug="premium-2024", title="翌年", copy_of=market.campaign_id, by=HANA, now=DRAWN
        )
    )
    plan = market.staff.run(lambda session: find_plan(session, copy_id, now=DRAWN))
    assert [(item.slug, item.units_offered) for item in plan.version.draft.rounds] == [("premium-2024-1", 7)]
