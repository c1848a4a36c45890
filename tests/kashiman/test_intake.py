"""All that comes in is looked at for a My Number, however it was sent; everything else goes on as it came."""

import asyncio
import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response

from kashiman.intake import NoMyNumber, declare_my_number
from kernel.http import BodyLimit, FieldsInvalid, answer_problems, refuses

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # The client works with httpx, but would rather have its successor.
    from fastapi.testclient import TestClient

NUMBER, NEARLY = "123456789018", "123456789019"
WIDE = "１２３４５６７８９０１８"
FORM = "application/x-www-form-urlencoded"
DIGITS_IN_A_ROW = "00000000-0000-4000-8000-123456789018"
BYTES_MAX = 2_000


def wording(code: str, facts: Mapping[str, Any], language: str) -> str:
    return f"{language}: {code}"


def make_app() -> FastAPI:
    """An application that answers the bytes it was sent, and counts how often it was asked."""
    app = FastAPI()
    app.state.asked = 0
    answer_problems(app, wording)
    app.add_middleware(
        NoMyNumber,
        wording=wording,
        answers={
            "/pages": lambda _request, refusal: PlainTextResponse(f"page: {refusal.code}", 422),
            "/pages/programs": lambda _request, refusal: PlainTextResponse(f"program: {refusal.code}", 400),
        },
        unread=["/api/file"],
    )
    app.add_middleware(BodyLimit, bytes_max=BYTES_MAX, wording=wording)

    @app.get("/{rest:path}", include_in_schema=False)
    @app.post("/{rest:path}", include_in_schema=False)
    async def echo(request: Request) -> Response:
        app.state.asked += 1
        return Response(await request.body())

    @app.post("/api/known", responses=refuses(FieldsInvalid))
    async def known() -> None:
        """Never asked."""

    @app.get("/id/known")
    async def of_the_standards() -> None:
        """Never asked."""

    declare_my_number(app)
    return app


@pytest.fixture
def app() -> FastAPI:
    return make_app()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ({"reason": NUMBER}, ["reason"]),
        ({"reason": f"番号は{WIDE}です"}, ["reason"]),
        ({"reason": "1234 5678 9018", "note": "1234-5678-9018", "name": NEARLY}, ["note", "reason"]),
        ({"who": {"names": ["鹿島", NUMBER]}}, ["who.names.1"]),
        ({"units": int(NUMBER)}, ["units"]),
        ({"units": float(NUMBER)}, ["units"]),
        ({NUMBER: "x"}, ["field_name"]),
        ({f"my {NUMBER}": {"inside": NUMBER}}, ["field_name"]),
        (NUMBER, ["body"]),
        ([[NUMBER]], ["0.0"]),
    ],
)
def test_a_document_with_a_my_number_is_refused_by_its_place(
    app: FastAPI, client: TestClient, document: Any, fields: list[str]
) -> None:
    answer = client.post("/api/x", json=document)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["facts"]["fields"]) == (422, "my_number_given", fields)
    assert NUMBER not in answer.text
    assert app.state.asked == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
@pytest.mark.parametrize("text", [NUMBER, WIDE, "1234\t5678\t9018"])
@pytest.mark.parametrize("is_ascii", [True, False])
def test_a_document_is_looked_at_as_whoever_reads_it_reads_it(
    client: TestClient, encoding: str, text: str, is_ascii: bool
) -> None:
    content = json.dumps({"a": text}, ensure_ascii=is_ascii).encode(encoding)
    answer = client.post("/api/x", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["facts"]) == (422, {"fields": ["a"]})


@pytest.mark.parametrize("content", [f'{{"a": "{NUMBER}"', f"number={NUMBER}", "[" * 1_500 + NUMBER])
def test_what_cannot_be_read_as_a_document_is_a_text_itself(client: TestClient, content: str) -> None:
    answer = client.post("/api/x", content=content.encode())
    assert (answer.status_code, answer.json()["facts"]) == (422, {"fields": ["body"]})


