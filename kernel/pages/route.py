"""The route of a page: it guards forms, protects answers, and turns refusals into pages."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from kernel.http import refusal_of_validation
from kernel.pages.origin import check_origin
from kernel.pages.protection import protect
from kernel.pages.rendering import Pages
from kernel.refusals import Kind, Outage, Refusal

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def page_router(pages: Pages) -> APIRouter:
    """A router whose endpoints answer pages.

    Every method but GET and HEAD refuses OriginNotOurs first. A Refusal or an Outage becomes a refusal page; one of
    the kind UNAUTHENTICATED leads to the sign-in page, with its code as `reason`. Every answer is protected.
    """

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            answer = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                request.state.look = pages.look_of(request)
                try:
                    if request.method not in SAFE_METHODS:
                        check_origin(request)
                    return protect(await answer(request))
                except RequestValidationError as broken:
                    return pages.refusal_page(request, refusal_of_validation(broken))
                except (Refusal, Outage) as refusal:
                    return protect(_refused(pages, request, refusal))

            return guarded

    return APIRouter(route_class=PageRoute, include_in_schema=False)


def _refused(pages: Pages, request: Request, refusal: Refusal | Outage) -> Response:
    if isinstance(refusal, Refusal) and refusal.kind is Kind.UNAUTHENTICATED:
        return RedirectResponse(f"{pages.sign_in}?{urlencode({'reason': refusal.code})}", 303)
    return pages.refusal_page(request, refusal)
