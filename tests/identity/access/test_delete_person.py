"""Two members of staff erase a person: the books stay, the link goes."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from identity.access.model import DeletionReason, PersonOfWallet, Reason, ReasonCode
from identity.access.operations.delete_person import delete_person
from identity.access.operations.export_person import export_person
from identity.access.operations.find_people_by import find_people_by
from identity.access.queries import events_about, readings_of
from identity.access.refusals import (
    CaseReferenceMissing,
    DeletionNeedsTwoPeople,
    DeletionNotForDesk,
    PersonStillHasValue,
)
from identity.model import Holder, HolderKind, ImportedResident, ShopRole, SignedIn, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.import_residents import import_residents
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.operations.sign_in import sign_in
from identity.queries import household_sizes, people_by_ids, people_by_wallets, shop_users_of, wallet_ids_of
from identity.refusals import HolderUnknown, PersonUnknown, ResidentAlreadyKnown, SignInCodeWrong
from identity.rules.my_number import MyNumberGiven
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id, new_id
from kernel.refusals import Refusal
from tests.identity.access.conftest import Hire
from tests.identity.access.desk import count, read
from tests.identity.people import PEPPER, TARO

CASE = "鹿総第34号"
MERCHANT = derived_id("merchant", "tofu")
KNOWN_ELSEWHERE = """
INSERT INTO identity.roll_imports (id, number, base_date, file_sha256, imported_by, imported_at, added, changed,
    moved_out, died, returned, unchanged, passed_over, absent)
SELECT gen_random_uuid(), 1, '2026-09-01', repeat('0', 64), id, now(), 1, 0, 0, 0, 0, 0, 0, 0
FROM identity.staff LIMIT 1;
INSERT INTO identity.roll_entries (person_id, roll_digest, name_birth_digest, address_digest, last_import_id)
SELECT %(person)s, sha256('1'), sha256('2'), sha256('3'), id FROM identity.roll_imports;
INSERT INTO identity.links (id, provider, provider_client, provider_subject, person_id, acr, linked_at)
VALUES (gen_random_uuid(), 'line', '2000000001', 'U1', %(person)s, 'urn:kashima:acr:line', now());
INSERT INTO identity.passkey_user_handles (holder_kind, holder_id, user_handle)
VALUES ('resident', %(person)s, decode(repeat('01', 64), 'hex'));
INSERT INTO identity.passkeys (credential_id, holder_kind, holder_id, public_key, sign_count, aaguid, transports,
    device_type, backed_up, label, needs_confirmation, created_at)
VALUES ('\\x01', 'resident', %(person)s, '\\x02', 0, gen_random_uuid(), '{}', 'multi_device', true, 'スマホ', false,
    now());
