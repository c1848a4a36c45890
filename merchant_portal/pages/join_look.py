"""How the pages for applicants are written: nobody is signed in, so every way leads back to the form or its state."""

from dataclasses import replace

from kernel.pages import Advice
from kernel.refusals import DatabaseUnreachable, OutcomeUnknown
from merchant_portal.pages.look import PAGES
from merchants.refusals import JoiningDraftGone, PledgeChanged, ShopApplicationStepNotAllowed, ShopApplicationUnknown

START = "/shop/join"
STATE = f"{START}/state"
CHECK = f"{START}/check"

_SEND_AGAIN = Advice(
    "確認の画面から、もういちど送ってください。前のものが届いていても、申しこみが2つになることはありません。",
    "確認の画面へ",
    CHECK,
)
_LOOK_AT_STATE = Advice("申しこみの状態をたしかめてください。", "状態を見る", STATE)

JOIN_PAGES = replace(
    PAGES,
    home=START,
    advice={
        OutcomeUnknown.code: _SEND_AGAIN,
        DatabaseUnreachable.code: _SEND_AGAIN,
        PledgeChanged.code: Advice("新しい約束を読んで、印をつけてください。", "お店の約束へ", f"{START}/pledge"),
        JoiningDraftGone.code: _LOOK_AT_STATE,
        ShopApplicationStepNotAllowed.code: _LOOK_AT_STATE,
        ShopApplicationUnknown.code: _LOOK_AT_STATE,
    },
)
