"""The key that a form carries from the moment it was written."""

import secrets
from typing import Annotated

from fastapi import Depends, Form

from kernel.http import idempotency_key


def new_form_key() -> str:
    """The key of one form, made when it is written: sent twice, it asks for one and the same thing."""
    return secrets.token_urlsafe(18)


async def _form_key(form_key: Annotated[str, Form()]) -> str:
    return await idempotency_key(form_key)


FormKey = Annotated[str, Depends(_form_key)]
"""The idempotency key of a form that was sent (`forms.key()` in its template). Refuses IdempotencyKeyMalformed."""
