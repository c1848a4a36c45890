"""The three ways an operation can fail to do what was asked.

Refusal          an expected no: it has a code, a kind and facts, and nothing was changed
BooksBroken      an invariant failed: our bug; never caught, always an alarm
Outage           not now, or not known
  ├─ Busy              the queue is full; ask again a little later
  ├─ ProviderDown      somebody else's service did not answer
  └─ OutcomeUnknown    the commit was interrupted; the same key asked again tells the truth
"""

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What sort of no a refusal is; the edge maps it to a status."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    TOO_MANY = "too_many"


REFUSALS_BY_CODE: dict[str, type["Refusal"]] = {}


@dataclass(eq=False)
class Refusal(Exception):
    """An expected no. Subclasses are dataclasses whose fields are the facts a sentence needs.

    Facts are JSON values only (text, whole numbers, booleans, lists of these), so that a refusal can be
    stored as the answer to a key and given again. The code is the class name in snake_case, unique in the system.
    """

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "refusal"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        known = REFUSALS_BY_CODE.setdefault(cls.code, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"refusal code {cls.code} is used twice: {known.__module__} and {cls.__module__}")

    @property
    def facts(self) -> dict[str, Any]:
        """The facts by name, as JSON values."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and self.code == other.code and self.facts == other.facts

    def __hash__(self) -> int:
        return hash(self.code)

    def __reduce__(self) -> tuple[Any, ...]:
        return refusal_from_record, (self.code, self.facts)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}({facts})"


def refusal_from_record(code: str, facts: dict[str, Any]) -> Refusal:
    """Give a stored refusal again, exactly as it was answered the first time."""
    return REFUSALS_BY_CODE[code](**facts)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if isinstance(value, int | bool | type(None)) else str(value)


class BooksBroken(Exception):
    """An invariant of the books failed: our bug. The transaction is rolled back and nobody catches this."""


class Outage(Exception):
    """Not now, or not known. `retry_after_s` says when asking again makes sense."""

    code = "outage"
    retry_after_s = 2


class Busy(Outage):
    """The queue is full; nothing was started."""

    code = "busy"


class DatabaseUnreachable(Outage):
    """The database does not answer; nothing was changed."""

    code = "database_unreachable"


class ProviderDown(Outage):
    """Another service did not answer; what was asked of it is stored and will be asked again."""

    code = "provider_down"
    retry_after_s = 10


class OutcomeUnknown(Outage):
    """The commit was interrupted, so it may or may not have happened; the same key asked again tells."""

    code = "outcome_unknown"
    retry_after_s = 1
