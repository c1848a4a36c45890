"""The paths under /v2/bot/message: push, multicast, reply, and the dry runs of each."""

from typing import Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from kashiman.demo.doubles.oauth import bearer_of
from kashiman.demo.line_double.account import LineAccount
from kashiman.demo.line_double.bot import RECIPIENTS_MAX, Bot, BotError, check_messages


def messaging_routes(account: LineAccount, bot: Bot) -> APIRouter:
    """The endpoints that the official account is written with."""
    router = APIRouter(prefix="/v2/bot/message")

    @router.post("/push")
    async def push(request: Request) -> Response:
        body = await _body(account, request)
        return _sent(bot, request, [body.get("to")], body)

    @router.post("/multicast")
    async def multicast(request: Request) -> Response:
        body = await _body(account, request)
        recipients = body.get("to")
        if not isinstance(recipients, list) or not 1 <= len(recipients) <= RECIPIENTS_MAX:
            detail = {"message": f"Size must be between 1 and {RECIPIENTS_MAX}", "property": "to"}
            raise BotError(400, "The request body has 1 error(s)", [detail])
        return _sent(bot, request, recipients, body)

    @router.post("/reply")
    async def reply(request: Request) -> Response:
        body = await _body(account, request)
        return JSONResponse(bot.reply(body.get("replyToken"), body.get("messages"), _retry_key(request)))

    @router.post("/validate/{kind}")
    async def validate(
        kind: Literal["reply", "push", "multicast", "narrowcast", "broadcast"], request: Request
    ) -> Response:
        check_messages((await _body(account, request)).get("messages"))
        return JSONResponse({})

    return router


async def bot_error_response(request: Request, error: Exception) -> Response:
    """Answer a BotError."""
    assert isinstance(error, BotError)
    return JSONResponse(error.body(), error.status, {"x-line-request-id": str(uuid4()), **error.headers})


def _sent(bot: Bot, request: Request, recipients: list[Any], body: dict[str, Any]) -> Response:
    request_id = str(uuid4())
    answer = bot.send(recipients, body.get("messages"), _retry_key(request), request_id)
    return JSONResponse(answer, headers={"x-line-request-id": request_id})


def _retry_key(request: Request) -> str | None:
    return request.headers.get("x-line-retry-key")


async def _body(account: LineAccount, request: Request) -> dict[str, Any]:
    if bearer_of(request) != account.bot_token:
        message = "Authentication failed. Confirm that the access token in the authorization header is valid."
        raise BotError(401, message)
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise BotError(415, "Unsupported Media Type")
    try:
        body = await request.json()
    except ValueError as error:
        raise BotError(400, "The request body could not be parsed as JSON") from error
    if not isinstance(body, dict):
        raise BotError(400, "The request body could not be parsed as JSON")
    return body
