"""Chapter three: winners pay by card, at a convenience store or at the counter; some never do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from sqlmodel import Session

from issuance.model import PurchaseMethod
from issuance.operations.expire_unpaid_purchases import expire_unpaid_purchases
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.process_provider_events import process_provider_events
from issuance.operations.receive_webhook import receive_webhook
from issuance.operations.record_provider_payment import record_provider_payment
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.operations.start_purchases import start_purchases
from issuance.provider_model import PaymentOrder, ProviderPayment
from issuance.purchase_model import CounterSale, ProviderResult, Purchase, PurchaseRequest, PurchaseState
from issuance.queries import draw_files, payments_to_read
from kashiman.demo.calendar import FIRST_ROUND, RoundDays
from kashiman.demo.story.campaign import FACE_YEN, SMALL_SHOP_FACE_YEN
from kashiman.demo.story.world import Person, World
from kernel.clock import city_time
from kernel.refusals import Refusal

ABANDONED_SHARE = 0.07
PROVIDER_CALLS_AT_ONCE = 3
COUNTER = "市役所1階"


@dataclass(frozen=True)
class Buyer:
    """Somebody who may buy, and what they will do."""

    person: Person
    units: int
    method: PurchaseMethod
    abandons: bool
    is_declined_first: bool


def granted_units(world: World, days: RoundDays) -> dict[str, int]:
    """What each receipt was granted, as the published results say."""
    with world.databases.staff.transaction() as session:
        results = draw_files(session, world.rounds[days])["results.csv"].decode()
    rows = (line.split(",") for line in results.splitlines()[1:])
    return {receipt: int(units) for receipt, units in rows if units != "0"}


def plan_purchases(
    world: World, holders: Mapping[str, Person], granted: Mapping[str, int], days: Sequence[date], *, chapter: str
) -> dict[date, list[Buyer]]:
    """Who will buy on which of these days; most do it early."""
    chance = world.chance(f"buy/{chapter}")
    plan: defaultdict[date, list[Buyer]] = defaultdict(list)
    for receipt, units in sorted(granted.items()):
        day = days[int(chance.random() ** 2 * len(days))]
        plan[day].append(_buyer(world, chance, holders[receipt], units))
    return dict(plan)


def buy(world: World, days: RoundDays, buyers: Sequence[Buyer], day: date) -> None:
    """Sell to those who come to the counter, and in the evening to those who pay online."""
    round_id = world.rounds[days]
    at_counter = [one for one in buyers if one.method is PurchaseMethod.COUNTER and not one.abandons]
    online = [one for one in buyers if one.method is not PurchaseMethod.COUNTER]
    _sell_at_counter(world, round_id, at_counter, world.at(city_time(day, 16)))
    _buy_online(world, round_id, online, world.at(city_time(day, 20, 30)))


def give_up(world: World, day: date) -> None:
    """On the day after the window, what is still unpaid ends."""
    now = world.at(city_time(day, 6))
    while world.databases.worker.run(lambda session: expire_unpaid_purchases(session, now=now)):
        pass


def pass_on(world: World, days: RoundDays, now: datetime) -> dict[str, int]:
    """Pass unpaid units down the waiting list; answer what each receipt was offered."""
    run = world.databases.staff.run(lambda session: offer_waiting_list(session, world.rounds[days], now=world.at(now)))
    offered: defaultdict[str, int] = defaultdict(int)
    for offer in run.offers:
        offered[offer.receipt] += offer.units
    return dict(offered)


def _buyer(world: World, chance: Random, person: Person, units: int) -> Buyer:
    has_phone = world.city.residents[person.number - 1].has_smartphone
    roll = chance.random()
    method = PurchaseMethod.KONBINI if roll < 0.35 else PurchaseMethod.CARD
    if roll > (0.8 if has_phone else 0.15):
        method = PurchaseMethod.COUNTER
    wanted = max(1, units - 1) if chance.random() < 0.04 else units
    abandons = chance.random() < ABANDONED_SHARE
    return Buyer(person, wanted, method, abandons, chance.random() < 0.03)


def _sell_at_counter(world: World, round_id: UUID, buyers: Sequence[Buyer], now: datetime) -> None:
    sales = [
        CounterSale(
            key=f"{round_id}/{one.person.person_id}",
            units=one.units,
            clerk_id=world.planner.id,
            counter=COUNTER,
            round_id=round_id,
            person_id=one.person.person_id,
        )
        for one in buyers
    ]
    if sales:
        _note_bought(world, world.databases.staff.run(lambda session: sell_at_counter(session, sales, now=now)))


def _buy_online(world: World, round_id: UUID, buyers: Sequence[Buyer], now: datetime) -> None:
    """Start purchases, ask the provider outside any transaction, let customers pay, and work off its notices."""
    if not buyers:
        return
    requests = [
        PurchaseRequest(
            key=f"{round_id}/{one.person.person_id}",
            wallet_id=one.person.wallet_id,
            units=one.units,
            method=one.method,
            round_id=round_id,
            person_id=one.person.person_id,
        )
        for one in buyers
    ]
    started = world.databases.pay.run(lambda session: start_purchases(session, requests, now=now))
    purchases = [(one, answer) for one, answer in zip(buyers, started, strict=True) if isinstance(answer, Purchase)]
    with ThreadPoolExecutor(PROVIDER_CALLS_AT_ONCE) as callers:
        results = list(callers.map(lambda pair: _ask_provider(world, *pair), purchases))
    world.databases.worker.run(lambda session: record_provider_payment(session, results, now=now))
    ids = {
        result.purchase_id: result.answer.provider_id
        for result in results
        if isinstance(result.answer, ProviderPayment)
    }
    _let_customers_pay(world, [(one, ids[purchase.id]) for one, purchase in purchases if purchase.id in ids])
    work_off_notices(world, now + timedelta(minutes=10))


def _ask_provider(world: World, buyer: Buyer, purchase: Purchase) -> ProviderResult:
    order = PaymentOrder(
        purchase_id=purchase.id,
        amount_yen=purchase.amount_yen,
        method="konbini" if buyer.method is PurchaseMethod.KONBINI else "card",
        description="かしまん商品券",
        billing_name=buyer.person.name if buyer.method is PurchaseMethod.KONBINI else None,
        billing_email="resident@example.jp" if buyer.method is PurchaseMethod.KONBINI else None,
    )
    try:
        payment = world.provider.request_payment(order)
        if order.method == "konbini":
            payment = world.provider.confirm_konbini(payment.provider_id, order)
        return ProviderResult(purchase.id, payment)
    except Refusal as refusal:
        return ProviderResult(purchase.id, refusal)


def _let_customers_pay(world: World, buyers: Sequence[tuple[Buyer, str]]) -> None:
    for buyer, provider_id in buyers:
        if buyer.method is PurchaseMethod.CARD and buyer.is_declined_first:
            world.double.pay_card(provider_id, "pm_card_visa_chargeDeclined")
            world.counts["declined_cards"] += 1
        if buyer.method is PurchaseMethod.KONBINI and buyer.abandons:
            world.double.expire_slip(provider_id)
    world.double.pay_many([provider_id for buyer, provider_id in buyers if not buyer.abandons])


def work_off_notices(world: World, now: datetime) -> None:
    """Receive the provider's notices, some twice and none in order, then read the truth and act on it."""
    chance = world.chance(f"notices/{now.isoformat()}")
    signed = world.double.drain()
    arriving = signed + [body for body in signed if chance.random() < 0.02]
    chance.shuffle(arriving)
    events = [(world.provider.read_webhook(body.body, body.signature), body.body) for body in arriving]

    def receive(session: Session) -> int:
        return sum(not receive_webhook(session, event, body, now=now) for event, body in events)

    world.counts["duplicate_notices"] += world.databases.pay.run(receive)
    while True:
        with world.databases.worker.transaction() as session:
            waiting = payments_to_read(session, limit=2_000)
        if not waiting:
            return
        with ThreadPoolExecutor(PROVIDER_CALLS_AT_ONCE) as callers:
            states = dict(zip(waiting, callers.map(world.provider.payment_state, waiting), strict=True))
        process = partial(process_provider_events, states=states, now=now, limit=10_000)
        _note_bought(world, world.databases.worker.run(process))


def _note_bought(world: World, answers: Sequence[Purchase | Refusal]) -> None:
    last_days = {round_id: days.last_day for days, round_id in world.rounds.items()}
    for answer in answers:
        if isinstance(answer, Refusal):
            world.counts["refused_purchases"] += 1
        elif answer.state is PurchaseState.PAID and answer.id not in world.paid_purchases:
            world.paid_purchases.add(answer.id)
            last_day = last_days[answer.round_id]
            if last_day == FIRST_ROUND.last_day:
                world.first_round_wallets.add(answer.wallet_id)
            common_yen, small_shop_yen = (
                answer.units * yen for yen in (FACE_YEN - SMALL_SHOP_FACE_YEN, SMALL_SHOP_FACE_YEN)
            )
            world.purses.put(answer.wallet_id, last_day, common_yen=common_yen, small_shop_yen=small_shop_yen)
