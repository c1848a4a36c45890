"""Who can be written to by LINE, from what LINE tells in any order and more than once."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from identity.doors.model import LineFriendship

FRIEND_AFTER: Mapping[str, bool] = {"follow": True, "unfollow": False}
"""What the two events say that change it (developers.line.biz, Messaging API, follow and unfollow events)."""

EVENTS_KEPT = timedelta(days=30)
"""How long it is remembered that an event came: far longer than LINE sends one again. What comes later than that is
older than what is known of its user, and changes nothing."""


def latest_of_each(told: Iterable[LineFriendship]) -> list[LineFriendship]:
    """The last that was told of each user, by subject; of two things of one instant the one that writes to nobody."""
    latest: dict[str, LineFriendship] = {}
    for one in sorted(told, key=lambda friendship: (friendship.changed_at, not friendship.is_friend)):
        latest[one.subject] = one
    return [latest[subject] for subject in sorted(latest)]
