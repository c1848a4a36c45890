"""Signing in: who comes back, what a wrong code is told, and when a code is locked."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest

from identity.model import Holder, HolderKind, ImportedResident, ShopRole, SignedIn, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.operations.sign_in import sign_in
from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from identity.rules.sign_in_code import read_sign_in_code
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id
from kernel.refusals import Refusal
from tests.identity.people import PEPPER

Try = Callable[[str], SignedIn | Refusal]


@pytest.fixture
def attempt(database: Database, clock: SetClock) -> Try:
    """Sign in as a resident's phone would: with the rights of the role that pays."""
    return lambda text: database.run(lambda session: sign_in(session, text, pepper=PEPPER, now=clock.now()))


@pytest.fixture
def code(staff_database: Database, taro: UUID, clock: SetClock) -> str:
    return issued_to(staff_database, Holder(HolderKind.RESIDENT, taro), clock)


def issued_to(database: Database, holder: Holder, clock: SetClock) -> str:
    issued = database.run(lambda session: issue_sign_in_codes(session, [holder], pepper=PEPPER, now=clock.now()))
    return issued[0].text


def wrong(code: str) -> str:
    """The same code with another last character."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def counters(database: Database) -> tuple[object, ...]:
    found = database.run(
        lambda session: (
            driver_connection(session).execute("SELECT failures, locked_until FROM identity.sign_in_codes").fetchall()
        )
    )
    return tuple(found[0])


def test_asvs_15_3_1_a_resident_signs_in_with_the_wallet_and_no_name(
    attempt: Try, code: str, residents: list[ImportedResident]
) -> None:
    assert attempt(code) == SignedIn(
        kind=HolderKind.RESIDENT, subject=residents[0].person_id, wallet_id=residents[0].wallet_id
    )


def test_a_code_is_good_for_many_sign_ins(attempt: Try, code: str) -> None:
    assert attempt(code) == attempt(code.lower().replace("-", " "))


def test_a_shop_user_signs_in_with_merchant_store_and_role(
    attempt: Try, staff_database: Database, clock: SetClock
) -> None:
    merchant_id, store_id = derived_id("merchant", "M0001"), derived_id("store", "S001")
    user_id = staff_database.run(
        lambda session: add_shop_user(
            session, merchant_id=merchant_id, store_id=store_id, display_name="レジ1", role=ShopRole.CASHIER
        )
    )
    text = issued_to(staff_database, Holder(HolderKind.SHOP, user_id), clock)
    assert attempt(text) == SignedIn(
        kind=HolderKind.SHOP,
        subject=user_id,
        display_name="レジ1",
        merchant_id=merchant_id,
        store_id=store_id,
        role=ShopRole.CASHIER,
    )


def test_a_member_of_staff_signs_in_with_roles(attempt: Try, staff_database: Database, clock: SetClock) -> None:
    roles = [StaffRole.FINANCE, StaffRole.AUDIT]
    staff_id = staff_database.run(lambda session: add_staff(session, display_name="会計 花", roles=roles))
    text = issued_to(staff_database, Holder(HolderKind.STAFF, staff_id), clock)
    assert attempt(text) == SignedIn(
        kind=HolderKind.STAFF, subject=staff_id, display_name="会計 花", roles=frozenset(roles)
    )


def test_a_malformed_code_is_unreadable_and_counts_nothing(attempt: Try, code: str, database: Database) -> None:
    assert attempt("not a code") == SignInCodeUnreadable()
    assert attempt(code[:-1]) == SignInCodeUnreadable()
    assert counters(database) == (0, None)


def test_an_unknown_code_and_a_wrong_secret_get_the_same_answer(attempt: Try, code: str) -> None:
    selector = read_sign_in_code(code).selector
    unknown = ("0000" if selector != "0000" else "0001") + code[4:]
    assert attempt(unknown) == attempt(wrong(code)) == SignInCodeWrong()
    assert SignInCodeWrong().facts == {}


def test_another_pepper_opens_nothing(database: Database, code: str, clock: SetClock) -> None:
    answer = database.run(lambda session: sign_in(session, code, pepper=b"another", now=clock.now()))
    assert answer == SignInCodeWrong()


def test_a_failure_is_counted_although_the_sign_in_is_refused(attempt: Try, code: str, database: Database) -> None:
    attempt(wrong(code))
    attempt(wrong(code))
    assert counters(database) == (2, None)


def test_a_success_clears_the_count(attempt: Try, code: str, database: Database) -> None:
    for _ in range(4):
        attempt(wrong(code))
    assert isinstance(attempt(code), SignedIn)
    assert counters(database) == (0, None)


def test_five_failures_lock_the_code_for_fifteen_minutes_even_for_its_holder(
    attempt: Try, code: str, clock: SetClock
) -> None:
    until = clock.now() + timedelta(minutes=15)
    assert [attempt(wrong(code)) for _ in range(5)] == [SignInCodeWrong()] * 5
    assert attempt(code) == SignInLocked(until.isoformat())
    clock.advance(timedelta(minutes=15) - timedelta(microseconds=1))
    assert attempt(code) == SignInLocked(until.isoformat())
    clock.advance(timedelta(microseconds=1))
    assert isinstance(attempt(code), SignedIn)


def test_attempts_during_the_lock_do_not_prolong_it(attempt: Try, code: str, clock: SetClock) -> None:
    for _ in range(5):
        attempt(wrong(code))
    clock.advance(timedelta(minutes=14))
    assert isinstance(attempt(wrong(code)), SignInLocked)
    clock.advance(timedelta(minutes=1))
    assert isinstance(attempt(code), SignedIn)


def test_after_a_lock_five_more_failures_lock_again(attempt: Try, code: str, clock: SetClock) -> None:
    for _ in range(5):
        attempt(wrong(code))
    clock.advance(timedelta(minutes=15))
    for _ in range(4):
        attempt(wrong(code))
    assert attempt(wrong(code)) == SignInCodeWrong()
    assert attempt(code) == SignInLocked((clock.now() + timedelta(minutes=15)).isoformat())


def test_failures_at_the_same_moment_are_all_counted(attempt: Try, code: str, database: Database) -> None:
    together = Barrier(4)

    def guess() -> None:
        together.wait()
        attempt(wrong(code))

    guesses = [Thread(target=guess) for _ in range(4)]
    for thread in guesses:
        thread.start()
    for thread in guesses:
        thread.join()
    assert counters(database) == (4, None)
