"""The paths under /_double: what users, LIFF apps and the network do, on command."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from kashiman.demo.doubles.codes import EarlierLogin
from kashiman.demo.line_double.account import LineAccount
from kashiman.demo.line_double.bot import Bot
from kashiman.demo.line_double.id_tokens import liff_token
from kashiman.demo.line_double.webhooks import deliver, make_event


class NewUser(BaseModel):
    name: str


class RedirectUri(BaseModel):
    redirect_uri: str


class LiffVisit(BaseModel):
    user_id: str
    age_s: int = 0
    channel_id: str | None = None


class Happening(BaseModel):
    kind: str
    user_id: str
    facts: dict[str, Any] = {}
    is_forged: bool = False


class Redelivery(BaseModel):
    event_ids: list[str]
    is_forged: bool = False


class WebhookUrl(BaseModel):
    url: str | None


class LimitSwitch(BaseModel):
    limit: Literal["rate", "month"] | None


class Telephone(BaseModel):
    user_id: str | None


class Camera(BaseModel):
    text: str | None


class Login(BaseModel):
    age_s: int
    asks_again: bool
    is_told: bool


class Outage(BaseModel):
    status: Literal[429, 500, 503]
    count: int = 1


def control_routes(account: LineAccount, bot: Bot) -> APIRouter:
    """All control endpoints."""
    router = APIRouter(prefix="/_double")
    _add_people(router, account, bot)
    _add_events(router, account, bot)
    _add_circumstances(router, account, bot)
    return router


def _add_people(router: APIRouter, account: LineAccount, bot: Bot) -> None:
    @router.get("/users")
    async def users() -> list[dict[str, str]]:
        return [{"user_id": user.user_id, "name": user.name} for user in account.users.values()]

    @router.post("/users")
    async def add_user(user: NewUser) -> dict[str, str]:
        return {"user_id": account.add_user(user.name).user_id}

    @router.post("/liff_tokens")
    async def open_liff(visit: LiffVisit) -> dict[str, str]:
        return {"id_token": liff_token(account, visit.user_id, visit.age_s, visit.channel_id)}

    @router.post("/users/{user_id}/block")
    async def block(user_id: str) -> None:
        bot.blocked_by.add(user_id)

    @router.post("/telephone")
    async def hold(telephone: Telephone) -> None:
        account.telephone_of = telephone.user_id

    @router.post("/camera")
    async def see(camera: Camera) -> None:
        account.camera_sees = camera.text

    @router.get("/sent")
    async def sent() -> list[dict[str, Any]]:
        return [{"user_id": item.user_id, "text": item.text} for item in bot.sent]


def _add_events(router: APIRouter, account: LineAccount, bot: Bot) -> None:
    @router.post("/events")
    async def happen(happening: Happening) -> dict[str, Any]:
        event_id = make_event(account, bot, happening.kind, happening.user_id, happening.facts)
        return await deliver(account, [event_id], is_forged=happening.is_forged)

    @router.post("/events/again")
    async def again(redelivery: Redelivery) -> dict[str, Any]:
        return await deliver(account, redelivery.event_ids, is_redelivery=True, is_forged=redelivery.is_forged)

    @router.post("/events/none")
    async def check_connection() -> dict[str, Any]:
        return await deliver(account, [])

    @router.post("/webhook")
    async def send_to(webhook: WebhookUrl) -> None:
        account.webhook_url = webhook.url


def _add_circumstances(router: APIRouter, account: LineAccount, bot: Bot) -> None:
    @router.get("/ready")
    async def ready() -> bool:
        return True

    @router.post("/redirect_uris")
    async def register(callback: RedirectUri) -> None:
        account.redirect_uris.add(callback.redirect_uri)

    @router.post("/keys/rotate")
    async def rotate_keys() -> None:
        account.keys.rotate()

    @router.post("/limit")
    async def limit(switch: LimitSwitch) -> None:
        bot.limit = switch.limit

    @router.post("/login")
    async def logged_in(login: Login) -> None:
        account.earlier_login = EarlierLogin(login.age_s, login.asks_again)
        account.tells_login = login.is_told

    @router.post("/outages")
    async def fail_next(outage: Outage) -> None:
        account.outages.extend([outage.status] * outage.count)
