"""A committing process for tests: `python bank_process.py` answers each number with the batch that it was run in.

Some commands are words: what they ask of the process is in `_word`. It cannot start while there is the file
that BANK_SHUT names.
"""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kernel.commit_process import answer_commands
from kernel.refusals import DatabaseUnreachable, Refusal

BATCH_MAX = 3
Command = int | str | bytes
Answer = tuple[int, list[Command]]
"""The process's id, and the batch."""


@dataclass(eq=False)
class NumberIsNegative(Refusal):
    """Only what is there can be counted."""

    number: int


def run_batch(commands: Sequence[Command]) -> list[Answer | Refusal]:
    """Do what the words say, and answer the batch to each number that is not negative."""
    for command in commands:
        if isinstance(command, str):
            _word(*command.split(" ", 1))
    return [_answer(command, commands) for command in commands]


def _word(word: str, *rest: str) -> None:
    if word == "wait":  # Until somebody opens the other end of this pipe.
        Path(*rest).read_bytes()
    elif word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "unreachable":
        raise DatabaseUnreachable
    elif word == "garble":
        os.write(0, b"\0\0\0\1?")


def _answer(command: Command, commands: Sequence[Command]) -> Answer | Refusal:
    if isinstance(command, int) and command < 0:
        return NumberIsNegative(command)
    if command == "break":
        raise ZeroDivisionError("broken")
    return os.getpid(), [len(item) if isinstance(item, bytes) else item for item in commands]


if __name__ == "__main__":
    if Path(os.environ["BANK_SHUT"]).exists():
        sys.exit("the bank is shut")
    with socket.socket(fileno=0) as caller:
        answer_commands(caller, run_batch, batch_max=BATCH_MAX)
