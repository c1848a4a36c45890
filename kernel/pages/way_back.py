"""Where the look of pages is changed, and the way back from there.

The way back is the rest of the address: /look/wallet/history leads back to /wallet/history. So it needs no field that
could lead elsewhere, and what guards addresses sees each part of it as it sees the page's own.
"""

from urllib.parse import quote, unquote, urlsplit

from fastapi import Request

from kernel.pages.origin import origin_is_ours

LOOK = "/look"
IN_A_PATH = "/~:@!$&'()*+,;="


def look_address(request: Request, home: str) -> str:
    """Where somebody changes the look of the page that they are at and comes back to it.

    An answer to a form leads back to the page with the form, which the browser names; without that, to `home`.
    """
    if request.method == "GET":
        return LOOK + _written(request.scope["path"], request.url.query)
    asked_on = urlsplit(request.headers.get("referer", ""))
    if asked_on.path and asked_on.netloc == request.headers.get("host") and origin_is_ours(request):
        return LOOK + _written(unquote(asked_on.path), asked_on.query)
    return LOOK + home


def way_back(path: str, query: str) -> str:
    """The address on this host that stands behind `/look`; never one of another host."""
    return _written("/" + path.lstrip("/\\"), query)


def _written(path: str, query: str) -> str:
    return quote(path, safe=IN_A_PATH) + (f"?{quote(query, safe=IN_A_PATH + '%?')}" if query else "")
