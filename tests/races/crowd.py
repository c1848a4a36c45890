"""Many at once: works started at the same moment, each in a thread of its own."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from kernel.db import Database
from ledger.model import LedgerCommand, Posted
from ledger.operations.post_journals import Outcome
from tests.ledger.books import (
    post,
)


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """Start all works at the same moment, each in a thread of its own; answers or exceptions in their order."""
    barrier = Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(index: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[index] = work()
        except Exception as broken:
            answers[index] = broken

    threads = [Thread(target=run, args=(index, work)) for index, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def post_at_once(database: Database, *commands: LedgerCommand) -> tuple[list[Posted], list[object]]:
    """Post each command in a transaction of its own, all at once; what was posted, and everything else."""

    def one(command: LedgerCommand) -> Callable[[], Outcome]:
        return lambda: post(database, command)[0]

    answers = at_once([one(command) for command in commands])
    return [answer for answer in answers if isinstance(answer, Posted)], [
        answer for answer in answers if not isinstance(answer, Posted)
    ]
