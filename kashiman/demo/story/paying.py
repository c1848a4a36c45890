"""Chapter four: months of payments, with everything that goes wrong at a till."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from math import exp
from random import Random
from uuid import UUID

from sqlmodel import Session

from kashiman.demo.calendar import FIRST_ROUND
from kashiman.demo.story.world import Person, Shop, World
from kernel.clock import city_time
from kernel.refusals import Refusal
from ledger.model import ShopSize
from merchants.operations.resume_merchant import resume_merchant
from merchants.operations.revoke_poster import revoke_poster
from merchants.operations.suspend_merchant import suspend_merchant
from payments.codes.consumer_code import CODE_LIFETIME_S
from payments.model import (
    Channel,
    ChargeRequest,
    PaymentReceipt,
    PaymentRequest,
    ReversalReceipt,
    ReversalRequest,
)
from payments.operations.issue_consumer_code import issue_consumer_code
from payments.operations.reverse_payments import reverse_payments
from payments.operations.take_payments import AnyRequest, take_payments

PAYMENTS_PER_THOUSAND_PEOPLE = 2_560
WEEKDAY_WEIGHTS = (9, 9, 10, 10, 12, 16, 15)
CPM_SHARE, VOID_SHARE, REFUND_SHARE, TOO_MUCH_SHARE, LATE_CODE_SHARE = 0.3, 0.004, 0.006, 0.03, 0.003
SMALLEST_PAYMENT_YEN = 50
EXPIRY_NOTICED_ON = date(2026, 9, 10)
SUSPENDED_ON, RESUMED_ON, POSTER_REVOKED_ON = date(2026, 8, 20), date(2026, 8, 27), date(2026, 9, 5)


@dataclass
class Payments:
    """How the city pays: the shops by popularity, who can pay, and what will be refunded on which day."""

    world: World
    days: Sequence[date]
    chance: Random
    basket_scale: float = 1.0
    weights: list[float] = field(default_factory=list)
    small_shops: list[Shop] = field(default_factory=list)
    small_weights: list[float] = field(default_factory=list)
    refunds_due: defaultdict[date, list[tuple[UUID, UUID, UUID, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    keys: int = 0

    def __post_init__(self) -> None:
        self.small_shops = [shop for shop in self.world.shops if shop.size is ShopSize.SMALL] or self.world.shops
        self.weights = _weights(self.world.shops)
        self.small_weights = _weights(self.small_shops)

    def count_on(self, day: date) -> int:
        """How many payments a day sees: more at the weekend, and just as many as the story needs in all."""
        wanted = len(self.world.people) * PAYMENTS_PER_THOUSAND_PEOPLE / 1_000
        weights = [WEEKDAY_WEIGHTS[one.weekday()] for one in self.days]
        at = self.days.index(day)
        before, after = sum(weights[:at]), sum(weights[: at + 1])
        return round(wanted * after / sum(weights)) - round(wanted * before / sum(weights))

    def key(self) -> str:
        """A new key of the caller's own."""
        self.keys += 1
        return f"story-{self.keys}"

    def shop(self) -> Shop:
        """A shop by popularity."""
        return self.world.shops[bisect(self.weights, self.chance.random() * self.weights[-1])]

    def small_shop(self) -> Shop:
        """A small shop by popularity, if the city has one."""
        return self.small_shops[bisect(self.small_weights, self.chance.random() * self.small_weights[-1])]

    def basket_yen(self, shop: Shop) -> int:
        """What a customer buys there."""
        basket = shop.merchant.basket
        return max(SMALLEST_PAYMENT_YEN, int(basket.median_yen * self.basket_scale * _bell(self.chance, basket.spread)))


def _weights(shops: Sequence[Shop]) -> list[float]:
    return list(accumulate(shop.merchant.popularity_weight for shop in shops))


def _bell(chance: Random, spread: float) -> float:
    """A factor around one; twelve draws make a bell well enough, on every machine the same."""
    return exp(spread * (sum(chance.random() for _ in range(12)) - 6))


