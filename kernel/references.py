"""A short number for one answered no, by which the help desk finds it in the log."""

import logging
import secrets

_log = logging.getLogger(__name__)

REFERENCE_HEADER = "Kashiman-Reference"


def note_reference(code: str, status: int) -> str:
    """Make a number that can be read over the telephone, such as 4821-0937, and note what it stands for.

    The log gets the number, the code and the status, and nothing about who asked for what.
    """
    digits = f"{secrets.randbelow(100_000_000):08}"
    reference = f"{digits[:4]}-{digits[4:]}"
    _log.warning("answered %s: %s (%s)", reference, code, status)
    return reference
