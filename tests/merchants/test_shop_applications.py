"""An application's way: sent in once, corrected, examined and approved by two people, and read by whoever proves it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from kernel.clock import SetClock
from kernel.db import Database, driver_connection, violated_constraint
from kernel.refusals import Refusal
from merchants.model import ApplicationState, ApplicationStep, JoiningTerms, MerchantSize, MerchantStatus
from merchants.operations.approve_shop_application import approve_shop_application
from merchants.operations.move_shop_application import move_shop_application
from merchants.operations.save_joining_draft import KEPT_FOR, save_joining_draft
from merchants.operations.submit_shop_application import submit_shop_application
from merchants.queries import (
    bank_accounts,
    joining_draft,
    list_shop_applications,
    merchant_view,
    proven_application,
    shop_application,
    status_history,
    stores_of,
)
from merchants.refusals import (
    JoiningDraftGone,
    JoiningFieldMalformed,
    PledgeChanged,
    PledgeNotTaken,
    ShopApplicationChangedMeanwhile,
    ShopApplicationNeedsSecondPerson,
    ShopApplicationReasonMissing,
    ShopApplicationStepNotAllowed,
    ShopApplicationUnknown,
)
from merchants.rules.pledge import PLEDGE
from merchants.rules.proofs import passphrase_of
from tests.merchants.joining import ACCOUNT, CENTRE, CONTENT, FIRST, SECOND, SECRET, sent_in, step_by

EXAMINED, APPROVED = ApplicationStep.EXAMINED, ApplicationStep.APPROVED
PASSPHRASE = passphrase_of(SECRET)
INSERT_EVENT: LiteralString = """
    INSERT INTO merchants.application_events
        (application_id, number, version, step, from_state, to_state, at, by_kind, by, merchant_id, reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'x')
"""
ANY_MERCHANT: LiteralString = """
    INSERT INTO merchants.merchants (id, code, legal_name, legal_kana, trade, size, applied_at)
    VALUES (gen_random_uuid(), 'M9', 'x', 'x', 'x', 'small', now()) RETURNING id
