"""Stripe's error answers, in Stripe's shape, so that the SDK raises the exception it would raise."""

from dataclasses import dataclass, field
from typing import Any

REMOVED_PARAMETERS = {"payment_method_types": "payment_method_types_no_longer_supported"}
"""Parameters that API version 2026-09-30.endive took away, and the code with which they are refused."""


@dataclass(eq=False)
class ApiError(Exception):
    """An error answer. `before_execution` marks what Stripe does not keep under an idempotency key."""

    status: int
    message: str
    type: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    before_execution: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The JSON body: one object named error, without the members that do not apply."""
        error = {
            "type": self.type,
            "message": self.message,
            "code": self.code,
            "param": self.param,
            **self.more,
        }
        return {"error": {name: value for name, value in error.items() if value is not None}}


def api_key_missing() -> ApiError:
    return ApiError(401, "You did not provide an API key.", before_execution=True)


def api_key_invalid() -> ApiError:
    return ApiError(401, "Invalid API Key provided.", before_execution=True)


def api_version_unknown(version: str) -> ApiError:
    return ApiError(400, f"Invalid Stripe API version: {version}", before_execution=True)


def parameter_unknown(name: str) -> ApiError:
    code = REMOVED_PARAMETERS.get(name, "parameter_unknown")
    message = f"Received unknown parameter: {name}"
    return ApiError(400, message, code=code, param=name, before_execution=True)


def parameter_missing(name: str) -> ApiError:
    message = f"Missing required param: {name}."
    return ApiError(400, message, code="parameter_missing", param=name, before_execution=True)


def parameter_invalid(name: str, message: str, code: str | None = None) -> ApiError:
    return ApiError(400, message, code=code, param=name, before_execution=True)


def key_reused(key: str) -> ApiError:
    message = f"Keys for idempotent requests can only be used with the parameters they were first used with: {key}"
    return ApiError(400, message, type="idempotency_error", before_execution=True)


def not_found(noun: str, identifier: str, param: str) -> ApiError:
    return ApiError(404, f"No such {noun}: '{identifier}'", code="resource_missing", param=param)


def unexpected_state(verb: str, status: str) -> ApiError:
    message = f"You cannot {verb} this PaymentIntent because it has a status of {status}."
    return ApiError(400, message, code="payment_intent_unexpected_state")


def declined(code: str, decline_code: str | None, intent: dict[str, Any]) -> ApiError:
    more = {"decline_code": decline_code, "payment_intent": intent}
    return ApiError(402, "The payment was declined.", type="card_error", code=code, more=more)


def not_modelled(name: str) -> ApiError:
    message = f"Stripe knows the parameter {name}, but this double does not model what it does."
    return ApiError(400, message, code="not_modelled_by_the_double", param=name, before_execution=True)


def outage(status: int) -> ApiError:
    return ApiError(status, "The double was told to fail.", type="api_error", before_execution=True)
