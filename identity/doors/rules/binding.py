"""Who may add and end a door: recovery asks for what enrolment asked for (ASVS 5.0, 6.4.3 and 6.4.4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from identity.doors.model import Door, OpenDoor
from identity.doors.refusals import (
    DoorNotForHolder,
    LabelUnusable,
    LastDoorStays,
    NewPostcardNeeded,
    SignInNotRecent,
    SignInTooWeakForDoor,
)
from identity.model import Acr, HolderKind, ProvenSignIn

RECENT_S = 300
LABEL_LENGTH_MAX = 40

_AT_HOME = frozenset({Acr.POSTCARD, Acr.COUNTER, Acr.PASSKEY, Acr.JPKI_AUTH, Acr.JPKI_SIGN})
_IN_PERSON = frozenset({Acr.COUNTER, Acr.JPKI_AUTH, Acr.JPKI_SIGN})

MAY_ADD: Mapping[Door, frozenset[Acr]] = {
    Door.LINE: _AT_HOME,
    Door.PASSKEY: _AT_HOME | {Acr.STAFF},
    Door.DAS: _AT_HOME,
}
"""What a sign-in must have been proved by to add a door. LINE alone adds nothing.

マイナアプリ may be added from below its own level because the provider's verified claims must name the same person.
"""
MAY_END: Mapping[Door, frozenset[Acr]] = {
    Door.LINE: _AT_HOME,
    Door.PASSKEY: _AT_HOME | {Acr.STAFF},
    Door.DAS: _IN_PERSON,
}
"""What a sign-in must have been proved by to end a door."""


def demand_may_add(
    door: Door,
    signed_in: ProvenSignIn,
    *,
    now: datetime,
    age_max_s: int = RECENT_S,
    accepted: Mapping[Door, frozenset[Acr]] = MAY_ADD,
) -> None:
    """Refuse, in this order: DoorNotForHolder for a link of anyone but a resident; SignInNotRecent;
    SignInTooWeakForDoor.
    """
    if door is not Door.PASSKEY and signed_in.holder.kind is not HolderKind.RESIDENT:
        raise DoorNotForHolder(door.value, signed_in.holder.kind.value)
    demand_recent(signed_in, now=now, age_max_s=age_max_s)
    if signed_in.acr not in accepted[door]:
        raise SignInTooWeakForDoor(door.value)


def demand_may_end(door: Door, signed_in: ProvenSignIn, *, now: datetime, age_max_s: int = RECENT_S) -> None:
    """Refuse what `demand_may_add` refuses, by the table for ending."""
    demand_may_add(door, signed_in, now=now, age_max_s=age_max_s, accepted=MAY_END)


def demand_recent(signed_in: ProvenSignIn, *, now: datetime, age_max_s: int = RECENT_S) -> None:
    """Refuse SignInNotRecent for a sign-in of more than `age_max_s` seconds ago (ASVS 5.0, 7.5.1)."""
    if now - signed_in.at > timedelta(seconds=age_max_s):
        raise SignInNotRecent(age_max_s)


def demand_postcard_newer_than_passkeys(
    signed_in: ProvenSignIn, code_issued_at: datetime | None, passkeys_created_at: Sequence[datetime]
) -> None:
    """Let a postcard stand in for passkeys only if it was issued after them, so that one from the drawer does not.

    `code_issued_at` is that of the holder's living code; one issued after the sign-in is not the one that was used.
    Refuses NewPostcardNeeded. Other ways to sign in are not concerned.
    """
    if signed_in.acr is not Acr.POSTCARD or not passkeys_created_at:
        return
    if code_issued_at is None or not max(passkeys_created_at) < code_issued_at <= signed_in.at:
        raise NewPostcardNeeded


def demand_another_door(doors: Sequence[OpenDoor], ended_reference: str) -> None:
    """Refuse LastDoorStays if no other usable door is left. The counter is always open and does not count."""
    if not any(door.is_usable and door.reference != ended_reference for door in doors):
        raise LastDoorStays


def usable_label(typed: str) -> str:
    """Read a label: 1 to 40 visible characters, with single spaces between words. Refuses LabelUnusable."""
    label = " ".join(typed.split())
    if not 1 <= len(label) <= LABEL_LENGTH_MAX or not label.isprintable():
        raise LabelUnusable(LABEL_LENGTH_MAX)
    return label
