"""A small application with pages, and a face package whose templates extend the shared ones."""

import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, Form, Request
from starlette.responses import Response

from identity.doors.refusals import TooManyAttempts
from identity.refusals import TokenExpired
from kernel.http import answer_problems
from kernel.pages import Advice, HostCookie, Pages, answer_otherwise, look_pages, mount_static, page_router
from kernel.pages.languages import words_of
from kernel.refusals import Busy, OutcomeUnknown
from kernel.yen import AmountOutOfRange

with warnings.catch_warnings():
    # The client works with httpx as well, but warns once, when it is imported, that it would rather have its successor.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

HOME = """{% extends "base.html" %}
{% import "forms.html" as forms %}
{% block content %}
<h1>{{ name }}</h1>
<p>{{ 1234567 | yen }}</p>
<form method="post">{{ forms.key() }}{{ forms.text("name", "なまえ", value=name, error=error) }}</form>
{% endblock %}
"""
WORDS = """{% extends "base.html" %}
{% block title %}{{ _("市役所へ") }}{% endblock %}
{% block content %}
<h2>{% trans name=name %}ようこそ、{{ name }}さん{% endtrans %}</h2>
<p>{{ _("まだ訳していない") }}</p>
<p>{{ _("なくてもよい") }}</p>
{% for count in (1, 3) %}
<p>{% trans count=count %}{{ count }}口{% pluralize %}{{ count }}口{% endtrans %}</p>
{% endfor %}
<p>{{ "お知らせ" | say }}</p>
<p>{{ "<b>100%</b>" | say }}</p>
<p title="{{ _("市役所へ") }}">{{ _("市役所へ") }}</p>
<select><option>{{ _("市役所へ") }}</option></select><svg><text>{{ _("市役所へ") }}</text></svg>
{% endblock %}
"""
IN_ENGLISH = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "ようこそ、%(name)sさん"
msgstr "Welcome, %(name)s"

msgid "なくてもよい"
msgstr "Mine, not the shared one"

msgid "%(count)s口"
msgid_plural "%(count)s口"
msgstr[0] "%(count)s unit"
msgstr[1] "%(count)s units"

msgid "お知らせ"
msgstr "Notes"
"""
COOKIE = HostCookie("example")


def wording(code: str, facts: Mapping[str, Any], language: str) -> str:
    """Say nothing but the code and the facts."""
    return f"{language}:{code}:{sorted(facts.items())}"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    package = tmp_path / "example_face"
    (package / "templates").mkdir(parents=True)
    (package / "static").mkdir()
    (package / "__init__.py").touch()
    (package / "templates" / "home.html").write_text(HOME, "utf-8")
    (package / "templates" / "words.html").write_text(WORDS, "utf-8")
    (package / "words" / "en").mkdir(parents=True)
    (package / "words" / "en" / "example.po").write_text(IN_ENGLISH, "utf-8")
    (package / "static" / "example.css").write_text("p { margin: 0 }", "utf-8")
    sys.path.insert(0, str(tmp_path))
    advice = {"amount_out_of_range": Advice("金額をなおしてください。", "なおす", "/face/amount")}
    yield Pages("example_face", brand="れい & 例", home="/face/", sign_in="/face/sign-in", advice=advice)
    sys.path.remove(str(tmp_path))
    sys.modules.pop("example_face", None)
    words_of.cache_clear()


@pytest.fixture
def client(pages: Pages) -> TestClient:
    app = FastAPI()
    app.state.wording = wording
    face = APIRouter()
    face.include_router(_screens(pages))
    app.include_router(face, prefix="/face", include_in_schema=False)
    app.include_router(look_pages(), include_in_schema=False)
    mount_static(app, ["example_face", "kernel"])
    answer_problems(app, wording)
    answer_otherwise(app, {"/face": pages})
    return TestClient(app, base_url="http://city.example", follow_redirects=False, raise_server_exceptions=False)


def _screens(pages: Pages) -> APIRouter:
    router = page_router(pages)
    _failing(router)

    @router.get("/")
    def home(request: Request, name: str = "はじめ") -> Response:
        return pages.page(request, "home.html", name=name, error="")

    @router.get("/words")
    def words(request: Request, name: str = "はな<こ>") -> Response:
        return pages.page(request, "words.html", name=name)

    @router.post("/said")
    def said(request: Request, name: Annotated[str, Form()]) -> Response:
        response = pages.page(request, "home.html", name=name, error="ちがいます")
        COOKIE.put(response, request, "secret", 600)
        return response

    @router.get("/carried")
    def carried(request: Request) -> Response:
        return pages.page(request, "home.html", name=COOKIE.read(request) or "なし", error="")

    @router.post("/forgotten")
    def forgotten(request: Request) -> Response:
        response = pages.page(request, "home.html", name="x", error="")
        COOKIE.drop(response, request)
        return response

    return router


def _failing(router: APIRouter) -> None:
    failures = {
        "amount": AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9),
        "expired": TokenExpired("2026-09-01T01:00:00+00:00"),
        "busy": Busy(),
        "crowded": TooManyAttempts(30),
        "unknown": OutcomeUnknown(),
    }

    @router.get("/fails/{how}")
    def fails(how: str) -> Response:
        raise failures[how]

    @router.get("/breaks")
    def breaks() -> Response:
        raise ZeroDivisionError
