import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from kernel.http import (
    KEY_LENGTH_MAX,
    STATUS_BY_KIND,
    AmountYen,
    BodyLimit,
    IdempotencyKeyMissing,
    KeysInProgress,
    RequestInProgress,
    answer_problems,
    idempotency_key,
    language_of,
    problem_of,
    refuses,
)
from kernel.refusals import (
    REFUSALS_BY_CODE,
    BooksBroken,
    Busy,
    DatabaseUnreachable,
    Kind,
    Outage,
    OutcomeUnknown,
    ProviderDown,
    Refusal,
)
from kernel.yen import AMOUNT_YEN_MAX, AmountOutOfRange

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

BYTES_MAX = 1_000
OUTAGES = [Busy, DatabaseUnreachable, ProviderDown, OutcomeUnknown]


@dataclass(eq=False)
class BridgeIsClosed(Refusal):
    """Nobody crosses the bridge now.

    This sentence is for programmers.
    """

    kind: ClassVar[Kind] = Kind.CONFLICT
    until: str


@dataclass(eq=False)
class BridgeIsCrowded(Refusal):
    """Too many are on the bridge."""

    kind: ClassVar[Kind] = Kind.TOO_MANY
    retry_after_s: int


@dataclass(eq=False)
class BridgeIsLocked(Refusal):
    """The bridge was shaken too often."""

    kind: ClassVar[Kind] = Kind.TOO_MANY
    locked_until: str


class Toll(BaseModel):
    """A document with an amount."""

    model_config = ConfigDict(extra="forbid")

    amount_yen: AmountYen
    wheels: int = 4


def wording(code: str, facts: Mapping[str, Any], language: str) -> str:
    return f"{language}: 橋 {code} {sorted(facts)}"


def make_app() -> FastAPI:
    app = FastAPI()
    answer_problems(app, wording)
    app.add_middleware(BodyLimit, bytes_max=BYTES_MAX, wording=wording)

    @app.post("/toll")
    async def toll(body: Toll) -> dict[str, int]:
        return {"amount_yen": body.amount_yen}

    @app.post("/keyed")
    async def keyed(key: Annotated[str, Depends(idempotency_key)]) -> str:
        return key

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    @app.get("/crossings/{number}")
    async def crossing(number: int, limit: int = 5) -> int:
        return number * limit

    @app.get("/refusing/{kind}")
    async def refusing(kind: Kind) -> None:
        raise type("AnyRefusal", (BridgeIsClosed,), {"kind": kind, "__qualname__": "AnyRefusal"})("noon")

    @app.get("/outage/{code}")
    async def outage(code: str) -> None:
        raise next(known for known in OUTAGES if known.code == code)

    @app.get("/broken")
    async def broken() -> None:
        raise BooksBroken

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418)

    return app


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    known = dict(REFUSALS_BY_CODE)
    with TestClient(make_app(), raise_server_exceptions=False) as made:
        yield made
    REFUSALS_BY_CODE.clear()
    REFUSALS_BY_CODE.update(known)


def problem(answer: Any) -> tuple[int, str, dict[str, Any]]:
    """Status, code and facts of a problem document, after a look at all that every one has."""
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    code, facts = document["code"], document["facts"]
    assert document == {
        "type": f"urn:kashiman:problem:{code}",
        "title": code,
        "status": answer.status_code,
        "detail": wording(code, facts, "ja"),
        "code": code,
        "facts": facts,
    }
    return answer.status_code, code, facts


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("malformed", 400),
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("not_found", 404),
        ("conflict", 409),
        ("too_large", 413),
        ("invalid", 422),
        ("too_many", 429),
    ],
)
def test_a_refusal_is_a_problem_document_with_the_status_of_its_kind(
    client: TestClient, kind: str, status: int
) -> None:
    answer = client.get(f"/refusing/{kind}")

    assert problem(answer) == (status, "any_refusal", {"until": "noon"})
    assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)
    assert "retry-after" not in answer.headers


def test_every_kind_has_a_status() -> None:
    assert STATUS_BY_KIND.keys() == set(Kind)


@pytest.mark.parametrize(
    ("outage", "retry_after"), [(Busy, "2"), (DatabaseUnreachable, "2"), (ProviderDown, "10"), (OutcomeUnknown, "1")]
)
def test_an_outage_is_a_503_that_says_when_to_ask_again(
    client: TestClient, outage: type[Outage], retry_after: str
) -> None:
    answer = client.get(f"/outage/{outage.code}")

    assert problem(answer) == (503, outage.code, {})
    assert answer.headers["retry-after"] == retry_after


