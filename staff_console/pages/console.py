"""What all pages of the console share: the look, the cookie, and the menu of what a clerk may see."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from starlette.responses import HTMLResponse

from identity.model import StaffRole
from kernel.http import idempotency_key
from kernel.pages import Advice, Pages, SignInCookie
from staff_console.rights import AUDITORS, BOOK_READERS, CAMPAIGN_READERS, COUNTER_CLERKS
from staff_console.viewer import COOKIE, StaffViewer
from staff_console.wording import thousands, word

HOME = "/staff/"
SIGN_IN = "/staff/sign-in"
MENU: tuple[tuple[str, str, tuple[StaffRole, ...]], ...] = (
    ("事業", "/staff/campaigns", CAMPAIGN_READERS),
    ("窓口販売", "/staff/counter", COUNTER_CLERKS),
    ("締めと振込", "/staff/closings", BOOK_READERS),
    ("試算表", "/staff/trial-balance", BOOK_READERS),
    ("監査", "/staff/audit", AUDITORS),
)


def _advice(codes: Iterable[str], advice: Advice) -> dict[str, Advice]:
    return dict.fromkeys(codes, advice)


console = Pages(
    "staff_console",
    brand="かしまんPAY 市役所",
    home=HOME,
    sign_in=SIGN_IN,
    advice={
        **_advice(
            ("role_not_allowed",),
            Advice(
                "この画面を使う担当の人にお願いするか、管理の担当に役割の追加を頼んでください。", "最初の画面へ", HOME
            ),
        ),
        **_advice(
            ("not_staff",),
            Advice("職員用の番号でサインインしてください。", "サインインの画面へ", SIGN_IN),
        ),
        **_advice(
            ("sign_in_code_unreadable", "sign_in_code_wrong"),
            Advice("番号をたしかめて、もういちど入力してください。", "サインインの画面へ", SIGN_IN),
        ),
        **_advice(
            ("sign_in_locked",),
            Advice("しばらく待ってから、もういちど入力してください。", "サインインの画面へ", SIGN_IN),
        ),
        **_advice(
            (
                "grant_unknown",
                "campaign_not_selling",
                "pay_window_not_open",
                "payment_method_not_offered",
                "units_out_of_range",
                "units_exceed_grant",
            ),
            Advice(
                "現金を受け取っていたら返してください。受付番号の確認からやりなおせます。",
                "受付番号の入力へ",
                "/staff/counter",
            ),
        ),
        **_advice(
            (
                "cutoff_day_already_closed",
                "cutoff_day_before_last_closing",
                "cutoff_day_not_over",
                "pay_date_not_after_closing",
                "pay_date_not_business_day",
                "pay_date_outside_bank_window",
                "bank_holidays_unknown",
                "payout_step_not_allowed",
                "payout_day_impossible",
                "return_not_explained",
            ),
            Advice("日付と状態をたしかめて、もういちどお試しください。", "締めの一覧へ", "/staff/closings"),
        ),
        **_advice(
            ("period_not_over", "period_is_closed"),
            Advice("締められる日をたしかめてください。", "試算表へ", "/staff/trial-balance"),
        ),
    },
)
console.environment.filters |= {"word": word, "thousands": thousands}
cookie = SignInCookie(COOKIE, "/staff")


def show(request: Request, viewer: StaffViewer, template: str, **facts: Any) -> HTMLResponse:
    """Write a page for a clerk, with the menu of what their roles may see."""
    menu = [(label, path) for label, path, roles in MENU if viewer.may(roles)]
    return console.page(request, template, viewer=viewer, menu=menu, **facts)


async def _form_key(form_key: Annotated[str, Form()]) -> str:
    """The key that was made when the form was written. Refuses: IdempotencyKeyMalformed."""
    return await idempotency_key(form_key)


FormKey = Annotated[str, Depends(_form_key)]
