"""Whether an installation can do its work, one question at a time."""

from contextlib import closing
from dataclasses import dataclass

import psycopg

from identity.provider.jose.refusals import SigningKeySealBroken
from identity.provider.keyring import KeyRing
from identity.provider.queries import client_by_id, stored_keys
from identity.provider.refusals import ClientNotRegistered, SigningKeysMissing
from kashiman.applications import our_faces
from kashiman.assembly import database_url
from kashiman.keys import load_keys
from kashiman.settings import Settings
from kernel.clock import SystemClock
from kernel.db import Database
from migrations.apply import missing_steps

ROLES = ("kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_worker", "kashiman_auditor")
REMEDY = "kashiman migrate で直ります"


@dataclass(frozen=True)
class Check:
    """One question, what was found, and whether that is well."""

    name: str
    found: str
    is_well: bool


def examine(settings: Settings) -> list[Check]:
    """Look at the database, its durability, its schema, the roles, who signs people in, and who takes cards."""
    try:
        url = database_url(settings)
        with psycopg.connect(url, connect_timeout=5) as connection:
            checks = _database(connection)
    except psycopg.OperationalError as broken:
        return [Check("データベース", str(broken).strip(), False)]
    steps = missing_steps(url)
    checks.append(Check("スキーマ", f"足りない手順: {', '.join(steps)}" if steps else "最新", not steps))
    if not steps:
        checks.append(Check("かしまID", *_sign_in(settings, url)))
    has_provider = bool(settings.stripe_api_key.get_secret_value())
    checks.append(Check("決済会社の鍵", "あり" if has_provider else "なし（窓口販売だけができます）", True))
    return checks


def _sign_in(settings: Settings, url: str) -> tuple[str, bool]:
    """Whether the provider can sign with our keys and knows our faces as they are now."""
    if not (settings.data_dir / "keys").is_dir():
        return f"鍵がありません（{REMEDY}）", False
    keys = load_keys(settings.data_dir / "keys")
    with closing(Database(url, role="kashiman_pay", pool_size=1)) as database:
        try:
            KeyRing(lambda: database.run(stored_keys), keys.sealing_key, SystemClock().now).signing_key("ES256")
            known = database.run(lambda session: [client_by_id(session, face) for face in keys.client_keys])
        except (SigningKeysMissing, ClientNotRegistered):
            return f"まだ用意されていません（{REMEDY}）", False
        except SigningKeySealBroken:
            return "署名鍵が、ほかの鍵ディレクトリで作られています", False
    if known != our_faces(settings, keys):
        return f"画面の登録が {settings.issuer} のものと違います（{REMEDY}）", False
    return f"{settings.issuer} で用意できています", True


def _database(connection: psycopg.Connection[tuple[str, ...]]) -> list[Check]:
    checks = []
    for name, wanted in (
        ("server_version", None),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
    ):
        row = connection.execute(f"SHOW {name}").fetchone()
        found = row[0] if row else "?"
        checks.append(Check(name, found, wanted is None or found == wanted))
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    missing = [role for role in ROLES if role not in known]
    checks.append(Check("役割", f"足りない: {', '.join(missing)}" if missing else "そろっています", not missing))
    return checks
