"""Every SQL statement of identity. Imports and code batches go in by COPY, whatever their size.

A person who was erased is found by nothing here, except that the id is not given to anybody again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from identity.model import (
    Holder,
    HolderKind,
    ImportedResident,
    NewResident,
    ResidentProfile,
    ShopRole,
    ShopUser,
    StaffMember,
    StaffRole,
)
from identity.rules.signing_in import CodeState
from identity.tables import ShopUserRow, StaffRow
from kernel.db import driver_connection

PROFILE = """
id, household_id, wallet_id, family_name, given_name, family_kana, given_kana, birth_date, district, address,
postal_code, has_smartphone
"""
HOLDER_TABLES = {
    HolderKind.RESIDENT: "SELECT id FROM identity.people WHERE id = ANY (%s::uuid[]) AND erased_at IS NULL",
    HolderKind.SHOP: "SELECT id FROM identity.shop_users WHERE id = ANY (%s::uuid[])",
    HolderKind.STAFF: "SELECT id FROM identity.staff WHERE id = ANY (%s::uuid[])",
}


def first_known_person(session: Session, person_ids: Sequence[UUID]) -> UUID | None:
    """One of these people who is there already, or was and is erased."""
    row = (
        driver_connection(session)
        .execute("SELECT id FROM identity.people WHERE id = ANY (%s::uuid[]) LIMIT 1", [list(person_ids)], binary=True)
        .fetchone()
    )
    return row[0] if row else None


def existing_holders(session: Session, kind: HolderKind, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that exist as this kind of holder."""
    rows = driver_connection(session).execute(HOLDER_TABLES[kind], [list(ids)], binary=True)
    return {row[0] for row in rows}


