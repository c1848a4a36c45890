"""Book what the payment provider paid out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from issuance.payouts import store
from issuance.payouts.model import Payout, PayoutOutcome, PayoutReading
from issuance.payouts.refusals import PayoutNotAddingUp, PayoutNotThereYet
from issuance.payouts.rules import PAYOUT_NOTICES, check_payout, payout_journal, sums_of
from issuance.store import notices
from kernel.refusals import Refusal
from ledger.operations.post_journals import post_journals


def record_payouts(
    session: Session, readings: Sequence[PayoutReading], *, read_at: datetime, now: datetime
) -> list[Payout | Refusal]:
    """Book payouts that arrived, each whole and once; one answer for each, and the same again changes nothing.

    `read_at` is when reading began: notices that had come by then are finished, except those of a payout that cannot
    be booked yet. Answers: the payout as it stands; PayoutNotThereYet, which changes nothing; PayoutNotAddingUp,
    PayoutNotBookable or what the books refuse, which are kept as open cases and tried again when read again. A payout
    that failed after it was booked is an open case too: the books have no move for it.
    """
    store.wait_for_turn(session, [f"payout {reading.payout.payout_id}" for reading in readings])
    ids = [reading.payout.payout_id for reading in readings]
    known = {found.payout_id: found for found in store.find_payouts(session, "payout_id = ANY (%s::text[])", [ids])}
    answers: list[Payout | Refusal] = []
    for reading in readings:
        answer = _record(session, reading, known.get(reading.payout.payout_id), now)
        if isinstance(answer, Payout):
            known[answer.payout_id] = answer
        answers.append(answer)
    outcomes = {
        payout_id: answer.code if isinstance(answer, Refusal) else answer.outcome.value
        for payout_id, answer in zip(ids, answers, strict=True)
        if not isinstance(answer, PayoutNotThereYet)
    }
    notices.finish_about(session, PAYOUT_NOTICES, outcomes, read_at=read_at, now=now)
    return answers


def _record(session: Session, reading: PayoutReading, known: Payout | None, now: datetime) -> Payout | Refusal:
    if known is not None and known.journal_id is not None:
        return _after_booking(session, reading, known)
    try:
        check_payout(reading)
        return _book(session, reading, now)
    except PayoutNotThereYet as not_yet:
        return not_yet
    except Refusal as refusal:
        is_sum = isinstance(refusal, PayoutNotAddingUp)
        outcome = PayoutOutcome.NOT_ADDING_UP if is_sum else PayoutOutcome.NOT_BOOKABLE
        store.put_payout(session, _as_read(reading, outcome, now))
        return refusal


def _book(session: Session, reading: PayoutReading, now: datetime) -> Payout:
    payments = [entry.provider_id for entry in reading.entries if entry.provider_id is not None]
    purchases = store.purchases_of_payments(session, payments)
    campaigns = {provider_id: purchase.campaign_id for provider_id, purchase in purchases.items()}
    (outcome,) = post_journals(session, [payout_journal(reading, campaigns, now)])
    if isinstance(outcome, Refusal):
        raise outcome
    booked = replace(_as_read(reading, PayoutOutcome.BOOKED, now), journal_id=outcome.journal.id)
    store.put_payout(session, booked)
    store.insert_entries(session, reading, purchases)
    return booked


def _after_booking(session: Session, reading: PayoutReading, known: Payout) -> Payout:
    if reading.payout.status not in ("failed", "canceled") or known.outcome is PayoutOutcome.FAILED:
        return known
    failed = replace(known, outcome=PayoutOutcome.FAILED)
    store.put_payout(session, failed)
    return failed


def _as_read(reading: PayoutReading, outcome: PayoutOutcome, now: datetime) -> Payout:
    entries_yen, fees_yen = sums_of(reading)
    payout = reading.payout
    return Payout(payout.payout_id, payout.amount_yen, entries_yen, fees_yen, payout.arrives_on, outcome, None, now)
