"""Where a browser goes after a sign-in: on with an application's request or a device's, or to one's own page.

A sign-in form carries it as its `handle`: that of a request, `device.` with the code that the device shows, or nothing.
"""

import re
from datetime import datetime
from urllib.parse import urlencode

from identity.provider.operations.decide_device import PROOF_AGE_MAX
from identity.provider.queries import request_wants_sign_in_since
from identity.provider.rules.secrets import USER_CODE_LETTERS, read_user_code
from identity_provider.look import ACCOUNT, CONTINUE, DEVICE_CONFIRM
from kernel.db import Session

_REQUEST = re.compile(r"[A-Za-z0-9_-]{43}")
_DEVICE = re.compile(rf"device\.([{USER_CODE_LETTERS}]{{4}}-[{USER_CODE_LETTERS}]{{4}})")


def device_handle(typed_code: str) -> str:
    """The handle of a device's request by the code that somebody typed."""
    return f"device.{read_user_code(typed_code)}"


def is_of_request(handle: str) -> bool:
    """Whether this can be the handle of an application's request."""
    return _REQUEST.fullmatch(handle) is not None


def wants_sign_in_since(session: Session, handle: str, now: datetime) -> datetime | None:
    """Since when what waits under a handle wants its person to have signed in; None when any sign-in is new enough."""
    if is_of_request(handle):
        return request_wants_sign_in_since(session, handle, now)
    return now - PROOF_AGE_MAX if _DEVICE.fullmatch(handle) else None


def next_address(handle: str) -> str:
    """Where to go on; what is no handle leads to one's own page and never elsewhere."""
    if is_of_request(handle):
        return f"{CONTINUE}?{urlencode({'handle': handle})}"
    device = _DEVICE.fullmatch(handle)
    return f"{DEVICE_CONFIRM}?{urlencode({'user_code': device[1]})}" if device else ACCOUNT
