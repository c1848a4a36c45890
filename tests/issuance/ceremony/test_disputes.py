"""A published list can be disputed: a signed receipt proves who was dropped, and nothing is drawn before the answer."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import psycopg
import pytest

from issuance.ceremony.model import ObjectionOutcome, ReceiptStanding
from issuance.ceremony.operations.answer_objection import answer_objection
from issuance.ceremony.operations.ask_settlement import ask_settlement
from issuance.ceremony.operations.confirm_settlement import confirm_settlement
from issuance.ceremony.queries import disputable_until, objections_of_round
from issuance.ceremony.refusals import (
    CeremonyReasonMissing,
    DisputeWindowOver,
    ExclusionNotPossible,
    NothingToConfirm,
    ObjectionAnsweredBefore,
    ObjectionUnknown,
    ReceiptKeyUnknown,
    ReceiptOfOtherRound,
)
from issuance.lottery.files import parse_applications
from issuance.lottery.refusals import (
    DisputeWindowOpen,
    ObjectionsUnanswered,
    ReceiptLeafDiffers,
    ReceiptSignatureInvalid,
)
from issuance.model.draws import VoidReason
from issuance.queries import closed_list
from issuance.refusals import RoundNotReady, SecondPersonNeeded
from tests.issuance.ceremony.hall import (
    DISPUTED,
    applied,
    checked,
    close,
    closed,
    correct,
    files,
    freeze,
    objects,
    refused,
    settle,
    signed,
)
from tests.issuance.market import CLOSES, FROZEN, FUMI, HANA, Market, application, person

ENDS_AT = CLOSES + timedelta(days=4)
SECOND = timedelta(seconds=1)


def answer(market: Market, objection_id: object, outcome: ObjectionOutcome, text: str = "一覧のとおりです") -> None:
    market.staff.run(
        lambda session: answer_objection(
            session,
            objection_id,  # type: ignore[arg-type]
            outcome=outcome,
            text=text,
            by=FUMI,
            now=DISPUTED,
        )
    )


def test_every_stored_receipt_verifies_and_is_found(market: Market) -> None:
    for receipt in closed(market, 1, 2, 3):
        found = checked(market, receipt)
        assert (found.standing, found.listed_units, found.is_fault) == (ReceiptStanding.LISTED, receipt.units, False)


def test_who_was_dropped_proves_it_with_the_receipt_of_the_city(market: Market) -> None:
    closed(market, 1, 2)
    dropped = signed(market, "KDR0PPEDDR0PPED1", 3)
    found = checked(market, dropped)
    assert (found.standing, found.is_fault) == (ReceiptStanding.DROPPED, True)
    objects(market, dropped)
    (objection,) = market.staff.run(lambda session: objections_of_round(session, market.round_id))
    assert (objection.receipt, objection.standing) == ("KDR0PPEDDR0PPED1", "dropped")


def test_units_that_differ_from_what_was_signed_are_a_fault_and_an_old_receipt_is_none(market: Market) -> None:
    round_id = market.opened()
    (old,) = applied(market, application(round_id, 0, 2))
    (new,) = applied(market, application(round_id, 0, 3))
    close(market)
    assert checked(market, new).standing is ReceiptStanding.LISTED
    assert checked(market, old).standing is ReceiptStanding.CHANGED_LATER
    false = checked(market, signed(market, new.receipt, 5, version=2))
    assert (false.standing, false.listed_units, false.is_fault) == (ReceiptStanding.UNITS_DIFFER, 3, True)


def test_who_is_void_is_told_why(market: Market) -> None:
    round_id = market.opened()
    (receipt,) = applied(market, application(round_id, 0, 2))
    close(market, standings={person(0): VoidReason.MOVED})
    found = checked(market, receipt)
    assert (found.standing, found.void_reason, found.is_fault) == (ReceiptStanding.VOID, VoidReason.MOVED, False)


def test_a_false_receipt_proves_nothing(market: Market) -> None:
    (receipt,) = closed(market, 2)
    other = "1" if receipt.sig[0] == "0" else "0"
    for false, no in (
        (replace(receipt, units=5), ReceiptSignatureInvalid(receipt=receipt.receipt)),
        (replace(receipt, sig=other + receipt.sig[1:]), ReceiptSignatureInvalid(receipt=receipt.receipt)),
        (replace(receipt, leaf="00" * 32), ReceiptLeafDiffers(receipt=receipt.receipt)),
        (replace(receipt, kid="k9"), ReceiptKeyUnknown(kid="k9")),
        (replace(receipt, campaign="premium-2022-1"), ReceiptOfOtherRound(campaign="premium-2022-1")),
    ):
        assert refused(market, partial(checked, market, false)) == no
        assert refused(market, partial(objects, market, false)) == no


def test_before_closing_there_is_no_list_to_check_or_dispute(market: Market) -> None:
    round_id = market.opened()
    (receipt,) = applied(market, application(round_id, 0, 2))
    not_yet = RoundNotReady(state="open", needed="closed")
    assert refused(market, lambda: checked(market, receipt)) == not_yet
    assert refused(market, lambda: objects(market)) == not_yet


def test_nothing_is_named_while_the_list_can_be_disputed_to_the_second(market: Market) -> None:
    closed(market, 1)
    no = refused(market, lambda: market.name_beacon(ENDS_AT - SECOND))
    assert no == DisputeWindowOpen(ends_at=ENDS_AT.isoformat())
    objects(market, now=ENDS_AT - SECOND)
    no = refused(market, lambda: objects(market, now=ENDS_AT))
    assert no == DisputeWindowOver(ended_at=ENDS_AT.isoformat())
    assert market.staff.run(lambda session: disputable_until(session, market.round_id)) == ENDS_AT


def test_nothing_is_named_before_every_objection_is_answered_once(market: Market) -> None:
    closed(market, 1)
    objection_id = objects(market)
    waiting = ObjectionsUnanswered(unanswered=1, uncorrected=0)
    assert refused(market, market.name_beacon) == waiting
    answer(market, objection_id, ObjectionOutcome.EXPLAINED)
    answer(market, objection_id, ObjectionOutcome.EXPLAINED)
    no = refused(market, lambda: answer(market, objection_id, ObjectionOutcome.REJECTED))
    assert no == ObjectionAnsweredBefore(objection_id=str(objection_id))
    unknown = uuid4()
    no = refused(market, lambda: answer(market, unknown, ObjectionOutcome.REJECTED))
    assert no == ObjectionUnknown(objection_id=str(unknown))
    assert refused(market, lambda: objects(market, text=" ")) == CeremonyReasonMissing()
    market.name_beacon()


def test_an_objection_that_is_upheld_demands_a_corrected_list_which_is_disputed_anew(market: Market) -> None:
    round_id = market.opened()
    first, second = applied(market, application(round_id, 0, 2), application(round_id, 1, 3))
    before = close(market, standings={person(0): VoidReason.MOVED, person(1): None})
    old_list = files(market)["applications.csv"]
    answer(market, objects(market, first), ObjectionOutcome.UPHELD)
    assert refused(market, market.name_beacon) == ObjectionsUnanswered(unanswered=0, uncorrected=1)
    corrected_at = DISPUTED + timedelta(days=2)
    after = correct(market, {}, now=corrected_at)
    assert (after.rows, after.received, after.void) == (2, 2, {})
    assert after.root != before.root
    assert market.staff.run(lambda session: closed_list(session, round_id)) == after
    listed = {row.receipt for row in parse_applications(files(market)["applications.csv"])}
    assert listed == {first.receipt, second.receipt}
    assert files(market)["applications_replaced_1.csv"] == old_list
    assert checked(market, first).standing is ReceiptStanding.LISTED
    anew = DisputeWindowOpen(ends_at=(CLOSES + timedelta(days=7)).isoformat())
    assert refused(market, market.name_beacon) == anew
    settle(market, now=corrected_at)
    market.name_beacon()


def test_a_corrected_list_leaves_out_what_stands_in_it_for_reasons_that_people_can_give(market: Market) -> None:
    (receipt,) = closed(market, 2)
    for excluded in ({"K000000000000000": VoidReason.DIED}, {receipt.receipt: VoidReason.MERGED}):
        no = refused(market, partial(correct, market, excluded))
        assert no == ExclusionNotPossible(receipt=next(iter(excluded)))
    after = correct(market, {receipt.receipt: VoidReason.DUPLICATE})
    assert (after.rows, after.void) == (0, {"duplicate": 1})
    correct(market, {})
    assert {"applications_replaced_1.csv", "applications_replaced_2.csv"} <= files(market).keys()


def test_two_people_may_end_the_dispute_and_one_may_not(market: Market) -> None:
    closed(market, 1)
    assert refused(market, lambda: market.staff.run(_confirm(market))) == NothingToConfirm(step="settlement")
    market.staff.run(lambda session: ask_settlement(session, market.round_id, reason="なし", by=FUMI, now=DISPUTED))
    assert refused(market, lambda: market.staff.run(_confirm(market))) == SecondPersonNeeded()
    settle(market)
    assert market.staff.run(lambda session: disputable_until(session, market.round_id)) == DISPUTED
    market.name_beacon(DISPUTED)
    no = refused(market, lambda: objects(market, now=DISPUTED))
    assert no == DisputeWindowOver(ended_at=DISPUTED.isoformat())


def test_a_dispute_with_open_objections_is_not_settled_and_an_old_proposal_ends_no_new_dispute(market: Market) -> None:
    closed(market, 1)
    objection_id = objects(market)
    market.staff.run(lambda session: ask_settlement(session, market.round_id, reason="なし", by=HANA, now=DISPUTED))
    open_ = ObjectionsUnanswered(unanswered=1, uncorrected=0)
    assert refused(market, lambda: market.staff.run(_confirm(market))) == open_
    answer(market, objection_id, ObjectionOutcome.UPHELD)
    correct(market, {}, now=DISPUTED + SECOND)
    assert refused(market, lambda: market.staff.run(_confirm(market))) == NothingToConfirm(step="settlement")


def test_once_frozen_a_list_is_neither_disputed_nor_corrected(market: Market, database_url: str) -> None:
    closed(market, 1)
    market.name_beacon()
    freeze(market)
    frozen = RoundNotReady(state="frozen", needed="closed")
    assert refused(market, lambda: objects(market, now=FROZEN)) == frozen
    assert refused(market, lambda: correct(market, {}, now=FROZEN)) == frozen
    assert refused(market, lambda: settle(market, now=FROZEN)) == frozen
    for change in ("root = 'ff', list_version = 2", "list_version = 2", "beacon_round = 5"):
        with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"UPDATE issuance.draws SET {change}".encode())


def _confirm(market: Market):  # type: ignore[no-untyped-def]
    return lambda session: confirm_settlement(session, market.round_id, by=FUMI, now=DISPUTED)
