"""Pass units that were not paid for down the waiting list."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.allocation import WaitingEntry, offer_unpaid_units
from issuance.lottery.files import APPLICATIONS_FILE, WAITLIST_FILE, parse_applications, parse_waitlist
from issuance.model import GrantOrigin, Offer, Round, RoundState, WaitingListRun
from issuance.purchase_model import NewGrant
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.rules.caps import HeldUnits, UnitsHeld
from issuance.store import applications, campaigns, draws, grants
from kernel.clock import city_date, city_time
from kernel.refusals import BooksBroken


class _Place(NamedTuple):
    """A place of the waiting list, with what may be offered to it."""

    position: int
    entry: WaitingEntry


def offer_waiting_list(session: Session, round_id: UUID, *, now: datetime) -> WaitingListRun:
    """Forfeit units whose deadline passed and that no purchase under way holds, and offer them in list order.

    A receipt that forfeits any unit loses its places; each offer has its own deadline, `offer_days` city days
    from today, and one run makes one grant per receipt. A run without unpaid units changes nothing. A place is passed
    over, and kept, while its holder or the holder's household is at a cap with what they have in all rounds.
    Refuses, in this order: RoundUnknown, RoundNotReady.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if round_.state is not RoundState.DRAWN:
        raise RoundNotReady(state=round_.state, needed=RoundState.DRAWN)
    overdue = grants.lock_accounts(session, grant_ids=grants.grants_past_deadline(session, round_id, now))
    lost = {grant_id: account.units_left for grant_id, account in overdue.items() if account.units_left}
    grants.insert_forfeits(session, lost, now)
    waiting = _waiting(session, round_, now) if lost else []
    served = offer_unpaid_units([place.entry for place in waiting], unpaid_units=sum(lost.values()), lost=frozenset())
    # What is served is the beginning of the list, so the places pair with it from the first.
    pairs = zip(waiting, served.offered, strict=False)
    offers = [Offer(place.position, entry.receipt, entry.units) for place, entry in pairs]
    pay_until = _deadline(round_, now)
    units_by_receipt: Counter[str] = Counter()
    for offer in offers:
        units_by_receipt[offer.receipt] += offer.units
    granted = [
        NewGrant(receipt, units, GrantOrigin.WAITING_LIST, pay_until) for receipt, units in units_by_receipt.items()
    ]
    grant_ids = grants.insert_grants(session, round_id, granted, now)
    grants.insert_offers(session, round_id, offers, grant_ids, now)
    return WaitingListRun(round_id, sum(lost.values()), tuple(offers), served.left_units, pay_until)


def _waiting(session: Session, round_: Round, now: datetime) -> list[_Place]:
    """Who is next, with what may be offered to each; nobody, once nobody could use it."""
    content = draws.find_file(session, round_.id, WAITLIST_FILE)
    is_too_late = city_date(now) > round_.last_day
    entries = parse_waitlist(content) if content and not is_too_late else []
    offered = grants.offered_units(session, round_.id)
    lost = grants.receipts_with_forfeits(session, round_.id)
    places = [
        _Place(position, WaitingEntry(entry.receipt, entry.units - offered.get(position, 0)))
        for position, entry in enumerate(entries, start=1)
        if entry.receipt not in lost and entry.units > offered.get(position, 0)
    ]
    return _within_caps(session, round_, places)


def _within_caps(session: Session, round_: Round, places: Sequence[_Place]) -> list[_Place]:
    """What the caps of the campaign leave of each place; a row that a household was merged into has its cap alone."""
    campaign = campaigns.find_campaign(session, round_.campaign_id)
    if campaign is None:
        raise BooksBroken("a round has no campaign")
    applicants = [item for item in applications.newest_versions(session, round_.id) if not item.is_withdrawn]
    listed = parse_applications(draws.find_files(session, round_.id)[APPLICATIONS_FILE]) if places else []
    merged = {row.receipt for row in listed if row.group != row.receipt}
    by_receipt = {item.receipt: item for item in applicants}
    holders = [by_receipt[place.entry.receipt] for place in places]
    held = HeldUnits(
        applications.lock_units_held(
            session,
            [campaign.id],
            {item.person_id for item in holders},
            {item.household_id for item in holders if item.household_id is not None},
        )
    )
    fitting = []
    for place, who in zip(places, holders, strict=True):
        holder = UnitsHeld(campaign.id, round_.id, who.person_id, who.household_id, place.entry.units)
        units = held.offer(campaign.terms, holder, is_household=who.receipt in merged)
        if units:
            fitting.append(place._replace(entry=WaitingEntry(who.receipt, units)))
    return fitting


def _deadline(round_: Round, now: datetime) -> datetime:
    """The end of a city day, and never later than the last day of use."""
    last_day = min(city_date(now) + timedelta(days=round_.offer_days), round_.last_day)
    return city_time(last_day + timedelta(days=1))