"""


def ask(reader: Database, statement: LiteralString) -> None:
    reader.run(lambda session: driver_connection(session).execute(statement))


def approve(staff: Database, application_id: UUID, clerk: UUID, clock: SetClock, **facts: object) -> object:
    terms = facts.pop("terms", JoiningTerms())
    assert isinstance(terms, JoiningTerms)
    return staff.run(
        lambda session: approve_shop_application(
            session, application_id, by=clerk, now=clock.now(), seen_version=1, terms=terms
        )
    )


def test_what_is_sent_in_is_read_by_whoever_knows_number_and_passphrase(database: Database, clock: SetClock) -> None:
    receipt = sent_in(database, clock.now())

    typed = f" {receipt.receipt.lower()} ", PASSPHRASE.replace("-", "　").lower()
    view = database.run(lambda session: proven_application(session, *typed))

    assert (receipt.receipt, receipt.is_replay) == ("J00001", False)
    assert (view.state, view.version, view.size) == (ApplicationState.SUBMITTED, 1, MerchantSize.SMALL)
    assert view.content == CONTENT
    assert view.pledge == (PLEDGE.version, PLEDGE.sha256, clock.now())
    assert [event.step for event in view.events] == [ApplicationStep.SUBMITTED]


@pytest.mark.parametrize(("receipt", "passphrase"), [("J00002", PASSPHRASE), ("J00001", "BCDFG-HJKLM-NPQRS"), ("", "")])
def test_a_wrong_number_and_a_wrong_passphrase_are_the_same_no(
    database: Database, clock: SetClock, receipt: str, passphrase: str
) -> None:
    sent_in(database, clock.now())
    with pytest.raises(ShopApplicationUnknown):
        database.run(lambda session: proven_application(session, receipt, passphrase))


def test_sent_twice_it_is_one_application_and_without_a_draft_there_is_none(
    database: Database, staff_database: Database, clock: SetClock
) -> None:
    first = sent_in(database, clock.now())
    again = database.run(lambda session: submit_shop_application(session, SECRET, CONTENT, now=clock.now()))
    assert (again.application_id, again.receipt, again.is_replay) == (first.application_id, first.receipt, True)
    assert len(staff_database.run(list_shop_applications)) == 1
    with pytest.raises(JoiningDraftGone):
        database.run(lambda session: submit_shop_application(session, "another", CONTENT, now=clock.now()))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (replace(CONTENT, pledge_version=""), PledgeNotTaken()),
        (replace(CONTENT, pledge_version="2020-01"), PledgeChanged(PLEDGE.version)),
        (
            replace(CONTENT, stores=(CENTRE, replace(CENTRE, name_latin="Café"))),
            JoiningFieldMalformed("name_latin", "Kashima Shoten", 1),
        ),
    ],
)
def test_what_cannot_be_is_refused_and_the_draft_stays(
    database: Database, clock: SetClock, content: object, refusal: Refusal
) -> None:
    database.run(lambda session: save_joining_draft(session, SECRET, {"trade": "食料品"}, now=clock.now()))
    with pytest.raises(type(refusal)) as refused:
        database.run(lambda session: submit_shop_application(session, SECRET, content, now=clock.now()))  # type: ignore[arg-type]
    assert refused.value == refusal
    draft = database.run(lambda session: joining_draft(session, SECRET))
    assert draft is not None
    assert draft.content == {"trade": "食料品"}


def test_a_draft_that_nobody_touched_for_fourteen_days_is_forgotten(database: Database, clock: SetClock) -> None:
    database.run(lambda session: save_joining_draft(session, SECRET, {"trade": "酒"}, now=clock.now()))
    clock.advance(KEPT_FOR)
    database.run(lambda session: save_joining_draft(session, "other", {}, now=clock.now()))
    assert database.run(lambda session: joining_draft(session, SECRET)) is not None
    clock.advance(timedelta(seconds=1))
    database.run(lambda session: save_joining_draft(session, "other", {}, now=clock.now()))
    assert database.run(lambda session: joining_draft(session, SECRET)) is None


def test_two_people_let_a_shop_in_and_it_is_open_with_its_account(
    database: Database, staff_database: Database, clock: SetClock
) -> None:
    large = replace(CONTENT, stores=(CENTRE, replace(CENTRE, display_name="髙﨑商店 浜店", floor_m2=1_001)))
    application_id = sent_in(database, clock.now(), large).application_id
    step_by(staff_database, application_id, EXAMINED, FIRST, clock.now())

    registered = approve(staff_database, application_id, SECOND, clock)

    view = staff_database.run(lambda session: shop_application(session, application_id))
    merchant_id = view.events[-1].merchant_id
    assert merchant_id is not None
    merchant = staff_database.run(lambda session: merchant_view(session, merchant_id))
    stores = staff_database.run(lambda session: stores_of(session, [merchant_id]))
    accounts = staff_database.run(lambda session: bank_accounts(session, [merchant_id], at=clock.now()))
    (change,) = staff_database.run(lambda session: status_history(session, merchant_id))
    assert registered == (merchant_id, "M0001", tuple((store.store_id, store.store_code) for store in stores))
    assert (merchant.status, merchant.size) == (MerchantStatus.APPROVED, MerchantSize.LARGE)
    assert [store.display_name for store in stores] == ["髙﨑商店 中央店", "髙﨑商店 浜店"]
    assert accounts[merchant_id].account == ACCOUNT
    assert (change.changed_by, change.reason) == (SECOND, "J00001")
    with pytest.raises(ShopApplicationStepNotAllowed):
        approve(staff_database, application_id, SECOND, clock)


def test_one_person_is_not_enough_unless_the_city_says_so(
    database: Database, staff_database: Database, clock: SetClock
) -> None:
    application_id = sent_in(database, clock.now()).application_id
    with pytest.raises(ShopApplicationNeedsSecondPerson):
        approve(staff_database, application_id, FIRST, clock)
    step_by(staff_database, application_id, EXAMINED, FIRST, clock.now())
    for terms in (JoiningTerms(), JoiningTerms(two_people=False)):
        with pytest.raises(ShopApplicationNeedsSecondPerson):
            approve(staff_database, application_id, FIRST, clock, terms=terms)
    other = sent_in(database, clock.now(), secret="another").application_id
    assert approve(staff_database, other, FIRST, clock, terms=JoiningTerms(two_people=False))


def test_a_correction_is_a_new_version_that_has_to_be_read_again(
    database: Database, staff_database: Database, clock: SetClock
) -> None:
    application_id = sent_in(database, clock.now()).application_id
    step_by(staff_database, application_id, EXAMINED, FIRST, clock.now())
    with pytest.raises(ShopApplicationReasonMissing):
        step_by(staff_database, application_id, ApplicationStep.CORRECTION_ASKED, SECOND, clock.now(), " \x00 ")
    step_by(staff_database, application_id, ApplicationStep.CORRECTION_ASKED, SECOND, clock.now(), "地区がちがいます。")
    corrected = replace(CONTENT, stores=(replace(CENTRE, district="浜"),))

    again = sent_in(database, clock.now(), corrected, secret="another browser", corrects=application_id)

    view = database.run(lambda session: proven_application(session, again.receipt, PASSPHRASE))
    assert again.application_id == application_id
    assert (view.state, view.version, view.content.stores[0].district) == (ApplicationState.SUBMITTED, 2, "浜")
    assert [(event.step.value, event.reason) for event in view.events] == [
        ("submitted", ""),
        ("examined", ""),
        ("correction_asked", "地区がちがいます。"),
        ("corrected", ""),
    ]
    with pytest.raises(ShopApplicationChangedMeanwhile):
        staff_database.run(
            lambda session: move_shop_application(
                session, application_id, EXAMINED, by=FIRST, now=clock.now(), seen_version=1
            )
        )


def test_the_portal_reads_no_application_and_no_account_without_its_proof(
    make_database: Callable[[str], Database], database: Database, clock: SetClock
) -> None:
    sent_in(database, clock.now())
    reading: list[LiteralString] = [
        "SELECT * FROM merchants.applications",
        "SELECT phone FROM merchants.application_versions",
        "SELECT address FROM merchants.application_stores",
        "SELECT reason FROM merchants.application_events",
        "SELECT content FROM merchants.application_drafts",
        "SELECT account_number FROM merchants.bank_accounts",
    ]
    for role in ("kashiman_pay", "kashiman_apply", "kashiman_worker"):
        reader = make_database(role)
        for statement in reading[: 5 if role == "kashiman_worker" else 6]:
            with pytest.raises(errors.InsufficientPrivilege):
                ask(reader, statement)


def test_the_portal_cannot_write_what_staff_decide(
    make_database: Callable[[str], Database], database: Database, clock: SetClock
) -> None:
    application_id = sent_in(database, clock.now()).application_id
    event = (application_id, 2, 1, "examined", "submitted", "examined", clock.now(), "staff", uuid4(), None)
    with pytest.raises(errors.InsufficientPrivilege, match="staff decide this"):
        database.run(lambda session: driver_connection(session).execute(INSERT_EVENT, event))


@pytest.mark.parametrize(
    ("event", "constraint"),
    [
        ((3, 1, "approved", "examined", "approved", "staff", FIRST), "application_events_have_two_people"),
        ((3, 1, "declined", "submitted", "declined", "staff", FIRST), "application_events_follow_each_other"),
        ((3, 2, "declined", "examined", "declined", "staff", FIRST), "application_events_version_exists"),
        ((4, 1, "declined", "examined", "declined", "staff", FIRST), "application_events_follow_each_other"),
        ((3, 1, "declined", "approved", "declined", "staff", FIRST), "application_events_are_legal"),
        ((3, 1, "withdrawn", "examined", "withdrawn", "applicant", FIRST), "application_events_say_who"),
    ],
)
def test_the_database_holds_every_application_to_its_history(
    database_url: str,
    database: Database,
    staff_database: Database,
    clock: SetClock,
    event: tuple[object, ...],
    constraint: str,
) -> None:
    application_id = sent_in(database, clock.now()).application_id
    step_by(staff_database, application_id, EXAMINED, FIRST, clock.now())
    number, version, step, from_state, to_state, by_kind, by = event
    values = [application_id, number, version, step, from_state, to_state, clock.now(), by_kind, by]
    with psycopg.connect(database_url) as connection:
        merchant_id = connection.execute(ANY_MERCHANT).fetchone() if step == "approved" else (None,)
        assert merchant_id is not None
        with pytest.raises(errors.IntegrityError) as refused:
            connection.execute(INSERT_EVENT, [*values, *merchant_id])
    assert violated_constraint(refused.value) == constraint
