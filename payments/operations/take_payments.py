"""Take a batch of payments: residents who pay at a shop's code, and shops that charge a resident's code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.refusals import Refusal
from ledger.model import CommandKey, Decline, LedgerCommand, Pay, Posted, ShopSize, command_key
from ledger.operations.post_journals import Outcome, post_journals
from merchants import queries as shops
from merchants import rules as shops_rules
from merchants.queries import PosterForPayment, StoreForPayment
from merchants.refusals import StoreUnknown
from payments import rules, store
from payments.codes.match_phrase import match_phrase
from payments.model import Channel, ChargeRequest, IssuedCode, PaymentReceipt, PaymentRequest
from payments.refusals import ConsumerCodeUnknown, ConsumerCodeUsed

AnyRequest = PaymentRequest | ChargeRequest


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One request with what was found for it: a store and a wallet, or the refusal it will get."""

    request: AnyRequest
    key: CommandKey
    store: StoreForPayment | None
    wallet_id: UUID | None
    refusal: Refusal | None


def take_payments(session: Session, requests: Sequence[AnyRequest]) -> list[PaymentReceipt | Refusal]:
    """Take payments in their order, each succeeding or refused on its own, and answer a receipt or refusal for each.

    Refuses, in this order: the shop's or the poster's own refusals, the code's (unknown, used, expired),
    PayerBelongsToShop, then what the books refuse. Every attempt burns its key, and a resident's code is burnt too.
    """
    attempts = _prepare(session, requests)
    outcomes = post_journals(session, [_command(attempt) for attempt in attempts])
    known = _known_payments(session, outcomes)

    # Nothing below this line may refuse.
    fresh = [
        (attempt, outcome.journal.id)
        for attempt, outcome in zip(attempts, outcomes, strict=True)
        if isinstance(outcome, Posted) and not outcome.is_replay
    ]
    if fresh:
        store.insert_payments(session, [_row(attempt, journal_id) for attempt, journal_id in fresh])
    _burn_codes(session, attempts)
    return [
        _receipt(attempt, outcome, known) if isinstance(outcome, Posted) else outcome
        for attempt, outcome in zip(attempts, outcomes, strict=True)
    ]


def _prepare(session: Session, requests: Sequence[AnyRequest]) -> list[_Attempt]:
    serials = {request.poster_serial for request in requests if isinstance(request, PaymentRequest)}
    digests = {request.code_digest for request in requests if isinstance(request, ChargeRequest)}
    store_ids = {request.store_id for request in requests if isinstance(request, ChargeRequest)}
    posters = shops.stores_by_poster(session, list(serials)) if serials else {}
    stores = shops.stores_for_payment(session, list(store_ids)) if store_ids else {}
    codes = store.find_codes(session, list(digests)) if digests else {}
    attempts = []
    for request in requests:
        if isinstance(request, PaymentRequest):
            attempts.append(_at_poster(request, posters.get(request.poster_serial)))
            continue
        code = codes.get(request.code_digest)
        attempts.append(_at_till(request, stores.get(request.store_id), code))
        if code is not None:
            codes[request.code_digest] = replace(code, is_burnt=True)
    return attempts


def _at_poster(request: PaymentRequest, poster: PosterForPayment | None) -> _Attempt:
    key = command_key(f"wallet:{request.wallet_id}", request.key, "pay", request.poster_serial, request.amount_yen)
    refusal = shops_rules.refuse_poster(request.poster_serial, poster)
    found = poster.store if poster else None
    if refusal is None and found is not None:
        refusal = rules.refuse_own_shop(request.wallet_id, found.own_wallets)
    return _Attempt(request, key, found, request.wallet_id, refusal)


def _at_till(request: ChargeRequest, found: StoreForPayment | None, code: IssuedCode | None) -> _Attempt:
    key = command_key(f"store:{request.store_id}", request.key, "charge", request.code_digest.hex(), request.amount_yen)
    refusal = shops_rules.refuse_store(request.store_id, found) or rules.refuse_code(code, request.asked_at)
    wallet_id = code.wallet_id if code else None
    if refusal is None and found is not None and wallet_id is not None:
        refusal = rules.refuse_own_shop(wallet_id, found.own_wallets)
    return _Attempt(request, key, found, wallet_id, refusal)


def _command(attempt: _Attempt) -> LedgerCommand:
    request = attempt.request
    if attempt.refusal is not None or attempt.store is None or attempt.wallet_id is None:
        return Decline(attempt.key, request.asked_at, attempt.refusal or StoreUnknown(store="?"))
    return Pay(
        attempt.key,
        request.asked_at,
        attempt.wallet_id,
        attempt.store.merchant_id,
        ShopSize(attempt.store.size),
        request.amount_yen,
    )


def _row(attempt: _Attempt, journal_id: UUID) -> store.PaymentRow:
    request, found, wallet_id = attempt.request, attempt.store, attempt.wallet_id
    assert found is not None
    assert wallet_id is not None
    is_charge = isinstance(request, ChargeRequest)
    return store.PaymentRow(
        id=journal_id,
        wallet_id=wallet_id,
        merchant_id=found.merchant_id,
        store_id=found.store_id,
        channel=Channel.CPM if is_charge else request.channel,
        amount_yen=request.amount_yen,
        paid_at=request.asked_at,
        charged_by=request.asked_by if is_charge else None,
    )


def _burn_codes(session: Session, attempts: Sequence[_Attempt]) -> None:
    """Use up every code of this batch that was not used before, whatever became of its attempt."""
    burnt: dict[bytes, datetime] = {}
    for attempt in attempts:
        request = attempt.request
        if isinstance(request, ChargeRequest) and not isinstance(
            attempt.refusal, ConsumerCodeUnknown | ConsumerCodeUsed
        ):
            burnt.setdefault(request.code_digest, request.asked_at)
    if burnt:
        store.burn_codes(session, burnt)


def _known_payments(session: Session, outcomes: Sequence[Outcome]) -> dict[UUID, store.PaymentRow]:
    """The payments of answers that are given again."""
    replayed = [outcome.journal.id for outcome in outcomes if isinstance(outcome, Posted) and outcome.is_replay]
    return store.find_payments(session, replayed) if replayed else {}


def _receipt(attempt: _Attempt, outcome: Posted, known: dict[UUID, store.PaymentRow]) -> PaymentReceipt:
    payment_id = outcome.journal.id
    row = known.get(payment_id) or _row(attempt, payment_id)
    assert attempt.store is not None
    return PaymentReceipt(
        payment_id=payment_id,
        wallet_id=row.wallet_id,
        store_id=row.store_id,
        store_name=attempt.store.display_name,
        amount_yen=row.amount_yen,
        paid_at=row.paid_at,
        match_phrase=match_phrase(payment_id),
        is_replay=outcome.is_replay,
    )
