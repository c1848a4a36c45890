"""The double refuses what Stripe refuses, seen with the SDK itself and with bare HTTP."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import stripe

from kashiman.demo.stripe_double.process import RunningDouble, start_stripe_double
from kernel.ids import new_id

KONBINI_PAYER = {"type": "konbini", "billing_details": {"name": "鹿島花子", "email": "hanako@example.jp"}}


@pytest.fixture(scope="module")
def double() -> Iterator[RunningDouble]:
    with start_stripe_double() as running:
        yield running


@pytest.fixture
def client(double: RunningDouble) -> stripe.StripeClient:
    double.control.drain()
    return client_with(double, double.api_key)


@pytest.fixture
def http(double: RunningDouble) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {double.api_key}"}
    with httpx.Client(base_url=double.api_base, headers=headers, trust_env=False) as bare:
        yield bare


def client_with(double: RunningDouble, api_key: str, version: str | None = None) -> stripe.StripeClient:
    addresses: Any = {"api": double.api_base}
    return stripe.StripeClient(api_key, base_addresses=addresses, max_network_retries=0, stripe_version=version)


def create(client: stripe.StripeClient, amount_yen: Any = 8_000, **more: Any) -> stripe.PaymentIntent:
    params: Any = {"amount": amount_yen, "currency": "jpy", **more}
    return client.v1.payment_intents.create(params)


def confirm(client: stripe.StripeClient, intent_id: str, **params: Any) -> stripe.PaymentIntent:
    confirmation: Any = params
    return client.v1.payment_intents.confirm(intent_id, confirmation)


def paid(client: stripe.StripeClient, amount_yen: int = 8_000) -> str:
    return create(client, amount_yen, payment_method="pm_card_visa", confirm=True).id


class Webhook:
    """A small web server that answers as told and keeps what it was sent."""

    def __init__(self, statuses: list[int]) -> None:
        self.received: queue.Queue[tuple[bytes, str]] = queue.Queue()
        self._statuses = statuses

    def answer(self, body: bytes, signature: str) -> int:
        self.received.put((body, signature))
        return self._statuses.pop(0) if self._statuses else 200

    def next_event(self, double: RunningDouble) -> stripe.Event:
        body, signature = self.received.get(timeout=10)
        client = client_with(double, double.api_key)
        return client.construct_event(body, signature, double.webhook_secret)


@contextmanager
def listening_webhook(double: RunningDouble, statuses: list[int]) -> Iterator[Webhook]:
    webhook = Webhook(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(webhook.answer(body, self.headers["Stripe-Signature"]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    double.control.send_to(f"http://127.0.0.1:{server.server_port}/stripe")
    try:
        yield webhook
    finally:
        double.control.send_to(None)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("params", "name", "code"),
    [
        (
            {"payment_method_types": ["card"]},
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        ),
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"api_key": "sk"}, "api_key", "parameter_unknown"),
        (
            {"payment_method_options": {"konbini": {"colour": "red"}}},
            "payment_method_options[konbini][colour]",
            "parameter_unknown",
        ),
        (
            {"payment_method_options": {"kombini": {"expires_after_days": 3}}},
            "payment_method_options[kombini]",
            "parameter_unknown",
        ),
    ],
)
def test_a_parameter_that_the_sdk_does_not_type_is_refused_at_any_depth(
    double: RunningDouble, client: stripe.StripeClient, params: dict[str, Any], name: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client, **params)
    assert (refused.value.param, refused.value.code) == (name, code)
    assert double.control.drain() == []


@pytest.mark.parametrize("name", ["payment_method_types", "reasons"])
def test_unknown_parameters_are_refused_by_every_endpoint(client: stripe.StripeClient, name: str) -> None:
    intent_id = create(client).id
    unknown: Any = {name: "x"}
    calls: list[Callable[[], object]] = [
        lambda: client.v1.payment_intents.confirm(intent_id, unknown),
        lambda: client.v1.payment_intents.cancel(intent_id, unknown),
        lambda: client.v1.payment_intents.retrieve(intent_id, unknown),
        lambda: client.v1.refunds.create(unknown),
        lambda: client.v1.events.list(unknown),
    ]
    for call in calls:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            call()
        assert refused.value.param == name


def test_a_parameter_that_stripe_knows_and_the_double_does_not_model_is_refused_loudly(
    client: stripe.StripeClient,
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client, transfer_group="x")
    assert refused.value.code == "not_modelled_by_the_double"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("1.5", "parameter_invalid_integer"),
        ("５０００", "parameter_invalid_integer"),
        (0, "parameter_invalid_integer"),
        (-8_000, "parameter_invalid_integer"),
        (49, "amount_too_small"),
        (100_000_000, "amount_too_large"),
    ],
)
def test_an_amount_must_be_whole_yen_between_fifty_and_eight_digits(
    client: stripe.StripeClient, amount: Any, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client, amount)
    assert (refused.value.param, refused.value.code) == ("amount", code)


def test_the_smallest_and_the_largest_amount_are_accepted(client: stripe.StripeClient) -> None:
    assert create(client, 50).payment_method_types == ["card"]
    assert create(client, 99_999_999).payment_method_types == ["card"]
    assert create(client, 120).payment_method_types == ["card", "konbini"]
    assert create(client, 300_000).payment_method_types == ["card", "konbini"]


def test_a_missing_amount_another_currency_and_an_unknown_method_are_refused(
    client: stripe.StripeClient,
) -> None:
    for params, name in [
        ({"currency": "jpy"}, "amount"),
        ({"amount": 8_000, "currency": "usd"}, "currency"),
        (
            {"amount": 8_000, "currency": "jpy", "allowed_payment_method_types": ["kombini"]},
            "allowed_payment_method_types[0]",
        ),
    ]:
        request: Any = params
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_intents.create(request)
        assert refused.value.param == name


def test_a_method_that_does_not_fit_the_amount_disappears_and_cannot_be_confirmed(
    client: stripe.StripeClient,
) -> None:
    intent = create(client, 300_001, allowed_payment_method_types=["card", "konbini"])
    assert intent.payment_method_types == ["card"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        confirm(client, intent.id, payment_method_data=KONBINI_PAYER)
    assert refused.value.code == "amount_too_large"
    card_only = create(client, allowed_payment_method_types=["card"])
    with pytest.raises(stripe.InvalidRequestError) as refused:
        confirm(client, card_only.id, payment_method_data=KONBINI_PAYER)
    assert refused.value.code == "payment_intent_incompatible_payment_method"


def test_a_wrong_or_missing_key_and_another_api_version_are_refused(double: RunningDouble, http: httpx.Client) -> None:
    with pytest.raises(stripe.AuthenticationError):
        create(client_with(double, "sk_test_wrong"))
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        create(client_with(double, double.api_key, "2026-08-26.dahlia"))
    answer = httpx.get(f"{double.api_base}/v1/payment_intents/pi_1", trust_env=False)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")


def test_the_same_key_and_body_replay_the_status_and_the_bytes(
    double: RunningDouble, client: stripe.StripeClient, http: httpx.Client
) -> None:
    headers = {"Idempotency-Key": f"order-{new_id()}"}
    form = {"amount": "8000", "currency": "jpy"}
    first = http.post("/v1/payment_intents", data=form, headers=headers)
    second = http.post("/v1/payment_intents", data=form, headers=headers)
    assert (second.status_code, second.content) == (200, first.content)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(double.control.drain()) == 1


def test_another_body_under_a_used_key_is_an_idempotency_error(client: stripe.StripeClient) -> None:
    key = f"order-{new_id()}"
    client.v1.payment_intents.create({"amount": 4_000, "currency": "jpy"}, {"idempotency_key": key})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create({"amount": 8_000, "currency": "jpy"}, {"idempotency_key": key})


def test_a_decline_is_replayed_and_a_refused_parameter_is_not(
    double: RunningDouble, client: stripe.StripeClient
) -> None:
    intent_id = create(client).id
    key = f"confirm-{intent_id}"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.confirm(intent_id, {}, {"idempotency_key": key})
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            client.v1.payment_intents.confirm(
                intent_id, {"payment_method": "pm_card_visa_chargeDeclined"}, {"idempotency_key": f"{key}-2"}
            )
        assert declined.value.code == "card_declined"
    client.v1.payment_intents.confirm(intent_id, {"payment_method": "pm_card_visa"}, {"idempotency_key": key})
    kinds = [event.kind for event in double.control.events() if intent_id.encode() in event.body]
    assert kinds == ["payment_intent.created", "payment_intent.payment_failed", "payment_intent.succeeded"]


def test_a_paid_intent_can_be_neither_confirmed_nor_cancelled(client: stripe.StripeClient) -> None:
    intent_id = paid(client)
    with pytest.raises(stripe.InvalidRequestError) as confirmed:
        confirm(client, intent_id, payment_method="pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError) as cancelled:
        client.v1.payment_intents.cancel(intent_id)
    assert confirmed.value.code == cancelled.value.code == "payment_intent_unexpected_state"
    assert client.v1.payment_intents.retrieve(intent_id).status == "succeeded"


def test_a_refused_confirmation_changes_nothing(double: RunningDouble, client: stripe.StripeClient) -> None:
    before = create(client, payment_method_options={"konbini": {"expires_after_days": 3}})
    options = {"konbini": {"expires_after_days": 9}}
    with pytest.raises(stripe.InvalidRequestError):
        confirm(client, before.id, payment_method="pm_card_nobody", payment_method_options=options)
    assert client.v1.payment_intents.retrieve(before.id).to_dict() == before.to_dict()
    assert len(double.control.drain()) == 1


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"product_description": "券" * 23}, "product_description"),
        ({"product_description": "商品券😀"}, "product_description"),
        ({"expires_after_days": 0}, "expires_after_days"),
        ({"expires_after_days": 61}, "expires_after_days"),
        ({"expires_at": 1_700_000_000}, "expires_at"),
        ({"expires_after_days": 3, "expires_at": 4_000_000_000}, "expires_at"),
        ({"confirmation_number": "0000000000"}, "confirmation_number"),
        ({"confirmation_number": "123456789"}, "confirmation_number"),
    ],
)
def test_konbini_options_that_stripe_refuses_are_refused(
    client: stripe.StripeClient, options: dict[str, Any], name: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client, payment_method_options={"konbini": options})
    assert refused.value.param == f"payment_method_options[konbini][{name}]"


@pytest.mark.parametrize(("given", "missing"), [("email", "name"), ("name", "email")])
def test_a_slip_needs_a_name_and_an_email(client: stripe.StripeClient, given: str, missing: str) -> None:
    intent_id = create(client).id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        confirm(client, intent_id, payment_method_data={"type": "konbini", "billing_details": {given: "花子"}})
    assert refused.value.param == f"payment_method_data[billing_details][{missing}]"


def test_a_confirmation_number_that_is_not_unique_enough_is_declined(client: stripe.StripeClient) -> None:
    intent_id = create(client).id
    options = {"konbini": {"confirmation_number": "01234567890"}}
    with pytest.raises(stripe.CardError) as declined:
        confirm(client, intent_id, payment_method_data=KONBINI_PAYER, payment_method_options=options)
    assert declined.value.code == "payment_intent_konbini_rejected_confirmation_number"
    options = {"konbini": {"confirmation_number": "09012345678"}}
    slip = confirm(client, intent_id, payment_method_data=KONBINI_PAYER, payment_method_options=options)
    assert slip.status == "requires_action"


def test_more_than_was_paid_is_never_refunded(double: RunningDouble, client: stripe.StripeClient) -> None:
    intent_id = paid(client)
    client.v1.refunds.create({"payment_intent": intent_id, "amount": 7_999})
    for amount_yen in (2, 8_000):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent_id, "amount": amount_yen})
        assert refused.value.param == "amount"
    assert client.v1.refunds.create({"payment_intent": intent_id}).amount == 1
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent_id})
    assert refused.value.code == "charge_already_refunded"
    kinds = [event.kind for event in double.control.events() if intent_id.encode() in event.body]
    assert kinds.count("refund.created") == kinds.count("charge.refunded") == 2


def test_an_event_shows_its_object_as_it_was_at_that_moment(double: RunningDouble, client: stripe.StripeClient) -> None:
    intent_id = paid(client)
    client.v1.refunds.create({"payment_intent": intent_id})
    events = [
        client.construct_event(item.body, item.signature, double.webhook_secret) for item in double.control.drain()
    ]
    assert [(event.type, event.data.object["status"]) for event in events] == [
        ("payment_intent.created", "requires_confirmation"),
        ("payment_intent.succeeded", "succeeded"),
        ("refund.created", "succeeded"),
        ("charge.refunded", "succeeded"),
    ]


def test_events_are_listed_newest_first_and_page_by_page(client: stripe.StripeClient) -> None:
    intent_ids = [create(client).id for _ in range(3)]
    first = client.v1.events.list({"limit": 2, "type": "payment_intent.created"})
    assert [event.data.object["id"] for event in first.data] == [intent_ids[2], intent_ids[1]]
    assert first.has_more is True
    second = client.v1.events.list({"limit": 1, "type": "payment_intent.created", "starting_after": first.data[1].id})
    assert [event.data.object["id"] for event in second.data] == [intent_ids[0]]


def test_many_are_paid_at_once_by_card_or_at_a_store(double: RunningDouble, client: stripe.StripeClient) -> None:
    by_card, cancelled, slip = (create(client).id for _ in range(3))
    client.v1.payment_intents.cancel(cancelled)
    confirm(client, slip, payment_method_data=KONBINI_PAYER)
    assert double.control.pay_many([by_card, cancelled, slip]) == [cancelled]
    states = [client.v1.payment_intents.retrieve(intent_id).status for intent_id in (by_card, slip)]
    assert states == ["succeeded", "succeeded"]


def test_a_slip_cannot_be_paid_when_there_is_none(double: RunningDouble, client: stripe.StripeClient) -> None:
    intent_id = create(client).id
    with pytest.raises(httpx.HTTPStatusError):
        double.control.pay_slip(intent_id)
    assert client.v1.payment_intents.retrieve(intent_id).status == "requires_payment_method"


def test_a_webhook_that_fails_is_tried_again_with_the_same_event(
    double: RunningDouble, client: stripe.StripeClient
) -> None:
    with listening_webhook(double, [500, 404]) as webhook:
        intent_id = create(client).id
        attempts = [webhook.next_event(double) for _ in range(3)]
        assert len({event.id for event in attempts}) == 1
        assert attempts[0].data.object["id"] == intent_id
    assert double.control.drain() == []


def test_held_events_are_posted_in_the_order_asked_for_and_twice_when_asked_for(
    double: RunningDouble, client: stripe.StripeClient
) -> None:
    with listening_webhook(double, []) as webhook:
        double.control.hold()
        paid(client)
        held = double.control.waiting()
        double.control.release(held[::-1])
        assert [webhook.next_event(double).type for _ in held] == [
            "payment_intent.succeeded",
            "payment_intent.created",
        ]
        double.control.deliver_again(held[1])
        assert webhook.next_event(double).id == held[1]


def test_the_double_ends_with_its_block() -> None:
    with start_stripe_double() as short_lived:
        port = int(short_lived.api_base.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
