"""How somebody wants their pages: the language, the size of letters, readings above them, and light or dark."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from fastapi import Request
from starlette.responses import Response

from kernel.http import language_of
from kernel.pages.cookies import HostCookie

COOKIE = HostCookie("kashiman_look")
COOKIE_LIFETIME_S = 365 * 24 * 3_600
FURIGANA = "furigana"


class Language(StrEnum):
    """A language that pages may be in; やさしい日本語 is one of its own."""

    JA = "ja"
    EASY = "easy"
    EN = "en"


class TextSize(StrEnum):
    """How large letters are, on top of what the browser itself is set to."""

    NORMAL = "normal"
    LARGE = "large"
    LARGEST = "largest"


class Theme(StrEnum):
    """Light or dark; AUTO is what the browser prefers."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Look:
    """What one browser wants its pages to look like."""

    language: Language = Language.JA
    text_size: TextSize = TextSize.NORMAL
    furigana: bool = False
    theme: Theme = Theme.AUTO

    @property
    def lang(self) -> str:
        """The language as HTML and BCP 47 name it; やさしい日本語 is Japanese."""
        return "en" if self.language is Language.EN else "ja"

    @property
    def wording(self) -> str:
        """The language as refusals and `Accept-Language` name it: ja, ja-easy or en."""
        return "ja-easy" if self.language is Language.EASY else self.language.value

    @property
    def has_readings(self) -> bool:
        """Whether kanji carry their readings; in やさしい日本語 they always do, in English there are none."""
        return self.language is Language.EASY or (self.furigana and self.language is Language.JA)

    @property
    def classes(self) -> str:
        """The classes of the page's root element, for style sheets."""
        return " ".join(
            (f"text-{self.text_size}", f"theme-{self.theme}", f"words-{self.language}")
            + ((FURIGANA,) if self.has_readings else ())
        )


def read_look(request: Request) -> Look:
    """What the browser's cookie says; what it does not say, or nobody understands, is as usual.

    Without a choice of language the browser's own counts: English where it asks for it first, else Japanese.
    """
    said = (COOKIE.read(request) or "").split(".")
    asked = {"ja-easy": Language.EASY, "en": Language.EN}.get(language_of(request), Language.JA)
    return Look(
        language=_said(Language, said, asked),
        text_size=_said(TextSize, said, TextSize.NORMAL),
        furigana=FURIGANA in said,
        theme=_said(Theme, said, Theme.AUTO),
    )


def keep_look(response: Response, request: Request, look: Look) -> None:
    """Let the browser remember a look for a year."""
    parts = [look.language, look.text_size, look.theme, *((FURIGANA,) if look.furigana else ())]
    COOKIE.put(response, request, ".".join(parts), COOKIE_LIFETIME_S)


Choice = TypeVar("Choice", bound=StrEnum)


def _said(choices: type[Choice], said: list[str], otherwise: Choice) -> Choice:
    return next((choice for choice in choices if choice.value in said), otherwise)
