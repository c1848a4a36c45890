"""Codes are issued in batches, stored as digests only, and replace what the holder had before."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from identity.model import Holder, HolderKind, ImportedResident, ShopRole, SignedIn, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.operations.sign_in import sign_in
from identity.refusals import HolderUnknown, SignInCodesExhausted, SignInCodeWrong
from identity.rules import sign_in_code
from identity.rules.sign_in_code import read_sign_in_code, secret_digest
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id
from kernel.refusals import Refusal
from tests.identity.people import PEPPER


def stored_codes(database: Database) -> list[tuple[Any, ...]]:
    columns = "selector, secret_digest, holder_kind, holder_id, issued_at, revoked_at"
    return database.run(
        lambda session: (
            driver_connection(session)
            .execute(f"SELECT {columns} FROM identity.sign_in_codes ORDER BY issued_at, selector")
            .fetchall()
        )
    )


def issue(database: Database, holders: list[Holder], clock: SetClock) -> list[tuple[Holder, str]]:
    issued = database.run(lambda session: issue_sign_in_codes(session, holders, pepper=PEPPER, now=clock.now()))
    return [(code.holder, code.text) for code in issued]


def try_code(database: Database, text: str, clock: SetClock) -> SignedIn | Refusal:
    return database.run(lambda session: sign_in(session, text, pepper=PEPPER, now=clock.now()))


def test_codes_come_back_in_the_order_of_their_holders(
    staff_database: Database, residents: list[ImportedResident], clock: SetClock
) -> None:
    holders = [Holder(HolderKind.RESIDENT, resident.person_id) for resident in reversed(residents)]
    issued = issue(staff_database, [*holders, holders[0]], clock)
    assert [holder for holder, _ in issued] == holders
    for holder, text in issued:
        answer = try_code(staff_database, text, clock)
        assert isinstance(answer, SignedIn)
        assert answer.subject == holder.id


def test_only_a_keyed_digest_of_the_secret_is_stored(staff_database: Database, taro: UUID, clock: SetClock) -> None:
    ((_, text),) = issue(staff_database, [Holder(HolderKind.RESIDENT, taro)], clock)
    code = read_sign_in_code(text)
    assert stored_codes(staff_database) == [
        (code.selector, secret_digest(PEPPER, code.secret), "resident", taro, clock.now(), None)
    ]


def test_a_new_code_ends_the_earlier_one(staff_database: Database, taro: UUID, clock: SetClock) -> None:
    holder = Holder(HolderKind.RESIDENT, taro)
    ((_, first),) = issue(staff_database, [holder], clock)
    clock.advance(timedelta(days=1))
    ((_, second),) = issue(staff_database, [holder], clock)
    assert try_code(staff_database, first, clock) == SignInCodeWrong()
    assert isinstance(try_code(staff_database, second, clock), SignedIn)
    assert [row[5] for row in stored_codes(staff_database)] == [clock.now(), None]


def test_a_batch_may_mix_residents_shop_users_and_staff(staff_database: Database, taro: UUID, clock: SetClock) -> None:
    merchant_id = derived_id("merchant", "M0001")
    cashier_id = staff_database.run(
        lambda session: add_shop_user(session, merchant_id=merchant_id, display_name="レジ1", role=ShopRole.CASHIER)
    )
    staff_id = staff_database.run(lambda session: add_staff(session, display_name="監査", roles=[StaffRole.AUDIT]))
    holders = [
        Holder(HolderKind.STAFF, staff_id),
        Holder(HolderKind.SHOP, cashier_id),
        Holder(HolderKind.RESIDENT, taro),
    ]
    assert [holder for holder, _ in issue(staff_database, holders, clock)] == holders


def test_an_unknown_holder_refuses_the_batch_and_revokes_nothing(
    staff_database: Database, taro: UUID, clock: SetClock
) -> None:
    known = Holder(HolderKind.RESIDENT, taro)
    issue(staff_database, [known], clock)
    before = stored_codes(staff_database)
    with pytest.raises(HolderUnknown) as refused:
        issue(staff_database, [known, Holder(HolderKind.STAFF, taro)], clock)
    assert refused.value == HolderUnknown("staff", str(taro))
    assert stored_codes(staff_database) == before


def test_more_codes_than_selectors_are_refused(
    staff_database: Database, residents: list[ImportedResident], clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Holder(HolderKind.RESIDENT, resident.person_id) for resident in residents)
    issue(staff_database, [first], clock)
    monkeypatch.setattr("identity.operations.issue_sign_in_codes.SELECTORS", 2)
    with pytest.raises(SignInCodesExhausted) as refused:
        issue(staff_database, [first, second], clock)
    assert refused.value == SignInCodesExhausted(asked=2, left=1)
    assert len(stored_codes(staff_database)) == 1


def test_a_selector_that_was_given_out_is_drawn_again(
    staff_database: Database, residents: list[ImportedResident], clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Holder(HolderKind.RESIDENT, resident.person_id) for resident in residents)
    drawn = iter(["0000", "0000", "0001"])
    monkeypatch.setattr("identity.operations.issue_sign_in_codes.random_selector", lambda: next(drawn))
    issue(staff_database, [first], clock)
    issue(staff_database, [second], clock)
    assert [row[0] for row in stored_codes(staff_database)] == ["0000", "0001"]
    assert next(drawn, None) is None


def test_no_holders_get_no_codes(database: Database, clock: SetClock) -> None:
    assert issue(database, [], clock) == []


def test_there_are_as_many_selectors_as_four_characters_write() -> None:
    assert sign_in_code.SELECTORS == 1_048_576
