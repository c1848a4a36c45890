"""How an applicant without an account is known again: a number to say, and a passphrase that nobody guesses."""

import hashlib
import hmac
import unicodedata

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no word appears, and no digits, so that nothing looks like a number of a person."""
_LETTERS_COUNT = 15
_GROUP = 5


def passphrase_of(secret: str) -> str:
    """The passphrase that belongs to a browser's secret, like `BCDFG-HJKLM-NPQRS`: 64 bits, the same every time."""
    number = int.from_bytes(hmac.digest(secret.encode(), b"kashiman joining", "sha256"), "big")
    return _grouped("".join(_LETTERS[number // 20**place % 20] for place in range(_LETTERS_COUNT)))


def typed_passphrase(text: str) -> str:
    """A passphrase as it is shown, however it is typed: width, case, spaces and hyphens do not count."""
    return _grouped("".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter in _LETTERS))


def proof_of(passphrase: str) -> bytes:
    """The digest that is kept of a passphrase, however it is typed."""
    return hashlib.sha256(typed_passphrase(passphrase).encode()).digest()


def secret_digest(secret: str) -> bytes:
    """The digest that is kept of a browser's secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def receipt_of(number: int) -> str:
    """The number that an application is known by, like `J00001`."""
    return f"J{number:05d}"


def typed_receipt(text: str) -> str:
    """A number as it is kept, however it is typed."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")


def _grouped(letters: str) -> str:
    return "-".join(letters[begin : begin + _GROUP] for begin in range(0, len(letters), _GROUP))