@pytest.mark.parametrize("text", [NUMBER, WIDE, "1234 5678 9018", "１２３４－５６７８－９０１８"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_with_a_my_number_is_refused_by_its_field(client: TestClient, method: str, text: str) -> None:
    answer = client.request(method, "/api/x", params={"receipt": text, "other": "x"})
    assert (answer.status_code, answer.json()["facts"]) == (422, {"fields": ["receipt"]})


def test_a_my_number_in_the_address_is_refused(client: TestClient) -> None:
    for path in (f"/api/{NUMBER}", f"/api/x{WIDE}/more"):
        assert client.get(path).json()["facts"] == {"fields": ["path"]}
    assert client.get(f"/api/{NEARLY}").status_code == 200


@pytest.mark.parametrize("text", [NUMBER, WIDE, "1234 5678 9018", "１２３４－５６７８－９０１８"])
def test_a_form_with_a_my_number_is_refused_however_it_is_encoded(client: TestClient, text: str) -> None:
    for facts in ({"data": {"reason": text}}, {"data": {"reason": text}, "files": {"file": ("a.csv", b"x")}}):
        answer = client.post("/api/x", **facts)
        assert (answer.status_code, answer.json()["facts"]) == (422, {"fields": ["reason"]})


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_file_is_looked_at_inside_and_by_its_name(client: TestClient, encoding: str) -> None:
    inside = client.post("/api/x", files={"list": ("a.csv", f"氏名,番号\n鹿島,{WIDE}".encode(encoding))})
    assert (inside.status_code, inside.json()["facts"]) == (422, {"fields": ["list"]})
    by_name = client.post("/api/x", files={"list": (f"{NUMBER}.csv", b"x")})
    assert (by_name.status_code, by_name.json()["facts"]) == (422, {"fields": ["list"]})


def test_each_face_writes_the_refusal_of_a_form_and_a_document_is_answered_with_a_problem(client: TestClient) -> None:
    form = {"data": {"a": NUMBER}}
    assert client.post("/pages/x", **form).text == "page: my_number_given"
    assert client.get("/pages", params={"a": NUMBER}).text == "page: my_number_given"
    assert client.post("/pages/programs", **form).text == "program: my_number_given"
    assert client.post("/pagesandmore", **form).json()["code"] == "my_number_given"
    assert client.post("/pages/x", json={"a": NUMBER}).json()["detail"] == "ja: my_number_given"


@pytest.mark.parametrize(
    "text",
    [
        NEARLY,
        f"{NUMBER}1",
        f"1{NUMBER}",
        "1732063200123",
        "0954-63-2111",
        "090-1234-5678",
        "1234567",
        "849-1312",
        DIGITS_IN_A_ROW,
        "123456789018" + "abcdef0123" * 5,
        "K7QW2T8Y5XN1V0BC",
        "2026-11-20T10:00:00.123456+09:00",
    ],
)
def test_other_numbers_and_what_machines_make_go_on(client: TestClient, text: str) -> None:
    content = json.dumps({"a": text}).encode()
    assert client.post("/api/x", content=content, headers={"Content-Type": "application/json"}).content == content
    assert client.post("/api/x", data={"a": text}).status_code == 200
    assert client.get("/api/x", params={"a": text}).status_code == 200


def test_what_only_begins_as_a_machine_makes_it_is_a_text(client: TestClient) -> None:
    answer = client.post("/api/x", json={"a": f"{DIGITS_IN_A_ROW} です"})
    assert answer.json()["facts"] == {"fields": ["a"]}


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("content_type", ["application/json", FORM, "multipart/form-data; boundary=b", "text/plain"])
def test_a_body_goes_on_byte_for_byte_however_it_was_cut(client: TestClient, size: int, content_type: str) -> None:
    content = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\x00%zz&=1\r\n--b--\r\n'
    answer = client.post("/api/x", content=pieces(content, size), headers={"Content-Type": content_type})
    assert (answer.status_code, answer.content) == (200, content)


@pytest.mark.parametrize("size", [1, 5, 11])
def test_a_my_number_is_found_across_pieces(client: TestClient, size: int) -> None:
    answer = client.post("/api/x", content=pieces(json.dumps({"a": NUMBER}).encode(), size))
    assert answer.json()["facts"] == {"fields": ["a"]}


def test_a_body_that_grows_over_the_limit_is_refused_as_such(app: FastAPI, client: TestClient) -> None:
    answer = client.post("/api/x", content=pieces(b"x" * (BYTES_MAX + 1), 500))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert app.state.asked == 0


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=b; charset=hex"])
def test_a_form_that_cannot_be_read_is_left_to_whoever_refuses_it(client: TestClient, content_type: str) -> None:
    content = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nzz\r\n--b--\r\n'
    assert client.post("/api/x", content=content, headers={"Content-Type": content_type}).content == content


def test_an_address_that_looks_for_itself_gets_its_body_unread_and_no_query(client: TestClient) -> None:
    assert client.post("/api/file", files={"file": ("a.csv", NUMBER.encode())}).status_code == 200
    assert client.post("/api/file", params={"a": NUMBER}).status_code == 422


async def _no_answer(message: Any) -> None:
    raise AssertionError(message)


def test_a_caller_who_goes_away_is_not_taken_for_an_empty_body() -> None:
    heard: list[str] = []

    async def inner(_scope: Any, receive: Any, _send: Any) -> None:
        heard.append((await receive())["type"])

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "POST", "path": "/api/x", "query_string": b"", "headers": []}
    asyncio.run(NoMyNumber(inner, wording=wording, answers={})(scope, gone, _no_answer))
    assert heard == ["http.disconnect"]


def test_every_operation_of_ours_says_so_in_its_description(app: FastAPI, client: TestClient) -> None:
    for _ in range(2):
        paths = client.get("/openapi.json").json()["paths"]
        refused = paths["/api/known"]["post"]["responses"]["422"]
        examples = refused["content"]["application/problem+json"]["examples"]
        assert list(examples) == ["fields_invalid", "my_number_given"]
        assert refused["description"].count("my_number_given") == 1
        assert "422" not in paths["/id/known"]["get"]["responses"]
