"""Passkeys, the names that authenticators know their holders by, and challenges."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import ChallengePurpose, NewPasskey, Passkey, PasskeyUse, Registration
from identity.model import Acr, Holder, HolderKind
from kernel.db import driver_connection

PASSKEY = """
p.credential_id, p.holder_kind, p.holder_id, p.public_key, p.sign_count, p.aaguid, p.transports, p.device_type,
p.backed_up, p.label, p.created_at, p.last_used_at, p.sign_count_fell_at,
NOT p.needs_confirmation OR EXISTS (
    SELECT FROM identity.passkey_confirmations AS c WHERE c.credential_id = p.credential_id
)
"""


def make_user_handle(session: Session, holder: Holder, drawn: bytes) -> bytes:
    """The handle of a holder; the first time it becomes the one that was drawn."""
    connection = driver_connection(session)
    connection.execute(
        """
        INSERT INTO identity.passkey_user_handles (holder_kind, holder_id, user_handle) VALUES (%s, %s, %s)
        ON CONFLICT (holder_kind, holder_id) DO NOTHING
        """,
        [holder.kind.value, holder.id, drawn],
    )
    return find_user_handle(session, holder)


def find_user_handle(session: Session, holder: Holder) -> bytes:
    """The handle of a holder who has one."""
    row = (
        driver_connection(session)
        .execute(
            "SELECT user_handle FROM identity.passkey_user_handles WHERE holder_kind = %s AND holder_id = %s",
            [holder.kind.value, holder.id],
            binary=True,
        )
        .fetchone()
    )
    assert row
    return bytes(row[0])


def insert_challenge(
    session: Session,
    challenge: bytes,
    browser_session: bytes,
    registration: Registration | None,
    expires_at: datetime,
    *,
    kept_max: int,
) -> None:
    """Add a challenge, to register for a holder or to sign in; of one browser's only the latest are kept."""
    connection = driver_connection(session)
    connection.execute(
        """
        DELETE FROM identity.passkey_challenges WHERE challenge IN (
            SELECT challenge FROM identity.passkey_challenges WHERE browser_session = %s
            ORDER BY expires_at DESC, challenge OFFSET %s
        )
        """,
        [browser_session, kept_max - 1],
    )
    purpose = ChallengePurpose.REGISTER if registration else ChallengePurpose.SIGN_IN
    holder = registration.holder if registration else None
    connection.execute(
        """
        INSERT INTO identity.passkey_challenges
            (challenge, browser_session, purpose, holder_kind, holder_id, signed_in_by, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [
            *(challenge, browser_session, purpose.value),
            holder.kind.value if holder else None,
            holder.id if holder else None,
            registration.signed_in_by.value if registration else None,
            expires_at,
        ],
    )


def take_sign_in_challenge(session: Session, challenge: bytes, browser_session: bytes, now: datetime) -> bool:
    """Use up a challenge to sign in; false if it was no living one of this browser."""
    return _take(session, challenge, browser_session, ChallengePurpose.SIGN_IN, now) is not None


def take_registration_challenge(
    session: Session, challenge: bytes, browser_session: bytes, now: datetime
) -> Registration | None:
    """Use up a challenge to register, and say for whom it was; None if it was no living one of this browser."""
    row = _take(session, challenge, browser_session, ChallengePurpose.REGISTER, now)
    return Registration(Holder(HolderKind(row[0]), row[1]), Acr(row[2])) if row else None


def insert_passkey(
    session: Session, holder: Holder, new: NewPasskey, *, label: str, needs_confirmation: bool, now: datetime
) -> None:
    """Add a passkey."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.passkeys (credential_id, holder_kind, holder_id, public_key, sign_count, aaguid,
            transports, device_type, backed_up, label, needs_confirmation, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            *(new.credential_id, holder.kind.value, holder.id, new.public_key, new.sign_count, new.aaguid),
            *(list(new.transports), new.device_type, new.backed_up, label, needs_confirmation, now),
        ],
    )


def is_registered(session: Session, credential_id: bytes) -> bool:
    """Whether a credential was ever registered, by anybody."""
    found = driver_connection(session).execute(
        "SELECT FROM identity.passkeys WHERE credential_id = %s", [credential_id]
    )
    return found.fetchone() is not None


def lock_passkey(session: Session, credential_id: bytes) -> Passkey | None:
    """Find a passkey that was not revoked, and hold its row."""
    row = (
        driver_connection(session)
        .execute(
            f"SELECT {PASSKEY} FROM identity.passkeys AS p"  # noqa: S608  # a fixed list of columns
            " WHERE p.credential_id = %s AND p.revoked_at IS NULL FOR NO KEY UPDATE OF p",
            [credential_id],
            binary=True,
        )
        .fetchone()
    )
    return _passkey(row) if row else None


