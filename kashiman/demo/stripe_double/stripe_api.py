"""The paths under /v1 that this system uses, each checked against the SDK's own parameter types."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import stripe
from fastapi import APIRouter, Request, Response
from stripe import params as accepted

from kashiman.demo.stripe_double import balance, faults, payment_intents, refunds
from kashiman.demo.stripe_double.account import Account, Json, new_stripe_id
from kashiman.demo.stripe_double.idempotency import AnswersByKey
from kashiman.demo.stripe_double.parameters import checked_parameters

LIST_DEFAULT, LIST_MAX = 10, 100


@dataclass(frozen=True)
class Endpoint:
    """One method and path, the SDK's type of its parameters, those the double models, and what it does."""

    method: str
    path: str
    parameters: type
    modelled: frozenset[str]
    act: Callable[[Account, str, Json], Any]


CREATION = frozenset(
    (
        "amount",
        "currency",
        "allowed_payment_method_types",
        "confirm",
        "description",
        "metadata",
        "payment_method",
        "payment_method_data",
        "payment_method_options",
        "receipt_email",
    )
)
CONFIRMATION = frozenset(("payment_method", "payment_method_data", "payment_method_options", "return_url"))
REFUND = frozenset(("payment_intent", "charge", "amount", "reason", "metadata", "instructions_email"))
PAGE = frozenset(("limit", "starting_after"))
NOTHING: frozenset[str] = frozenset()
INTENTS, INTENT = "/v1/payment_intents", "/v1/payment_intents/{object_id}"
ENTRIES = "/v1/balance_transactions"

ENDPOINTS = (
    Endpoint(
        "POST",
        INTENTS,
        accepted.PaymentIntentCreateParams,
        CREATION,
        lambda account, _, params: payment_intents.create(account, params),
    ),
    Endpoint(
        "GET",
        INTENTS,
        accepted.PaymentIntentListParams,
        PAGE,
        lambda account, _, params: _page(INTENTS, list(account.intents.values()), params),
    ),
    Endpoint(
        "GET",
        INTENT,
        accepted.PaymentIntentRetrieveParams,
        frozenset(("client_secret", "expand")),
        lambda account, object_id, params: payment_intents.expanded(account, account.intent(object_id), params),
    ),
    Endpoint(
        "POST",
        f"{INTENT}/capture",
        accepted.PaymentIntentCaptureParams,
        frozenset(("expand",)),
        lambda account, object_id, params: payment_intents.expanded(
            account, payment_intents.capture(account, object_id, params), params
        ),
    ),
    Endpoint(
        "POST",
        f"{INTENT}/confirm",
        accepted.PaymentIntentConfirmParams,
        CONFIRMATION,
        payment_intents.confirm,
    ),
    Endpoint(
        "POST",
        f"{INTENT}/cancel",
        accepted.PaymentIntentCancelParams,
        frozenset(("cancellation_reason",)),
        payment_intents.cancel,
    ),
    Endpoint(
        "POST",
        "/v1/refunds",
        accepted.RefundCreateParams,
        REFUND,
        lambda account, _, params: refunds.create(account, params),
    ),
    Endpoint(
        "GET",
        "/v1/refunds/{object_id}",
        accepted.RefundRetrieveParams,
        NOTHING,
        lambda account, object_id, _: account.refund(object_id),
    ),
    Endpoint(
        "GET",
        "/v1/disputes",
        accepted.DisputeListParams,
        PAGE | {"created"},
        lambda account, _, params: _page("/v1/disputes", _since(account.disputes, params), params),
    ),
    Endpoint(
        "GET",
        "/v1/payouts",
        accepted.PayoutListParams,
        PAGE | {"created"},
        lambda account, _, params: _page("/v1/payouts", _since(account.payouts, params), params),
    ),
    Endpoint(
        "GET",
        "/v1/disputes/{object_id}",
        accepted.DisputeRetrieveParams,
        NOTHING,
        lambda account, object_id, _: account.dispute(object_id),
    ),
    Endpoint(
        "GET",
        "/v1/payouts/{object_id}",
        accepted.PayoutRetrieveParams,
        NOTHING,
        lambda account, object_id, _: account.payout(object_id),
    ),
    Endpoint(
        "GET",
        ENTRIES,
        accepted.BalanceTransactionListParams,
        PAGE | {"payout", "expand"},
        lambda account, _, params: _page(ENTRIES, balance.entries_of_payout(account, params), params),
    ),
    Endpoint(
        "GET",
        "/v1/events",
        accepted.EventListParams,
        PAGE | {"type"},
        lambda account, _, params: _events(account, params),
    ),
)


