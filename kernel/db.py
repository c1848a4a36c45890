"""The one place where a transaction begins, is retried and is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import PipelineStatus, TransactionStatus
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session as Session

from kernel.refusals import BooksBroken, Busy, DatabaseUnreachable, OutcomeUnknown

Result = TypeVar("Result")

_DRIVER = "driver_connection"
ATTEMPTS_MAX = 6
LOST_ATTEMPTS_MAX = 2
RETRYABLE = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
"""Two first uses of one key meet at a unique constraint: the loser starts again and then finds the winner's row."""


class Database:
    """A pool of connections that act as one database role.

    `role` is the least-privileged role of this process class; the URL's own user must be a member of it.
    Timeouts are in milliseconds. A pool that is empty for `pool_timeout_s` refuses rather than queues.
    """

    def __init__(
        self,
        url: str,
        *,
        role: str | None = None,
        pool_size: int = 5,
        pool_timeout_s: float = 2.0,
        statement_timeout_ms: int = 30_000,
        lock_timeout_ms: int = 5_000,
    ) -> None:
        options = [
            f"-c statement_timeout={statement_timeout_ms}",
            f"-c lock_timeout={lock_timeout_ms}",
            "-c idle_in_transaction_session_timeout=30000",
            "-c timezone=UTC",
            "-c search_path=jobs,public",
        ]
        if role:
            options.append(f"-c role={role}")
        self.url = url
        self.role = role
        self.engine = create_engine(
            sqlalchemy_url(url),
            connect_args={"options": " ".join(options)},
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout_s,
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction; it is committed when the block ends and rolled back when the block raises.

        Raises Busy when no connection or no lock gets free, DatabaseUnreachable when no connection can be made or it is
        lost in the block, OutcomeUnknown when it is lost while COMMIT runs: it may or may not have happened.
        """
        try:
            with self._attempt() as session:
                yield session
        except PoolTimeout:
            raise Busy from None
        except (DBAPIError, psycopg.Error) as broken:
            if is_lost(broken):
                raise DatabaseUnreachable from broken
            if isinstance(driver_error(broken), errors.LockNotAvailable):
                raise Busy from broken
            raise

    def run(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction of its own and start it again when it met another one (see RETRYABLE).

        `work` must be safe to run again from the beginning: all that it does outside the session is undone by nobody.
        A connection lost before COMMIT is replaced once. Raises what `transaction` raises.
        """
        met_another = lost = 0
        while True:
            try:
                with self._attempt() as session:
                    return work(session)
            except PoolTimeout:
                raise Busy from None
            except (DBAPIError, psycopg.Error) as broken:
                if is_lost(broken):
                    lost += 1
                    if lost == LOST_ATTEMPTS_MAX:
                        raise DatabaseUnreachable from broken
                    continue
                if isinstance(driver_error(broken), errors.LockNotAvailable):
                    raise Busy from broken
                met_another += 1
                if met_another == ATTEMPTS_MAX or not isinstance(driver_error(broken), RETRYABLE):
                    raise

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _attempt(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            _refuse_failed(session)
            try:
                session.commit()
            except OperationalError as broken:
                if is_lost(broken):
                    raise OutcomeUnknown from broken
                raise


def _refuse_failed(session: Session) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with a silent rollback; that is no success."""
    if session.in_transaction() and driver_connection(session).info.transaction_status == TransactionStatus.INERROR:
        raise BooksBroken("a statement failed in this transaction and nobody was told")


def is_lost(broken: BaseException) -> bool:
    """Whether the connection was lost or never made; before COMMIT was sent that means that nothing was changed."""
    error = driver_error(broken)
    return isinstance(error, psycopg.OperationalError) and (error.sqlstate is None or error.sqlstate.startswith("57P"))


def driver_connection(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection under a session, in the same transaction: for set-based statements and for jobs."""
    connection = session.info.get(_DRIVER)
    if connection is None or session.in_nested_transaction():  # Asking the session is what makes its savepoint.
        connection = session.info[_DRIVER] = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


@contextmanager
def pipelined(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Send the block's statements without waiting for each; reading a result waits for what it needs.

    The end of the block waits for all of them and raises what the first that failed raises. Inside another pipelined
    block it adds nothing, so that an operation may gather what the operations under it send.
    """
    if connection.pgconn.pipeline_status != PipelineStatus.OFF:
        yield
        return
    with connection.pipeline():
        yield


def driver_error(broken: BaseException) -> BaseException:
    """The psycopg error under a SQLAlchemy one."""
    return broken.orig if isinstance(broken, DBAPIError) and broken.orig is not None else broken


def violated_constraint(broken: BaseException) -> str | None:
    """The name of the constraint a statement violated; constraint names are an interface, messages are not."""
    error = driver_error(broken)
    return error.diag.constraint_name if isinstance(error, psycopg.Error) else None


def sqlalchemy_url(url: str) -> str:
    """Accept postgres:// and postgresql:// as people write them, and name the driver we use."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
