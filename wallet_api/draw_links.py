"""Where a resident finds the public page of a draw that an application takes part in."""

from collections.abc import Iterable
from uuid import UUID

from issuance.model import Round
from issuance.queries import find_round
from kernel.db import Session

PUBLIC_DRAWS = "/draws/"


def draw_path(round_: Round) -> str | None:
    """The public page of a round's draw; None for a round that has none."""
    return f"{PUBLIC_DRAWS}{round_.slug}" if round_.has_draw else None


def draw_paths(session: Session, round_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The public pages of the draws of these rounds, by round; those without a draw are left out."""
    rounds = (find_round(session, round_id) for round_id in set(round_ids))
    return {round_.id: path for round_ in rounds if round_ is not None and (path := draw_path(round_)) is not None}
