"""The process that takes the applications of a web process: `python -m kashiman.applications_process`, which starts it.

It looks up who applies, signs the receipts and commits them.
"""

from collections.abc import Callable, Sequence

from issuance.model import ApplicationReceipt, ReceiptSigner
from kashiman.committing import OpenDatabase, commit_commands
from kashiman.keys import KEY_ID, load_receipt_key
from kashiman.payments_process import PAY_ROLE
from kashiman.settings import Settings
from kernel.clock import Clock
from kernel.commit_process import CommitProcess
from kernel.db import Database
from kernel.refusals import Refusal
from wallet_api.applicants import WalletApplication, take_wallet_applications

APPLY_ROLE = "kashiman_apply"

TakeApplications = Callable[[Sequence[WalletApplication]], list[ApplicationReceipt | Refusal]]


def applications_process(url: str, settings: Settings) -> CommitProcess[WalletApplication, ApplicationReceipt]:
    """The process as the web process sees it; it is told in its environment where database and keys are."""
    environment = {
        "KASHIMAN_DATABASE_URL": url,
        "KASHIMAN_DATA_DIR": str(settings.data_dir),
        "KASHIMAN_CLOCK_SHIFT_S": str(settings.clock_shift_s),
        "KASHIMAN_APPLICATION_BATCH_MAX": str(settings.application_batch_max),
    }
    return CommitProcess(["-m", __name__], environment, queue_max=settings.application_queue_max)


def taking_applications(
    people: Database, applications: Database, signer: ReceiptSigner, clock: Clock
) -> TakeApplications:
    """How a batch of applications becomes one transaction, after another that only reads who applies."""
    return lambda asked: take_wallet_applications(people, applications, asked, signer=signer, clock=clock)


def _prepare(settings: Settings, open_database: OpenDatabase) -> TakeApplications:
    signer = ReceiptSigner(load_receipt_key(settings.data_dir / "keys"), KEY_ID)
    return taking_applications(open_database(PAY_ROLE), open_database(APPLY_ROLE), signer, settings.clock)


if __name__ == "__main__":
    commit_commands(_prepare, batch_max=lambda settings: settings.application_batch_max)
