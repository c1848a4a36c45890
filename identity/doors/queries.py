"""Questions about doors that pages of settings and consoles ask."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session
from webauthn.helpers import bytes_to_base64url

from identity.doors.model import Door, Link, OpenDoor, OwnMailAddress, Passkey, TillDevice
from identity.doors.rules.links import DOORS
from identity.doors.rules.tills import secret_digest
from identity.doors.store import holders, line_events, links, mail_addresses, passkeys, tills
from identity.model import Holder, HolderKind


def doors_of(session: Session, holder: Holder) -> list[OpenDoor]:
    """All that a holder can sign in with: the postcard's living code, passkeys, and links of a resident."""
    issued_at = holders.code_issued_at(session, holder)
    postcard = [OpenDoor(Door.POSTCARD, None, None, issued_at, None, is_usable=True)] if issued_at else []
    linked = links_of(session, holder.id) if holder.kind is HolderKind.RESIDENT else []
    return [*postcard, *map(_passkey_door, passkeys_of(session, holder)), *map(_link_door, linked)]


def passkeys_of(session: Session, holder: Holder) -> list[Passkey]:
    """The passkeys of a holder that were not revoked, in the order of registration."""
    return passkeys.passkeys_of(session, holder)


def links_of(session: Session, person_id: UUID) -> list[Link]:
    """The living links of a person, in the order of linking."""
    return links.links_of(session, person_id)


def line_recipients(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The LINE user whom a message to each of these people reaches, by person id.

    Left out is who is linked to no LINE account, and who blocked the city's; of an account that LINE never spoke of it
    is taken that it can be written to.
    """
    return line_events.find_reachable_subjects(session, list(person_ids))


def mail_recipients(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The address at which each of these people wants e-mail, by person id; left out is who proved none."""
    return mail_addresses.find_confirmed(session, list(person_ids))


def own_mail_address(session: Session, person_id: UUID, now: datetime) -> OwnMailAddress:
    """A person's address for e-mail, for the person alone."""
    known = mail_addresses.find_state(session, person_id)
    if known is None:
        return OwnMailAddress(None, None)
    is_waiting = known.code_expires_at is not None and now < known.code_expires_at
    return OwnMailAddress(known.address, known.pending_address if is_waiting else None)


def mail_address_since(session: Session, person_id: UUID) -> datetime | None:
    """Since when a person is written to by e-mail; city hall never sees where."""
    return mail_addresses.find_confirmed_at(session, person_id)


def waiting_staff_passkeys(session: Session) -> list[Passkey]:
    """The passkeys of staff that wait for a second person, oldest first."""
    return passkeys.waiting_passkeys(session)


def till_devices_of(session: Session, merchant_id: UUID) -> list[TillDevice]:
    """The devices of a merchant that are bound, by store and then by age."""
    return tills.devices_of(session, merchant_id)


def till_device_of(session: Session, device_secret: str | None) -> TillDevice | None:
    """The till that a device's secret stands for; None for no secret, a forged one, and one that was released."""
    return tills.find_device_of_secret(session, secret_digest(device_secret)) if device_secret else None


def _passkey_door(passkey: Passkey) -> OpenDoor:
    return OpenDoor(
        Door.PASSKEY,
        bytes_to_base64url(passkey.credential_id),
        passkey.label,
        passkey.created_at,
        passkey.last_used_at,
        passkey.is_usable,
    )


def _link_door(link: Link) -> OpenDoor:
    return OpenDoor(DOORS[link.provider], str(link.link_id), None, link.linked_at, link.last_used_at, is_usable=True)