def passkeys_of(session: Session, holder: Holder) -> list[Passkey]:
    """The passkeys of a holder that were not revoked, in the order of registration."""
    rows = driver_connection(session).execute(
        f"""
        SELECT {PASSKEY} FROM identity.passkeys AS p
        WHERE p.holder_kind = %s AND p.holder_id = %s AND p.revoked_at IS NULL ORDER BY p.created_at, p.credential_id
        """,  # noqa: S608
        [holder.kind.value, holder.id],
        binary=True,
    )
    return [_passkey(row) for row in rows]


def waiting_passkeys(session: Session) -> list[Passkey]:
    """The passkeys of staff that wait for a second person, oldest first."""
    rows = driver_connection(session).execute(
        f"""
        SELECT {PASSKEY} FROM identity.passkeys AS p WHERE p.needs_confirmation AND p.revoked_at IS NULL
            AND NOT EXISTS (
                SELECT FROM identity.passkey_confirmations AS c WHERE c.credential_id = p.credential_id
            )
        ORDER BY p.created_at, p.credential_id
        """,  # noqa: S608
        binary=True,
    )
    return [_passkey(row) for row in rows]


def record_use(session: Session, credential_id: bytes, use: PasskeyUse, now: datetime) -> None:
    """Store the counter and the state of backup that a sign-in showed."""
    driver_connection(session).execute(
        "UPDATE identity.passkeys SET sign_count = %s, backed_up = %s, last_used_at = %s WHERE credential_id = %s",
        [use.sign_count, use.backed_up, now, credential_id],
    )


def mark_copied(session: Session, credential_id: bytes, now: datetime) -> None:
    """Store that a passkey's counter went backwards."""
    driver_connection(session).execute(
        "UPDATE identity.passkeys SET sign_count_fell_at = %s WHERE credential_id = %s AND sign_count_fell_at IS NULL",
        [now, credential_id],
    )


def revoke(session: Session, credential_id: bytes, now: datetime) -> None:
    """End a passkey."""
    driver_connection(session).execute(
        "UPDATE identity.passkeys SET revoked_at = %s WHERE credential_id = %s", [now, credential_id]
    )


def rename(session: Session, credential_id: bytes, label: str) -> None:
    """Give a passkey another label."""
    driver_connection(session).execute(
        "UPDATE identity.passkeys SET label = %s WHERE credential_id = %s", [label, credential_id]
    )


def insert_confirmation(
    session: Session, credential_id: bytes, staff_id: UUID, confirmed_by: UUID, now: datetime
) -> None:
    """Store who stood behind a passkey of a member of staff."""
    driver_connection(session).execute(
        "INSERT INTO identity.passkey_confirmations (credential_id, staff_id, confirmed_by, confirmed_at)"
        " VALUES (%s, %s, %s, %s)",
        [credential_id, staff_id, confirmed_by, now],
    )


def was_any_confirmed(session: Session) -> bool:
    """Whether any passkey of staff was ever confirmed."""
    return (
        driver_connection(session).execute("SELECT FROM identity.passkey_confirmations LIMIT 1").fetchone() is not None
    )


def delete_challenges_before(session: Session, now: datetime) -> int:
    """Forget the challenges that nobody answered in time, and count them."""
    return (
        driver_connection(session)
        .execute("DELETE FROM identity.passkey_challenges WHERE expires_at <= %s", [now])
        .rowcount
    )


def _take(
    session: Session, challenge: bytes, browser_session: bytes, purpose: ChallengePurpose, now: datetime
) -> tuple[Any, ...] | None:
    return (
        driver_connection(session)
        .execute(
            """
            DELETE FROM identity.passkey_challenges
            WHERE challenge = %s AND browser_session = %s AND purpose = %s AND expires_at > %s
            RETURNING holder_kind, holder_id, signed_in_by
            """,
            [challenge, browser_session, purpose.value, now],
            binary=True,
        )
        .fetchone()
    )


def _passkey(row: tuple[Any, ...]) -> Passkey:
    return Passkey(
        credential_id=bytes(row[0]),
        holder=Holder(HolderKind(row[1]), row[2]),
        public_key=bytes(row[3]),
        sign_count=row[4],
        aaguid=row[5],
        transports=tuple(row[6]),
        device_type=row[7],
        backed_up=row[8],
        label=row[9],
        created_at=row[10],
        last_used_at=row[11],
        sign_count_fell_at=row[12],
        is_confirmed=row[13],
    )
