"""Take a batch of payments: residents who pay at a shop's code, and shops that charge a resident's code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection, pipelined
from kernel.refusals import Refusal
from ledger.model import Decline, LedgerCommand, Pay, Posted, ShopSize
from ledger.operations.post_journals import Outcome, post_journals
from merchants import queries as shops
from merchants.model import PosterState, StoreForPayment
from merchants.rules.standing import demand_open_store, demand_valid_poster
from payments import rules, store
from payments.codes.match_phrase import match_phrase
from payments.model import (
    Channel,
    ChargeRequest,
    DecidedCharge,
    DynamicCode,
    IssuedCode,
    PaymentReceipt,
    PaymentRequest,
)

AnyRequest = PaymentRequest | ChargeRequest | DecidedCharge


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One request that may go to the books, at its store and for its wallet."""

    request: AnyRequest
    command: LedgerCommand
    store: StoreForPayment | None = None
    wallet_id: UUID | None = None


def take_payments(session: Session, requests: Sequence[AnyRequest]) -> list[PaymentReceipt | Refusal]:
    """Take payments in their order, each succeeding or refused on its own, and answer a receipt or refusal for each.

    Refuses, in this order: the shop's or the poster's own refusals; the code's (unknown, used, expired), or what was
    decided about a DecidedCharge; PayerBelongsToShop; then what the books refuse. Every attempt burns its key, and a
    resident's code is burnt too; a shop's code with an amount is used up by a payment alone, so that somebody else can
    pay after a refusal.
    Raises UniqueViolation when another transaction used a key or code at the same moment: `Database.run` starts again.
    """
    runs = rules.runs_without_repeated_reference(requests)
    return [outcome for run in runs for outcome in _take_run(session, run)]


def _take_run(session: Session, requests: Sequence[AnyRequest]) -> list[PaymentReceipt | Refusal]:
    with pipelined(driver_connection(session)):
        attempts, stores, burnt = _prepare(session, requests)
        outcomes = post_journals(session, [attempt.command for attempt in attempts])

        # Nothing below this line may refuse.
        rows = {
            outcome.journal.id: _row(attempt, outcome.journal.id)
            for attempt, outcome in zip(attempts, outcomes, strict=True)
            if isinstance(outcome, Posted) and not outcome.is_replay
        }
        if rows:
            store.insert_payments(session, list(rows.values()))
            _use_up_dynamic(session, attempts, outcomes, rows)
        if burnt:
            store.burn_codes(session, burnt)
        rows |= _replayed_rows(session, outcomes, rows)
    return [
        outcome if isinstance(outcome, Refusal) else _receipt(outcome, rows[outcome.journal.id], stores)
        for outcome in outcomes
    ]


def _prepare(
    session: Session, requests: Sequence[AnyRequest]
) -> tuple[list[_Attempt], dict[UUID, StoreForPayment], dict[bytes, datetime]]:
    """What goes to the books, the stores it happens at, and when each code that was still good is used up by it."""
    serials = {request.poster_serial for request in requests if isinstance(request, PaymentRequest)}
    digests = {request.code_digest for request in requests if isinstance(request, ChargeRequest)}
    store_ids = {request.store_id for request in requests if isinstance(request, ChargeRequest | DecidedCharge)}
    posters, stores = shops.payment_places(session, serials=serials, store_ids=store_ids)
    codes = store.find_codes(session, list(digests)) if digests else {}
    dynamic = _dynamic_codes(session, requests)
    if dynamic:
        stores |= shops.stores_for_payment(session, {code.store_id for code in dynamic.values()} - stores.keys())
    attempts: list[_Attempt] = []
    burnt: dict[bytes, datetime] = {}
    for request in requests:
        try:
            if isinstance(request, ChargeRequest):
                attempts.append(_at_till(request, codes.get(request.code_digest), stores))
            elif isinstance(request, DecidedCharge):
                attempts.append(_as_decided(request, stores))
            elif request.reference is not None:
                attempts.append(_at_dynamic_code(request, dynamic.get(request.reference), stores))
            else:
                attempts.append(_at_poster(request, posters, stores))
        except Refusal as refusal:
            attempts.append(_Attempt(request, Decline(rules.key_of(request), request.asked_at, refusal)))
        if isinstance(request, ChargeRequest):
            _burn(request, codes, burnt)
    return attempts, stores, burnt


