"""What doors must know of holders: their names, roles and codes, and one lock for all the doors of each."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import ShopRights
from identity.model import Holder, ShopRole, StaffRole
from kernel.db import driver_connection


def lock_doors(session: Session, holder: Holder) -> None:
    """Let the changes of one holder's doors happen one after the other, until the end of the transaction."""
    driver_connection(session).execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity.doors:{holder.kind.value}:{holder.id}"]
    )


def code_issued_at(session: Session, holder: Holder) -> datetime | None:
    """When the holder's living code was issued."""
    row = (
        driver_connection(session)
        .execute(
            """
            SELECT issued_at FROM identity.sign_in_codes
            WHERE holder_kind = %s AND holder_id = %s AND revoked_at IS NULL
            """,
            [holder.kind.value, holder.id],
            binary=True,
        )
        .fetchone()
    )
    return row[0] if row else None


def staff_roles(session: Session, staff_id: UUID) -> frozenset[StaffRole]:
    """The roles of a member of staff; nobody has none."""
    row = (
        driver_connection(session)
        .execute("SELECT roles FROM identity.staff WHERE id = %s", [staff_id], binary=True)
        .fetchone()
    )
    return frozenset(map(StaffRole, row[0])) if row else frozenset()


def shop_rights(session: Session, shop_user_id: UUID) -> ShopRights | None:
    """For whom a shop user acts, and as what."""
    row = (
        driver_connection(session)
        .execute(
            "SELECT merchant_id, store_id, role FROM identity.shop_users WHERE id = %s", [shop_user_id], binary=True
        )
        .fetchone()
    )
    return ShopRights(row[0], row[1], ShopRole(row[2])) if row else None


def people_born_on(session: Session, birth_date: date) -> list[UUID]:
    """The residents who were born on a day."""
    rows = driver_connection(session).execute(
        "SELECT id FROM identity.people WHERE birth_date = %s", [birth_date], binary=True
    )
    return [row[0] for row in rows]
