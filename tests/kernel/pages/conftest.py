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
from kernel.pages import Advice, HostCookie, Pages, mount_static, page_router
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
    (package / "static" / "example.css").write_text("p { margin: 0 }", "utf-8")
    sys.path.insert(0, str(tmp_path))
    advice = {"amount_out_of_range": Advice("金額をなおしてください。", "なおす", "/face/amount")}
    yield Pages("example_face", brand="れい & 例", home="/face/", sign_in="/face/sign-in", advice=advice)
    sys.path.remove(str(tmp_path))
    sys.modules.pop("example_face", None)


@pytest.fixture
def client(pages: Pages) -> TestClient:
    app = FastAPI()
    app.state.wording = wording
    face = APIRouter()
    face.include_router(_screens(pages))
    app.include_router(face, prefix="/face", include_in_schema=False)
    mount_static(app, ["example_face", "kernel"])
    return TestClient(app, base_url="http://city.example", follow_redirects=False)


def _screens(pages: Pages) -> APIRouter:
    router = page_router(pages)
    failures = {
        "amount": AmountOutOfRange(given_yen=0, min_yen=1, max_yen=9),
        "expired": TokenExpired("2026-09-01T01:00:00+00:00"),
        "busy": Busy(),
        "crowded": TooManyAttempts(30),
        "unknown": OutcomeUnknown(),
    }

    @router.get("/")
    def home(request: Request, name: str = "はじめ") -> Response:
        return pages.page(request, "home.html", name=name, error="")

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

    @router.get("/fails/{how}")
    def fails(how: str) -> Response:
        raise failures[how]

    return router