def insert_residents(session: Session, residents: Sequence[NewResident], imported: Sequence[ImportedResident]) -> None:
    """Add people and the households that are not there yet."""
    connection = driver_connection(session)
    households = sorted({resident.household_id for resident in residents})
    connection.execute(
        "INSERT INTO identity.households (id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING", [households]
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY identity.people ({PROFILE}) FROM STDIN") as copy:
        for new, ids in zip(residents, imported, strict=True):
            copy.write_row(
                (
                    *(ids.person_id, new.household_id, ids.wallet_id),
                    *(new.family_name, new.given_name, new.family_kana, new.given_kana),
                    *(new.birth_date, new.district, new.address, new.postal_code, new.has_smartphone),
                )
            )


def insert_staff(session: Session, member: StaffMember) -> None:
    """Add a member of staff."""
    session.add(StaffRow(id=member.staff_id, display_name=member.display_name, roles=sorted(member.roles)))
    session.flush()


def insert_shop_user(session: Session, user: ShopUser) -> None:
    """Add a shop user."""
    session.add(
        ShopUserRow(
            id=user.shop_user_id,
            merchant_id=user.merchant_id,
            store_id=user.store_id,
            display_name=user.display_name,
            role=user.role,
            person_id=user.person_id,
        )
    )
    session.flush()


def count_selectors(session: Session) -> int:
    """How many selectors were given out so far, revoked ones included."""
    row = driver_connection(session).execute("SELECT count(*) FROM identity.sign_in_codes").fetchone()
    return int(row[0]) if row else 0


def taken_selectors(session: Session, selectors: Iterable[str]) -> set[str]:
    """Those of the selectors that were given out before."""
    rows = driver_connection(session).execute(
        "SELECT selector FROM identity.sign_in_codes WHERE selector = ANY (%s::text[])", [list(selectors)]
    )
    return {row[0] for row in rows}


def revoke_codes(session: Session, holders: Iterable[Holder], now: datetime) -> None:
    """End the live codes of these holders."""
    kinds, ids = zip(*holders, strict=True)
    driver_connection(session).execute(
        """
        UPDATE identity.sign_in_codes AS c SET revoked_at = %s
        FROM unnest(%s::text[], %s::uuid[]) AS h (kind, id)
        WHERE c.holder_kind = h.kind AND c.holder_id = h.id AND c.revoked_at IS NULL
        """,
        [now, [kind.value for kind in kinds], list(ids)],
    )


def insert_codes(session: Session, codes: Iterable[tuple[str, bytes, Holder]], now: datetime) -> None:
    """Add new codes, each as selector, digest of the secret, and holder."""
    columns = "selector, secret_digest, holder_kind, holder_id, issued_at"
    with (
        driver_connection(session).cursor() as cursor,
        cursor.copy(f"COPY identity.sign_in_codes ({columns}) FROM STDIN") as copy,
    ):
        for selector, digest, holder in codes:
            copy.write_row((selector, digest, holder.kind.value, holder.id, now))


def lock_code(session: Session, selector: str) -> CodeState | None:
    """Find a code that was not revoked, and hold its row so that attempts are counted one after the other."""
    row = (
        driver_connection(session)
        .execute(
            """
            SELECT selector, holder_kind, holder_id, secret_digest, failures, locked_until
            FROM identity.sign_in_codes WHERE selector = %s AND revoked_at IS NULL FOR NO KEY UPDATE
            """,
            [selector],
            binary=True,
        )
        .fetchone()
    )
    return CodeState(row[0], Holder(HolderKind(row[1]), row[2]), *row[3:]) if row else None


def save_attempt(session: Session, selector: str, failures: int, locked_until: datetime | None) -> None:
    """Store how often a code was tried wrongly and until when it is locked."""
    driver_connection(session).execute(
        "UPDATE identity.sign_in_codes SET failures = %s, locked_until = %s WHERE selector = %s",
        [failures, locked_until, selector],
    )


def find_people(session: Session, person_ids: Iterable[UUID]) -> list[ResidentProfile]:
    """Read residents by id."""
    rows = driver_connection(session).execute(
        f"SELECT {PROFILE} FROM identity.people"  # noqa: S608  # a fixed list of columns
        " WHERE id = ANY (%s::uuid[]) AND erased_at IS NULL",
        [list(person_ids)],
        binary=True,
    )
    return [ResidentProfile(*row) for row in rows]


def find_people_of_wallets(session: Session, wallet_ids: Iterable[UUID]) -> list[ResidentProfile]:
    """Read residents by wallet."""
    rows = driver_connection(session).execute(
        f"SELECT {PROFILE} FROM identity.people WHERE wallet_id = ANY (%s::uuid[])",  # noqa: S608
        [list(wallet_ids)],
        binary=True,
    )
    return [ResidentProfile(*row) for row in rows]


def find_owners(session: Session, wallet_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Read the person of each wallet."""
    rows = driver_connection(session).execute(
        "SELECT wallet_id, id FROM identity.people WHERE wallet_id = ANY (%s::uuid[])", [list(wallet_ids)], binary=True
    )
    return {row[0]: row[1] for row in rows}


def find_wallets(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Read the wallet of each person."""
    rows = driver_connection(session).execute(
        "SELECT id, wallet_id FROM identity.people WHERE id = ANY (%s::uuid[]) AND erased_at IS NULL",
        [list(person_ids)],
        binary=True,
    )
    return {row[0]: row[1] for row in rows}


def find_households(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Read the household of each person."""
    rows = driver_connection(session).execute(
        "SELECT id, household_id FROM identity.people WHERE id = ANY (%s::uuid[]) AND erased_at IS NULL",
        [list(person_ids)],
        binary=True,
    )
    return {row[0]: row[1] for row in rows}


def count_household_members(session: Session, household_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Count the people of each household."""
    rows = driver_connection(session).execute(
        """
        SELECT household_id, count(*) FROM identity.people WHERE household_id = ANY (%s::uuid[])
        GROUP BY household_id
        """,
        [list(household_ids)],
        binary=True,
    )
    return {row[0]: row[1] for row in rows}


def find_staff(session: Session, staff_ids: Iterable[UUID] | None = None) -> list[StaffMember]:
    """Read members of staff, all of them without ids."""
    wanted = select(StaffRow).order_by(StaffRow.display_name, col(StaffRow.id))
    if staff_ids is not None:
        wanted = wanted.where(col(StaffRow.id).in_(list(staff_ids)))
    return [StaffMember(row.id, row.display_name, frozenset(map(StaffRole, row.roles))) for row in session.exec(wanted)]


def find_shop_users(session: Session, shop_user_ids: Iterable[UUID]) -> list[ShopUser]:
    """Read shop users by id."""
    return [
        _shop_user(row) for row in session.exec(select(ShopUserRow).where(col(ShopUserRow.id).in_(list(shop_user_ids))))
    ]


def find_shop_users_of(session: Session, merchant_id: UUID) -> list[ShopUser]:
    """Read the shop users of a merchant."""
    wanted = select(ShopUserRow).where(ShopUserRow.merchant_id == merchant_id)
    return [_shop_user(row) for row in session.exec(wanted.order_by(ShopUserRow.display_name, col(ShopUserRow.id)))]


def _shop_user(row: ShopUserRow) -> ShopUser:
    return ShopUser(row.id, row.merchant_id, row.store_id, row.display_name, ShopRole(row.role), row.person_id)
