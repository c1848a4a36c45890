"""What a telephone needs to keep the wallet on its first screen: a manifest and the sign."""

from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

from kernel.http import AddressUnknown
from kernel.pages import msgid, page_router
from wallet_api.app_icon import BRAND, PAPER, SIDES_PX, icon_png, icon_svg
from wallet_api.pages.look import HOME, PAGES, PAY

router = page_router(PAGES)
DAY_S = 24 * 3_600
ICONS = {f"{kind}-{side}.png": (side, kind == "maskable") for kind in ("icon", "maskable") for side in SIDES_PX}
LISTED_SIDES_PX = (192, 512)
SHORTCUTS = ((msgid("コードを見せる"), "/wallet/code"), (msgid("お店のコードを読む"), PAY))


@router.get("/manifest.webmanifest")
def show_manifest(request: Request) -> Response:
    """What the wallet is called, looks like and begins with, in the language of the browser.

    Its scope is the whole host, so that signing in does not leave the window; the service worker's is /wallet/ alone.
    Source: W3C, Web Application Manifest.
    """
    manifest: dict[str, Any] = {
        "id": HOME,
        "start_url": HOME,
        "scope": "/",
        "name": PAGES.text(request, PAGES.brand),
        "short_name": PAGES.text(request, PAGES.brand),
        "description": PAGES.text(request, msgid("鹿島市の電子商品券のさいふです。")),
        "lang": PAGES.look_of(request).lang,
        "dir": "ltr",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": BRAND,
        "categories": ["finance", "government"],
        "icons": [_icon(side, purpose) for side in LISTED_SIDES_PX for purpose in ("any", "maskable")],
        "shortcuts": [{"name": PAGES.text(request, name), "url": path} for name, path in SHORTCUTS],
    }
    kept = {"Cache-Control": "no-cache", "Vary": "Cookie, Accept-Language"}
    return JSONResponse(manifest, headers=kept, media_type="application/manifest+json")


@router.get("/icons/{name}")
def show_icon(name: str) -> Response:
    """The sign as a picture, drawn when it is first asked for; `icon.svg` is the drawing. Refuses AddressUnknown."""
    kept = {"Cache-Control": f"public, max-age={DAY_S}"}
    if name == "icon.svg":
        return Response(icon_svg(maskable=False), headers=kept, media_type="image/svg+xml")
    if name not in ICONS:
        raise AddressUnknown
    side_px, maskable = ICONS[name]
    return Response(icon_png(side_px, maskable=maskable), headers=kept, media_type="image/png")


def _icon(side_px: int, purpose: str) -> dict[str, str]:
    kind = "icon" if purpose == "any" else purpose
    src = f"/wallet/icons/{kind}-{side_px}.png"
    return {"src": src, "sizes": f"{side_px}x{side_px}", "type": "image/png", "purpose": purpose}
