"""An address for e-mail is a person's once they typed the code that was mailed to it, and until they take it away."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from identity.access.model import DeletionReason
from identity.access.operations.delete_person import delete_person
from identity.doors.model import MailCode, OwnMailAddress
from identity.doors.operations.ask_mail_address import ask_mail_address
from identity.doors.operations.confirm_mail_address import confirm_mail_address
from identity.doors.operations.purge_passed_attempts import purge_passed_attempts
from identity.doors.operations.remove_mail_address import remove_mail_address
from identity.doors.queries import mail_address_since, mail_recipients, own_mail_address
from identity.doors.refusals import MailAddressMissing, MailAddressUnreadable, MailCodeWrong, TooManyMailCodes
from identity.doors.rules.mail_addresses import read_mail_address
from identity.model import ImportedResident, StaffRole
from identity.operations.add_staff import add_staff
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.refusals import Refusal
from tests.conftest import MakeDatabase
from tests.identity.people import PEPPER

HOME, WORK = "taro@example.jp", "taro.work@example.jp"
TEN_MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def pay(make_database: MakeDatabase) -> Database:
    return make_database("kashiman_pay")


@pytest.fixture
def worker(make_database: MakeDatabase) -> Database:
    return make_database("kashiman_worker")


class Owner:
    """A resident at their settings, one transaction for each thing that they do."""

    def __init__(self, pay: Database, person_id: UUID, clock: SetClock) -> None:
        self.pay, self.person_id, self.clock = pay, person_id, clock

    def ask(self, typed: str = HOME) -> MailCode:
        now = self.clock.now()
        return self.pay.run(lambda s: ask_mail_address(s, self.person_id, typed, pepper=PEPPER, now=now))

    def confirm(self, code: str) -> Refusal | None:
        now = self.clock.now()
        return self.pay.run(lambda s: confirm_mail_address(s, self.person_id, code, pepper=PEPPER, now=now))

    def own(self) -> OwnMailAddress:
        return self.pay.run(lambda s: own_mail_address(s, self.person_id, self.clock.now()))

    def remove(self) -> None:
        self.pay.run(lambda s: remove_mail_address(s, self.person_id))

    def recipients(self) -> dict[UUID, str]:
        return self.pay.run(lambda s: mail_recipients(s, [self.person_id]))


@pytest.fixture
def owner(pay: Database, taro: UUID, clock: SetClock) -> Owner:
    return Owner(pay, taro, clock)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_an_address_counts_from_its_code_on(owner: Owner, taro: UUID) -> None:
    code = owner.ask("  taro@EXAMPLE.jp ")
    assert (code.address, len(code.code), code.expires_at) == (HOME, 6, owner.clock.now() + TEN_MINUTES)
    assert (owner.own(), owner.recipients()) == (OwnMailAddress(None, HOME), {})
    assert owner.confirm(f" {code.code[:3]}-{code.code[3:]} ") is None
    assert (owner.own(), owner.recipients()) == (OwnMailAddress(HOME, None), {taro: HOME})


def test_the_address_before_stays_until_another_one_is_proved(owner: Owner, taro: UUID) -> None:
    owner.confirm(owner.ask().code)
    code = owner.ask(WORK)
    assert (owner.own(), owner.recipients()) == (OwnMailAddress(HOME, WORK), {taro: HOME})
    owner.confirm(code.code)
    assert owner.recipients() == {taro: WORK}


def test_a_code_proves_the_address_it_was_mailed_to_and_no_other(owner: Owner) -> None:
    first = owner.ask(HOME)
    second = owner.ask(WORK)
    if first.code != second.code:
        assert owner.confirm(first.code) == MailCodeWrong()
    assert owner.confirm(second.code) is None
    assert owner.own().address == WORK


def test_asvs_6_3_1_a_code_ends_with_its_third_miss(owner: Owner) -> None:
    code = owner.ask().code
    assert [owner.confirm(wrong(code)) for _ in range(3)] == [MailCodeWrong()] * 3
    assert owner.confirm(code) == MailCodeWrong()
    assert owner.own() == OwnMailAddress(None, None)


def test_asvs_6_5_1_a_code_is_good_once(owner: Owner) -> None:
    code = owner.ask().code
    assert owner.confirm(code) is None
    assert owner.confirm(code) == MailCodeWrong()
    assert owner.own().address == HOME


def test_asvs_6_5_5_a_code_is_over_after_ten_minutes(owner: Owner) -> None:
    late, just = owner.ask().code, owner.clock.now() + TEN_MINUTES
    owner.clock.at = just - SECOND
    assert owner.own().waiting_address == HOME
    owner.clock.at = just
    assert owner.own().waiting_address is None
    assert owner.confirm(late) == MailCodeWrong()


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３", "9" * 5_000])
def test_what_is_no_code_is_wrong_like_any_other(owner: Owner, typed: str) -> None:
    owner.ask()
    assert owner.confirm(typed) == MailCodeWrong()


def test_who_asked_for_nothing_is_told_the_same(owner: Owner) -> None:
    assert owner.confirm("000000") == MailCodeWrong()


def test_a_code_of_another_person_proves_nothing(
    owner: Owner, pay: Database, residents: list[ImportedResident]
) -> None:
    neighbour = Owner(pay, residents[1].person_id, owner.clock)
    mine, theirs = owner.ask(), neighbour.ask()
    if mine.code != theirs.code:
        assert neighbour.confirm(mine.code) == MailCodeWrong()
    assert neighbour.confirm(theirs.code) is None
    assert owner.recipients() == {}, "an address can be that of two people who share it"


def test_asvs_6_3_1_nobody_is_flooded_with_codes(owner: Owner) -> None:
    began = owner.clock.now()
    for _ in range(5):
        owner.clock.at += timedelta(minutes=1)
        owner.ask()
    with pytest.raises(TooManyMailCodes) as no:
        owner.ask(WORK)
    assert no.value.retry_after_s == int((began + timedelta(minutes=1) + DAY - owner.clock.now()).total_seconds())
    owner.remove()
    with pytest.raises(TooManyMailCodes):
        owner.ask()
    owner.clock.at = began + timedelta(minutes=1) + DAY
    owner.confirm(owner.ask().code)
    assert owner.own().address == HOME


def test_an_address_is_forgotten_when_its_owner_says_so(owner: Owner, pay: Database) -> None:
    owner.confirm(owner.ask().code)
    owner.ask(WORK)
    owner.remove()
    assert (owner.own(), owner.recipients()) == (OwnMailAddress(None, None), {})
    assert stored(pay) == [(None, None)]
    with pytest.raises(MailAddressMissing):
        owner.remove()


def test_with_the_person_goes_the_address(
    owner: Owner, pay: Database, staff_database: Database, clock: SetClock
) -> None:
    owner.confirm(owner.ask().code)
    by, second = (
        staff_database.run(lambda s: add_staff(s, display_name="窓口", roles=[StaffRole.HELP])) for _ in range(2)
    )
    staff_database.run(
        lambda s: delete_person(
            s,
            owner.person_id,
            by=by,
            second=second,
            reason=DeletionReason.ASKED_BY_PERSON,
            case_reference="鹿総第12号",
            wallet_is_empty=True,
            now=clock.now(),
        )
    )
    assert stored(pay) == []


def test_the_worker_forgets_what_was_never_proved_and_what_is_empty(
    owner: Owner, pay: Database, worker: Database
) -> None:
    def purged() -> int:
        return worker.run(lambda s: purge_passed_attempts(s, now=owner.clock.now()))

    owner.ask()
    assert (purged(), stored(pay)) == (0, [(None, HOME)])
    owner.clock.at += TEN_MINUTES
    assert (purged(), stored(pay)) == (1, [(None, None)])
    owner.clock.at += DAY
    assert (purged(), stored(pay)) == (1, [])


def test_a_proved_address_stays_however_old_it_is(owner: Owner, pay: Database, worker: Database) -> None:
    owner.confirm(owner.ask().code)
    owner.ask(WORK)
    owner.clock.at += timedelta(days=400)
    assert worker.run(lambda s: purge_passed_attempts(s, now=owner.clock.now())) == 1
    assert stored(pay) == [(HOME, None)]


def test_city_hall_sees_since_when_and_never_where(owner: Owner, staff_database: Database) -> None:
    assert staff_database.run(lambda s: mail_address_since(s, owner.person_id)) is None
    owner.confirm(owner.ask().code)
    assert staff_database.run(lambda s: mail_address_since(s, owner.person_id)) == owner.clock.now()


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("kashiman_staff", "SELECT address FROM identity.mail_addresses"),
        ("kashiman_staff", "SELECT pending_address FROM identity.mail_addresses"),
        ("kashiman_staff", "UPDATE identity.mail_addresses SET address = 'x'"),
        ("kashiman_worker", "SELECT person_id FROM identity.mail_addresses"),
        ("kashiman_worker", "DELETE FROM identity.mail_addresses"),
        ("kashiman_apply", "SELECT person_id FROM identity.mail_addresses"),
        ("kashiman_auditor", "SELECT person_id FROM identity.mail_addresses"),
        ("kashiman_pay", "DELETE FROM identity.mail_addresses"),
        ("kashiman_pay", "UPDATE identity.mail_addresses SET person_id = gen_random_uuid()"),
        ("kashiman_pay", "SELECT identity.forget_mail_addresses(now(), now())"),
    ],
)
def test_asvs_8_2_1_no_role_does_more_than_it_needs(make_database: MakeDatabase, role: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        make_database(role).run(lambda s: driver_connection(s).execute(statement.encode()))


@pytest.mark.parametrize(
    "typed",
    [
        *("", "taro", "taro@", "@example.jp", "taro@localhost", "ta ro@example.jp", "taro@exa mple.jp"),
        *("taro@example..jp", "taro@-example.jp", "a@b@example.jp", "太郎@example.jp", "taro@例え.jp"),
        *("taro@example.jp\nBcc: x@example.jp", "<taro@example.jp>", '"ta ro"@example.jp', f"{'a' * 65}@example.jp"),
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.jp",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(MailAddressUnreadable):
        read_mail_address(typed)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp"),
        ("Taro@Example.JP", "Taro@example.jp"),
        ("hana..ko.@docomo.example", "hana..ko.@docomo.example"),
        ("o'hara+city@sub.example.jp", "o'hara+city@sub.example.jp"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, address: str) -> None:
    assert read_mail_address(typed) == address


def stored(pay: Database) -> list[tuple[str | None, str | None]]:
    statement = "SELECT address, pending_address FROM identity.mail_addresses"
    return pay.run(lambda s: driver_connection(s).execute(statement).fetchall())
