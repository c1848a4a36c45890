"""An installation over a real database, with a payment provider whose answers a test decides."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from kashiman.assembly import Installation
from kashiman.keys import load_keys
from kashiman.settings import Settings
from kernel.clock import SetClock
from kernel.db import Database
from tests.issuance.market import PAYING, Market
from tests.kashiman.provider import WEBHOOK_SECRET, ScriptedProvider


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(make_database)


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(PAYING)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=SecretStr(database_url), data_dir=tmp_path, stripe_webhook_secret=SecretStr(WEBHOOK_SECRET)
    )


@pytest.fixture
def installation(
    settings: Settings, clock: SetClock, provider: ScriptedProvider, database_url: str, tmp_path: Path
) -> Iterator[Installation]:
    """An installation whose clock is set and whose provider is scripted."""
    made = Installation(settings, database_url, clock, load_keys(tmp_path / "keys"))
    made.provider = provider
    yield made
    made.close()