@pytest.mark.parametrize(
    ("refusal", "retry_after"),
    [
        (BridgeIsCrowded(retry_after_s=90), "90"),
        (BridgeIsLocked(locked_until="2026-11-20T10:15:00+09:00"), "Fri, 20 Nov 2026 01:15:00 GMT"),
        (BridgeIsLocked(locked_until="2026-11-20T01:14:59.000001+00:00"), "Fri, 20 Nov 2026 01:15:00 GMT"),
    ],
)
def test_a_refusal_that_knows_when_asking_again_makes_sense_says_it(refusal: Refusal, retry_after: str) -> None:
    """RFC 9110, section 10.2.3: seconds, or an instant, and never one that is too early."""
    answer = problem_of(refusal, lambda code, facts, language: code, "ja")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, retry_after)


def test_a_bug_is_a_500_that_tells_nothing(client: TestClient) -> None:
    answer = client.get("/broken")

    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_an_unknown_address_is_a_problem_and_a_wrong_method_names_the_right_one(client: TestClient) -> None:
    assert problem(client.get("/nowhere")) == (404, "address_unknown", {})
    wrong = client.get("/toll")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert client.get("/teapot").status_code == 418


@pytest.mark.parametrize("amount_yen", [1, 1_280, AMOUNT_YEN_MAX])
def test_an_amount_in_range_is_accepted(client: TestClient, amount_yen: int) -> None:
    assert client.post("/toll", json={"amount_yen": amount_yen}).json() == {"amount_yen": amount_yen}


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("1.5", "1.5"),
        ("1.0", "1.0"),
        ("1e18", "1e+18"),
        ("NaN", "nan"),
        ('"100"', "100"),
        ('"１００"', "１００"),
        ("true", "True"),
        ("null", "None"),
        ("[100]", "[100]"),
        (r'"\ud800"', "\ud800"),
        (r'"\u0000"', "\u0000"),
    ],
)
def test_an_amount_that_is_no_integer_is_named(client: TestClient, written: str, given: str) -> None:
    assert problem(send_toll(client, f'{{"amount_yen": {written}}}')) == (422, "amount_not_whole_yen", {"given": given})


@pytest.mark.parametrize("amount_yen", [0, -1, AMOUNT_YEN_MAX + 1, 10**18, 2**63, 2**64, -(10**30), 10**300])
def test_an_amount_out_of_range_is_named_to_the_last_digit(client: TestClient, amount_yen: int) -> None:
    facts = {"given_yen": amount_yen, "min_yen": 1, "max_yen": AMOUNT_YEN_MAX}

    assert problem(send_toll(client, json.dumps({"amount_yen": amount_yen}))) == (422, "amount_out_of_range", facts)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"amount_yen": 1,}',
        "[]",
        "7",
        '"text"',
        "null",
        b"\xff\xfe",
        b'{"amount_yen": \xff}',
        r'{"amount_yen": 1, "\ud800": 1}',
        "[" * 900,
        '{"amount_yen": ' + "9" * 900 + "0" * 50 + "}x",
    ],
)
def test_a_body_that_is_not_the_document_is_not_readable(client: TestClient, body: str | bytes) -> None:
    assert problem(send_toll(client, body)) == (400, "body_not_readable", {})


def test_a_body_of_another_type_is_not_readable(client: TestClient) -> None:
    answer = client.post("/toll", content=b'{"amount_yen": 1}', headers={"Content-Type": "text/plain"})

    assert problem(answer) == (400, "body_not_readable", {})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{}", ["amount_yen"]),
        ('{"amount_yen": 1, "colour": "red"}', ["colour"]),
        ('{"amount_yen": 1, "wheels": "many", "colour": 1}', ["colour", "wheels"]),
        ('{"colour": 1}', ["amount_yen", "colour"]),
        ('{"amount_yen": 1, "色": 1}', ["色"]),
    ],
)
def test_fields_that_are_missing_wrong_or_unknown_are_named(client: TestClient, body: str, fields: list[str]) -> None:
    assert problem(send_toll(client, body)) == (422, "fields_invalid", {"fields": fields})


def test_what_is_wrong_in_an_address_is_named_too(client: TestClient) -> None:
    assert problem(client.get("/crossings/x?limit=y")) == (422, "fields_invalid", {"fields": ["limit", "number"]})


def test_a_body_of_the_greatest_size_is_read_whole(client: TestClient) -> None:
    assert client.post("/raw", content=b"x" * BYTES_MAX).json() == BYTES_MAX
    assert client.post("/raw", content=chunks(10, 100)).json() == BYTES_MAX


@pytest.mark.parametrize("path", ["/raw", "/toll", "/nowhere"])
def test_a_body_that_says_it_is_too_large_is_refused_unread(client: TestClient, path: str) -> None:
    answer = client.post(path, content=b" " * (BYTES_MAX + 1))

    assert problem(answer) == (413, "body_too_large", {"bytes_max": BYTES_MAX})


