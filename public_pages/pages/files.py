"""The published files and the verifier, byte by byte."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

from fastapi import Header
from starlette.responses import Response

from issuance.lottery import verifier
from issuance.queries import published_file
from kernel.http import AddressUnknown
from kernel.pages import page_router
from public_pages.pages.look import PAGES
from public_pages.parts import Parts

router = page_router(PAGES)
VERIFIER = Path(verifier.__file__).read_bytes()
VERIFIER_SHA256 = sha256(VERIFIER).hexdigest()
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
MEDIA_TYPES = {".json": "application/json", ".csv": "text/csv; charset=utf-8", ".py": "text/x-python; charset=utf-8"}

KnownTag = Annotated[str, Header(alias="If-None-Match")]


@router.get("/verifier.py")
def show_verifier(known_tag: KnownTag = "") -> Response:
    """The verifier of one file, which needs Python and nothing else."""
    return _file("verifier.py", VERIFIER, VERIFIER_SHA256, known_tag, is_named_by_content=False)


@router.get("/{slug}/files/{name}")
def show_file(slug: str, name: str, parts: Parts, sha256: str = "", known_tag: KnownTag = "") -> Response:
    """A published file; asked for with its SHA-256 it may be kept for ever. Refuses AddressUnknown."""
    with parts.database.transaction() as session:
        found = published_file(session, slug, name)
    if found is None:
        raise AddressUnknown
    return _file(name, found.content, found.sha256, known_tag, is_named_by_content=sha256 == found.sha256)


def _file(name: str, content: bytes, digest: str, known_tag: str, *, is_named_by_content: bool) -> Response:
    tag = f'"{digest}"'
    headers = {"ETag": tag, "Cache-Control": FOREVER if is_named_by_content else ASK_AGAIN}
    if tag in (known.strip().removeprefix("W/") for known in known_tag.split(",")):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, headers=headers, media_type=MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream"))
