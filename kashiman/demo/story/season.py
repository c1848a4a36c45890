"""The half year, day by day: applications and draws, purchases, payments, closings, expiry."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from issuance.model import CampaignState, RoundRule
from kashiman.demo.calendar import (
    FIRST_ROUND,
    OFFER_DAYS,
    REMAINDER_ROUND,
    WAITING_LIST_OFFERED_ON,
    YEAR_END_ROUND,
    RoundDays,
    closing_days,
    days_of_use,
)
from kashiman.demo.story import applying, buying, paying, settling
from kashiman.demo.story.buying import Buyer
from kashiman.demo.story.world import Person, World
from kernel.clock import city_time
from settlement.operations.close_settlement import Closed

FIRST_ROUND_UPTAKE, REMAINDER_UPTAKE = 0.66, 1.25
SHARE_SPENT, SHARE_SOLD = 1.07, 0.9
ONE_DAY = timedelta(days=1)


def live(world: World) -> None:
    """Live the half year of the campaign."""
    units_total = applying.plan_campaign(world)
    season = _Season(world, units_total)
    season.hold_first_round()
    days = days_of_use()
    with world.bar("くらし：購入・支払・精算", len(days)) as bar:
        for day in days:
            season.live_day(day)
            bar.step()


class _Season:
    """What is planned for which day, and what is still to be paid out."""

    def __init__(self, world: World, units_total: int) -> None:
        self._world = world
        self._units_total = units_total
        self._payments = paying.Payments(world, days_of_use(), world.chance("paying"))
        expected_yen = units_total * applying.FACE_YEN * SHARE_SOLD
        paying.scale_baskets(self._payments, spend_yen=round(expected_yen * SHARE_SPENT))
        self._purchases: dict[date, tuple[UUID, Sequence[Buyer]]] = {}
        self._closings = set(closing_days())
        self._pay_days: dict[date, list[Closed]] = {}
        self._holders: dict[str, Person] = {}

    def hold_first_round(self) -> None:
        """Applications, draw and selling of the first round, before anybody can pay."""
        world = self._world
        round_id = applying.announce(world, FIRST_ROUND, number=1, units_offered=self._units_total)
        wanted = round(self._units_total * FIRST_ROUND_UPTAKE)
        holders = applying.apply(world, round_id, FIRST_ROUND, number=1, units_wanted=wanted)
        applying.draw(world, round_id, FIRST_ROUND, number=1)
        applying.move(world, CampaignState.DRAWN)
        world.at(FIRST_ROUND.pay_from_at)
        applying.move(world, CampaignState.SELLING)
        granted = buying.granted_units(world, round_id)
        self._plan(round_id, holders, granted, _window(FIRST_ROUND), chapter="first")

    def live_day(self, day: date) -> None:
        """A day in its order: the office in the morning, shops all day, buyers in the evening."""
        world = self._world
        settling.expire(world, day)
        self._settle(day)
        settling.close_books(world, day)
        paying.disturb(world, day)
        self._keep_calendar(day)
        paying.pay_for_a_day(self._payments, day)
        if day in self._purchases:
            round_id, buyers = self._purchases.pop(day)
            buying.buy(world, round_id, buyers, day)
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
        if day == FIRST_ROUND.pays_until + ONE_DAY:
            buying.give_up(world, day)
            buying.pass_on(world, world.rounds[0], city_time(day, 7))
        elif day == REMAINDER_ROUND.opens - 2 * ONE_DAY:
            self._announce_remainder(day)
        elif day == REMAINDER_ROUND.drawn:
            self._draw_remainder()
        elif day == WAITING_LIST_OFFERED_ON:
            self._offer_waiting_list(day)
        elif day == YEAR_END_ROUND.opens:
            self._open_year_end(day)
        elif day > WAITING_LIST_OFFERED_ON and (day - WAITING_LIST_OFFERED_ON).days % (OFFER_DAYS + 1) == 0:
            buying.give_up(world, day)
            buying.pass_on(world, world.rounds[1], city_time(day, 7))

    def _announce_remainder(self, day: date) -> None:
        """What the first round left over is offered again."""
        left = self._units_total - buying.units_sold(self._world)
        applying.announce(self._world, REMAINDER_ROUND, number=2, units_offered=left, on=day)
        self._left = left

    def _draw_remainder(self) -> None:
        """More people want the remainder than it can serve, so here the draw decides."""
        world, round_id = self._world, self._world.rounds[1]
        wanted = round(self._left * REMAINDER_UPTAKE)
        self._holders = applying.apply(world, round_id, REMAINDER_ROUND, number=2, units_wanted=wanted)
        applying.draw(world, round_id, REMAINDER_ROUND, number=2)
        granted = buying.granted_units(world, round_id)
        self._plan(round_id, self._holders, granted, _window(REMAINDER_ROUND), chapter="remainder")

    def _offer_waiting_list(self, day: date) -> None:
        """Unpaid wins pass down the waiting list, in its order."""
        world, round_id = self._world, self._world.rounds[1]
        buying.give_up(world, day)
        offered = buying.pass_on(world, round_id, city_time(day, 7))
        days = [day + number * ONE_DAY for number in range(OFFER_DAYS)]
        self._plan(round_id, self._holders, offered, days, chapter="waiting-list")

    def _open_year_end(self, day: date) -> None:
        """The last units, which nobody on the waiting list wanted, go to whoever comes first."""
        left = self._units_total - buying.units_promised(self._world)
        if left > 0:
            first_come = RoundRule.FIRST_COME
            applying.announce(self._world, YEAR_END_ROUND, number=3, units_offered=left, on=day, rule=first_come)

    def _plan(
        self,
        round_id: UUID,
        holders: dict[str, Person],
        granted: dict[str, int],
        days: Sequence[date],
        *,
        chapter: str,
    ) -> None:
        plan = buying.plan_purchases(self._world, holders, granted, days, chapter=chapter)
        self._purchases |= {day: (round_id, buyers) for day, buyers in plan.items()}


def _window(days: RoundDays) -> list[date]:
    return [days.pays_from + number * ONE_DAY for number in range((days.pays_until - days.pays_from).days + 1)]
