"""The process that commits the payments of a web process: `python -m kashiman.payments_process`, which starts it."""

from collections.abc import Callable, Sequence

from kashiman.committing import OpenDatabase, commit_commands
from kashiman.settings import Settings
from kernel.commit_process import CommitProcess
from kernel.db import Database
from kernel.refusals import Refusal
from payments.cards.operations.take_any_payments import AskedPayment, take_any_payments
from payments.model import PaymentReceipt

PAY_ROLE = "kashiman_pay"

TakePayments = Callable[[Sequence[AskedPayment]], list[PaymentReceipt | Refusal]]


def payments_process(url: str, settings: Settings) -> CommitProcess[AskedPayment, PaymentReceipt]:
    """The process as the web process sees it; it is told in its environment where the database is."""
    environment = {
        "KASHIMAN_DATABASE_URL": url,
        "KASHIMAN_PAYMENT_BATCH_MAX": str(settings.payment_batch_max),
    }
    return CommitProcess(["-m", __name__], environment, queue_max=settings.payment_queue_max)


def taking_payments(database: Database) -> TakePayments:
    """How a batch of payments becomes one transaction."""
    return lambda requests: database.run(lambda session: take_any_payments(session, requests))


def _prepare(_settings: Settings, open_database: OpenDatabase) -> TakePayments:
    return taking_payments(open_database(PAY_ROLE))


if __name__ == "__main__":
    commit_commands(_prepare, batch_max=lambda settings: settings.payment_batch_max)
