"""Files that leave the console."""

from starlette.responses import Response


def file_answer(content: bytes, name: str, media_type: str) -> Response:
    """A file to be saved, never shown: bytes as they are stored, which no browser may take for a page."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=media_type)
