"""`kashiman bench issue`: bought units become vouchers, from the provider's notices to the lots in the wallets."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import psycopg
from sqlmodel import Session

from issuance.model import PurchaseMethod
from issuance.operations.process_provider_events import process_provider_events
from issuance.operations.receive_webhook import receive_webhook
from issuance.operations.record_provider_payment import record_provider_payment
from issuance.operations.start_purchases import start_purchases
from issuance.provider_model import ProviderEvent, ProviderPayment, ProviderStatus
from issuance.purchase_model import ProviderResult, Purchase, PurchaseRequest, PurchaseState
from kashiman.bench.sale import Winner, open_sale
from kashiman.bench.world import fresh_database
from kernel.db import Database

BATCH = 1_000
PERSON_UNITS_MAX = 5

Item = TypeVar("Item")
Say = Callable[[str], None]


@dataclass(frozen=True)
class IssueFigures:
    """What `kashiman bench issue` reports: all units from the waiting notices to the lots, committed in batches."""

    units: int
    purchases: int
    lots: int
    issue_s: float
    units_per_s: float

    def as_dict(self) -> dict[str, float | int]:
        """The figures by name."""
        return asdict(self)


def bench_issue(
    data_dir: Path, *, units: int = 60_000, small_shop_face_yen: int = 0, say: Say | None = None
) -> IssueFigures:
    """Issue so many units, bought by people who asked for one to five each, with two lots each when the face is split.

    The notices of the provider wait in the inbox and the payments were read before: what is measured is the worker's
    part, as it runs.
    """
    tell = say or (lambda _line: None)
    now = datetime.now(UTC)
    with fresh_database(data_dir) as url:
        tell("購入を用意しています")
        winners = open_sale(url, _shares(units), small_shop_face_yen=small_shop_face_yen, now=now)
        payments = _paid(url, winners, now)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "ANALYZE issuance.applications, issuance.grants, issuance.purchases, issuance.provider_events"
            )
            connection.execute("CHECKPOINT")
        tell("商品券を発行しています")
        started = time.perf_counter()
        _issue(url, payments, now)
        taken_s = time.perf_counter() - started
        lots = _lots_of_units(url, units)
    return IssueFigures(units, len(winners), lots, round(taken_s, 3), round(units / taken_s, 1))


def _shares(units: int) -> list[int]:
    """What each person bought: one to five units in turn, and the last one what is left."""
    shares: list[int] = []
    while units:
        shares.append(min(units, len(shares) % PERSON_UNITS_MAX + 1))
        units -= shares[-1]
    return shares


def _paid(url: str, winners: Sequence[Winner], now: datetime) -> list[ProviderPayment]:
    """Purchases that were paid at the provider, each with a notice that waits in the inbox."""
    pay = Database(url, role="kashiman_pay")
    payments: list[ProviderPayment] = []
    for batch in _batches(winners):
        purchases = pay.run(partial(start_purchases, requests=[_request(winner) for winner in batch], now=now))
        asked = [
            _payment(item, ProviderStatus.REQUIRES_PAYMENT_METHOD) for item in purchases if isinstance(item, Purchase)
        ]
        results = [ProviderResult(UUID(payment.purchase_id), payment) for payment in asked]
        pay.run(partial(record_provider_payment, results=results, now=now))
        paid = [_payment(item, ProviderStatus.SUCCEEDED) for item in purchases if isinstance(item, Purchase)]
        pay.run(partial(_receive, payments=paid, now=now))
        payments += paid
    pay.close()
    return payments


def _request(winner: Winner) -> PurchaseRequest:
    return PurchaseRequest(
        "bench",
        winner.wallet_id,
        winner.units,
        PurchaseMethod.CARD,
        round_id=winner.round_id,
        person_id=winner.person_id,
    )


def _payment(purchase: Purchase, status: ProviderStatus) -> ProviderPayment:
    return ProviderPayment(
        provider_id=f"pi_{purchase.id.hex}",
        purchase_id=str(purchase.id),
        status=status,
        amount_yen=purchase.amount_yen,
        received_yen=purchase.amount_yen if status is ProviderStatus.SUCCEEDED else 0,
        client_secret=None,
        offered_methods=("card",),
        slip=None,
        failure_reason=None,
    )


def _receive(session: Session, payments: Sequence[ProviderPayment], now: datetime) -> None:
    for payment in payments:
        event = ProviderEvent(f"evt_{uuid4().hex}", "payment_intent.succeeded", payment.provider_id, None, now)
        receive_webhook(session, event, b"{}", now=now)


def _issue(url: str, payments: Sequence[ProviderPayment], now: datetime) -> None:
    worker = Database(url, role="kashiman_worker")
    for batch in _batches(payments):
        states = {payment.provider_id: payment for payment in batch}
        answers = worker.run(partial(process_provider_events, states=states, now=now + timedelta(seconds=1)))
        if not all(isinstance(answer, Purchase) and answer.state is PurchaseState.PAID for answer in answers):
            raise RuntimeError("a paid purchase became no voucher")
    worker.close()


def _lots_of_units(url: str, units: int) -> int:
    """The number of lots, which hold just what was bought."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*), sum(paid_left_yen + premium_left_yen) FROM ledger.lots").fetchone()
    if row is None or row[1] != units * 5_000:
        raise RuntimeError("the lots do not hold what was bought")
    return int(row[0])


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))