class StripeApi:
    """Answers as Stripe answers: key first, then idempotency, then parameters, then the deed."""

    def __init__(self, account: Account, api_key: str) -> None:
        self.outages: deque[int] = deque()
        self._account = account
        self._authorization = f"Bearer {api_key}"
        self._answers = AnswersByKey()

    def routes(self) -> APIRouter:
        """All endpoints."""
        router = APIRouter()
        for endpoint in ENDPOINTS:
            router.add_api_route(endpoint.path, self._handler(endpoint), methods=[endpoint.method])
        return router

    def _handler(self, endpoint: Endpoint) -> Callable[..., Any]:
        async def handle(request: Request) -> Response:
            self._check_caller(request)
            form = (await request.body()).decode() if endpoint.method == "POST" else request.url.query
            object_id = request.path_params.get("object_id", "")

            def act() -> Any:
                return endpoint.act(self._account, object_id, _modelled_parameters(endpoint, form))

            key = request.headers.get("idempotency-key") if endpoint.method == "POST" else None
            answer = self._answers.answer(key, f"{request.url.path}?{form}", act)
            return _response(answer.status, answer.body, replayed=answer.replayed)

        return handle

    def _check_caller(self, request: Request) -> None:
        given = request.headers.get("authorization")
        if given is None:
            raise faults.api_key_missing()
        if given != self._authorization:
            raise faults.api_key_invalid()
        version = request.headers.get("stripe-version", stripe.api_version)
        if version != stripe.api_version:
            raise faults.api_version_unknown(version)
        if self.outages:
            raise faults.outage(self.outages.popleft())


def fault_response(_: Request, fault: Exception) -> Response:
    """Write a fault as Stripe writes it."""
    if not isinstance(fault, faults.ApiError):
        raise fault
    return _response(fault.status, orjson.dumps(fault.body()))


def _response(status: int, body: bytes, *, replayed: bool = False) -> Response:
    headers = {"Request-Id": new_stripe_id("req"), "Stripe-Version": stripe.api_version}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body, status, headers, "application/json")


def _modelled_parameters(endpoint: Endpoint, form: str) -> Json:
    params = checked_parameters(form, endpoint.parameters)
    for name in params:
        if name not in endpoint.modelled:
            raise faults.not_modelled(name)
    return params


def _since(kept: Mapping[str, Json], params: Json) -> list[Json]:
    created = params.get("created") or {}
    if set(created) - {"gte"}:
        raise faults.not_modelled("created")
    return [item for item in kept.values() if item["created"] >= created.get("gte", 0)]


def _events(account: Account, params: Json) -> Json:
    kind = params.pop("type", None)
    chosen = [event for event in account.events if kind in (None, event.type)]
    return _page("/v1/events", [orjson.loads(event.payload) for event in chosen], params)


def _page(url: str, items: list[Json], params: Json) -> Json:
    limit = params.get("limit", LIST_DEFAULT)
    if not 1 <= limit <= LIST_MAX:
        raise faults.parameter_invalid("limit", "Must be between 1 and 100.", "parameter_invalid_integer")
    newest_first = items[::-1]
    after = params.get("starting_after")
    if after is not None:
        places = [place for place, item in enumerate(newest_first) if item["id"] == after]
        if not places:
            raise faults.not_found("object", after, "starting_after")
        newest_first = newest_first[places[0] + 1 :]
    return {
        "object": "list",
        "url": url,
        "data": newest_first[:limit],
        "has_more": len(newest_first) > limit,
    }
