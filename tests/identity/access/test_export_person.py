"""A person is given everything that is held about them, in a form that machines read."""

import json
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from identity.access.model import Reason, ReasonCode, StaffAccess
from identity.access.operations.export_person import export_person
from identity.access.operations.record_events import record_events
from identity.access.queries import events_about
from identity.access.refusals import CaseReferenceMissing, PersonalDataNotForDesk
from identity.access.rules.exporting import as_json
from identity.model import Holder, HolderKind, ImportedResident, ShopRole, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.refusals import PersonUnknown
from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import derived_id, new_id
from tests.identity.access.desk import ADDRESSED, SCREEN, count, read, signed_in
from tests.identity.people import PEPPER, TARO

MERCHANT = derived_id("merchant", "tofu")
ASKED = Reason(ReasonCode.DISCLOSURE, "本人から開示の請求があった", "鹿総第12号")


def access(staff_id: UUID, *roles: StaffRole, reason: Reason = ASKED) -> StaffAccess:
    return StaffAccess(staff_id, frozenset(roles), reason, "help_desk/export")


READING = {
    "at": "2026-09-01T01:00:00+00:00",
    "desk": "help",
    "staff_name": "窓口 一子",
    "screen": SCREEN,
    "reason": "inquiry",
    "reason_text": "本人から残高について電話があった",
    "case_reference": "2026-窓-0012",
    "what": ["name", "address"],
}
EVENT = {
    "at": "2026-09-01T01:00:00+00:00",
    "kind": "sign_in.passkey",
    "outcome": "succeeded",
    "by": "resident",
    "client_id": "wallet",
    "facts": {"acr": "urn:kashima:acr:passkey"},
}


def test_an_export_holds_every_part(
    database: Database,
    staff_database: Database,
    residents: list[ImportedResident],
    clerk: UUID,
    clock: SetClock,
) -> None:
    taro, start = residents[0], clock.now()
    _has_two_codes_and_a_shop(staff_database, taro, clock)
    read(staff_database, taro.person_id, clerk, start)
    database.run(lambda session: record_events(session, [signed_in(start, taro.person_id)]))
    document = database.run(
        lambda session: export_person(
            session,
            taro.person_id,
            doors=[{"kind": "passkey", "label": "スマホ", "created_at": start}],
            consents=[{"client": "certificate", "granted_at": start, "scopes": ("openid",)}],
            extra={"payments": [{"amount_yen": 1200}]},
            now=clock.now(),
        )
    )
    assert json.loads(json.dumps(document)) == document
    assert document == {
        "schema": "kashiman.person/1",
        "made_at": "2026-09-03T01:00:00+00:00",
        "person": _person(taro),
        "household_members": 2,
        "sign_in_codes": [
            {"issued_at": "2026-09-01T01:00:00+00:00", "revoked_at": "2026-09-02T01:00:00+00:00"},
            {"issued_at": "2026-09-02T01:00:00+00:00", "revoked_at": None},
        ],
        "shops": [{"merchant_id": str(MERCHANT), "shown_as": "豆腐店", "role": "owner"}],
        "doors": [{"kind": "passkey", "label": "スマホ", "created_at": "2026-09-01T01:00:00+00:00"}],
        "consents": [{"client": "certificate", "granted_at": "2026-09-01T01:00:00+00:00", "scopes": ["openid"]}],
        "readings": [READING],
        "events": [EVENT],
        "other": {"payments": [{"amount_yen": 1200}]},
    }


def _person(taro: ImportedResident) -> dict[str, object]:
    return {
        "person_id": str(taro.person_id),
        "family_name": "鹿島",
        "given_name": "太郎",
        "family_kana": "カシマ",
        "given_kana": "タロウ",
        "birth_date": "1980-04-01",
        "address": "鹿島市浜町9001",
        "postal_code": "849-1322",
        "district": "浜",
        "household_id": str(TARO.household_id),
        "wallet_id": str(taro.wallet_id),
        "has_smartphone": True,
    }


def _has_two_codes_and_a_shop(staff_database: Database, taro: ImportedResident, clock: SetClock) -> None:
    holder = Holder(HolderKind.RESIDENT, taro.person_id)
    for _ in range(2):
        staff_database.run(lambda session: issue_sign_in_codes(session, [holder], pepper=PEPPER, now=clock.now()))
        clock.advance(timedelta(days=1))
    staff_database.run(
        lambda session: add_shop_user(
            session, merchant_id=MERCHANT, display_name="豆腐店", role=ShopRole.OWNER, person_id=taro.person_id
        )
    )


def test_an_export_speaks_of_nobody_else(
    database: Database, staff_database: Database, taro: UUID, hanako: UUID, clerk: UUID, clock: SetClock
) -> None:
    read(staff_database, hanako, clerk, clock.now(), fields=ADDRESSED)
    document = database.run(lambda session: export_person(session, taro, now=clock.now()))
    assert "花子" not in json.dumps(document, ensure_ascii=False)
    assert (document["readings"], document["sign_in_codes"], document["other"]) == ([], [], {})


def test_an_export_is_itself_an_event(database: Database, taro: UUID, clock: SetClock) -> None:
    database.run(lambda session: export_person(session, taro, now=clock.now()))
    with database.transaction() as session:
        (event,) = events_about(session, taro)
    assert (event.kind, event.actor_kind, event.actor_id) == ("person.exported", "resident", taro)


def test_asvs_16_2_1_an_export_by_staff_is_a_reading_of_all_fields(
    staff_database: Database, taro: UUID, clerk: UUID, clock: SetClock
) -> None:
    document = staff_database.run(
        lambda session: export_person(session, taro, access=access(clerk, StaffRole.HELP), now=clock.now())
    )
    (reading,) = document["readings"]
    assert (reading["reason"], reading["case_reference"], len(reading["what"])) == ("disclosure", "鹿総第12号", 8)
    with staff_database.transaction() as session:
        (event,) = events_about(session, taro)
    assert (event.kind, event.actor_kind, event.actor_id) == ("person.exported", "staff", clerk)


def test_asvs_8_2_1_staff_export_with_a_reason_and_a_desk_that_may(
    staff_database: Database, taro: UUID, clerk: UUID, admin: UUID, clock: SetClock
) -> None:
    wrong = [
        (access(clerk, StaffRole.HELP, reason=ASKED._replace(case_reference=None)), CaseReferenceMissing),
        (access(admin, StaffRole.ADMIN), PersonalDataNotForDesk),
    ]
    for given, refusal in wrong:
        with pytest.raises(refusal), staff_database.transaction() as session:
            export_person(session, taro, access=given, now=clock.now())
    assert count(staff_database, "SELECT count(*) FROM identity.audit_events") == 0


def test_nobody_unknown_is_exported(database: Database, clock: SetClock) -> None:
    with pytest.raises(PersonUnknown):
        database.run(lambda session: export_person(session, new_id(), now=clock.now()))


def test_values_are_written_as_json(taro: UUID, clock: SetClock) -> None:
    assert as_json({"a": (1, None, True, 1.5), "b": date(2026, 9, 1), "c": taro, "d": frozenset({StaffRole.HELP})}) == {
        "a": [1, None, True, 1.5],
        "b": "2026-09-01",
        "c": str(taro),
        "d": ["help"],
    }
    assert type(as_json(StaffRole.HELP)) is str
    assert as_json(clock.now()) == "2026-09-01T01:00:00+00:00"
    assert isinstance(clock.now(), datetime)
    with pytest.raises(TypeError, match="object"):
        as_json({"a": object()})
