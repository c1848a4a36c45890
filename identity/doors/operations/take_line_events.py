"""Take in what LINE told the city's account."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from identity.doors.gateway.line_login import LINE_USER_ID
from identity.doors.gateway.line_webhook import WebhookEvent
from identity.doors.model import LineFriendship
from identity.doors.rules.line_friendships import FRIEND_AFTER, latest_of_each
from identity.doors.store import line_events as store


def take_line_events(session: Session, events: Sequence[WebhookEvent], *, now: datetime) -> int:
    """Keep each event once, and store who follows the account or blocked it; answers how many events were new.

    Nothing depends on the order in which they come. Of every other event only that it came is kept.
    """
    new_ids = store.keep_events(
        session, [(event.event_id, event.kind, event.at, event.is_redelivery) for event in events], now
    )
    told = [one for event in events if event.event_id in new_ids and (one := _friendship(event)) is not None]
    store.save_friendships(session, latest_of_each(told))
    return len(new_ids)


def _friendship(event: WebhookEvent) -> LineFriendship | None:
    is_friend, user_id = FRIEND_AFTER.get(event.kind), event.line_user_id
    if is_friend is None or user_id is None or not LINE_USER_ID.fullmatch(user_id):
        return None
    return LineFriendship(user_id, is_friend, event.at)
