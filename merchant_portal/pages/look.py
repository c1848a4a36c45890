"""How the portal's pages are written, and where a refusal leads."""

from fastapi import Request
from starlette.responses import Response

from identity.doors.refusals import ShopOwnerNeeded, SignInNotRecent, TillNotBound
from kernel.http import RequestInProgress
from kernel.pages import Advice, OriginNotOurs, Pages
from kernel.refusals import OutcomeUnknown
from ledger.refusals import (
    KeyReusedWithOtherContent,
    PaymentAlreadyReversed,
    PeriodIsClosed,
    RefundExceedsPayment,
    VoidOnlyOnSameDay,
)
from merchant_portal.till import CustomerValueNotEnough
from merchant_portal.tills import CashierUnknown, TillUnknown
from merchant_portal.viewer import OwnerOnly
from merchants.refusals import (
    AccountChangeStepNotAllowed,
    AccountChangeUnderWay,
    AccountChangeUnknown,
    AccountInForceAlready,
    MerchantNotApproved,
    MerchantSuspended,
    PosterRevoked,
    PosterUnknown,
    StoreUnknown,
)
from payments.cards.refusals import (
    CardEnded,
    CardFrozen,
    CardHasNoPin,
    CardLockedByMisses,
    CardReplaced,
    CardUnknown,
)
from payments.refusals import (
    ConsumerCodeExpired,
    ConsumerCodeUnknown,
    ConsumerCodeUsed,
    DynamicCodeUnknown,
    PayerBelongsToShop,
    PaymentNotFound,
)
from settlement.refusals import StatementNotFound

HOME, SIGN_IN, CHARGE, REFUNDS = "/shop/", "/shop/sign-in", "/shop/charge", "/shop/refunds"
CODES = "/shop/codes"
STATEMENTS, POSTERS, TILLS = "/shop/statements", "/shop/posters", "/shop/tills"
ACCOUNT = "/shop/account"
SIGN_IN_FOR_TILLS = "/shop/sign-in/begin?again=tills"

_NEW_CODE = Advice("お客さまに新しいコードを出してもらい、もういちど読み取ってください。", "会計へ", CHARGE)
_NO_CARD = Advice(
    "お金は現金などで受け取ってください。お客さまには、市役所 商工観光課の窓口をご案内ください。", "会計へ", CHARGE
)
_SMALLER = Advice(
    "金額を下げるか、足りない分を現金などで受け取ってください。暗証番号は、市役所の窓口でつけられます。",
    "会計へ",
    CHARGE,
)
_LOOK_AT_LIST = Advice(
    "前の操作で支払いが届いているかもしれません。きょうの一覧でたしかめてください。", "きょうの一覧を見る", HOME
)
_CALL_CITY = Advice("市役所の商工観光課へご連絡ください。それまでは現金などでお願いします。", "きょうの一覧へ", HOME)
_LIST = Advice("きょうの一覧から選びなおしてください。", "きょうの一覧へ", HOME)
_TILLS = Advice("レジの画面で、いまの一覧をたしかめてください。", "レジの画面へ", TILLS)
_ACCOUNT = Advice("口座の画面で、いまの状態をたしかめてください。", "口座の画面へ", ACCOUNT)
_POSTERS = Advice("使えるポスターを一覧から選んでください。", "ポスターの一覧へ", POSTERS)

PAGES = Pages(
    package="merchant_portal",
    brand="かしまんPAY お店",
    home=HOME,
    sign_in=SIGN_IN,
    advice={
        CustomerValueNotEnough.code: Advice(
            "お客さまのスマホで、使える金額を見てもらってください。その金額までなら、新しいコードを出してもらって"
            "会計できます。足りない分は現金などで受け取ってください。",
            "会計へ",
            CHARGE,
        ),
        **dict.fromkeys((ConsumerCodeExpired.code, ConsumerCodeUnknown.code), _NEW_CODE),
        **dict.fromkeys((CardUnknown.code, CardReplaced.code, CardEnded.code), _NO_CARD),
        **dict.fromkeys((CardFrozen.code, CardLockedByMisses.code), _NO_CARD),
        CardHasNoPin.code: _SMALLER,
        **dict.fromkeys((ConsumerCodeUsed.code, KeyReusedWithOtherContent.code), _LOOK_AT_LIST),
        **dict.fromkeys((MerchantNotApproved.code, MerchantSuspended.code, PeriodIsClosed.code), _CALL_CITY),
        PayerBelongsToShop.code: Advice("ご自分のお店では使えません。現金などでお願いします。", "会計へ", CHARGE),
        VoidOnlyOnSameDay.code: Advice("きのうまでの支払いは、責任者が「返金」で返します。", "返金へ", REFUNDS),
        PaymentAlreadyReversed.code: Advice(
            "この支払いは、もう返してあります。一覧でたしかめてください。", "きょうの一覧を見る", HOME
        ),
        RefundExceedsPayment.code: Advice("のこりの金額までにして、やりなおしてください。", "返金へ", REFUNDS),
        OwnerOnly.code: Advice("責任者の方にお願いしてください。", "きょうの一覧へ", HOME),
        PaymentNotFound.code: _LIST,
        DynamicCodeUnknown.code: Advice(
            "きょうの一覧で届いたかどうかをたしかめてから、会計をやりなおしてください。", "きょうの一覧を見る", HOME
        ),
        StoreUnknown.code: _LIST,
        **dict.fromkeys((PosterUnknown.code, PosterRevoked.code), _POSTERS),
        StatementNotFound.code: Advice("精算書の一覧から選んでください。", "精算書の一覧へ", STATEMENTS),
        TillNotBound.code: Advice(
            "お店のレジでログインしてください。この端末もレジとして使うときは、責任者の方に、この端末でログインして"
            "登録してもらってください。",
            "責任者がログインして登録する",
            SIGN_IN_FOR_TILLS,
        ),
        SignInNotRecent.code: Advice(
            "責任者の方が、もういちどログインしてください。そのあと5分のあいだ、レジやレジ係のことを変えられます。",
            "もういちどログインする",
            SIGN_IN_FOR_TILLS,
        ),
        **dict.fromkeys((TillUnknown.code, CashierUnknown.code, ShopOwnerNeeded.code), _TILLS),
        **dict.fromkeys((AccountChangeUnderWay.code, AccountChangeUnknown.code), _ACCOUNT),
        **dict.fromkeys((AccountChangeStepNotAllowed.code, AccountInForceAlready.code), _ACCOUNT),
        OriginNotOurs.code: Advice("最初の画面からやりなおしてください。", "最初の画面へ", HOME),
    },
)

NOT_KNOWN_YET = (OutcomeUnknown, RequestInProgress)
"""Nobody can tell yet whether the money moved: the page asks again under the same key."""


def check_page(request: Request, unknown: Exception, action: str, fields: dict[str, str]) -> Response:
    """Say that the outcome is not known yet, with a button that asks for the same thing under the same key."""
    status = 503 if isinstance(unknown, OutcomeUnknown) else 409
    return PAGES.page(request, "shop/check.html", status=status, action=action, fields=fields)