@pytest.mark.parametrize("path", ["/raw", "/toll"])
def test_a_body_that_does_not_say_how_large_it_is_is_refused_at_the_limit(client: TestClient, path: str) -> None:
    answer = client.post(path, content=chunks(11, 100), headers={"Content-Type": "application/json"})

    assert problem(answer) == (413, "body_too_large", {"bytes_max": BYTES_MAX})


@pytest.mark.parametrize("length", ["-1", "1e3", "", "0x10", "9" * 19, "9" * 5_000])
def test_a_length_that_is_none_is_refused(client: TestClient, length: str) -> None:
    answer = client.post("/raw", content=chunks(1, 1), headers={"Content-Length": length})

    assert problem(answer) == (413, "body_too_large", {"bytes_max": BYTES_MAX})


@pytest.mark.parametrize("key", ["k", "x" * KEY_LENGTH_MAX, "with space", "~!"])
def test_a_key_is_taken_as_it_was_chosen(client: TestClient, key: str) -> None:
    assert client.post("/keyed", headers={"Idempotency-Key": key}).json() == key


def test_a_request_that_moves_money_needs_a_key(client: TestClient) -> None:
    assert problem(client.post("/keyed")) == (400, "idempotency_key_missing", {})


@pytest.mark.parametrize("key", [b"", b"x" * (KEY_LENGTH_MAX + 1), b"\xe9", "鍵".encode(), b"tab\there"])
def test_a_key_that_is_empty_too_long_or_not_printable_is_malformed(client: TestClient, key: bytes) -> None:
    answer = client.post("/keyed", headers={b"Idempotency-Key": key})

    assert problem(answer) == (400, "idempotency_key_malformed", {"length_max": 200})


def test_a_key_that_is_being_worked_on_is_told_at_once() -> None:
    keys = KeysInProgress()

    with keys.entered("wallet", "k"):
        with pytest.raises(RequestInProgress), keys.entered("wallet", "k"):
            pass
        with keys.entered("wallet", "other"), keys.entered("other wallet", "k"):
            pass
        with pytest.raises(RequestInProgress), keys.entered("wallet", "k"):
            pass
    with keys.entered("wallet", "k"):
        pass


def test_a_key_is_free_again_after_its_work_failed() -> None:
    keys = KeysInProgress()
    with pytest.raises(ValueError, match="no luck"), keys.entered("wallet", "k"):
        raise ValueError("no luck")
    with keys.entered("wallet", "k"):
        pass
    assert STATUS_BY_KIND[RequestInProgress.kind] == 409


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "ja"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.5", "en"),
        ("EN", "en"),
        ("ja-easy", "ja-easy"),
        ("fr", "ja"),
        ("", "ja"),
    ],
)
def test_the_language_asked_for_first_is_spoken(client: TestClient, asked: str | None, language: str) -> None:
    headers = [(b"accept-language", asked.encode())] if asked is not None else []
    assert language_of(Request({"type": "http", "headers": headers})) == language
    answer = client.get("/nowhere", headers={"Accept-Language": asked if asked is not None else "ja"})
    assert answer.json()["detail"] == f"{language}: 橋 address_unknown []"


def test_refusals_are_declared_by_status_with_their_meaning() -> None:
    declared = refuses(BridgeIsClosed, AmountOutOfRange, IdempotencyKeyMissing, RequestInProgress)

    assert declared.keys() == {409, 422, 400}
    assert declared[409]["description"] == (
        "`bridge_is_closed`: Nobody crosses the bridge now.\n\n"
        "`request_in_progress`: The same key is being worked on at this moment; ask again with the same key."
    )
    assert declared[409]["content"]["application/problem+json"]["examples"]["bridge_is_closed"] == {
        "summary": "Nobody crosses the bridge now.",
        "value": {"type": "urn:kashiman:problem:bridge_is_closed", "status": 409, "code": "bridge_is_closed"},
    }


def test_an_amount_is_described_with_its_range(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Toll"]["properties"]["amount_yen"]

    assert schema == {
        "type": "integer",
        "minimum": 1,
        "maximum": AMOUNT_YEN_MAX,
        "examples": [1200],
        "title": "Amount Yen",
    }


def send_toll(client: TestClient, body: str | bytes) -> Any:
    return client.post("/toll", content=body, headers={"Content-Type": "application/json"})


def chunks(count: int, size: int) -> Iterator[bytes]:
    """A body that is sent in pieces, so that nobody knows its length beforehand."""
    return (b" " * size for _ in range(count))
