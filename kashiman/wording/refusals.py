"""The sentence that belongs to a refusal or an outage."""

from collections.abc import Mapping
from typing import Any

from kashiman.wording import easy, en, ja
from kashiman.wording.sentence import Tongue, write_sentence

TONGUES: dict[str, Tongue] = {"ja": ja.TONGUE, "en": en.TONGUE, "ja-easy": easy.TONGUE}


def refusal_sentence(code: str, facts: Mapping[str, Any], language: str) -> str:
    """Say a refusal or an outage to a person, in "ja", "en" or "ja-easy"; any other language is answered in ja.

    Never raises: a clause whose fact is missing is left out, and a code without wording gets the general sentence.
    """
    tongue = TONGUES.get(language, TONGUES["ja"])
    return write_sentence(tongue.sentences.get(code, tongue.unknown), facts, tongue)
