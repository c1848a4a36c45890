"""The sentences of pages in other languages.

Japanese is the source: a text stands in its template or module as people read it, and is its own name there. A package
keeps what the texts are called in another language in `words/<language>/<area>.po` (GNU gettext, "The Format of PO
Files"). What has no translation is said in Japanese.
"""

from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from kernel.pages.look import Language

SHARED = "kernel.pages"


def msgid(text: str) -> str:
    """Mark a text of a module that a template translates later: `_(text)`. The text itself comes back."""
    return text


def offered_languages(package: str) -> tuple[Language, ...]:
    """The languages that a face has words for; Japanese always."""
    return tuple(language for language in Language if language is Language.JA or catalogue_files(package, language))


@cache
def words_of(package: str, language: Language) -> NullTranslations:
    """The texts of a face in a language: its own first, then the shared ones, then the Japanese that was asked for."""
    shared = _translations(SHARED, language)
    if package == SHARED:
        return shared
    words = _translations(package, language)
    words.add_fallback(shared)
    return words


def catalogue_files(package: str, language: Language) -> list[Traversable]:
    """The catalogues of a package in a language, by name."""
    directory = files(package) / "words" / language.value
    found = directory.iterdir() if directory.is_dir() else ()
    return sorted((file for file in found if file.name.endswith(".po")), key=lambda file: file.name)


def read_catalogue(file: Traversable, language: Language) -> Catalog:
    """The messages of one file. Raises PoFileError where it is not well formed."""
    locale = "en" if language is Language.EN else "ja"
    return read_po(BytesIO(file.read_bytes()), locale=locale, abort_invalid=True)


def _translations(package: str, language: Language) -> Translations:
    merged = Translations()
    for file in catalogue_files(package, language):
        compiled = BytesIO()
        write_mo(compiled, read_catalogue(file, language))
        compiled.seek(0)
        loaded = Translations(compiled)
        merged.merge(loaded)
        merged.plural = loaded.plural
    return merged
