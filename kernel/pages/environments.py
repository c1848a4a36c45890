"""The templates of a face in one language, with or without readings; each environment is made once."""

from collections.abc import Callable
from gettext import NullTranslations

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from kernel.pages.filters import date_filters
from kernel.pages.furigana import mark_readings
from kernel.pages.languages import words_of
from kernel.pages.look import Language
from kernel.pages.static_files import static_addresses
from kernel.yen import yen_text

Say = Callable[[str], str]
SayCounted = Callable[[str, str, int], str]


def new_environment(package: str, language: Language = Language.JA, *, with_readings: bool = False) -> Environment:
    """The templates of a face, then the shared ones: escaped always, and a missing variable is an error.

    `_()` and `{% trans %}` say a text of the template in the language, and the filter `say` one that a module marked by
    `msgid`; only the filter escapes. With readings, what they say and what the filter `readings` lets through carries
    marks that `with_ruby` turns into ruby elements.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("kernel.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    say, say_counted = _speech(words_of(package, language), with_readings)
    environment.install_gettext_callables(say, say_counted, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"yen": yen_text, **date_filters(language)}
    environment.globals["static"] = static_addresses(package)
    environment.filters |= {"say": say, "readings": _marked if with_readings else str}
    return environment


def _speech(words: NullTranslations, with_readings: bool) -> tuple[Say, SayCounted]:
    if not with_readings:
        return words.gettext, words.ngettext

    def say(text: str) -> str:
        return mark_readings(words.gettext(text))

    def say_counted(one: str, many: str, count: int) -> str:
        return mark_readings(words.ngettext(one, many, count))

    return say, say_counted


def _marked(text: str) -> Markup:
    return escape(mark_readings(text))
