"""The public's face over a real database, as a browser and a program see it."""

import warnings
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from kashiman.wording.refusals import refusal_sentence
from kernel.clock import SetClock
from kernel.db import Database
from kernel.http import answer_problems
from kernel.pages import mount_static
from public_pages.parts import PublicParts
from public_pages.router import pages, router
from tests.issuance.market import FROZEN, Market

with warnings.catch_warnings():
    # The client works with httpx as well, but warns once, when it is imported, that it would rather have its successor.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    """A city that may have a draw."""
    return Market(make_database)


@pytest.fixture
def public(make_database: Callable[..., Database]) -> TestClient:
    """Somebody who looks at the pages or asks for the data."""
    app = FastAPI()
    app.state.public = PublicParts(SetClock(FROZEN), make_database("kashiman_pay"))
    app.state.wording = refusal_sentence
    answer_problems(app, refusal_sentence)
    app.include_router(router, prefix="/api/v1")
    app.include_router(pages, prefix="/draws", include_in_schema=False)
    mount_static(app, ["public_pages"])
    return TestClient(app, base_url="https://city.example", follow_redirects=False)