def scale_baskets(payments: Payments, *, spend_yen: int) -> None:
    """Scale what people would like to buy; what a wallet has left is the limit, so a little less is spent."""
    world = payments.world
    weights = [shop.merchant.popularity_weight for shop in world.shops]
    mean = sum(
        weight * shop.merchant.basket.median_yen * exp(shop.merchant.basket.spread**2 / 2)
        for weight, shop in zip(weights, world.shops, strict=True)
    ) / sum(weights)
    wanted = len(world.people) * PAYMENTS_PER_THOUSAND_PEOPLE / 1_000
    payments.basket_scale = spend_yen / (wanted * mean)


def pay_for_a_day(payments: Payments, day: date) -> None:
    """All payments of a day, then the voids of the same evening and the refunds that are due."""
    world, chance = payments.world, payments.chance
    payers = _payers(payments, day)
    moments = sorted(city_time(day, 9) + timedelta(seconds=int(chance.random() * 11 * 3_600)) for _ in payers)
    attempts = [_attempt(payments, payer, moment) for payer, moment in zip(payers, moments, strict=True)]
    world.at(city_time(day, 20))
    receipts = _take(payments, attempts)
    _void_some(payments, receipts, day)
    _refund_due(payments, day)


def _payers(payments: Payments, day: date) -> list[Person]:
    """Who pays today, each once: rather those who have more left, and above all those whose value expires soon.

    Chance is thrown in the order of the roll: the order in which wallets were filled hangs on the provider's notices,
    and the story must not.
    """
    world, chance, total_yen = payments.world, payments.chance, payments.world.purses.total_yen
    expiring = world.first_round_wallets if EXPIRY_NOTICED_ON <= day <= FIRST_ROUND.last_day else set()

    def eagerness(person: Person) -> float:
        return chance.random() * (4_000 + total_yen[person.wallet_id]) * (4 if person.wallet_id in expiring else 1)

    able = [person for person in world.people if total_yen.get(person.wallet_id, 0) >= SMALLEST_PAYMENT_YEN]
    return sorted(able, key=eagerness, reverse=True)[: payments.count_on(day)]


@dataclass(frozen=True)
class _Attempt:
    payer: Person
    shop: Shop
    amount_yen: int
    moment: datetime
    is_cpm: bool
    shows_late: bool


def _attempt(payments: Payments, payer: Person, moment: datetime) -> _Attempt:
    """Somebody goes where they can pay: who has little left but what is for small shops, to one of these."""
    chance, purses = payments.chance, payments.world.purses
    shop, overlooks = payments.shop(), chance.random() < TOO_MUCH_SHARE
    if not overlooks and purses.usable_yen(payer.wallet_id, shop.size) < SMALLEST_PAYMENT_YEN:
        shop = payments.small_shop()
    left_yen = purses.usable_yen(payer.wallet_id, shop.size)
    wanted_yen = payments.basket_yen(shop)
    if wanted_yen > left_yen:
        wanted_yen = left_yen + 100 if overlooks or not left_yen else left_yen
    is_cpm = chance.random() < CPM_SHARE
    return _Attempt(payer, shop, wanted_yen, moment, is_cpm, is_cpm and chance.random() < LATE_CODE_SHARE)


def _take(payments: Payments, attempts: Sequence[_Attempt]) -> list[tuple[_Attempt, PaymentReceipt]]:
    world = payments.world
    codes = world.databases.pay.run(lambda session: _show_codes(session, attempts))
    requests = [_request(payments, attempt, codes.get(attempt.payer.wallet_id)) for attempt in attempts]
    answers = world.databases.pay.run(lambda session: take_payments(session, requests))
    taken = []
    for attempt, answer in zip(attempts, answers, strict=True):
        if isinstance(answer, Refusal):
            world.counts["declined"] += 1
            world.counts[f"declined:{answer.code}"] += 1
        else:
            world.counts["payments"] += 1
            world.purses.spend(attempt.payer.wallet_id, answer.amount_yen, attempt.shop.size)
            taken.append((attempt, answer))
    return taken


