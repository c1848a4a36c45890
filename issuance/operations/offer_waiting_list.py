"""Pass units that were not paid for down the waiting list."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.allocation import WaitingEntry, offer_unpaid_units
from issuance.lottery.files import WAITLIST_FILE, parse_waitlist
from issuance.model import GrantOrigin, Offer, Round, RoundState, WaitingListRun
from issuance.purchase_model import NewGrant
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.store import campaigns, draws, grants
from kernel.clock import city_date, city_time


def offer_waiting_list(session: Session, round_id: UUID, *, now: datetime) -> WaitingListRun:
    """Forfeit units whose deadline passed and that no purchase under way holds, and offer them in list order.

    A receipt that forfeits any unit loses its places; each offer has its own deadline, `offer_days` city days
    from today, and one run makes one grant per receipt. A run without unpaid units changes nothing.
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
    offers, left_units = _offers(session, round_, sum(lost.values()), now)
    pay_until = _deadline(round_, now)
    units_by_receipt: Counter[str] = Counter()
    for offer in offers:
        units_by_receipt[offer.receipt] += offer.units
    granted = [
        NewGrant(receipt, units, GrantOrigin.WAITING_LIST, pay_until) for receipt, units in units_by_receipt.items()
    ]
    grant_ids = grants.insert_grants(session, round_id, granted, now)
    grants.insert_offers(session, round_id, offers, grant_ids, now)
    return WaitingListRun(round_id, sum(lost.values()), tuple(offers), left_units, pay_until)


def _offers(session: Session, round_: Round, unpaid_units: int, now: datetime) -> tuple[Sequence[Offer], int]:
    """Who is next, with their places; units that nobody waits for, or nobody could use, are left."""
    content = draws.find_files(session, round_.id).get(WAITLIST_FILE)
    is_too_late = city_date(now) > round_.last_day
    places = parse_waitlist(content) if content and not is_too_late else []
    offered = grants.offered_units(session, round_.id)
    lost = grants.receipts_with_forfeits(session, round_.id)
    waiting = [
        (position, WaitingEntry(place.receipt, place.units - offered.get(position, 0)))
        for position, place in enumerate(places, start=1)
        if place.receipt not in lost and place.units > offered.get(position, 0)
    ]
    served = offer_unpaid_units([entry for _, entry in waiting], unpaid_units=unpaid_units, lost=lost)
    # What is served is the beginning of the list, so the places pair with it from the first.
    pairs = zip(waiting, served.offered, strict=False)
    return [Offer(position, entry.receipt, entry.units) for (position, _), entry in pairs], served.left_units


def _deadline(round_: Round, now: datetime) -> datetime:
    """The end of a city day, and never later than the last day of use."""
    last_day = min(city_date(now) + timedelta(days=round_.offer_days), round_.last_day)
    return city_time(last_day + timedelta(days=1))
