"""Make every notice that is due and was not made before."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuance.notices.rules.reminders import PAY_REMINDER_DAYS, due_reminder_day, last_day_to_pay
from issuance.notices.store import making
from issuance.queries import all_campaigns
from kernel.clock import city_date

NEWS_LASTS = timedelta(days=7)
"""What happened longer ago is no news: a city that begins to send notices tells nobody of old draws."""


def make_notices(session: Session, *, now: datetime, limit: int = 5_000) -> int:
    """Make at most `limit` notices of each kind, each with its delivery; gives how many, 0 when all are there.

    Value that is about to expire: so many days before as its campaign says, to wallets that hold any of it now. The end
    of a pay window: three days and one day before the last day to pay, for units not paid yet. Results of draws, to
    everybody who applied; offers from the waiting list. A reminder whose day was slept through is made late, the
    latest one alone. Made once for its subject and day by any number of workers. `now` is the database's time.
    """
    return (
        _remind_of_expiry(session, now, limit)
        + _remind_to_pay(session, now, limit)
        + making.make_draw_results(session, since=now - NEWS_LASTS, now=now, limit=limit)
        + making.make_waiting_list_offers(session, since=now - NEWS_LASTS, now=now, limit=limit)
    )


def _remind_of_expiry(session: Session, now: datetime, limit: int) -> int:
    today = city_date(now)
    days_before: dict[UUID, tuple[int, ...]] = {
        campaign.id: campaign.terms.reminder_days for campaign in all_campaigns(session)
    }
    furthest = max((days for all_days in days_before.values() for days in all_days), default=0)
    steps = [
        (campaign_id, last_day, day)
        for campaign_id, last_day in making.last_days(session, today, today + timedelta(days=furthest))
        if (day := due_reminder_day(last_day, days_before.get(campaign_id, ()), today))
    ]
    return making.make_value_expires(session, steps, now=now, limit=limit) if steps else 0


def _remind_to_pay(session: Session, now: datetime, limit: int) -> int:
    today = city_date(now)
    until = now + timedelta(days=max(PAY_REMINDER_DAYS) + 1)
    steps = [
        (pay_until, day)
        for pay_until in making.deadlines(session, now, until)
        if (day := due_reminder_day(last_day_to_pay(pay_until), PAY_REMINDER_DAYS, today))
    ]
    return making.make_pay_window_ends(session, steps, now=now, limit=limit) if steps else 0
