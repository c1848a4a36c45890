"""Looking after an installation's provider from a terminal: its keys, our own faces, and other applications."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from identity.model import Acr, HolderKind
from identity.provider.model import Client, ConsentRule, GrantType
from identity.provider.operations.register_client import register_client
from identity.provider.operations.rotate_signing_keys import rotate_signing_keys
from kashiman.applications import set_up_provider
from kashiman.assembly import database_url
from kashiman.keys import load_keys
from kashiman.settings import Settings
from kernel.clock import SystemClock
from kernel.db import Database


def set_up(settings: Settings) -> None:
    """Do `set_up_provider` at an installation's own database."""
    keys, now = load_keys(settings.data_dir / "keys"), SystemClock().now()
    with _staff_database(settings) as database:
        database.run(lambda session: set_up_provider(session, settings, keys, now=now))


def rotate(settings: Settings) -> None:
    """Let the next keys sign. Refuses NextKeyMissing, then KeyNotPublishedLongEnough."""
    keys, now = load_keys(settings.data_dir / "keys"), SystemClock().now()
    with _staff_database(settings) as database:
        database.run(lambda session: rotate_signing_keys(session, secret=keys.sealing_key, now=now))


@contextmanager
def _staff_database(settings: Settings) -> Iterator[Database]:
    database = Database(database_url(settings), role="kashiman_staff", pool_size=1)
    try:
        yield database
    finally:
        database.close()


class ApplicationDescription(BaseModel):
    """An application as its operator describes it in a JSON file; what is left out has the careful value."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name_ja: str
    purpose_ja: str
    serves: HolderKind = HolderKind.RESIDENT
    sector: str
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    audience: str
    scopes: frozenset[str] = frozenset({"openid"})
    grant_types: frozenset[GrantType] = frozenset({GrantType.CODE})
    jwks: dict[str, list[dict[str, str]]] | None = None
    id_token_alg: Literal["RS256", "ES256"] = "ES256"
    acr_min: Acr = Acr.POSTCARD
    max_age_s: int | None = None
    consent: ConsentRule = ConsentRule.ONCE
    consent_version: int = 1
    access_lifetime_s: int = Field(default=600, ge=60, le=600)
    refresh_lifetime_s: int | None = None


def register(settings: Settings, path: Path) -> Client:
    """Register the application that a JSON file describes, or describe it anew.

    Raises ValidationError for a file that is not one; refuses ClientDescriptionInvalid.
    """
    described = ApplicationDescription.model_validate_json(path.read_bytes())
    client = Client(**described.model_dump())
    now = SystemClock().now()
    with _staff_database(settings) as database:
        database.run(lambda session: register_client(session, client, now=now))
    return client
