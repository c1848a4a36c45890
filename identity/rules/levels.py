"""What each way to sign in is worth, and whether one is enough where another was asked for.

Assurance of identity and of authentication are counted apart, 1 to 3, as DS-511 of the Digital Agency and NIST
SP 800-63-4 do. The table is data: an installation may replace it when the agency's final wording differs.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from identity.model import Acr


class Level(NamedTuple):
    """How sure we are who somebody is (`identity`), and that it is them now (`authentication`)."""

    identity: int
    authentication: int
    is_signature: bool = False


LEVELS: Mapping[Acr, Level] = {
    Acr.LINE: Level(1, 1),
    Acr.COUNTER: Level(2, 1),
    Acr.POSTCARD: Level(2, 1),
    Acr.PASSKEY: Level(2, 2),
    Acr.STAFF: Level(2, 2),
    Acr.JPKI_AUTH: Level(3, 3),
    Acr.JPKI_SIGN: Level(3, 3, is_signature=True),
}


def is_enough(have: Acr, wanted: Acr, levels: Mapping[Acr, Level] = LEVELS) -> bool:
    """Whether a sign-in by `have` also proves all that `wanted` proves; only a member of staff proves STAFF."""
    if Acr.STAFF in (have, wanted):
        return have is wanted
    ours, asked = levels[have], levels[wanted]
    return (
        ours.identity >= asked.identity
        and ours.authentication >= asked.authentication
        and (ours.is_signature or not asked.is_signature)
    )


def best_of(reached: Iterable[Acr], wanted: Iterable[Acr], levels: Mapping[Acr, Level] = LEVELS) -> Acr | None:
    """The first of `wanted` that one of `reached` is enough for; None when there is none."""
    have = list(reached)
    return next((acr for acr in wanted if any(is_enough(own, acr, levels) for own in have)), None)
