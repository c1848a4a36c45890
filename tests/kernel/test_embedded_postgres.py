"""These pass for root and for an ordinary user."""

import os
import pwd
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kernel import embedded_postgres
from kernel.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresFailed
from kernel.own_directories import UnsafeDirectory

PROJECT = Path(__file__).parents[2]
NEVER_ENDING_ROWS = 10**12 if Path("/proc/self").exists() else 10**7


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "postgres"
    embedded_postgres.erase(tmp_path / "postgres")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, EmbeddedPostgres]]:
    data_dir = tmp_path_factory.mktemp("shared") / "a name with 'quotes' and spaces"
    yield data_dir, embedded_postgres.start(data_dir)
    embedded_postgres.erase(data_dir)


def ask(server: EmbeddedPostgres, question: str) -> Any:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(question)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def server_uid(server: EmbeddedPostgres) -> int:
    return pwd.getpwnam(server.account).pw_uid if server.account else os.geteuid()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("max_connections", "100"),
        ("shared_buffers", "128MB"),
        ("jit", "off"),
        ("timezone", "UTC"),
    ],
)
def test_it_is_set_as_promised(shared: tuple[Path, EmbeddedPostgres], setting: str, value: str) -> None:
    assert ask(shared[1], f"SHOW {setting}") == value


def test_it_is_postgresql_18_with_the_builtin_collation(shared: tuple[Path, EmbeddedPostgres]) -> None:
    assert ask(shared[1], "SHOW server_version_num").startswith("18")
    locale = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'template1'"
    assert ask(shared[1], locale) == "b C.UTF-8"


def test_starting_again_attaches(shared: tuple[Path, EmbeddedPostgres]) -> None:
    data_dir, server = shared
    pid = server.pid
    again = embedded_postgres.start(data_dir)
    assert again == server
    assert again.pid == pid
    assert embedded_postgres.is_running(data_dir)


