"""The counter: who may confirm whom, what is kept of it, and the code that is good once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from identity.doors.model import CounterCode, CounterCodeState, DocumentKind
from identity.doors.operations.confirm_at_counter import confirm_at_counter
from identity.doors.operations.sign_in_by_counter_code import sign_in_by_counter_code
from identity.doors.refusals import (
    CounterCodesExhausted,
    CounterCodeUnreadable,
    CounterCodeWrong,
    StaffRoleNeeded,
    TooManyAttempts,
)
from identity.doors.rules.counter_code import code_digest, decide_attempt, new_code, read_code
from identity.model import Acr, Holder, ProvenSignIn, StaffRole
from identity.refusals import PersonUnknown
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import new_id
from kernel.refusals import Refusal
from tests.identity.doors.visits import meeting, rows
from tests.identity.people import PEPPER

Confirm = Callable[[Holder], CounterCode]
Try = Callable[..., ProvenSignIn | Refusal]
HISTORY = "SELECT person_id, clerk_id, document_kind, confirmed_at FROM identity.counter_confirmations"
CODES = "SELECT person_id, failures FROM identity.counter_codes"


@pytest.fixture
def clerk(hire: Callable[..., Holder]) -> UUID:
    return hire(StaffRole.HELP).id


def confirmed(database: Database, clock: SetClock, person_id: UUID, clerk_id: UUID) -> CounterCode:
    return database.run(
        lambda session: confirm_at_counter(
            session,
            person_id=person_id,
            clerk_id=clerk_id,
            document_kind=DocumentKind.DRIVING_LICENCE,
            pepper=PEPPER,
            now=clock.now(),
        )
    )


@pytest.fixture
def confirm(staff_database: Database, clock: SetClock, clerk: UUID) -> Confirm:
    """Confirm a resident as a clerk does, in the staff console."""
    return lambda holder: confirmed(staff_database, clock, holder.id, clerk)


@pytest.fixture
def attempt(database: Database, clock: SetClock) -> Try:
    """Type a code on the page, with the rights of the role that serves residents."""
    return lambda text, address="192.0.2.1": database.run(
        lambda session: sign_in_by_counter_code(session, text, pepper=PEPPER, address=address, now=clock.now())
    )


def wrong(code: CounterCode) -> str:
    """The same code with another last digit."""
    return code.text[:-1] + str((int(code.text[-1]) + 1) % 10)


def test_a_resident_comes_in_with_the_code_of_the_counter(
    confirm: Confirm, attempt: Try, resident: Holder, clock: SetClock, database: Database, clerk: UUID
) -> None:
    code = confirm(resident)
    assert code.expires_at == clock.now() + timedelta(minutes=10)
    assert rows(database, HISTORY) == [(resident.id, clerk, "driving_licence", clock.now())]
    clock.advance(timedelta(minutes=3))
    assert attempt(f" {code.text.replace('-', 'ー')} ") == ProvenSignIn(resident, Acr.COUNTER, ("otp",), clock.now())


def test_asvs_6_5_1_a_code_is_good_once(confirm: Confirm, attempt: Try, resident: Holder, database: Database) -> None:
    code = confirm(resident)
    assert isinstance(attempt(code.text), ProvenSignIn)
    assert attempt(code.text) == CounterCodeWrong()
    assert rows(database, CODES) == []
    assert len(rows(database, HISTORY)) == 1


def test_asvs_6_5_1_of_two_uses_at_the_same_moment_one_comes_in(
    confirm: Confirm, attempt: Try, resident: Holder, clock: SetClock, database: Database
) -> None:
    code, now = confirm(resident), clock.now()
    answers = meeting(
        database,
        lambda session: sign_in_by_counter_code(session, code.text, pepper=PEPPER, address="198.51.100.7", now=now),
        lambda: attempt(code.text),
    )
    assert answers == [ProvenSignIn(resident, Acr.COUNTER, ("otp",), now), CounterCodeWrong()]


def test_asvs_6_5_5_a_code_lives_for_ten_minutes(
    confirm: Confirm, attempt: Try, resident: Holder, other_resident: Holder, clock: SetClock
) -> None:
    early, late = confirm(resident), confirm(other_resident)
    clock.advance(timedelta(minutes=10) - timedelta(microseconds=1))
    assert isinstance(attempt(early.text), ProvenSignIn)
    clock.advance(timedelta(microseconds=1))
    assert attempt(late.text) == CounterCodeWrong()


def test_asvs_6_6_3_a_code_is_gone_after_three_wrong_tries(
    confirm: Confirm, attempt: Try, resident: Holder, database: Database
) -> None:
    code = confirm(resident)
    assert [attempt(wrong(code)) for _ in range(2)] == [CounterCodeWrong()] * 2
    assert rows(database, CODES) == [(resident.id, 2)]
    assert attempt(wrong(code)) == CounterCodeWrong()
    assert rows(database, CODES) == []
    assert attempt(code.text) == CounterCodeWrong()


def test_asvs_6_6_3_misses_at_the_counter_count_for_the_address(
    confirm: Confirm, attempt: Try, resident: Holder
) -> None:
    for _ in range(20):
        attempt("00000000")
    code = confirm(resident)
    assert attempt(code.text) == TooManyAttempts(600)
    assert isinstance(attempt(code.text, "192.0.2.2"), ProvenSignIn)


def test_asvs_6_5_4_a_code_has_eight_random_digits_and_is_kept_as_a_keyed_digest(
    confirm: Confirm, resident: Holder, database: Database
) -> None:
    code = confirm(resident)
    digest = code_digest(PEPPER, read_code(code.text))
    assert rows(database, "SELECT secret_digest FROM identity.counter_codes") == [(digest,)]
    assert code_digest(b"another", read_code(code.text)) != digest
    assert len({new_code(7).secret for _ in range(50)}) > 40
    assert [new_code(number).text[:4] for number in (0, 42, 999)] == ["000-", "042-", "999-"]


def test_the_latest_code_of_a_person_is_the_one_that_counts(
    confirm: Confirm, attempt: Try, resident: Holder, database: Database
) -> None:
    first, second = confirm(resident), confirm(resident)
    assert attempt(first.text) == CounterCodeWrong()
    assert isinstance(attempt(second.text), ProvenSignIn)
    assert len(rows(database, HISTORY)) == 2


@pytest.mark.parametrize("text", ["", "123-4567", "123-456789", "123-4567a", "１２３-４５６七", "1" * 41, "²²²-²²²²²x"])
def test_what_is_no_code_is_unreadable_and_counts_nothing(
    confirm: Confirm, attempt: Try, resident: Holder, database: Database, text: str
) -> None:
    confirm(resident)
    assert attempt(text) == CounterCodeUnreadable()
    assert rows(database, "SELECT * FROM identity.sign_in_misses") == []
    assert rows(database, CODES) == [(resident.id, 0)]


def test_a_code_is_read_in_full_width() -> None:
    assert read_code("１２３－４５６ ７８").text == "123-45678"


@pytest.mark.parametrize("roles", [[StaffRole.ADMIN], [StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.AUDIT]])
def test_asvs_8_2_1_only_the_help_desk_confirms(
    hire: Callable[..., Holder],
    staff_database: Database,
    resident: Holder,
    clock: SetClock,
    roles: list[StaffRole],
) -> None:
    for clerk_id in (hire(*roles).id, new_id()):
        with pytest.raises(StaffRoleNeeded) as refused:
            confirmed(staff_database, clock, resident.id, clerk_id)
        assert refused.value == StaffRoleNeeded("help")
    assert rows(staff_database, HISTORY) == rows(staff_database, CODES) == []


def test_nobody_is_confirmed_who_is_no_resident(staff_database: Database, clock: SetClock, clerk: UUID) -> None:
    with pytest.raises(PersonUnknown):
        confirmed(staff_database, clock, clerk, clerk)
    assert rows(staff_database, HISTORY) == []


def test_when_every_code_is_out_the_clerk_is_told_and_codes_come_back_with_time(
    confirm: Confirm, resident: Holder, other_resident: Holder, clock: SetClock, database_url: str, database: Database
) -> None:
    confirm(other_resident)
    driver = Database(database_url)
    driver.run(
        lambda session: driver_connection(session).execute(
            """
            ALTER TABLE identity.counter_codes DROP CONSTRAINT counter_codes_one_per_person;
            INSERT INTO identity.counter_codes (selector, secret_digest, person_id, confirmation_id, expires_at)
            SELECT lpad(s::text, 3, '0'), secret_digest, person_id, confirmation_id, expires_at
            FROM generate_series(0, 999) AS s, identity.counter_codes
            ON CONFLICT DO NOTHING
            """
        )
    )
    driver.close()
    with pytest.raises(CounterCodesExhausted):
        confirm(resident)
    assert len(rows(database, HISTORY)) == 1
    clock.advance(timedelta(minutes=10))
    confirm(resident)
    assert rows(database, CODES) == [(resident.id, 0)]


def test_a_code_that_does_not_exist_and_one_that_is_wrong_are_answered_alike(clock: SetClock) -> None:
    code = CounterCodeState("123", bytes(32), new_id(), clock.now() + timedelta(minutes=1), 0)
    given = b"\x01" * 32
    assert decide_attempt(None, given, clock.now()).refusal == decide_attempt(code, given, clock.now()).refusal
    assert decide_attempt(None, bytes(32), clock.now()).refusal == CounterCodeWrong()
