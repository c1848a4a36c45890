"""How the public pages are written: nobody moves money here, so none of them speaks of it."""

from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse

from kernel.http import AddressUnknown
from kernel.pages import Advice, Money, Pages, compressed
from kernel.refusals import Outage, Refusal

HOME = "/draws/"
SHORTLY_S = 10
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a visitor types can be sent nowhere: no form may be, and no other site is reached."""


class PublicPages(Pages):
    """Pages without money, which whoever stands between may keep for a moment when everybody looks at once."""

    def page(self, request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """Write a page under the stricter policy; it holds nothing that is secret, so it may travel compressed."""
        response = compressed(request, super().page(request, template, status=status, **facts))
        response.headers["Content-Security-Policy"] = POLICY
        if status == 200:
            response.headers["Cache-Control"] = f"public, max-age={SHORTLY_S}"
        return response

    def refusal_page(
        self,
        request: Request,
        refusal: Refusal | Outage,
        *,
        money: Money | None = Money.UNSAID,
        advice: Advice | None = None,
        status: int | None = None,
    ) -> HTMLResponse:
        """Write what was refused and what to do next."""
        return super().refusal_page(request, refusal, money=money, advice=advice, status=status)


PAGES = PublicPages(
    package="public_pages",
    brand="かしまんPAY 抽選",
    home=HOME,
    sign_in=HOME,
    advice={AddressUnknown.code: Advice("抽選の一覧から選んでください。", "抽選の一覧へ", HOME)},
    money_if_broken=Money.UNSAID,
)
