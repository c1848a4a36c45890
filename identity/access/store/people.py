"""Statements about people and staff. A person who was erased is found by none of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from identity.access.model import PersonOfKana, PersonOfWallet
from identity.model import StaffRole
from kernel.db import driver_connection

COLUMNS = (
    *("family_name", "given_name", "family_kana", "given_kana", "birth_date", "address", "postal_code", "district"),
    *("household_id", "wallet_id", "has_smartphone"),
)


def read_own(session: Session, person_id: UUID) -> dict[str, Any] | None:
    """Read every column of a person, for the person; the role of the staff may not."""
    row = (
        driver_connection(session)
        .execute(
            f"SELECT {', '.join(COLUMNS)} FROM identity.people"  # noqa: S608  # names from the fixed list above
            " WHERE id = %s AND erased_at IS NULL",
            [person_id],
            binary=True,
        )
        .fetchone()
    )
    return dict(zip(COLUMNS, row, strict=True)) if row else None


def find_ids(session: Session, wanted: PersonOfKana | PersonOfWallet, *, limit: int) -> list[UUID]:
    """The people whom a search finds, at most `limit` of them."""
    if isinstance(wanted, PersonOfWallet):
        found = driver_connection(session).execute(
            "SELECT id FROM identity.people WHERE wallet_id = %s", [wanted.wallet_id], binary=True
        )
    else:
        found = driver_connection(session).execute(
            "SELECT identity.people_of_kana(%s, %s, %s, %s)",
            [wanted.birth_date, wanted.family_kana, wanted.given_kana, limit],
            binary=True,
        )
    return [row[0] for row in found]


def staff_roles(session: Session, staff_ids: Sequence[UUID]) -> dict[UUID, frozenset[StaffRole]]:
    """The roles that these members of staff have now; an unknown one is left out."""
    rows = driver_connection(session).execute(
        "SELECT id, roles FROM identity.staff WHERE id = ANY (%s::uuid[])", [list(staff_ids)], binary=True
    )
    return {row[0]: frozenset(map(StaffRole, row[1])) for row in rows}


def count_household_of(session: Session, person_id: UUID) -> int:
    """How many people live in a person's household, the person included."""
    row = (
        driver_connection(session)
        .execute(
            """
            SELECT count(*) FROM identity.people
            WHERE household_id = (SELECT household_id FROM identity.people WHERE id = %s)
            """,
            [person_id],
        )
        .fetchone()
    )
    return int(row[0]) if row else 0


def code_dates(session: Session, person_id: UUID) -> list[tuple[datetime, datetime | None]]:
    """When each sign-in code of a person was issued and revoked; nothing of the codes themselves."""
    rows = driver_connection(session).execute(
        """
        SELECT issued_at, revoked_at FROM identity.sign_in_codes
        WHERE holder_kind = 'resident' AND holder_id = %s ORDER BY issued_at, selector
        """,
        [person_id],
    )
    return [(row[0], row[1]) for row in rows]


def shops_of(session: Session, person_id: UUID) -> list[tuple[UUID, str, str]]:
    """The merchants for which a person signs in: id, the name shown there, and the role."""
    rows = driver_connection(session).execute(
        "SELECT merchant_id, display_name, role FROM identity.shop_users WHERE person_id = %s ORDER BY id", [person_id]
    )
    return [(row[0], row[1], row[2]) for row in rows]


def erase_person(session: Session, person_id: UUID, now: datetime) -> bool:
    """Take everything of a person away and end the person's codes; False when there is nobody to erase."""
    row = (
        driver_connection(session)
        .execute("SELECT identity.erase_person(%s, %s)", [person_id, now], binary=True)
        .fetchone()
    )
    return bool(row and row[0])
