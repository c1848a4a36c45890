"""The process that commits the payments of a web process: `python -m kashiman.payments_process`, which starts it.

It reads from its standard input, a socket, and ends when that is closed or the web process dies. The signals that tell
a service to stop are for the web process, which first lets it finish.
"""

import signal
import socket
import sys
from collections.abc import Callable, Sequence

from kashiman.interpreter import settle_interpreter
from kashiman.settings import Settings, read_settings
from kernel.commit_process import CommitProcess, answer_commands
from kernel.db import Database
from kernel.refusals import Refusal
from payments.model import PaymentReceipt
from payments.operations.take_payments import AnyRequest, take_payments

PAY_ROLE = "kashiman_pay"


def payments_process(url: str, settings: Settings) -> CommitProcess[AnyRequest, PaymentReceipt]:
    """The process as the web process sees it; it is told in its environment where the database is."""
    environment = {
        "KASHIMAN_DATABASE_URL": url,
        "KASHIMAN_PAYMENT_BATCH_MAX": str(settings.payment_batch_max),
    }
    return CommitProcess(["-m", __name__], environment, queue_max=settings.payment_queue_max)


def taking_payments(database: Database) -> Callable[[Sequence[AnyRequest]], list[PaymentReceipt | Refusal]]:
    """How a batch of payments becomes one transaction."""
    return lambda requests: database.run(lambda session: take_payments(session, requests))


def main() -> None:
    """Take the payments that come over standard input until it is closed."""
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    settings = read_settings()
    if settings.database_url is None:
        sys.exit("KASHIMAN_DATABASE_URL is not set")
    database = Database(settings.database_url.get_secret_value(), role=PAY_ROLE, pool_size=1)
    settle_interpreter()
    answer_commands(socket.socket(fileno=0), taking_payments(database), batch_max=settings.payment_batch_max)
    database.close()


if __name__ == "__main__":
    main()
