"""Draws as open data, for whoever checks them by a program."""

from datetime import datetime

from fastapi import APIRouter

from issuance.lottery.beacon import QUICKNET, round_appears_at
from issuance.queries import PublicDraw, public_draws
from kernel.http import AddressUnknown, refuses
from public_pages.parts import Parts
from public_pages.proceedings import whole_draw
from public_pages.proceedings_schemas import WholeDrawAnswer
from public_pages.schemas import DrawAnswer, FileAnswer

router = APIRouter(prefix="/draws", tags=["draws"])


@router.get("")
def draws(parts: Parts) -> list[DrawAnswer]:
    """Every draw that is or will be, the newest round first."""
    with parts.database.transaction() as session:
        return [_draw_answer(found) for found in public_draws(session)]


@router.get("/{slug}", responses=refuses(AddressUnknown))
def draw(slug: str, parts: Parts) -> WholeDrawAnswer:
    """One draw by the name that its files carry, with its rules, days, steps, and objections to its list."""
    with parts.database.transaction() as session:
        found = public_draws(session, slug=slug)
        if not found:
            raise AddressUnknown
        return whole_draw(session, found[0], _draw_answer(found[0]))


def _draw_answer(found: PublicDraw) -> DrawAnswer:
    round_, draw = found.round, found.draw
    return DrawAnswer(
        slug=round_.slug,
        title=f"{found.title} 第{round_.number}回",
        state=round_.state,
        rule=round_.rule,
        budget_units=round_.units_offered,
        max_units=round_.max_units,
        first_time_only=round_.first_time_only,
        commitments=list(round_.commitments),
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        closed_at=draw.closed_at if draw else None,
        frozen_at=draw.frozen_at if draw else None,
        drawn_at=draw.drawn_at if draw else None,
        received=draw.received if draw else None,
        void=dict(draw.void) if draw else None,
        rows=draw.rows if draw else None,
        root=draw.root if draw else None,
        beacon_id=draw.beacon_id if draw else None,
        beacon_round=draw.beacon_round if draw else None,
        beacon_at=_beacon_at(draw.beacon_id, draw.beacon_round) if draw else None,
        files=[_file_answer(round_.slug, *listing) for listing in found.files],
    )


def _beacon_at(beacon_id: str | None, beacon_round: int | None) -> datetime | None:
    return round_appears_at(beacon_round) if beacon_id == QUICKNET and beacon_round is not None else None


def _file_answer(slug: str, name: str, sha256: str, length_bytes: int) -> FileAnswer:
    path = f"/draws/{slug}/files/{name}?sha256={sha256}"
    return FileAnswer(name=name, path=path, sha256=sha256, length_bytes=length_bytes)
