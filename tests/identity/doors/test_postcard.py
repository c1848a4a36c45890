"""The postcard's code as a door: what it proves, and how often wrong ones are taken from one address."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from identity.doors.operations.begin_passkey_sign_in import begin_passkey_sign_in
from identity.doors.operations.purge_passed_attempts import purge_passed_attempts
from identity.doors.operations.sign_in_by_postcard import sign_in_by_postcard
from identity.doors.refusals import TooManyAttempts
from identity.doors.rules.addresses import address_digest, demand_address_not_over
from identity.model import Acr, Holder, ProvenSignIn, ShopRole, StaffRole
from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.clock import SetClock
from kernel.db import Database
from kernel.refusals import Refusal
from tests.identity.doors.visits import PARTY, browser, issue_postcard, rows, together
from tests.identity.people import PEPPER

Try = Callable[..., ProvenSignIn | Refusal]
NOBODYS = "ZZZZ-ZZZZ-ZZZZ-ZZ"
MISSES = "SELECT count(*), count(DISTINCT address_digest) FROM identity.sign_in_misses"


@pytest.fixture
def attempt(database: Database, clock: SetClock) -> Try:
    return lambda text, address="192.0.2.1": database.run(
        lambda session: sign_in_by_postcard(session, text, pepper=PEPPER, address=address, now=clock.now())
    )


@pytest.fixture
def code(staff_database: Database, resident: Holder, clock: SetClock) -> str:
    return issue_postcard(staff_database, resident, clock)


def wrong(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_every_kind_of_holder_comes_in_by_the_code_that_was_issued(
    attempt: Try,
    code: str,
    resident: Holder,
    hire: Callable[..., Holder],
    employ: Callable[..., Holder],
    staff_database: Database,
    clock: SetClock,
) -> None:
    assert attempt(code) == ProvenSignIn(resident, Acr.POSTCARD, ("pwd",), clock.now())
    for holder in (hire(StaffRole.FINANCE), employ(ShopRole.OWNER)):
        text = issue_postcard(staff_database, holder, clock)
        assert attempt(text) == ProvenSignIn(holder, Acr.POSTCARD, ("pwd",), clock.now())


def test_asvs_6_3_1_an_address_is_refused_after_twenty_misses_in_ten_minutes(
    attempt: Try, code: str, clock: SetClock, database: Database
) -> None:
    for _ in range(19):
        assert attempt(NOBODYS) == SignInCodeWrong()
        clock.advance(timedelta(seconds=10))
    assert isinstance(attempt(code), ProvenSignIn)
    assert attempt(NOBODYS) == SignInCodeWrong()
    assert attempt(code) == TooManyAttempts(600 - 190)
    assert attempt(NOBODYS) == TooManyAttempts(600 - 190)
    assert rows(database, MISSES) == [(20, 1)]
    clock.advance(timedelta(seconds=410) - timedelta(microseconds=1))
    assert attempt(code) == TooManyAttempts(1)
    clock.advance(timedelta(microseconds=1))
    assert isinstance(attempt(code), ProvenSignIn)


def test_asvs_6_3_1_the_window_slides(attempt: Try, clock: SetClock) -> None:
    for _ in range(40):
        assert attempt(NOBODYS) == SignInCodeWrong()
        clock.advance(timedelta(seconds=30))


def test_asvs_6_1_1_whoever_guesses_from_one_address_locks_nobody_elsewhere(attempt: Try, code: str) -> None:
    for _ in range(20):
        attempt(NOBODYS)
    for _ in range(10):
        assert isinstance(attempt(wrong(code)), TooManyAttempts)
    assert isinstance(attempt(code, "192.0.2.2"), ProvenSignIn)


def test_asvs_6_3_1_attempts_on_a_locked_code_are_misses_too(attempt: Try, code: str) -> None:
    for _ in range(5):
        attempt(wrong(code))
    for _ in range(15):
        assert isinstance(attempt(wrong(code)), SignInLocked)
    assert isinstance(attempt(wrong(code)), TooManyAttempts)


def test_asvs_6_3_1_misses_at_the_same_moment_are_all_counted(attempt: Try, database: Database) -> None:
    for _ in range(17):
        attempt(NOBODYS)
    answers = together(*[lambda: attempt(NOBODYS)] * 5)
    assert answers.count(SignInCodeWrong()) == 3
    assert sum(isinstance(answer, TooManyAttempts) for answer in answers) == 2
    assert rows(database, MISSES) == [(20, 1)]


def test_what_cannot_be_a_code_is_no_miss(attempt: Try, database: Database) -> None:
    assert attempt("not a code") == SignInCodeUnreadable()
    assert rows(database, MISSES) == [(0, 0)]


def test_asvs_6_3_1_a_household_is_one_address_however_it_changes() -> None:
    home = address_digest(PEPPER, "2001:db8:1:2::1")
    assert address_digest(PEPPER, "2001:0db8:1:2:ffff::9") == home
    assert address_digest(PEPPER, "2001:db8:1:3::1") != home
    assert address_digest(PEPPER, "::1") == address_digest(PEPPER, "::2")
    assert address_digest(PEPPER, "::ffff:192.0.2.1") == address_digest(PEPPER, "192.0.2.1")
    assert address_digest(PEPPER, "192.0.2.1") != address_digest(PEPPER, "192.0.2.2")
    assert address_digest(b"another", "192.0.2.1") != address_digest(PEPPER, "192.0.2.1")
    assert len(address_digest(PEPPER, "a socket")) == 32


def test_asvs_16_2_5_no_address_is_stored(attempt: Try, database: Database) -> None:
    attempt(NOBODYS)
    (stored,) = rows(database, "SELECT address_digest FROM identity.sign_in_misses")
    assert bytes(stored[0]) == address_digest(PEPPER, "192.0.2.1")


def test_only_the_latest_twenty_misses_decide(clock: SetClock) -> None:
    now = clock.now()
    old = [now - timedelta(minutes=11)] * 50
    demand_address_not_over([*old, *[now] * 19], now)
    with pytest.raises(TooManyAttempts):
        demand_address_not_over([*[now] * 20, *old], now)


def test_what_nothing_depends_on_is_forgotten(
    attempt: Try, clock: SetClock, make_database: Callable[[str], Database], database: Database
) -> None:
    worker = make_database("kashiman_worker")
    attempt(NOBODYS)
    database.run(
        lambda session: begin_passkey_sign_in(session, party=PARTY, browser_session=browser("a"), now=clock.now())
    )
    clock.advance(timedelta(minutes=10) - timedelta(microseconds=1))
    attempt(NOBODYS)
    assert worker.run(lambda session: purge_passed_attempts(session, now=clock.now())) == 1
    clock.advance(timedelta(microseconds=1))
    assert worker.run(lambda session: purge_passed_attempts(session, now=clock.now())) == 1
    assert rows(database, MISSES) == [(1, 1)]