def _burn(request: ChargeRequest, codes: dict[bytes, IssuedCode], burnt: dict[bytes, datetime]) -> None:
    """Use up the code of an attempt, whatever becomes of it; one that was never issued or was used before stays so."""
    code = codes.get(request.code_digest)
    if code is not None and not code.is_burnt:
        codes[request.code_digest] = replace(code, is_burnt=True)
        burnt[request.code_digest] = request.asked_at


def _at_poster(
    request: PaymentRequest, posters: Mapping[str, PosterState], stores: Mapping[UUID, StoreForPayment]
) -> _Attempt:
    poster = demand_valid_poster(request.poster_serial, request.store_code, posters)
    return _attempt(request, demand_open_store(poster.store_id, stores), request.wallet_id)


def _at_dynamic_code(
    request: PaymentRequest, code: DynamicCode | None, stores: Mapping[UUID, StoreForPayment]
) -> _Attempt:
    """A code of another store than the one it names was never shown by that store."""
    found = stores.get(code.store_id) if code is not None else None
    shown = code if found is not None and found.store_code == request.store_code else None
    known = rules.demand_payable_code(shown, request.amount_yen, request.asked_at)
    return _attempt(request, demand_open_store(known.store_id, stores), request.wallet_id)


def _at_till(request: ChargeRequest, code: IssuedCode | None, stores: Mapping[UUID, StoreForPayment]) -> _Attempt:
    found = demand_open_store(request.store_id, stores)
    return _attempt(request, found, rules.demand_live_code(code, request.asked_at).wallet_id)


def _as_decided(request: DecidedCharge, stores: Mapping[UUID, StoreForPayment]) -> _Attempt:
    found = demand_open_store(request.store_id, stores)
    if isinstance(request.found, Refusal):
        raise request.found
    return _attempt(request, found, request.found)


def _attempt(request: AnyRequest, found: StoreForPayment, wallet_id: UUID) -> _Attempt:
    rules.demand_other_shop(wallet_id, found)
    size = ShopSize(found.size)
    command = Pay(rules.key_of(request), request.asked_at, wallet_id, found.merchant_id, size, request.amount_yen)
    return _Attempt(request, command, found, wallet_id)


def _row(attempt: _Attempt, journal_id: UUID) -> store.PaymentRow:
    request, found, wallet_id = attempt.request, attempt.store, attempt.wallet_id
    assert found is not None
    assert wallet_id is not None
    return store.PaymentRow(
        id=journal_id,
        wallet_id=wallet_id,
        merchant_id=found.merchant_id,
        store_id=found.store_id,
        channel=Channel.CPM if isinstance(request, ChargeRequest) else request.channel,
        amount_yen=request.amount_yen,
        paid_at=request.asked_at,
        charged_by=None if isinstance(request, PaymentRequest) else request.asked_by,
    )


def _dynamic_codes(session: Session, requests: Sequence[AnyRequest]) -> dict[str, DynamicCode]:
    asked = [request.reference for request in requests if isinstance(request, PaymentRequest)]
    references = [reference for reference in asked if reference is not None]
    return store.find_dynamic_codes(session, references) if references else {}


def _use_up_dynamic(
    session: Session,
    attempts: Sequence[_Attempt],
    outcomes: Sequence[Outcome],
    rows: Mapping[UUID, store.PaymentRow],
) -> None:
    """Use up the dynamic codes of the payments that are new in the books."""
    paid = {
        attempt.request.reference: outcome.journal.id
        for attempt, outcome in zip(attempts, outcomes, strict=True)
        if isinstance(attempt.request, PaymentRequest) and isinstance(outcome, Posted) and outcome.journal.id in rows
    }
    used_up = {reference: payment_id for reference, payment_id in paid.items() if reference is not None}
    if used_up:
        store.pay_codes(session, used_up)


def _replayed_rows(
    session: Session, outcomes: Sequence[Outcome], rows: Mapping[UUID, store.PaymentRow]
) -> dict[UUID, store.PaymentRow]:
    """The payments of earlier batches whose answers are given again."""
    posted = [outcome.journal.id for outcome in outcomes if isinstance(outcome, Posted)]
    earlier = [payment_id for payment_id in posted if payment_id not in rows]
    return store.find_payments(session, earlier) if earlier else {}


def _receipt(outcome: Posted, row: store.PaymentRow, stores: Mapping[UUID, StoreForPayment]) -> PaymentReceipt:
    return PaymentReceipt(
        payment_id=row.id,
        wallet_id=row.wallet_id,
        store_id=row.store_id,
        store_name=stores[row.store_id].display_name,
        amount_yen=row.amount_yen,
        paid_at=row.paid_at,
        match_phrase=match_phrase(row.id),
        is_replay=outcome.is_replay,
    )
