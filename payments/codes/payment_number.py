"""The number of a payment: eight digits on both screens of one payment, to be read out over the telephone."""

import hashlib
from uuid import UUID


def payment_number(payment_id: UUID) -> str:
    """Give the number of a payment, like `4821-0937`, always the same.

    It is drawn from SHA-256 of the id, because the ids of one minute differ in few digits. Together with the day and
    the amount it finds a payment; alone it is not unique.
    """
    digest = hashlib.sha256(b"payment-number-1\x00" + payment_id.bytes).digest()
    digits = f"{int.from_bytes(digest[:8], 'big') % 100_000_000:08}"
    return f"{digits[:4]}-{digits[4:]}"
