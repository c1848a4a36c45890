"""Signing in through the city's provider, and out."""

from fastapi import Request

from identity.relying_party.face import sign_in_pages
from wallet_api.pages.look import PAGES
from wallet_api.parts import WalletParts
from wallet_api.viewer import FACE


def _parts_of(request: Request) -> WalletParts:
    parts: WalletParts = request.app.state.wallet
    return parts


router = sign_in_pages(PAGES, FACE, _parts_of, "wallet/sign_in.html")