def _show_codes(session: Session, attempts: Sequence[_Attempt]) -> dict[UUID, bytes]:
    """The residents' own codes, each shown a few seconds before it is scanned, or far too long before."""
    codes = {}
    for attempt in attempts:
        if attempt.is_cpm:
            age_s = CODE_LIFETIME_S * 3 if attempt.shows_late else 8
            shown_at = attempt.moment - timedelta(seconds=age_s)
            codes[attempt.payer.wallet_id] = issue_consumer_code(
                session, wallet_id=attempt.payer.wallet_id, now=shown_at
            ).digest
    return codes


def _request(payments: Payments, attempt: _Attempt, digest: bytes | None) -> AnyRequest:
    if digest is not None:
        return ChargeRequest(
            key=payments.key(),
            code_digest=digest,
            amount_yen=attempt.amount_yen,
            store_id=attempt.shop.store.store_id,
            asked_by=attempt.shop.cashier_id,
            asked_at=attempt.moment,
        )
    return PaymentRequest(
        key=payments.key(),
        wallet_id=attempt.payer.wallet_id,
        amount_yen=attempt.amount_yen,
        store_code=attempt.shop.store.store_code,
        poster_serial=attempt.shop.poster_serial,
        channel=Channel.MPM_STATIC,
        asked_at=attempt.moment,
    )


def _void_some(payments: Payments, taken: Sequence[tuple[_Attempt, PaymentReceipt]], day: date) -> None:
    """Some payments were typed wrong and are voided at once; some goods come back days later."""
    chance, voids = payments.chance, []
    evening = city_time(day, 21)
    for attempt, receipt in taken:
        roll = chance.random()
        if roll < VOID_SHARE:
            voids.append((attempt, receipt))
        elif roll < VOID_SHARE + REFUND_SHARE:
            back_yen = receipt.amount_yen if chance.random() < 0.5 else 1 + int(chance.random() * receipt.amount_yen)
            due = day + timedelta(days=1 + int(chance.random() * 9))
            facts = (receipt.payment_id, attempt.shop.merchant_id, attempt.shop.cashier_id, back_yen)
            payments.refunds_due[due].append(facts)
    requests = [
        ReversalRequest(payments.key(), receipt.payment_id, attempt.shop.merchant_id, attempt.shop.cashier_id, evening)
        for attempt, receipt in voids
    ]
    _reverse(payments, requests, "voids")


def _refund_due(payments: Payments, day: date) -> None:
    evening = city_time(day, 22)
    requests = [
        ReversalRequest(payments.key(), payment_id, merchant_id, cashier_id, evening, back_yen)
        for payment_id, merchant_id, cashier_id, back_yen in payments.refunds_due.pop(day, [])
    ]
    _reverse(payments, requests, "refunds")


def _reverse(payments: Payments, requests: Sequence[ReversalRequest], name: str) -> None:
    if not requests:
        return
    world = payments.world
    for answer in world.databases.pay.run(lambda session: reverse_payments(session, requests)):
        if isinstance(answer, ReversalReceipt):
            world.counts[name] += 1
        else:
            world.counts["declined"] += 1


def disturb(world: World, day: date) -> None:
    """A shop is suspended for a week, and a poster is revoked while customers still scan it."""
    now = world.at(city_time(day, 8))
    shop, by = world.shops[len(world.shops) // 2], world.approver.id
    if day == SUSPENDED_ON:
        world.databases.staff.run(
            lambda session: suspend_merchant(session, shop.merchant_id, by=by, reason="規約の確認", now=now)
        )
    elif day == RESUMED_ON:
        world.databases.staff.run(
            lambda session: resume_merchant(session, shop.merchant_id, by=by, reason="確認済み", now=now)
        )
    elif day == POSTER_REVOKED_ON:
        world.databases.staff.run(lambda session: revoke_poster(session, world.shops[-1].poster_serial, now=now))
