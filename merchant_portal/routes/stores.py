"""The user's stores and the posters that hang in them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from kernel.documents import pdf_headers
from kernel.http import FieldsInvalid, refuses
from merchant_portal.papers import PosterPaper, poster_pdf, poster_pdf_name
from merchant_portal.parts import Parts
from merchant_portal.posters import own_poster, valid_posters
from merchant_portal.reach import OwnStores, own_store
from merchant_portal.schemas import PosterAnswer, PostersAnswer, PosterSummaryAnswer, StoreAnswer, StoresAnswer
from merchant_portal.viewer import SIGN_IN_REFUSALS
from merchants.refusals import PosterRevoked, PosterUnknown, StoreUnknown
from payments.codes.picture import code_svg

router = APIRouter(prefix="/stores", tags=["shop: stores"])
STORE_REFUSALS = (*SIGN_IN_REFUSALS, FieldsInvalid, StoreUnknown)
POSTER_REFUSALS = (*STORE_REFUSALS, PosterUnknown, PosterRevoked)
SVG_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The poster's QR code, one unit per module",
        "content": {"image/svg+xml": {"schema": {"type": "string"}, "example": "<svg …>…</svg>"}},
    }
}
PDF_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The paper at its true size, tagged (PDF/UA-1) and made to be archived (PDF/A-2a)",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7 …"}},
    }
}
SVG_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@router.get("", responses=refuses(*SIGN_IN_REFUSALS))
def stores(own: OwnStores) -> StoresAnswer:
    """The stores at which the user may act."""
    return StoresAnswer(
        stores=[
            StoreAnswer(store_id=store.store_id, store_code=store.store_code, store_name=store.display_name)
            for store in own
        ]
    )


@router.get("/{store_id}/posters", responses=refuses(*STORE_REFUSALS))
def posters(store_id: UUID, own: OwnStores, parts: Parts) -> PostersAnswer:
    """The posters of a store that were not revoked, the newest first."""
    store = own_store(own, store_id)
    with parts.database.transaction() as session:
        found = valid_posters(session, store)
    return PostersAnswer(
        posters=[PosterSummaryAnswer(serial=poster.serial, printed_at=poster.printed_at) for poster in found]
    )


@router.get(
    "/{store_id}/posters/{serial}.svg",
    response_class=Response,
    responses={**SVG_DOCUMENT, **refuses(*POSTER_REFUSALS)},
)
def poster_picture(store_id: UUID, serial: str, own: OwnStores, parts: Parts) -> Response:
    """The QR code of a poster as a picture."""
    with parts.database.transaction() as session:
        poster = own_poster(session, parts, own, store_id, serial)
    return Response(code_svg(poster.text), headers=SVG_HEADERS, media_type="image/svg+xml")


@router.get(
    "/{store_id}/posters/{serial}/{paper}.pdf",
    response_class=Response,
    responses={**PDF_DOCUMENT, **refuses(*POSTER_REFUSALS)},
)
def poster_as_pdf(
    store_id: UUID,
    serial: str,
    paper: PosterPaper,
    own: OwnStores,
    parts: Parts,
    marks: Annotated[bool, Query(description="With crop marks and 3 mm bleed, for a print shop")] = False,
) -> Response:
    """A poster, tent card or sticker to be printed."""
    with parts.database.transaction() as session:
        found = own_poster(session, parts, own, store_id, serial)
    headers = pdf_headers(poster_pdf_name(found, paper, with_marks=marks))
    return Response(poster_pdf(found, paper, with_marks=marks), headers=headers, media_type="application/pdf")


@router.get("/{store_id}/posters/{serial}", responses=refuses(*POSTER_REFUSALS))
def poster(store_id: UUID, serial: str, own: OwnStores, parts: Parts) -> PosterAnswer:
    """A poster with the signed text of its QR code."""
    with parts.database.transaction() as session:
        found = own_poster(session, parts, own, store_id, serial)
    return PosterAnswer(
        serial=serial,
        printed_at=found.state.printed_at,
        store_id=store_id,
        store_name=found.store.display_name,
        text=found.text,
    )
