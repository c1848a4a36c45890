"""Keys: the same request gets the same answer, another request under the same key is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from kashiman.demo.stripe_double.faults import ApiError, key_reused, parameter_invalid

KEY_MAX_CHARACTERS = 255


@dataclass(frozen=True)
class Answer:
    """A status and the exact bytes of a body."""

    status: int
    body: bytes
    replayed: bool = False


@dataclass
class AnswersByKey:
    """The first answer given under each key (docs.stripe.com/api/idempotent_requests)."""

    _kept: dict[str, tuple[str, Answer]] = field(default_factory=dict)

    def answer(self, key: str | None, request: str, act: Callable[[], Any]) -> Answer:
        """Give the kept answer of a key, or act and keep what comes out, errors included.

        Refused parameters are not kept: nothing began. Another request under a used key: idempotency_error.
        """
        if key is not None and len(key) > KEY_MAX_CHARACTERS:
            raise parameter_invalid("Idempotency-Key", "Idempotency keys have at most 255 characters.")
        if key is not None and key in self._kept:
            return self._again(key, request)
        answer = _outcome(act)
        if key is not None:
            self._kept[key] = (request, answer)
        return answer

    def _again(self, key: str, request: str) -> Answer:
        first_request, answer = self._kept[key]
        if request != first_request:
            raise key_reused(key)
        return Answer(answer.status, answer.body, replayed=True)


def _outcome(act: Callable[[], Any]) -> Answer:
    try:
        return Answer(200, orjson.dumps(act()))
    except ApiError as fault:
        if fault.before_execution:
            raise
        return Answer(fault.status, orjson.dumps(fault.body()))
