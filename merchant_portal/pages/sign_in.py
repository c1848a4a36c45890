"""Signing in through the city's provider, and out."""

from fastapi import Request

from identity.relying_party.face import sign_in_pages
from merchant_portal.pages.look import PAGES
from merchant_portal.parts import PortalParts
from merchant_portal.viewer import FACE


def _parts_of(request: Request) -> PortalParts:
    parts: PortalParts = request.app.state.portal
    return parts


router = sign_in_pages(PAGES, FACE, _parts_of, "shop/sign_in.html")
