"""Writing a page: a face's own templates on top of the shared ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kernel.http import STATUS_BY_KIND, Wording, retry_headers
from kernel.pages.filters import clock_text, day_text, deadline_text, moment_text
from kernel.pages.form_key import new_form_key
from kernel.pages.protection import protect
from kernel.refusals import Busy, Kind, Outage, Refusal
from kernel.yen import yen_text


class Money(StrEnum):
    """What a page says about money when something was refused."""

    NOT_MOVED = "not_moved"
    UNKNOWN = "unknown"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class Advice:
    """What somebody can do next: a sentence, and a button with where it leads."""

    text: str
    label: str
    path: str


@dataclass(frozen=True)
class Pages:
    """The pages of one face.

    `package` holds a `templates` directory; `brand` stands at the top of every page and leads to `home`; somebody who
    is not signed in is sent to `sign_in`, with `reason` in the query. `advice` says what to do next, by refusal code.
    """

    package: str
    brand: str
    home: str
    sign_in: str
    advice: Mapping[str, Advice] = field(default_factory=dict)

    def page(self, request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """Write a template of the face, or a shared one, as a whole page. `facts` are its variables."""
        return HTMLResponse(self.environment.get_template(template).render(request=request, **facts), status)

    def refusal_page(
        self, request: Request, refusal: Refusal | Outage, *, money: Money | None = None, advice: Advice | None = None
    ) -> HTMLResponse:
        """Write what was refused, whether money moved (unless given, as the refusal tells), and what to do next."""
        status = STATUS_BY_KIND[refusal.kind] if isinstance(refusal, Refusal) else 503
        response = self.page(
            request,
            "refusal.html",
            status=status,
            sentence=sentence_of(request, refusal),
            money=money or money_after(refusal),
            advice=advice or self.advice.get(refusal.code) or self._usual_advice(refusal),
            code=refusal.code,
        )
        response.headers.update(retry_headers(refusal))
        protect(response)
        return response

    @cached_property
    def environment(self) -> Environment:
        """The templates of the face, then the shared ones: escaped always, and a missing variable is an error."""
        environment = Environment(
            loader=ChoiceLoader([PackageLoader(self.package), PackageLoader("kernel.pages")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"yen": yen_text, "day": day_text, "moment": moment_text, "clock": clock_text}
        environment.filters["deadline"] = deadline_text
        environment.globals |= {"brand": self.brand, "home": self.home, "new_form_key": new_form_key}
        return environment

    def _usual_advice(self, refusal: Refusal | Outage) -> Advice:
        if money_after(refusal) is Money.UNKNOWN:
            return Advice("やりなおす前に、いまの状態をたしかめてください。", "最初の画面でたしかめる", self.home)
        if isinstance(refusal, Refusal) and refusal.kind in (Kind.INVALID, Kind.MALFORMED):
            return Advice("入力した内容をたしかめて、もういちどお試しください。", "最初の画面へもどる", self.home)
        return Advice("最初の画面から、もういちどお試しください。", "最初の画面へもどる", self.home)


def money_after(refusal: Refusal | Outage) -> Money:
    """A refusal changed nothing, and a full queue started nothing; after any other outage nobody knows yet."""
    return Money.NOT_MOVED if isinstance(refusal, Refusal | Busy) else Money.UNKNOWN


def sentence_of(request: Request, refusal: Refusal | Outage) -> str:
    """Say a refusal or an outage in the pages' language, with the wording of the application (`app.state.wording`)."""
    wording: Wording = request.app.state.wording
    facts = refusal.facts if isinstance(refusal, Refusal) else {}
    return wording(refusal.code, facts, "ja")
