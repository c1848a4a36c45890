"""Array literals of PostgreSQL: whole columns as one text parameter, which costs a tenth of a list of parameters."""

from collections.abc import Iterable
from uuid import UUID


def ids_literal(ids: Iterable[UUID | None]) -> str:
    """An array of ids, for `%s::uuid[]`."""
    return "{" + ",".join(["NULL" if item is None else item.hex for item in ids]) + "}"


def plain_literal(items: Iterable[object]) -> str:
    """An array of numbers, single words, days or times: nothing that needs quoting."""
    return "{" + ",".join(["NULL" if item is None else str(item) for item in items]) + "}"


def text_literal(texts: Iterable[str | None]) -> str:
    """An array of any text."""
    escaped = [None if text is None else text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return "{" + ",".join(["NULL" if text is None else f'"{text}"' for text in escaped]) + "}"
