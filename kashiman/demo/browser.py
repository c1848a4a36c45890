"""A browser without a person: it keeps cookies, follows redirects, and types a code where one is asked for."""

import re

import httpx

_HANDLE = re.compile(r'name="handle" value="([A-Za-z0-9_-]+)"')


class SignInNotPossible(RuntimeError):
    """The pages did not lead where a sign-in leads; the message says where they did lead."""


def open_browser(address: str) -> httpx.Client:
    """A browser at an installation's own address, which says with every request from which pages it comes."""
    return httpx.Client(
        base_url=address, headers={"Origin": address}, follow_redirects=True, timeout=30.0, trust_env=False
    )


def sign_in(browser: httpx.Client, face: str, code: str) -> None:
    """Sign in at a face (wallet, shop, staff) as people do: to the provider, type the code, and back with a cookie.

    Raises SignInNotPossible.
    """
    page = browser.get(f"/{face}/sign-in/begin")
    if not is_home(face, str(page.url)):
        page = browser.post("/id/sign-in", data={"handle": handle_of(page.text), "code": code})
    if not page.is_success or not is_home(face, str(page.url)):
        raise SignInNotPossible(f"{page.status_code} at {page.url.path}")


def handle_of(page: str) -> str:
    """What ties the form of the provider's page to the application's request. Raises SignInNotPossible without one."""
    found = _HANDLE.search(page)
    if found is None:
        raise SignInNotPossible("the page asks for no code")
    return found[1]


def is_home(face: str, url: str) -> bool:
    """Whether an address is a face's first page, where a sign-in ends."""
    return httpx.URL(url).path == f"/{face}/"
