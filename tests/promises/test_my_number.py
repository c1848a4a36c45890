"""Never a My Number: no field of any address and no upload takes one, it is said so, and nothing of it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from identity.model import Acr, Holder, HolderKind, ShopRole, SignedIn, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from identity.rules.my_number import MyNumberGiven
from kashiman.app import NOTICES, UPLOADS_BYTES_MAX
from kashiman.intake import NoMyNumber
from kashiman.wording.refusals import refusal_sentence
from tests.identity.roll.extracts import HANAKO, TARO, written
from tests.identity_provider.conftest import ISSUER, NOW, City, TestClient, app, browser, city
from tests.promises.fields import Field, Routes, fields_of, filled_path, nested, never_ends, routes_of
from tests.sign_ins import signed_in_cookie
from tests.tokens import TokenPress

NUMBER, NEARLY = "123456789018", "123456789019"
"""The check digit of 12345678901 is 8: 6·1+5·2+4·3+3·4+2·5+7·6+6·7+5·8+4·9+3·0+2·1 = 212 = 19·11 + 3."""
HOWEVER_WRITTEN = [
    "番号は123456789018です",
    "1234 5678 9018",
    "1234-5678-9018",
    "１２３４５６７８９０１８",
    "123456　789018",
]
NOT_ONE = ["1234567890181", "0954-63-2111", "090-1234-5678", "0012345", "849-1312", "12345678901"]
UNREAD = (*UPLOADS_BYTES_MAX, *NOTICES)
UPLOAD_FIELDS = ("base_date", "dry_run", "file_sha256")
WAYS = ("query", "form", "json", "parts", "file")
ANY: dict[str, Any] = {}
"""What is known of a field that nobody declared; it is looked at like every other."""

__all__ = ["app", "browser", "city"]  # fixtures of another room


@pytest.fixture
def routes(app: Any) -> Routes:
    return {name: route for name, route in routes_of(app).items() if not name.endswith(UNREAD)}


@pytest.fixture
def tokens(city: City) -> dict[str, str]:
    """By face, what lets a program in everywhere at that face."""
    press = TokenPress(ISSUER)
    press.key = city.installation.key_ring.signing_key("ES256")
    person, everything = city.person, frozenset(StaffRole)
    who = {
        "wallet": SignedIn(
            kind=HolderKind.RESIDENT, subject=person.person_id, display_name="", wallet_id=person.wallet_id
        ),
        "shop": SignedIn(
            kind=HolderKind.SHOP, subject=uuid4(), display_name="", merchant_id=uuid4(), role=ShopRole.OWNER
        ),
        "staff": SignedIn(kind=HolderKind.STAFF, subject=city.clerk_id, display_name="", roles=everything),
    }
    return {face: press.issue(signed_in, face, NOW) for face, signed_in in who.items()}


@pytest.fixture
def everybody(browser: TestClient, city: City) -> TestClient:
    """A browser in which a resident, an owner and a clerk of every desk are signed in."""

    def work(session: Any) -> tuple[UUID, UUID]:
        clerk = add_staff(session, display_name="全課 担当", roles=list(StaffRole))
        return clerk, add_shop_user(session, merchant_id=uuid4(), display_name="店主", role=ShopRole.OWNER)

    clerk_id, owner_id = city.staff_database.run(work)
    assert browser.post("/id/sign-in", data={"code": city.code}).status_code == 200
    holders = [Holder(HolderKind.RESIDENT, city.person.person_id), Holder(HolderKind.SHOP, owner_id)]
    for holder in (*holders, Holder(HolderKind.STAFF, clerk_id)):
        acr = Acr.PASSKEY if holder.kind is HolderKind.STAFF else Acr.POSTCARD
        face = {HolderKind.RESIDENT: "wallet", HolderKind.SHOP: "shop", HolderKind.STAFF: "staff"}[holder.kind]
        cookie = signed_in_cookie(city.installation.resident_database, holder, NOW, acr=acr)
        browser.cookies.set(f"kashiman_{face}", cookie)
    return browser


@pytest.fixture
def sent(everybody: TestClient, tokens: dict[str, str], routes: Routes) -> "Sender":
    return Sender(everybody, tokens, routes)


class Sender:
    """Sends a text in one field of one address, as somebody who may use it."""

    def __init__(self, browser: TestClient, tokens: dict[str, str], routes: Routes) -> None:
        self.browser, self.tokens, self.routes = browser, tokens, routes

    def send(self, address: str, each: Field, text: str) -> Any:
        method, path = address.split(" ")
        headers = {"Idempotency-Key": str(uuid4())}
        face = path.removeprefix("/api/v1/").split("/")[0]
        if path.startswith("/api/v1/") and face in self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[face]}"
        filled = filled_path(address, self.routes[address], {each.name: text} if each.stands == "path" else {})
        content: dict[str, Any] = {
            "path": {},
            "query": {"params": {each.name: text}},
            "form": {"data": {each.name: text}},
            "json": {"json": nested(each.place, text)},
            "parts": {"data": {each.name: text}, "files": {"empty": ("empty.txt", b"")}},
            "file": {"files": {each.name: ("list.csv", text.encode())}},
        }[each.stands]
        return self.browser.request(method, filled, headers=headers, follow_redirects=False, **content)


def all_fields(routes: Routes) -> Iterator[tuple[str, Field]]:
    """What every address declares, and in every way of sending a field that nobody declared."""
    for address, route in routes.items():
        for each in fields_of(route):
            yield address, each
        for stands in WAYS[:1] if address.startswith("GET ") else WAYS:
            yield address, Field(stands, ("anything",), ANY)


def code_of(answer: Any) -> str:
    """The code of a refusal in whichever way the address writes it."""
    if "html" in answer.headers.get("content-type", ""):
        return MyNumberGiven.code if f'"mark">{MyNumberGiven.code}<' in answer.text else ""
    document = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    return str(document.get("code") or document.get("error_description") or "") if isinstance(document, dict) else ""


def test_no_field_of_any_address_takes_a_my_number_and_nothing_of_it_is_kept(
    sent: Sender, routes: Routes, database_url: str
) -> None:
    taken, tried = [], 0
    for address, each in all_fields(routes):
        answer = sent.send(address, each, NUMBER)
        tried += 1
        if (answer.status_code, code_of(answer)) != (422, MyNumberGiven.code) or NUMBER in answer.text:
            taken.append(f"{address}: {each.stands} {each.name} ({answer.status_code})")
    assert taken == []
    assert tried > 400
    assert tables_with(database_url, NUMBER) == []


def test_the_same_fields_take_a_number_that_is_none(sent: Sender, routes: Routes) -> None:
    wrong = [
        f"{address}: {each.stands} {each.name}"
        for address, each in all_fields(routes)
        if not never_ends(routes[address])
        if code_of(sent.send(address, each, NEARLY)) == MyNumberGiven.code
    ]
    assert wrong == []


def test_it_is_found_however_it_is_written(sent: Sender) -> None:
    addresses = ("POST /api/v1/wallet/purchases", "POST /staff/people/search", "POST /id/token")
    for address, stands, text in product(addresses, WAYS, HOWEVER_WRITTEN):
        answer = sent.send(address, Field(stands, ("billing_name",), ANY), text)
        assert code_of(answer) == MyNumberGiven.code, (address, stands, text)


def test_other_numbers_that_people_write_are_taken(sent: Sender) -> None:
    for stands, text in product(WAYS, NOT_ONE):
        answer = sent.send("POST /api/v1/wallet/purchases", Field(stands, ("billing_name",), ANY), text)
        assert code_of(answer) != MyNumberGiven.code, (stands, text)


def test_it_is_said_in_plain_words_and_by_the_field(sent: Sender) -> None:
    name = Field("json", ("billing_name",), ANY)
    problem = sent.send("POST /api/v1/wallet/purchases", name, NUMBER).json()
    assert problem["facts"] == {"fields": ["billing_name"]}
    assert problem["detail"] == refusal_sentence("my_number_given", {"fields": ["billing_name"]}, "ja")
    for face in ("wallet/pay", "shop/charge", "staff/people/search", "id/sign-in"):
        page = sent.send(f"POST /{face}", Field("form", ("code",), ANY), NUMBER)
        assert "マイナンバーが書かれています" in page.text
        assert "受け取っていません" in page.text
        assert page.headers["cache-control"] == "no-store"
    standard = sent.send("POST /id/par", Field("form", ("state",), ANY), NUMBER)
    assert standard.json() == {"error": "invalid_request", "error_description": "my_number_given"}


def test_an_address_that_is_not_looked_at_is_an_upload_or_a_signed_notice(
    app: Any, browser: TestClient, database_url: str
) -> None:
    (intake,) = [layer for layer in app.user_middleware if layer.cls is NoMyNumber]
    assert set(intake.kwargs["unread"]) == {*UPLOADS_BYTES_MAX, *NOTICES}
    for path in NOTICES:
        assert browser.post(path, json={"note": NUMBER}).status_code in (401, 404), "nobody signed it"
    assert tables_with(database_url, NUMBER) == []


@pytest.mark.parametrize("path", UPLOADS_BYTES_MAX)
def test_no_upload_takes_a_my_number(
    app: Any, everybody: TestClient, tokens: dict[str, str], path: str, database_url: str
) -> None:
    headers = {"Authorization": f"Bearer {tokens['staff']}"} if path.startswith("/api/") else {}
    day, clean = (NOW - timedelta(days=1)).date().isoformat(), written(TARO, HANAKO)
    for name in (*UPLOAD_FIELDS, "anything"):
        content = {"data": {"base_date": day, name: NUMBER}, "files": {"file": ("roll.csv", clean)}}
        answer = everybody.post(path, headers=headers, **content)
        assert (answer.status_code, code_of(answer)) == (422, MyNumberGiven.code), name
    for cell in HOWEVER_WRITTEN:
        holding = clean.replace(TARO["方書"].encode(), cell.encode(), 1)
        assert holding != clean
        answer = everybody.post(path, headers=headers, data={"base_date": day}, files={"file": ("roll.csv", holding)})
        assert answer.status_code == 422
        assert "マイナンバー" in answer.text
        assert cell not in answer.text
    assert tables_with(database_url, NUMBER) == []


def test_the_description_names_every_field_of_an_upload(app: Any) -> None:
    described = app.openapi()["paths"]["/api/v1/staff/roll/imports"]["post"]["requestBody"]["content"]
    assert set(described["multipart/form-data"]["schema"]["properties"]) == {"file", *UPLOAD_FIELDS}


def test_every_operation_of_ours_declares_that_it_takes_none(app: Any) -> None:
    silent = []
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items() if path.startswith("/api/") else ():
            problem = operation["responses"].get("422", {}).get("content", {}).get("application/problem+json", {})
            if MyNumberGiven.code not in problem.get("examples", {}):
                silent.append(f"{method} {path}")
    assert silent == []


def test_a_number_that_was_kept_would_be_found(city: City, database_url: str) -> None:
    city.staff_database.run(lambda session: add_staff(session, display_name=f"職員{NUMBER}", roles=[StaffRole.HELP]))
    assert tables_with(database_url, NUMBER) == ["identity.staff"]


def tables_with(url: str, text: str) -> list[str]:
    """The tables with a row that holds a text anywhere, also as bytes."""
    found = []
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 50
        for schema, name in tables:
            question = sql.SQL("SELECT 1 FROM {} AS kept WHERE kept::text ~ %s LIMIT 1")
            rows = connection.execute(
                question.format(sql.Identifier(schema, name)), [f"{text}|{text.encode().hex()}"]
            ).fetchall()
            found += [f"{schema}.{name}"] if rows else []
    return found
