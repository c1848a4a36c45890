"""The forms of an HTML page, as a browser without scripts sees them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

NOT_TYPED = {"submit", "button", "reset", "checkbox", "radio", "image"}


@dataclass
class Form:
    """A form: where it goes, what is in it already, what is to be typed, and its buttons by name and value."""

    action: str
    method: str
    identifier: str | None
    fields: dict[str, str] = field(default_factory=dict)
    to_type: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


def forms_of(html: str, url: str) -> list[Form]:
    """The forms of the page at `url`, in their order; a button may name its form from outside of it."""
    reader = _FormReader(url)
    reader.feed(html)
    for identifier, button in reader.buttons_outside:
        for form in reader.forms:
            if form.identifier == identifier:
                form.buttons.append(button)
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.buttons_outside: list[tuple[str, tuple[str, str]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = True
            action, method = urljoin(self.url, given.get("action", "")), given.get("method", "get").upper()
            self.forms.append(Form(action, method, given.get("id")))
        elif tag == "button" or (tag == "input" and given.get("type") == "submit"):
            self._button(given)
        elif tag == "input" and self._inside and given.get("name"):
            self._input(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _button(self, given: dict[str, str]) -> None:
        if given.get("type", "submit") != "submit":
            return
        button = (given.get("name", ""), given.get("value", ""))
        if "form" in given:
            self.buttons_outside.append((given["form"], button))
        elif self._inside:
            self.forms[-1].buttons.append(button)

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "hidden":
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif kind not in NOT_TYPED:
            self.forms[-1].to_type.append(given["name"])
