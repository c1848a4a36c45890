"""What the public pages are given when the application is put together."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from kernel.clock import Clock
from kernel.db import Database


@dataclass(frozen=True)
class PublicParts:
    """Everything the public pages use; nothing else reaches them."""

    clock: Clock
    database: Database


async def _parts(request: Request) -> PublicParts:
    return cast(PublicParts, request.app.state.public)


Parts = Annotated[PublicParts, Depends(_parts)]