"""


@pytest.fixture
def erase(staff_database: Database, clerk: UUID, admin: UUID, clock: SetClock) -> Callable[..., None]:
    """Erase a person as a clerk and an administrator do, with what differs given."""

    def call(person_id: UUID, **differs: object) -> None:
        facts: dict[str, object] = {
            "by": clerk,
            "second": admin,
            "reason": DeletionReason.ASKED_BY_PERSON,
            "case_reference": CASE,
            "wallet_is_empty": True,
            "now": clock.now(),
        }
        staff_database.run(lambda session: delete_person(session, person_id, **(facts | differs)))  # type: ignore[arg-type]

    return call


def test_asvs_14_2_7_nothing_of_an_erased_person_is_left(
    database: Database, residents: list[ImportedResident], erase: Callable[..., None], clock: SetClock
) -> None:
    taro, hanako = residents
    erase(taro.person_id)
    with database.transaction() as session:
        row = (
            driver_connection(session)
            .execute("SELECT to_jsonb(p) FROM identity.people AS p WHERE id = %s", [taro.person_id])
            .fetchone()
        )
        assert row is not None
        assert {name: value for name, value in row[0].items() if value is not None} == {
            "id": str(taro.person_id),
            "erased_at": "2026-09-01T01:00:00+00:00",
        }
        everybody = [taro.person_id, hanako.person_id]
        assert set(people_by_ids(session, everybody)) == {hanako.person_id}
        assert wallet_ids_of(session, everybody) == {hanako.person_id: hanako.wallet_id}
        assert people_by_wallets(session, [taro.wallet_id]) == {}
        assert household_sizes(session, [TARO.household_id]) == {TARO.household_id: 1}


def test_an_erased_person_is_read_found_and_exported_no_more(
    database: Database,
    staff_database: Database,
    residents: list[ImportedResident],
    clerk: UUID,
    erase: Callable[..., None],
    clock: SetClock,
) -> None:
    taro = residents[0]
    read(staff_database, taro.person_id, clerk, clock.now())
    erase(taro.person_id)
    with pytest.raises(PersonUnknown):
        read(staff_database, taro.person_id, clerk, clock.now())
    with pytest.raises(PersonUnknown):
        database.run(lambda session: export_person(session, taro.person_id, now=clock.now()))
    found = staff_database.run(
        lambda session: find_people_by(
            session,
            PersonOfWallet(taro.wallet_id),
            staff_id=clerk,
            roles=[StaffRole.HELP],
            reason=Reason(ReasonCode.INQUIRY, "拾った控えの持ち主を探す"),
            fields=["name"],  # type: ignore[list-item]
            screen="help_desk/search",
            now=clock.now(),
        )
    )
    assert found == []
    with database.transaction() as session:
        assert len(readings_of(session, taro.person_id)) == 1


def test_every_way_in_and_every_digest_ends_with_the_person(
    database: Database,
    staff_database: Database,
    database_url: str,
    taro: UUID,
    hanako: UUID,
    erase: Callable[..., None],
    clock: SetClock,
) -> None:
    holders = [Holder(HolderKind.RESIDENT, taro), Holder(HolderKind.RESIDENT, hanako)]
    codes = staff_database.run(lambda session: issue_sign_in_codes(session, holders, pepper=PEPPER, now=clock.now()))
    with (
        psycopg.connect(database_url, client_encoding="utf8") as connection,
        psycopg.ClientCursor(connection) as cursor,
    ):
        cursor.execute(KNOWN_ELSEWHERE, {"person": taro})
    shop_user = staff_database.run(
        lambda session: add_shop_user(
            session, merchant_id=MERCHANT, display_name="豆腐店", role=ShopRole.OWNER, person_id=taro
        )
    )
    erase(taro)
    entered = [
        database.run(lambda session, text=code.text: sign_in(session, text, pepper=PEPPER, now=clock.now()))  # type: ignore[misc]
        for code in codes
    ]
    assert isinstance(entered[0], SignInCodeWrong)
    assert isinstance(entered[1], SignedIn)
    for left in ("roll_entries", "links", "passkeys", "passkey_user_handles"):
        assert count(staff_database, f"SELECT count(*) FROM identity.{left}") == 0
    with staff_database.transaction() as session:
        assert [(user.shop_user_id, user.person_id) for user in shop_users_of(session, MERCHANT)] == [(shop_user, None)]


def test_asvs_16_3_3_a_deletion_is_an_event_without_personal_data(
    staff_database: Database, taro: UUID, clerk: UUID, admin: UUID, erase: Callable[..., None], clock: SetClock
) -> None:
    erase(taro, reason=DeletionReason.MOVED_OUT)
    with staff_database.transaction() as session:
        (event,) = events_about(session, taro)
    assert (event.kind, event.actor_id, event.at) == ("person.deleted", clerk, clock.now())
    assert event.facts == {"second": str(admin), "reason": "moved_out", "case": CASE}


def test_asvs_8_2_1_two_different_members_of_staff_with_the_role_erase(
    taro: UUID, clerk: UUID, admin: UUID, hire: Hire, staff_database: Database, erase: Callable[..., None]
) -> None:
    finance, unknown = hire("会計 五郎", StaffRole.FINANCE), new_id()
    wrong: list[tuple[dict[str, object], Refusal]] = [
        ({"second": clerk}, DeletionNeedsTwoPeople()),
        ({"by": finance}, DeletionNotForDesk(str(finance))),
        ({"second": finance}, DeletionNotForDesk(str(finance))),
        ({"second": unknown}, DeletionNotForDesk(str(unknown))),
        ({"case_reference": " \n"}, CaseReferenceMissing()),
        ({"case_reference": "1234 5678 9018"}, MyNumberGiven(("case_reference",))),
        ({"wallet_is_empty": False}, PersonStillHasValue(str(taro))),
    ]
    for differs, refusal in wrong:
        with pytest.raises(type(refusal)) as refused:
            erase(taro, **differs)
        assert refused.value == refusal
    assert count(staff_database, "SELECT count(*) FROM identity.people WHERE erased_at IS NULL") == 2
    assert count(staff_database, "SELECT count(*) FROM identity.audit_events") == 0


def test_a_person_is_erased_once(taro: UUID, staff_database: Database, erase: Callable[..., None]) -> None:
    erase(taro)
    for nobody in (taro, new_id()):
        with pytest.raises(PersonUnknown):
            erase(nobody)
    assert count(staff_database, "SELECT count(*) FROM identity.audit_events") == 1


def test_an_erased_person_gets_no_code_no_shop_and_no_second_import(
    staff_database: Database, taro: UUID, erase: Callable[..., None], clock: SetClock
) -> None:
    erase(taro)
    holder = Holder(HolderKind.RESIDENT, taro)
    with pytest.raises(HolderUnknown), staff_database.transaction() as session:
        issue_sign_in_codes(session, [holder], pepper=PEPPER, now=clock.now())
    with pytest.raises(PersonUnknown), staff_database.transaction() as session:
        add_shop_user(session, merchant_id=MERCHANT, display_name="店", role=ShopRole.CASHIER, person_id=taro)
    with pytest.raises(ResidentAlreadyKnown), staff_database.transaction() as session:
        import_residents(session, [TARO], now=clock.now() + timedelta(days=1))


def test_not_even_a_superuser_gives_an_erased_person_back_or_half_erases_one(
    database_url: str, taro: UUID, erase: Callable[..., None]
) -> None:
    erase(taro)
    back = (
        "UPDATE identity.people SET family_name = '鹿島' WHERE erased_at IS NOT NULL",
        "UPDATE identity.people SET erased_at = NULL WHERE erased_at IS NOT NULL",
        "UPDATE identity.people SET wallet_id = NULL WHERE erased_at IS NULL",
        "UPDATE identity.people SET id = gen_random_uuid() WHERE erased_at IS NULL",
    )
    for statement in back:
        with (
            psycopg.connect(database_url) as connection,
            pytest.raises(errors.InsufficientPrivilege, match="history is only added to"),
        ):
            connection.execute(statement)
    half = (
        "UPDATE identity.people SET erased_at = now() WHERE erased_at IS NULL",
        "UPDATE identity.people SET family_name = NULL WHERE erased_at IS NULL",
    )
    for statement in half:
        with (
            psycopg.connect(database_url) as connection,
            pytest.raises(errors.CheckViolation, match="people_are_whole_or_erased"),
        ):
            connection.execute(statement)
