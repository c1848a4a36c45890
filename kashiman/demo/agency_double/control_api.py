"""The paths under /_double: people, formats and faults, on command."""

from datetime import date
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from kashiman.demo.agency_double.people import CardHolder, Formats, Sex
from kashiman.demo.agency_double.realm import Realm
from kashiman.demo.doubles.codes import EarlierLogin


class NewPerson(BaseModel):
    person_id: str
    name: str
    address: str
    birth_date: date
    sex: Sex


class Login(BaseModel):
    age_s: int
    asks_again: bool


class Outage(BaseModel):
    status: Literal[429, 500, 503]
    count: int = 1


class RedirectUri(BaseModel):
    redirect_uri: str


def control_routes(realm: Realm) -> APIRouter:
    """All control endpoints."""
    router = APIRouter(prefix="/_double")

    @router.get("/ready")
    async def ready() -> bool:
        return True

    @router.post("/people")
    async def add_person(person: NewPerson) -> dict[str, str]:
        holder = CardHolder(person.person_id, person.name, person.address, person.birth_date, person.sex)
        realm.people[holder.person_id] = holder
        return {"subject": holder.subject_for(realm.client_id)}

    @router.post("/formats")
    async def write_as(formats: Formats) -> None:
        realm.formats = formats

    @router.post("/redirect_uris")
    async def register(callback: RedirectUri) -> None:
        realm.redirect_uris.add(callback.redirect_uri)

    @router.post("/keys/rotate")
    async def rotate_keys() -> None:
        realm.keys.rotate()

    @router.post("/login")
    async def logged_in(login: Login) -> None:
        realm.earlier_login = EarlierLogin(login.age_s, login.asks_again)

    @router.post("/outages")
    async def fail_next(outage: Outage) -> None:
        realm.outages.extend([outage.status] * outage.count)

    return router
