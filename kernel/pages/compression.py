"""Pages that travel compressed: only those that say the same to everybody.

The other pages stay as they are. They carry secrets (the handle of a sign-in, keys of forms) beside what an address may
put there, and the length of a compressed answer tells how alike the two are (BREACH, CVE-2013-3587). They are a few
kilobytes long.
"""

import gzip

from fastapi import Request
from starlette.responses import HTMLResponse


def compressed(request: Request, page: HTMLResponse) -> HTMLResponse:
    """Compress a page that holds no secret, where the browser understands it."""
    page.headers["Vary"] = ", ".join(filter(None, [page.headers.get("vary"), "Accept-Encoding"]))
    if "gzip" in request.headers.get("accept-encoding", ""):
        page.body = gzip.compress(bytes(page.body), mtime=0)
        page.headers["Content-Encoding"] = "gzip"
        page.headers["Content-Length"] = str(len(page.body))
    return page
