"""Passkeys of staff that wait until an administrator stands behind them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from identity.doors.operations.confirm_staff_passkey import confirm_staff_passkey
from identity.doors.queries import waiting_staff_passkeys
from identity.doors.refusals import DoorNotFound
from identity.model import ProvenSignIn
from identity.provider.jose.base64url import from_base64url, to_base64url
from identity.queries import all_staff
from staff_console.desks.recording import recorded
from staff_console.parts import ConsoleParts


@dataclass(frozen=True, slots=True)
class WaitingPasskey:
    """A passkey that opens nothing yet; `reference` is its credential id in base64url."""

    reference: str
    staff_name: str
    label: str
    created_at: datetime
    is_own: bool


def waiting_passkeys(parts: ConsoleParts, viewer_id: UUID) -> list[WaitingPasskey]:
    """What waits, oldest first; one's own is shown and cannot be confirmed by oneself."""
    with parts.database.transaction() as session:
        names = {member.staff_id: member.display_name for member in all_staff(session)}
        return [
            WaitingPasskey(
                to_base64url(passkey.credential_id),
                names[passkey.holder.id],
                passkey.label,
                passkey.created_at,
                passkey.holder.id == viewer_id,
            )
            for passkey in waiting_staff_passkeys(session)
        ]


def confirm_passkey(parts: ConsoleParts, reference: str, confirmed_by: ProvenSignIn) -> None:
    """Stand behind a passkey. Refuses as `confirm_staff_passkey`; DoorNotFound for what is no reference."""
    credential_id = _credential_id(reference)
    now = parts.clock.now()
    recorded(
        parts,
        "passkey.confirmed",
        lambda session: confirm_staff_passkey(session, credential_id, confirmed_by=confirmed_by, now=now),
        staff_id=confirmed_by.holder.id,
    )


def _credential_id(reference: str) -> bytes:
    try:
        return from_base64url(reference)
    except ValueError:
        raise DoorNotFound from None
