"""Reading a page as a browser would: the key of a form, and where an answer leads."""

import re

from httpx import Response


def form_key(page: Response) -> str:
    """The key of the one form on a page that carries one."""
    (key,) = re.findall(r'name="form_key" value="([^"]+)"', page.text)
    return str(key)


def leads_to(answer: Response) -> str:
    """Where a sent form leads."""
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])
