"""What clerks enter from paper and at the counter: never a second application, and never without who, when and why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from issuance.model import (
    Application,
    ApplicationReceipt,
    ApplicationRequest,
    Channel,
    ClerkEntry,
    SignatureCheck,
    WithdrawalRequest,
)
from issuance.operations.submit_applications import submit_applications
from issuance.operations.withdraw_application import withdraw_application
from issuance.queries import application_history, whose_application
from issuance.refusals import (
    AlreadyApplied,
    ApplicationWithdrawn,
    ChangeReasonMissing,
    PaperDayNotPossible,
    PaperFormAlreadyEntered,
    PaperFormNotWellFormed,
    RoundNotOpen,
)
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.refusals import Refusal
from ledger.refusals import KeyReusedWithOtherContent
from tests.issuance.market import CLOSES, HANA, KENJI, OPENS, SIGNER, Market, application, contents, person, receipt_of

DAY = date(2023, 8, 3)
NOON = OPENS + timedelta(days=2, hours=12)
WISH = "申込書に、口数をかえたいと書いてある"


def paper(
    round_id: UUID,
    number: int,
    units: int,
    form: str,
    *,
    wish: str | None = None,
    replaces: int | None = None,
    day: date | None = DAY,
) -> ApplicationRequest:
    entry = ClerkEntry(HANA.id, form, day, wish)
    asked = application(round_id, number, units)
    return replace(asked, channel=Channel.PAPER, entry=entry, replaces=replaces, key=f"{form}/{units}/{wish}")


def counter(round_id: UUID, number: int, units: int) -> ApplicationRequest:
    return replace(application(round_id, number, units), channel=Channel.COUNTER, entry=ClerkEntry(KENJI.id))


def entered(market: Market, *requests: ApplicationRequest, now: datetime = NOON) -> list[ApplicationReceipt | Refusal]:
    clock = SetClock(now)
    return market.staff.run(lambda session: submit_applications(session, requests, signer=SIGNER, clock=clock))


def withdrawn(market: Market, request: WithdrawalRequest, now: datetime = NOON) -> Application:
    database = market.apply if request.entry is None else market.staff
    return database.run(lambda session: withdraw_application(session, request, clock=SetClock(now)))


def test_a_form_is_kept_with_who_entered_it_and_the_day_it_came_in(market: Market) -> None:
    round_id = market.opened()
    taken = entered(market, paper(round_id, 0, 3, " ｋ-0001 "))[0]
    told = market.staff.run(
        lambda session: application_history(session, round_id, person(0), receipt_keys=SIGNER.public_keys)
    )
    assert told is not None
    (version,) = told.versions
    assert (told.receipt, version.channel, version.at) == (receipt_of(taken), Channel.PAPER, NOON)
    assert version.entry == ClerkEntry(HANA.id, "K-0001", DAY)
    assert (version.units_before, version.units, version.signature) == (None, 3, SignatureCheck.VALID)
    assert market.staff.run(lambda session: whose_application(session, told.receipt)) == (round_id, person(0))


@pytest.mark.parametrize("units", [2, 3])
def test_paper_after_the_phone_is_refused_with_how_and_when_the_first_came_in(market: Market, units: int) -> None:
    round_id = market.opened()
    first = receipt_of(market.submit(application(round_id, 0, 2))[0])
    stored = contents(market.staff)
    refused = AlreadyApplied(receipt=first, version=1, channel="web", received_at=OPENS.isoformat(), units=2)
    assert entered(market, paper(round_id, 0, units, "K-1")) == [refused]
    assert entered(market, counter(round_id, 0, units)) == [refused]
    assert contents(market.staff) == stored


def test_the_phone_after_paper_is_refused_until_the_resident_has_seen_it(market: Market) -> None:
    round_id = market.opened()
    first = receipt_of(entered(market, paper(round_id, 0, 2, "K-1"))[0])
    refused = AlreadyApplied(receipt=first, version=1, channel="paper", received_at=NOON.isoformat(), units=2)
    for units in (2, 4):
        assert market.submit(application(round_id, 0, units), now=NOON) == [refused]
    changed = market.submit(replace(application(round_id, 0, 4), replaces=1), now=NOON)[0]
    assert isinstance(changed, ApplicationReceipt)
    assert (changed.receipt.receipt, changed.receipt.version, changed.receipt.units) == (first, 2, 4)


def test_a_wish_makes_a_new_version_and_only_for_the_version_that_was_seen(market: Market) -> None:
    round_id = market.opened()
    first = receipt_of(market.submit(application(round_id, 0, 2))[0])
    assert entered(market, paper(round_id, 0, 5, "K-1", replaces=1)) == [ChangeReasonMissing()]
    changed = entered(market, paper(round_id, 0, 5, "K-1", wish=f" {WISH}　", replaces=1))[0]
    assert isinstance(changed, ApplicationReceipt)
    assert (changed.receipt.receipt, changed.receipt.version) == (first, 2)
    late = entered(market, paper(round_id, 0, 1, "K-2", wish=WISH, replaces=1))[0]
    assert isinstance(late, AlreadyApplied)
    assert late.version == 2
    told = market.staff.run(lambda session: application_history(session, round_id, person(0), receipt_keys={}))
    assert told is not None
    assert [(item.units_before, item.units, item.channel) for item in told.versions] == [
        (None, 2, Channel.WEB),
        (2, 5, Channel.PAPER),
    ]
    assert told.versions[0].entry is None
    assert told.versions[1].entry == ClerkEntry(HANA.id, "K-1", DAY, WISH)
    assert {item.signature for item in told.versions} == {SignatureCheck.KEY_UNKNOWN}


def test_the_same_entry_sent_again_gives_the_same_receipt(market: Market) -> None:
    round_id = market.opened()
    first = entered(market, paper(round_id, 0, 2, "K-1"))[0]
    stored = contents(market.staff)
    again = entered(market, paper(round_id, 0, 2, "K-1"), now=CLOSES)[0]
    assert isinstance(first, ApplicationReceipt)
    assert isinstance(again, ApplicationReceipt)
    assert (again.receipt, again.is_replay) == (first.receipt, True)
    assert contents(market.staff) == stored
    other = replace(paper(round_id, 0, 4, "K-1"), key="K-1/2/None")
    assert entered(market, other) == [KeyReusedWithOtherContent()]


def test_a_form_belongs_to_one_person_also_within_one_batch(market: Market) -> None:
    round_id = market.opened()
    outcomes = entered(market, paper(round_id, 0, 2, "K-1"), paper(round_id, 1, 2, "k-1"), paper(round_id, 1, 2, "K-2"))
    assert outcomes[1] == PaperFormAlreadyEntered(form_number="K-1")
    assert [isinstance(item, ApplicationReceipt) for item in outcomes] == [True, False, True]
    assert entered(market, paper(round_id, 2, 1, "K-2")) == [PaperFormAlreadyEntered(form_number="K-2")]
    # A number that was typed wrong is put right from the same form.
    corrected = entered(market, paper(round_id, 0, 5, "K-1", wish="入力の誤りを直す", replaces=1))[0]
    assert isinstance(corrected, ApplicationReceipt)
    assert corrected.receipt.version == 2


@pytest.mark.parametrize("form", ["", "-1", "K 1!", "K-" + "1" * 19, "用紙1"])
def test_a_form_has_a_number_of_letters_and_digits(market: Market, form: str) -> None:
    round_id = market.opened()
    (refused,) = entered(market, paper(round_id, 0, 1, form))
    assert isinstance(refused, PaperFormNotWellFormed)
    assert contents(market.staff, "issuance.applications") == {"issuance.applications": []}


@pytest.mark.parametrize("day", [None, date(2023, 7, 31), date(2023, 8, 4)])
def test_a_form_came_in_while_the_round_was_open_and_not_tomorrow(market: Market, day: date | None) -> None:
    round_id = market.opened()
    assert entered(market, paper(round_id, 0, 1, "K-1", day=day)) == [
        PaperDayNotPossible(received_on=day.isoformat() if day else "", first_day="2023-08-01", last_day="2023-08-03")
    ]


def test_a_form_that_came_in_in_time_is_entered_until_the_closing_and_not_after(market: Market) -> None:
    round_id = market.opened()
    late = entered(market, paper(round_id, 0, 1, "K-1"), now=CLOSES)[0]
    assert isinstance(late, RoundNotOpen)
    assert receipt_of(entered(market, paper(round_id, 0, 1, "K-1"), now=CLOSES - timedelta(milliseconds=1))[0])


def test_what_was_withdrawn_is_taken_up_again_under_the_same_number_until_the_closing(market: Market) -> None:
    round_id = market.opened()
    first = receipt_of(market.submit(application(round_id, 0, 2, "a"))[0])
    gone = withdrawn(market, WithdrawalRequest(round_id, person(0), key="w"))
    assert (gone.version, gone.receipt, gone.is_withdrawn) == (2, first, True)
    back = market.submit(application(round_id, 0, 2, "b"), now=NOON)[0]
    assert isinstance(back, ApplicationReceipt)
    assert (back.receipt.receipt, back.receipt.version, back.receipt.units, back.is_replay) == (first, 3, 2, False)
    # Repetitions that arrive late undo nothing.
    assert withdrawn(market, WithdrawalRequest(round_id, person(0), key="w")) == gone
    assert receipt_of(market.submit(application(round_id, 0, 2, "a"))[0]) == first
    told = market.apply.run(
        lambda session: application_history(session, round_id, person(0), receipt_keys=SIGNER.public_keys)
    )
    assert told is not None
    assert [(item.units_before, item.units) for item in told.versions] == [(None, 2), (2, None), (None, 2)]
    assert not told.is_withdrawn
    with pytest.raises(KeyReusedWithOtherContent):
        withdrawn(market, WithdrawalRequest(round_id, person(0), key="b"))
    assert market.submit(application(round_id, 0, 2, "w")) == [KeyReusedWithOtherContent()]
    withdrawn(market, WithdrawalRequest(round_id, person(0), key="w2"))
    assert isinstance(market.submit(application(round_id, 0, 2, "c"), now=CLOSES)[0], RoundNotOpen)


def test_paper_from_before_does_not_take_up_what_was_withdrawn_since(market: Market) -> None:
    round_id = market.opened()
    first = receipt_of(market.submit(application(round_id, 0, 2))[0])
    withdrawn(market, WithdrawalRequest(round_id, person(0)))
    refused = ApplicationWithdrawn(receipt=first, version=2, withdrawn_at=NOON.isoformat())
    assert entered(market, paper(round_id, 0, 2, "K-1")) == [refused]
    back = entered(market, paper(round_id, 0, 2, "K-1", wish="窓口で、もういちど申し込みたいと聞いた", replaces=2))
    assert receipt_of(back[0]) == first


def test_a_clerk_withdraws_for_a_wish_that_is_written_down(market: Market) -> None:
    round_id = market.opened()
    market.submit(application(round_id, 0, 2))
    at_counter = WithdrawalRequest(round_id, person(0), Channel.COUNTER, "k", ClerkEntry(HANA.id))
    with pytest.raises(ChangeReasonMissing):
        withdrawn(market, at_counter)
    asked = replace(at_counter, entry=ClerkEntry(HANA.id, reason="窓口で本人が取り下げたいと話した"))
    assert withdrawn(market, asked).channel is Channel.COUNTER
    told = market.staff.run(lambda session: application_history(session, round_id, person(0), receipt_keys={}))
    assert told is not None
    assert told.is_withdrawn
    assert told.versions[1].entry == asked.entry
    on_paper = ClerkEntry(HANA.id, "K-1", DAY, "取下書が届いた")
    market.submit(application(round_id, 1, 1), application(round_id, 2, 1))
    withdrawn(market, WithdrawalRequest(round_id, person(1), Channel.PAPER, entry=on_paper))
    with pytest.raises(PaperFormAlreadyEntered):
        withdrawn(market, WithdrawalRequest(round_id, person(2), Channel.PAPER, entry=on_paper))


def test_a_signature_that_was_tampered_with_is_told(market: Market, database_url: str) -> None:
    round_id = market.opened()
    market.submit(application(round_id, 0, 2))
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE issuance.applications DISABLE TRIGGER USER")
        connection.execute("UPDATE issuance.applications SET units = 5")
    told = market.staff.run(
        lambda session: application_history(session, round_id, person(0), receipt_keys=SIGNER.public_keys)
    )
    assert told is not None
    assert told.versions[0].signature is SignatureCheck.INVALID


@pytest.mark.parametrize("table", ["paper_forms", "application_entries"])
def test_what_was_entered_stays_as_it_is(market: Market, table: str) -> None:
    for statement in (f"DELETE FROM issuance.{table}", f"UPDATE issuance.{table} SET round_id = round_id"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            market.staff.run(lambda session, asked=statement: driver_connection(session).execute(asked))  # type: ignore[misc]


def test_residents_own_processes_enter_nothing_as_a_clerk(make_database: Callable[..., Database]) -> None:
    market = Market(make_database)
    round_id = market.opened()
    asked, clock = [paper(round_id, 0, 1, "K-1")], SetClock(NOON)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        market.apply.run(lambda session: submit_applications(session, asked, signer=SIGNER, clock=clock))
    assert contents(market.staff, "issuance.applications") == {"issuance.applications": []}
