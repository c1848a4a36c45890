"""A person with a browser that runs no scripts: it keeps cookies, follows redirects and fills in the forms it meets."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from tests.openid.forms import Form, forms_of

TIMEOUT_S = 20
STEPS_MAX = 20
REDIRECTS = {301, 302, 303, 307, 308}
KEEP_THE_METHOD = {307, 308}
YES = {("decision", "allow"), ("logout", "yes"), ("prompt", "consent"), ("confirm", "yes")}
"""The names and values by which a button or a hidden field agrees."""


@dataclass(frozen=True)
class Page:
    """What the browser shows at the end of its redirects."""

    status: int
    url: str
    text: str

    @property
    def forms(self) -> list[Form]:
        """The forms of the page."""
        return forms_of(self.text, self.url)


@dataclass(frozen=True)
class Landing:
    """The browser was sent to the application, with these parameters."""

    parameters: dict[str, str]


class Visitor:
    """One person at one browser; `person` is what this person types to sign in.

    `pages` are those that were shown, `times_signed_in` counts the sign-in forms that were filled in.
    """

    def __init__(self, person: str) -> None:
        self.pages: list[Page] = []
        self.times_signed_in = 0
        self._typed = {"login": person, "password": "none", "code": person}
        # To an address of this machine a browser sends cookies marked Secure without TLS, too.
        policy = DefaultCookiePolicy(secure_protocols=("http", "https"))
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar(policy)), _StayHere())

    def land(self, url: str, at: str, *, post: Mapping[str, str] | None = None) -> dict[str, str]:
        """Open an address, fill in whatever is asked, and answer the parameters with which it comes to `at`."""
        step = self.open(url, at, post=post)
        for _ in range(STEPS_MAX):
            if isinstance(step, Landing):
                return step.parameters
            step = self._submit(step, at)
        raise AssertionError(f"not at {at} after {STEPS_MAX} forms; the last page was {step}")

    def look(self, url: str, *, never_at: str = "") -> Page:
        """Open an address and answer the page it shows, filling in nothing; fails if it leads to `never_at`."""
        page = self.open(url, never_at)
        assert isinstance(page, Page), f"was sent to {never_at} with {page}"
        return page

    def agree(self, url: str, typed: Mapping[str, str]) -> Page:
        """Open an address and fill in forms, with `typed` beside the person's own, until a page has no more of them."""
        self._typed.update(typed)
        page = self.look(url)
        for _ in range(STEPS_MAX):
            if not self._answerable(page):
                return page
            step = self._submit(page, "")
            assert isinstance(step, Page)
            page = step
        raise AssertionError(f"still asked after {STEPS_MAX} forms; the last page was {page}")

    def _submit(self, page: Page, landing: str) -> Page | Landing:
        forms = self._answerable(page)
        assert page.status < 400, f"{page.url} answers {page.status}: {page.text}"
        assert forms, f"{page.url} asks for what this person does not know: {page.text}"
        form = max(forms, key=lambda form: len(form.to_type))
        self.times_signed_in += bool({"login", "code"} & set(form.to_type))
        pressed = [*(button for button in form.buttons if button in YES), *form.buttons][:1]
        button = {name: value for name, value in pressed if name}
        typed = {name: self._typed[name] for name in form.to_type}
        return self.open(form.action, landing, post={**form.fields, **typed, **button})

    def _answerable(self, page: Page) -> list[Form]:
        return [form for form in page.forms if form.method == "POST" and self._is_answerable(form)]

    def _is_answerable(self, form: Form) -> bool:
        """It asks for what the person knows, or for a yes, or a script would have sent it at once."""
        is_yes = bool(YES & {*form.buttons, *form.fields.items()})
        return set(form.to_type) <= self._typed.keys() and bool(form.to_type or is_yes or not form.buttons)

    def open(self, url: str, landing: str, *, post: Mapping[str, str] | None = None) -> Page | Landing:
        """Open an address and follow redirects, until a page is shown or they lead to `landing`."""
        for _ in range(STEPS_MAX):
            if landing and url.split("?", maxsplit=1)[0] == landing:
                return Landing(dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)))
            with self._send(url, post) as answer:
                status = answer.status or 0
                if status not in REDIRECTS:
                    self.pages.append(Page(status, url, answer.read().decode()))
                    return self.pages[-1]
                url = urljoin(url, answer.headers["Location"])
                post = post if status in KEEP_THE_METHOD else None
        raise AssertionError(f"redirected in circles at {url}")

    def _send(self, url: str, post: Mapping[str, str] | None) -> HTTPResponse | HTTPError:
        headers = {"Accept": "text/html", "Accept-Language": "ja"}
        if post is not None:
            headers["Origin"] = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        body = None if post is None else urlencode(post).encode()
        try:
            answer = self._opener.open(Request(url, body, headers), timeout=TIMEOUT_S)
        except HTTPError as refused:
            return refused
        assert isinstance(answer, HTTPResponse)
        return answer


class _StayHere(HTTPRedirectHandler):
    """Redirects are followed one by one by the visitor, who must see where they lead."""

    def redirect_request(self, *_: object) -> None:
        return None
