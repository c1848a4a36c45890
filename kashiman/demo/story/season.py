"""The half year, day by day: applications and draws, purchases, payments, closings, expiry."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from issuance.model import CampaignState, CampaignTerms, RoundRule
from kashiman.demo.calendar import (
    FIRST_ROUND,
    OFFER_DAYS,
    REMAINDER_ROUND,
    STORY_ENDS_AT,
    WAITING_LIST_OFFERED_ON,
    WITHOUT_SMARTPHONE_OFFERED_ON,
    WITHOUT_SMARTPHONE_ROUND,
    YEAR_END_ROUND,
    RoundDays,
    closing_days,
    days_of_use,
)
from kashiman.demo.story import applying, buying, campaign, drawing, paying, settling
from kashiman.demo.story.applying import Holders
from kashiman.demo.story.buying import Buyer
from kashiman.demo.story.world import World
from kernel.clock import city_time
from settlement.operations.close_settlement import Closed

FIRST_ROUND_UPTAKE, WITHOUT_SMARTPHONE_UPTAKE, REMAINDER_UPTAKE, YEAR_END_UPTAKE = 0.66, 1.3, 1.25, 0.5
SHARE_SPENT, SHARE_SOLD = 1.07, 0.9
ONE_DAY = timedelta(days=1)


def live(world: World) -> None:
    """Live the half year of the campaign."""
    season = _Season(world, campaign.plan_campaign(world))
    season.hold_first_rounds()
    days = days_of_use()
    with world.bar("くらし：購入・支払・精算", len(days)) as bar:
        for day in days:
            season.live_day(day)
            bar.step()


class _Season:
    """What is planned for which day, and what is still to be paid out."""

    def __init__(self, world: World, terms: CampaignTerms) -> None:
        self._world = world
        self._kept_units = sum(quota.units for quota in terms.quotas)
        self._free_units = terms.units_total - self._kept_units
        self._payments = paying.Payments(world, days_of_use(), world.chance("paying"))
        expected_yen = terms.units_total * terms.face_yen * SHARE_SOLD
        paying.scale_baskets(self._payments, spend_yen=round(expected_yen * SHARE_SPENT))
        self._purchases: defaultdict[date, list[tuple[RoundDays, Sequence[Buyer]]]] = defaultdict(list)
        self._closings = set(closing_days())
        self._pay_days: dict[date, list[Closed]] = {}
        self._holders: Holders = {}
        self._left = 0

    def hold_first_rounds(self) -> None:
        """Applications and draws of the first round, and of the one beside it, before anybody can pay."""
        world = self._world
        units_offered = {FIRST_ROUND: self._free_units, WITHOUT_SMARTPHONE_ROUND: self._kept_units}
        uptake = {FIRST_ROUND: FIRST_ROUND_UPTAKE, WITHOUT_SMARTPHONE_ROUND: WITHOUT_SMARTPHONE_UPTAKE}
        campaign.announce(world, FIRST_ROUND, units_offered=self._free_units)
        campaign.announce(
            world, WITHOUT_SMARTPHONE_ROUND, units_offered=self._kept_units, quota=campaign.WITHOUT_SMARTPHONE
        )
        self._holders |= applying.apply(
            world, {days: round(units * uptake[days]) for days, units in units_offered.items()}
        )
        for days in units_offered:
            drawing.draw(world, days)
        campaign.move(world, CampaignState.DRAWN)
        world.at(FIRST_ROUND.pay_from_at)
        campaign.move(world, CampaignState.SELLING)
        for days in units_offered:
            self._sell(days, buying.granted_units(world, days), _window(days), chapter="draw")

    def live_day(self, day: date) -> None:
        """A day in its order: the office in the morning, shops all day, buyers in the evening."""
        world = self._world
        settling.expire(world, day)
        self._settle(day)
        settling.close_books(world, day)
        paying.disturb(world, day)
        self._keep_calendar(day)
        paying.pay_for_a_day(self._payments, day)
        for days, buyers in self._purchases.pop(day, []):
            buying.buy(world, days, buyers, day)
        settling.roll_up(world)

    def _settle(self, day: date) -> None:
        if day - ONE_DAY in self._closings:
            pay_day, closed = settling.close(self._world, day - ONE_DAY)
            self._pay_days.setdefault(pay_day, []).append(closed)
        for closed in self._pay_days.pop(day, []):
            settling.pay_out(self._world, closed, day)

    def _keep_calendar(self, day: date) -> None:
        """What the commerce desk does on its own days."""
        world = self._world
        if day == WITHOUT_SMARTPHONE_OFFERED_ON:
            buying.give_up(world, day)
            buying.pass_on(world, FIRST_ROUND, city_time(day, 7))
            self._offer_waiting_list(WITHOUT_SMARTPHONE_ROUND, day)
        elif day == REMAINDER_ROUND.opens - 2 * ONE_DAY:
            self._left = campaign.announce_remainder(world, REMAINDER_ROUND, on=day, first_time_only=True)
        elif day == REMAINDER_ROUND.drawn:
            self._draw_remainder()
        elif day == WAITING_LIST_OFFERED_ON:
            buying.give_up(world, day)
            self._offer_waiting_list(REMAINDER_ROUND, day)
        elif day == YEAR_END_ROUND.opens:
            self._open_year_end(day)
        elif day > WAITING_LIST_OFFERED_ON and (day - WAITING_LIST_OFFERED_ON).days % (OFFER_DAYS + 1) == 0:
            buying.give_up(world, day)
            for days in (WITHOUT_SMARTPHONE_ROUND, REMAINDER_ROUND):
                buying.pass_on(world, days, city_time(day, 7))

    def _draw_remainder(self) -> None:
        """More of those who won nothing want the remainder than it can serve, so here the draw decides."""
        world = self._world
        self._holders |= applying.apply(world, {REMAINDER_ROUND: round(self._left * REMAINDER_UPTAKE)})
        drawing.draw(world, REMAINDER_ROUND)
        granted = buying.granted_units(world, REMAINDER_ROUND)
        self._sell(REMAINDER_ROUND, granted, _window(REMAINDER_ROUND), chapter="draw")

    def _offer_waiting_list(self, days: RoundDays, day: date) -> None:
        """Unpaid wins pass down the waiting list, in its order."""
        offered = buying.pass_on(self._world, days, city_time(day, 7))
        self._sell(days, offered, [day + number * ONE_DAY for number in range(OFFER_DAYS)], chapter="waiting-list")

    def _open_year_end(self, day: date) -> None:
        """The last units, which nobody on a waiting list wanted, go to whoever comes first; some are left for later."""
        left = campaign.announce_remainder(self._world, YEAR_END_ROUND, on=day, rule=RoundRule.FIRST_COME)
        if left:
            wanted = round(left * YEAR_END_UPTAKE)
            holders, granted = applying.apply_at_once(self._world, YEAR_END_ROUND, wanted, city_time(day, 12))
            self._holders |= holders
            until_now = [day + number * ONE_DAY for number in range((STORY_ENDS_AT.date() - day).days)]
            self._sell(YEAR_END_ROUND, granted, until_now, chapter="first-come")

    def _sell(self, days: RoundDays, granted: Mapping[str, int], on: Sequence[date], *, chapter: str) -> None:
        """Plan who of those who were granted units buys them on which day."""
        for receipt, units in granted.items():
            self._world.units_granted[self._holders[receipt].person_id] += units
        plan = buying.plan_purchases(self._world, self._holders, granted, on, chapter=f"{days.number}/{chapter}")
        for day, buyers in plan.items():
            self._purchases[day].append((days, buyers))


def _window(days: RoundDays) -> list[date]:
    return [days.pays_from + number * ONE_DAY for number in range((days.pays_until - days.pays_from).days + 1)]
