"""What the doctor finds in a healthy installation and in those that are not."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr

from kashiman.doctor import Check, examine
from kashiman.keys import load_keys
from kashiman.provider_setup import set_up
from kashiman.settings import Settings
from kernel.embedded_postgres import EmbeddedPostgres


def found(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in examine(settings)}


def test_a_healthy_installation_has_nothing_wrong(settings: Settings) -> None:
    set_up(settings)
    checks = found(settings)
    assert list(checks) == [
        *("server_version", "fsync", "synchronous_commit", "full_page_writes", "役割", "スキーマ"),
        *("かしまID", "決済会社の鍵"),
    ]
    assert checks["かしまID"].found == "http://127.0.0.1:8720 で用意できています"
    assert all(check.is_well for check in checks.values())
    assert checks["server_version"].found.startswith("18")
    assert checks["スキーマ"].found == "最新"
    assert checks["決済会社の鍵"].found == "なし（窓口販売だけができます）"


def test_nobody_signs_in_before_the_provider_was_set_up(settings: Settings) -> None:
    assert found(settings)["かしまID"] == Check("かしまID", "鍵がありません（kashiman migrate で直ります）", False)
    load_keys(settings.data_dir / "keys")
    assert found(settings)["かしまID"].found == "まだ用意されていません（kashiman migrate で直ります）"


def test_an_address_that_changed_is_noticed_until_the_faces_are_registered_anew(settings: Settings) -> None:
    set_up(settings)
    moved = settings.model_copy(update={"base_url": "https://pay.example"})
    check = found(moved)["かしまID"]
    assert not check.is_well
    assert check.found == "画面の登録が https://pay.example のものと違います（kashiman migrate で直ります）"
    set_up(moved)
    assert found(moved)["かしまID"].is_well


def test_keys_of_another_directory_cannot_sign(settings: Settings, tmp_path: Path) -> None:
    set_up(settings)
    other = settings.model_copy(update={"data_dir": tmp_path / "other"})
    load_keys(other.data_dir / "keys")
    assert found(other)["かしまID"] == Check("かしまID", "署名鍵が、ほかの鍵ディレクトリで作られています", False)


def test_the_provider_s_key_is_told_but_never_shown(settings: Settings) -> None:
    with_key = settings.model_copy(update={"stripe_api_key": SecretStr("sk_test_secret")})
    assert found(with_key)["決済会社の鍵"] == Check("決済会社の鍵", "あり", True)


def test_a_database_that_may_forget_is_not_well(settings: Settings, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET synchronous_commit = off')
    assert found(settings)["synchronous_commit"] == Check("synchronous_commit", "off", False)


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database without a schema."""
    name = f"test_0_{uuid4().hex}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield postgres.url(name)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_database_without_a_schema_is_told_what_is_missing(settings: Settings, empty_url: str) -> None:
    check = found(settings.model_copy(update={"database_url": SecretStr(empty_url)}))["スキーマ"]
    assert not check.is_well
    assert check.found.startswith("足りない手順: 0001")


def test_an_unreachable_database_is_all_that_is_said(tmp_path: Path) -> None:
    url = f"postgresql://nobody@/none?host={tmp_path}&port=1"
    (check,) = examine(Settings(database_url=SecretStr(url), data_dir=tmp_path))
    assert (check.name, check.is_well) == ("データベース", False)
    assert str(tmp_path) in check.found
