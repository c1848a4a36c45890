"""Writing a page: a face's own templates on top of the shared ones, as the browser's look wants it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from fastapi import Request
from jinja2 import Environment
from starlette.responses import HTMLResponse

from kernel.http import STATUS_BY_KIND, Wording, retry_headers
from kernel.pages.environments import new_environment
from kernel.pages.form_key import new_form_key
from kernel.pages.furigana import with_ruby
from kernel.pages.languages import msgid, offered_languages, words_of
from kernel.pages.look import Language, Look, read_look
from kernel.pages.protection import protect
from kernel.pages.way_back import LOOK, look_address
from kernel.references import REFERENCE_HEADER, note_reference
from kernel.refusals import Busy, Kind, Outage, Refusal

NO_MONEY_MOVED = ("お金は動いていません", "お金は 動（うご）いて いません", "o money has moved")
"""Where a refusal's own sentence says it already, in any language, the page does not say it twice."""


class Money(StrEnum):
    """What a page says about money when something was refused."""

    NOT_MOVED = "not_moved"
    UNKNOWN = "unknown"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class Advice:
    """What somebody can do next: a sentence, and a button with where it leads. Both are texts to be translated."""

    text: str
    label: str
    path: str


@dataclass(frozen=True)
class Pages:
    """The pages of one face.

    `package` holds a `templates` directory, and `words` where it speaks other languages than Japanese; `brand` stands
    at the top of every page and leads to `home`; somebody who is not signed in is sent to `sign_in`, with `reason` in
    the query. `advice` says what to do next, by refusal code; `money_if_broken` what to say of money after a failure of
    ours.
    """

    package: str
    brand: str
    home: str
    sign_in: str
    advice: Mapping[str, Advice] = field(default_factory=dict)
    money_if_broken: Money = Money.UNKNOWN

    def page(self, request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """Write a template of the face, or a shared one, as a whole page. `facts` are its variables.

        Every template also knows `request`, `look`, and `look_address`, where the look is changed.
        """
        look = self.look_of(request)
        always = {"request": request, "look": look, "look_address": look_address(request, self.home)}
        written = self._environment_of(look).get_template(template).render(always | facts)
        page = with_ruby(written) if look.has_readings else written
        return HTMLResponse(page, status, {"Vary": "Cookie, Accept-Language"})

    def text(self, request: Request, text: str, **facts: Any) -> str:
        """Say a text (msgid) of the face's catalogue in the request's language, as plain text: `%(name)s` are facts."""
        said = words_of(self.package, self.look_of(request).language).gettext(text)
        return said % facts if facts else said

    def look_of(self, request: Request) -> Look:
        """What the browser wants, in a language that this face speaks."""
        look = read_look(request)
        return look if look.language in self.languages else replace(look, language=Language.JA)

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the face."""
        return offered_languages(self.package)

    def refusal_page(
        self,
        request: Request,
        refusal: Refusal | Outage,
        *,
        money: Money | None = None,
        advice: Advice | None = None,
        status: int | None = None,
    ) -> HTMLResponse:
        """Write what was refused, whether money moved (unless given, as the refusal tells), and what to do next."""
        status = status or (STATUS_BY_KIND[refusal.kind] if isinstance(refusal, Refusal) else 503)
        trouble = {
            "sentence": _sentence(request, refusal, self.look_of(request)),
            "money": money or money_after(refusal),
            "advice": advice or self.advice.get(refusal.code) or self._usual_advice(refusal),
        }
        response = self._trouble_page(request, refusal.code, status, trouble)
        response.headers.update(retry_headers(refusal))
        return response

    def broken_page(self, request: Request) -> HTMLResponse:
        """Say that we failed: nobody knows yet what came of it, and whoever reads it cannot do anything about it."""
        trouble = {
            "sentence": self.text(request, msgid("こちらのふぐあいで、とちゅうで止まりました。ご迷惑をおかけします。")),
            "money": self.money_if_broken,
            "advice": self._look_first(),
        }
        return self._trouble_page(request, "unexpected", 500, trouble)

    def _trouble_page(self, request: Request, code: str, status: int, trouble: dict[str, Any]) -> HTMLResponse:
        """The address itself may hold what is refused, so the way back from changing the look is the first screen."""
        reference = note_reference(code, status)
        help_phone = getattr(request.app.state, "help_phone", "")
        facts = trouble | {"reference": reference, "help_phone": help_phone, "look_address": f"{LOOK}{self.home}"}
        says_money = any(words in trouble["sentence"] for words in NO_MONEY_MOVED)
        response = self.page(request, "refusal.html", status=status, code=code, says_money=says_money, **facts)
        response.headers[REFERENCE_HEADER] = reference
        protect(response)
        return response

    @cached_property
    def environment(self) -> Environment:
        """The face's templates in Japanese; what a face adds to its filters and globals holds in every language."""
        environment = new_environment(self.package)
        environment.globals |= {"brand": self.brand, "home": self.home, "new_form_key": new_form_key}
        return environment

    @cached_property
    def _environments(self) -> dict[tuple[Language, bool], Environment]:
        return {(Language.JA, False): self.environment}

    def _environment_of(self, look: Look) -> Environment:
        """The environment for a look. Two threads may make the same one; the first that is done is kept."""
        key = (look.language, look.has_readings)
        return self._environments.get(key) or self._environments.setdefault(key, self._new_environment(*key))

    def _new_environment(self, language: Language, with_readings: bool) -> Environment:
        environment = new_environment(self.package, language, with_readings=with_readings)
        environment.filters = self.environment.filters | environment.filters
        environment.globals = self.environment.globals | environment.globals
        return environment

    def _usual_advice(self, refusal: Refusal | Outage) -> Advice:
        if money_after(refusal) is Money.UNKNOWN:
            return self._look_first()
        label = msgid("最初の画面へもどる")
        if isinstance(refusal, Refusal) and refusal.kind in (Kind.INVALID, Kind.MALFORMED):
            return Advice(msgid("入力した内容をたしかめて、もういちどお試しください。"), label, self.home)
        return Advice(msgid("最初の画面から、もういちどお試しください。"), label, self.home)

    def _look_first(self) -> Advice:
        text, label = msgid("やりなおす前に、いまの状態をたしかめてください。"), msgid("最初の画面でたしかめる")
        return Advice(text, label, self.home)


def money_after(refusal: Refusal | Outage) -> Money:
    """A refusal changed nothing, and a full queue started nothing; after any other outage nobody knows yet."""
    return Money.NOT_MOVED if isinstance(refusal, Refusal | Busy) else Money.UNKNOWN


def sentence_of(request: Request, refusal: Refusal | Outage) -> str:
    """Say a refusal or an outage in the page's language, with the wording of the application (`app.state.wording`)."""
    return _sentence(request, refusal, getattr(request.state, "look", None) or read_look(request))


def _sentence(request: Request, refusal: Refusal | Outage, look: Look) -> str:
    wording: Wording = request.app.state.wording
    facts = refusal.facts if isinstance(refusal, Refusal) else {}
    return wording(refusal.code, facts, look.wording)