def test_the_socket_and_the_data_are_the_server_accounts_alone(shared: tuple[Path, EmbeddedPostgres]) -> None:
    server = shared[1]
    for directory in (server.socket_dir, server.data):
        found = directory.stat()
        assert stat.S_IMODE(found.st_mode) == 0o700
        assert found.st_uid == server_uid(server)
    assert stat.S_IMODE((server.socket_dir / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_the_server_account_can_write_nothing_else(shared: tuple[Path, EmbeddedPostgres]) -> None:
    for place in (shared[1].home, *shared[1].home.iterdir()):
        assert place.stat().st_uid == os.geteuid() or place in (shared[1].data, shared[1].socket_dir)
        assert not place.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def test_ctrl_c_at_the_terminal_does_not_reach_it(shared: tuple[Path, EmbeddedPostgres]) -> None:
    assert os.getsid(shared[1].pid) == shared[1].pid != os.getsid(0)


def test_the_url_names_any_database_and_user(shared: tuple[Path, EmbeddedPostgres]) -> None:
    ask(shared[1], 'CREATE ROLE "店 員" LOGIN')
    ask(shared[1], 'CREATE DATABASE "市/町"')
    with psycopg.connect(shared[1].url("市/町", "店 員")) as connection:
        assert connection.execute("SELECT current_database(), current_user").fetchone() == ("市/町", "店 員")


def test_a_restart_keeps_the_data(data_dir: Path) -> None:
    server = embedded_postgres.start(data_dir)
    ask(server, "CREATE TABLE kept AS SELECT 1280 AS amount_yen")
    server.stop()
    assert not embedded_postgres.is_running(data_dir)
    with pytest.raises(EmbeddedPostgresFailed, match="no server runs"):
        assert server.pid
    server.stop()
    assert ask(embedded_postgres.start(data_dir), "SELECT amount_yen FROM kept") == 1280


def test_a_killed_server_recovers_even_while_one_of_its_backends_computes_on(data_dir: Path) -> None:
    server = embedded_postgres.start(data_dir)
    ask(server, "CREATE TABLE kept AS SELECT 1280 AS amount_yen")
    computing = psycopg.connect(server.url())
    computing.pgconn.send_query(f"SELECT count(*) FROM generate_series(1, {NEVER_ENDING_ROWS})".encode())
    killed = server.pid
    os.kill(killed, signal.SIGKILL)
    again = embedded_postgres.start(data_dir)
    assert again.pid != killed
    assert ask(again, "SELECT amount_yen FROM kept") == 1280
    computing.close()


def test_a_leftover_process_id_that_is_in_use_again_is_no_hindrance(data_dir: Path) -> None:
    server = embedded_postgres.start(data_dir)
    pid_file = server.data / "postmaster.pid"
    leftover = pid_file.read_text()
    server.stop()
    with subprocess.Popen(["sleep", "60"], user=server.account) as stranger:
        pid_file.write_text(leftover.replace(leftover.split("\n", 1)[0], str(stranger.pid), 1))
        os.chown(pid_file, server_uid(server), -1)
        again = embedded_postgres.start(data_dir)
        assert again.pid != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


def test_another_data_directory_is_another_server(shared: tuple[Path, EmbeddedPostgres], data_dir: Path) -> None:
    other = embedded_postgres.start(data_dir)
    assert other.pid != shared[1].pid
    ask(other, "CREATE DATABASE only_here")
    assert ask(shared[1], "SELECT count(*) FROM pg_database WHERE datname = 'only_here'") == 0


def test_four_processes_that_start_at_once_get_one_server_and_leave_it_running(data_dir: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kernel import embedded_postgres;"
        "print(embedded_postgres.start(Path(sys.argv[1])).pid)"
    )
    command = [sys.executable, "-c", program, str(data_dir)]
    starters = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    pids = [int(starter.communicate()[0]) for starter in starters]
    assert pids == [embedded_postgres.start(data_dir).pid] * 4


def test_the_directories_above_keep_their_modes(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "postgres"
    before = {parent: parent.stat().st_mode for parent in data_dir.parents}
    assert ask(embedded_postgres.start(data_dir), "SELECT 1") == 1
    assert {parent: parent.stat().st_mode for parent in data_dir.parents} == before
    embedded_postgres.erase(data_dir)


def test_a_directory_of_somebody_else_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    theirs = directory_of_somebody_else(tmp_path)
    before = (sorted(theirs.iterdir()), theirs.stat())
    with pytest.raises(UnsafeDirectory, match="belongs to user"):
        embedded_postgres.start(tmp_path / "postgres" if os.geteuid() == 0 else theirs)
    assert (sorted(theirs.iterdir()), theirs.stat()) == before
    if os.geteuid() == 0:
        theirs.rmdir()


def directory_of_somebody_else(tmp_path: Path) -> Path:
    """Root's server lives where the name of the data directory leads; for anybody else /usr is root's."""
    if os.geteuid() != 0:
        return Path("/usr")
    home = embedded_postgres.start(tmp_path / "postgres").home
    embedded_postgres.erase(tmp_path / "postgres")
    home.mkdir()
    os.chown(home, 12345, -1)
    return home


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(tmp_path: Path) -> None:
    data_dir = tmp_path / ("長い" * 20)
    server = embedded_postgres.start(data_dir)
    assert len(os.fsencode(server.socket_dir / ".s.PGSQL.5432")) <= 103
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
    assert ask(server, "SELECT 1") == 1
    embedded_postgres.erase(data_dir)
    assert not server.socket_dir.exists()
    assert not server.home.exists()


def test_settings_of_the_caller_go_over_ours_whatever_they_hold(data_dir: Path) -> None:
    settings = {"max_connections": "20", "log_line_prefix": "it's \\ %m "}
    server = embedded_postgres.start(data_dir, settings=settings)
    assert ask(server, "SHOW max_connections") == "20"
    assert ask(server, "SHOW log_line_prefix") == "it's \\ %m "


def test_what_is_promised_cannot_be_set(data_dir: Path) -> None:
    with pytest.raises(ValueError, match="promises fsync"):
        embedded_postgres.start(data_dir, settings={"fsync": "off"})


def test_a_server_that_does_not_start_says_why(data_dir: Path) -> None:
    with pytest.raises(EmbeddedPostgresFailed, match='invalid value for parameter "shared_buffers"'):
        embedded_postgres.start(data_dir, settings={"shared_buffers": "plenty"})
    assert ask(embedded_postgres.start(data_dir), "SELECT 1") == 1


def test_windows_is_refused_clearly() -> None:
    program = "import sys; sys.platform = 'win32'; import kernel.embedded_postgres"
    refused = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert "ImportError: the embedded PostgreSQL is offered on Linux and macOS only" in refused.stderr
