"""The command line, as an operator types it: what it says and with which status it ends."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner, Result

from issuance.queries import draw_files
from kashiman.cli import app
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres
from tests.issuance.market import Market
from tests.ledger.books import pay, post, sell

Kashiman = Callable[..., Result]
COMMANDS = (
    "serve",
    "worker",
    "migrate",
    "rotate-keys",
    "import-roll",
    "doctor",
    "check-books",
    "verify-draw",
    "demo",
    "bench",
    "screenshots",
)


@pytest.fixture
def kashiman(database_url: str, tmp_path: Path) -> Kashiman:
    """Run a command in an installation over the test's database, or over another one."""

    def run(*arguments: str, url: str = database_url) -> Result:
        environment = {"DATABASE_URL": url, "KASHIMAN_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "200"}
        return CliRunner(env=environment).invoke(app, arguments)

    return run


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database without a schema."""
    name = f"test_0_{uuid4().hex}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield postgres.url(name)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def published(market: Market, tmp_path: Path) -> Path:
    """The published files of a draw."""
    market.selling([5, 3, 2, 5, 1])
    directory = tmp_path / "draw"
    directory.mkdir()
    for name, content in market.worker.run(lambda session: draw_files(session, market.round_id)).items():
        (directory / name).write_bytes(content)
    return directory


def unreachable(tmp_path: Path) -> str:
    return f"postgresql://nobody@/none?host={tmp_path}&port=1"


def test_help_names_every_command(kashiman: Kashiman) -> None:
    told = kashiman("--help")
    assert told.exit_code == 0
    assert all(f" {command} " in told.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, "bench pay", "bench signin", "bench ledger"])
def test_every_command_has_help(kashiman: Kashiman, command: str) -> None:
    told = kashiman(*command.split(), "--help")
    assert told.exit_code == 0
    assert f"Usage: kashiman {command}" in told.stdout


def test_a_command_that_nobody_knows_ends_with_status_2(kashiman: Kashiman) -> None:
    assert kashiman("mint-money").exit_code == 2


def test_books_that_agree_end_with_status_0(kashiman: Kashiman, database: Database) -> None:
    post(database, sell(), pay(1_001), pay(999))
    told = kashiman("check-books")
    assert told.exit_code == 0
    assert told.stdout == "仕訳 3 件、振替 4 件\n監査: 一致しました\n"


def test_books_that_somebody_bent_end_with_status_1(kashiman: Kashiman, database: Database, database_url: str) -> None:
    sale = sell()
    post(database, sale, pay(1_001))
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger.lots SET premium_left_yen = premium_left_yen - 1")
    told = kashiman("check-books")
    assert told.exit_code == 1
    assert told.stdout.endswith("監査: 一致しません\n")
    lot_id = str(sale.lot_id)
    assert f"✗ lot's stored figures {lot_id}: (3200, 799) ≠ (3200, 798)" in told.stdout.splitlines()


def test_books_that_cannot_be_read_end_with_status_2(kashiman: Kashiman, tmp_path: Path) -> None:
    told = kashiman("check-books", url=unreachable(tmp_path))
    assert told.exit_code == 2
    assert told.stdout.startswith("✗ データベース: ")


def test_a_published_draw_verifies_with_status_0(kashiman: Kashiman, published: Path) -> None:
    told = kashiman("verify-draw", str(published), "--strict")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[-1] == "RESULT verified"


def test_a_draw_that_somebody_changed_ends_with_status_1(kashiman: Kashiman, published: Path) -> None:
    results = (published / "results.csv").read_text().splitlines()
    receipt, units = results[1].split(",")
    results[1] = f"{receipt},{int(units) + 1}"
    (published / "results.csv").write_text("\n".join(results) + "\n")
    assert kashiman("verify-draw", str(published)).exit_code == 1


def test_a_draw_that_is_not_there_ends_with_status_2(kashiman: Kashiman, tmp_path: Path) -> None:
    assert kashiman("verify-draw", str(tmp_path)).exit_code == 2


def test_migrating_twice_changes_nothing_the_second_time(kashiman: Kashiman, empty_url: str) -> None:
    first, second = kashiman("migrate", url=empty_url), kashiman("migrate", url=empty_url)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("適用した手順: 0001")
    assert second.stdout == "適用した手順: なし（最新です）\n"
    assert kashiman("doctor", url=empty_url).exit_code == 0


def test_new_keys_sign_only_after_they_were_published_long_enough(kashiman: Kashiman) -> None:
    kashiman("migrate")
    told = kashiman("rotate-keys")
    assert told.exit_code == 1
    assert told.stdout.startswith("✗ ")


def test_the_doctor_ends_with_status_0_when_all_is_well(kashiman: Kashiman) -> None:
    assert kashiman("migrate").exit_code == 0
    told = kashiman("doctor")
    assert told.exit_code == 0, told.stdout
    assert {line[0] for line in told.stdout.splitlines()} == {"✓"}


def test_the_doctor_ends_with_status_1_when_the_database_is_away(kashiman: Kashiman, tmp_path: Path) -> None:
    told = kashiman("doctor", url=unreachable(tmp_path))
    assert told.exit_code == 1
    assert told.stdout.startswith("✗ データベース: ")
