"""The page on which a made-up person is chosen instead of signing in, and walking through it without a browser."""

import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

import httpx
from fastapi.responses import HTMLResponse

_REQUEST_ID = re.compile(r'name="request" value="([^"]+)"')

_PAGE = """<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>
body {{ font: 1.125rem/1.7 "BIZ UDPGothic", sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem; }}
button {{ font: inherit; display: block; width: 100%; min-height: 3rem; margin: .5rem 0; text-align: left; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{note}</p>
<form method="post">
<input type="hidden" name="request" value="{request_id}">
{buttons}
<button name="choice" value="">キャンセル</button>
</form>
</main>
</body>
</html>
"""

_ERROR_PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>400 Bad Request</title></head>
<body><main><h1>400 Bad Request</h1><p>{reason}</p></main></body></html>
"""


class Choice(NamedTuple):
    """A button: what it stands for, and what is written on it."""

    value: str
    label: str


def chooser_page(title: str, note: str, request_id: str, choices: Iterable[Choice]) -> HTMLResponse:
    """A form without scripts; the button of nobody cancels."""
    buttons = "\n".join(
        f'<button name="choice" value="{escape(choice.value)}">{escape(choice.label)}</button>' for choice in choices
    )
    page = _PAGE.format(title=escape(title), note=escape(note), request_id=escape(request_id), buttons=buttons)
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


def error_page(reason: str) -> HTMLResponse:
    """What is shown when the browser cannot be sent back, because nobody knows to whom."""
    return HTMLResponse(_ERROR_PAGE.format(reason=escape(reason)), 400)


def choose(authorization_url: str, choice: str) -> httpx.URL:
    """Play the browser: open the page, press a button, answer the address one is sent back to.

    An empty choice cancels. An error that sends the browser back at once is answered as well.
    """
    with httpx.Client(timeout=10.0, trust_env=False) as browser:
        page = browser.get(authorization_url)
        if not page.has_redirect_location:
            request_id = _REQUEST_ID.search(page.raise_for_status().text)
            assert request_id is not None
            address = httpx.URL(authorization_url).copy_with(query=None)
            page = browser.post(address, data={"request": request_id[1], "choice": choice})
        if not page.has_redirect_location:
            page.raise_for_status()
        return httpx.URL(page.headers["location"])
