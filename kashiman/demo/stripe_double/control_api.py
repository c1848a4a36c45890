"""The paths under /_double: what customers, stores, banks and the network do, on command."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from kashiman.demo.stripe_double import balance, customers, disputes, faults, refunds
from kashiman.demo.stripe_double.account import Account
from kashiman.demo.stripe_double.stripe_api import StripeApi


class CardChoice(BaseModel):
    payment_method: str = "pm_card_visa"
    card_number: str | None = None


class StoreChoice(BaseModel):
    store: Literal["familymart", "lawson", "ministop", "seicomart"] = "lawson"


class IntentIds(BaseModel):
    ids: list[str]


class EventIds(BaseModel):
    ids: list[str] = []


class RefundOutcome(BaseModel):
    status: Literal["requires_action", "pending", "succeeded", "failed"]


class DisputeReason(BaseModel):
    reason: str = "fraudulent"


class DisputeOutcome(BaseModel):
    status: Literal["under_review", "won", "lost"]


class WebhookUrl(BaseModel):
    url: str | None


class Methods(BaseModel):
    activated: list[Literal["card", "konbini"]]


class Outage(BaseModel):
    status: Literal[409, 429, 500, 503]
    count: int = 1


def control_routes(account: Account, api: StripeApi) -> APIRouter:
    """All control endpoints."""
    router = APIRouter(prefix="/_double")
    _add_customers(router, account)
    _add_banks(router, account)
    _add_deliveries(router, account)
    _add_circumstances(router, account, api)
    return router


def _add_customers(router: APIRouter, account: Account) -> None:
    @router.post("/payment_intents/pay_many")
    async def pay_many(intents: IntentIds) -> dict[str, Any]:
        return {"unpaid": customers.pay_many(account, intents.ids)}

    @router.post("/payment_intents/{intent_id}/pay")
    async def pay(intent_id: str, choice: CardChoice) -> dict[str, Any]:
        return customers.pay_card(account, intent_id, choice.payment_method, choice.card_number)

    @router.post("/payment_intents/{intent_id}/pay_slip")
    async def pay_slip(intent_id: str, choice: StoreChoice) -> dict[str, Any]:
        return customers.pay_slip(account, intent_id, choice.store)

    @router.post("/payment_intents/{intent_id}/expire_slip")
    async def expire_slip(intent_id: str) -> dict[str, Any]:
        return customers.expire_slip(account, intent_id)


def _add_banks(router: APIRouter, account: Account) -> None:
    @router.post("/refunds/{refund_id}/settle")
    async def settle(refund_id: str, outcome: RefundOutcome) -> dict[str, Any]:
        return refunds.settle(account, refund_id, outcome.status)

    @router.post("/payment_intents/{intent_id}/dispute")
    async def dispute(intent_id: str, why: DisputeReason) -> dict[str, Any]:
        return disputes.open_dispute(account, intent_id, why.reason)

    @router.post("/disputes/{dispute_id}/close")
    async def close(dispute_id: str, outcome: DisputeOutcome) -> dict[str, Any]:
        return disputes.close(account, dispute_id, outcome.status)

    @router.post("/payouts")
    async def pay_out() -> dict[str, Any]:
        return balance.pay_out(account)


def _add_deliveries(router: APIRouter, account: Account) -> None:
    @router.get("/events")
    async def events() -> list[dict[str, str]]:
        return [{"id": event.id, "type": event.type, "body": event.payload} for event in account.events]

    @router.post("/events/{event_id}/deliver")
    async def deliver_again(event_id: str) -> None:
        for event in account.events:
            if event.id == event_id:
                account.deliveries.offer(event.id, event.payload)
                return
        raise faults.not_found("event", event_id, "id")

    @router.post("/deliveries/drain")
    async def drain() -> list[dict[str, str]]:
        return account.deliveries.drain()

    @router.post("/deliveries/hold")
    async def hold() -> None:
        account.deliveries.hold()

    @router.get("/deliveries/waiting")
    async def waiting() -> list[str]:
        return account.deliveries.waiting_ids()

    @router.post("/deliveries/release")
    async def release(order: EventIds) -> None:
        account.deliveries.release(order.ids)

    @router.post("/webhook")
    async def send_to(webhook: WebhookUrl) -> None:
        account.deliveries.send_to(webhook.url)


def _add_circumstances(router: APIRouter, account: Account, api: StripeApi) -> None:
    @router.get("/ready")
    async def ready() -> bool:
        return True

    @router.post("/methods")
    async def activate(methods: Methods) -> None:
        account.activated_methods = list(methods.activated)

    @router.post("/outages")
    async def fail_next(outage: Outage) -> None:
        api.outages.extend([outage.status] * outage.count)
