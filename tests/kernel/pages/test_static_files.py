"""Files travel small, and a browser knows how long it may keep them."""

import gzip
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kernel.pages import compressed, mount_static
from kernel.pages.static_files import static_addresses

SHEET = "p { margin: 0 }\n" * 200
LASTING = "public, max-age=31536000, immutable"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of the static files of a package."""
    package = tmp_path / "filed_face"
    (package / "static").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "filed_face", raising=False)
    return package / "static"


@pytest.fixture
def client(files: Path) -> TestClient:
    (files / "large.css").write_text(SHEET, "utf-8")
    (files / "small.css").write_text("p {}", "utf-8")
    (files / "letters-ABCDEFG2.woff2").write_bytes(b"wOF2" * 1_000)
    app = FastAPI()
    mount_static(app, ["filed_face"])
    return TestClient(app)


def test_a_style_sheet_travels_compressed_to_who_understands_it(client: TestClient) -> None:
    answer = client.get("/static/large.css", headers={"Accept-Encoding": "gzip"})
    assert (answer.text, answer.headers["content-encoding"]) == (SHEET, "gzip")
    assert int(answer.headers["content-length"]) < len(SHEET) / 10
    plain = client.get("/static/large.css", headers={"Accept-Encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == (SHEET, False)
    assert {answer.headers["vary"], plain.headers["vary"]} == {"Accept-Encoding"}
    assert answer.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("name", ["small.css", "letters-ABCDEFG2.woff2"])
def test_what_would_not_get_smaller_travels_as_it_is(client: TestClient, name: str) -> None:
    assert "content-encoding" not in client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_file_that_did_not_change_is_not_sent_again(client: TestClient, encoding: str) -> None:
    first = client.get("/static/large.css", headers={"Accept-Encoding": encoding})
    known = {"If-None-Match": first.headers["etag"], "Accept-Encoding": encoding}
    again = client.get("/static/large.css", headers=known)
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "no-cache")


def test_a_file_that_changed_is_sent_anew(client: TestClient, files: Path) -> None:
    first = client.get("/static/large.css", headers={"Accept-Encoding": "gzip"})
    (files / "large.css").write_text(SHEET + "b {}", "utf-8")
    known = {"If-None-Match": first.headers["etag"], "Accept-Encoding": "gzip"}
    assert client.get("/static/large.css", headers=known).text == SHEET + "b {}"


@pytest.mark.parametrize(
    ("address", "kept"),
    [("large.css", "no-cache"), ("large.css?v=1", LASTING), ("letters-ABCDEFG2.woff2", LASTING)],
)
def test_a_browser_keeps_what_is_named_by_its_content(client: TestClient, address: str, kept: str) -> None:
    assert client.get(f"/static/{address}").headers["cache-control"] == kept


def test_templates_name_a_file_with_the_version_of_its_content(client: TestClient, files: Path) -> None:
    address = static_addresses("filed_face")
    before = address("large.css")
    assert client.get(before).headers["cache-control"] == LASTING
    (files / "large.css").write_text("b {}", "utf-8")
    assert address("large.css") != before
    assert address("base.css").startswith("/static/base.css?v=")
    assert address("not-there.css") == "/static/not-there.css"


def test_a_page_without_secrets_travels_compressed_to_who_understands_it() -> None:
    def asked(encoding: str) -> Request:
        return Request({"type": "http", "headers": [(b"accept-encoding", encoding.encode())]})

    page = compressed(asked("gzip, br"), HTMLResponse("あ" * 1_000))
    assert gzip.decompress(bytes(page.body)).decode() == "あ" * 1_000
    assert page.headers["content-length"] == str(len(page.body))
    plain = compressed(asked(""), HTMLResponse("あ", headers={"Vary": "Cookie"}))
    assert (bytes(plain.body).decode(), plain.headers["vary"]) == ("あ", "Cookie, Accept-Encoding")
