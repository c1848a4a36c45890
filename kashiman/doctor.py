"""Whether an installation can do its work, one question at a time."""

from dataclasses import dataclass

import psycopg

from kashiman.assembly import database_url
from kashiman.settings import Settings
from migrations.apply import missing_steps

ROLES = ("kashiman_pay", "kashiman_apply", "kashiman_staff", "kashiman_worker", "kashiman_auditor")


@dataclass(frozen=True)
class Check:
    """One question, what was found, and whether that is well."""

    name: str
    found: str
    is_well: bool


def examine(settings: Settings) -> list[Check]:
    """Look at the database, its durability, its schema, the roles and the provider's settings."""
    try:
        url = database_url(settings)
        with psycopg.connect(url, connect_timeout=5) as connection:
            checks = _database(connection)
    except psycopg.OperationalError as broken:
        return [Check("データベース", str(broken).strip(), False)]
    steps = missing_steps(url)
    checks.append(Check("スキーマ", f"足りない手順: {', '.join(steps)}" if steps else "最新", not steps))
    has_provider = bool(settings.stripe_api_key.get_secret_value())
    checks.append(Check("決済会社の鍵", "あり" if has_provider else "なし（窓口販売だけができます）", True))
    return checks


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
