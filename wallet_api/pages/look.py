"""How the wallet's pages are written, and where a refusal leads."""

from identity.doors.refusals import MailAddressMissing
from issuance.refusals import (
    AlreadyApplied,
    RoundNotOpen,
    RoundUnknown,
    RoundWithdrawn,
    RulesNotPublished,
    UnitsExceedGrant,
    UnitsSoldOut,
)
from kernel.pages import Advice, OriginNotOurs, Pages
from kernel.refusals import OutcomeUnknown
from ledger.refusals import KeyReusedWithOtherContent, ValueNotEnough
from merchants.refusals import MerchantNotApproved, MerchantSuspended, PosterRevoked, PosterUnknown, StoreUnknown
from payments.codes.refusals import CodeOfAnotherScheme, CodeSignatureInvalid
from payments.refusals import PayerBelongsToShop, PaymentNotFound

HOME, SIGN_IN, PAY, BUY, HISTORY = "/wallet/", "/wallet/sign-in", "/wallet/pay", "/wallet/buy", "/wallet/history"

_OTHER_WAY = Advice("現金など、ほかの方法でお支払いください。", "最初の画面へもどる", HOME)
_ASK_SHOP = Advice("お店の人にこの画面を見せて、ほかの方法でお支払いください。", "最初の画面へもどる", HOME)
_LOOK_AGAIN = Advice("申し込みと購入の画面で、いまの状態をたしかめてください。", "申し込む・買うへ", BUY)

PAGES = Pages(
    package="wallet_api",
    brand="かしまんPAY",
    home=HOME,
    sign_in=SIGN_IN,
    advice={
        ValueNotEnough.code: Advice(
            "足りない分は現金などでお支払いください。使える金額までなら、金額をかえて払えます。", "金額をかえる", PAY
        ),
        KeyReusedWithOtherContent.code: Advice(
            "前の画面のお支払いがすんでいるかもしれません。りれきでたしかめてください。", "りれきを見る", HISTORY
        ),
        PaymentNotFound.code: Advice("りれきから、お支払いを選んでください。", "りれきを見る", HISTORY),
        **dict.fromkeys((PosterUnknown.code, PosterRevoked.code, StoreUnknown.code), _ASK_SHOP),
        **dict.fromkeys((MerchantNotApproved.code, MerchantSuspended.code), _ASK_SHOP),
        **dict.fromkeys((CodeOfAnotherScheme.code, CodeSignatureInvalid.code), _ASK_SHOP),
        PayerBelongsToShop.code: _OTHER_WAY,
        **dict.fromkeys((RoundNotOpen.code, RoundUnknown.code, AlreadyApplied.code), _LOOK_AGAIN),
        **dict.fromkeys((RoundWithdrawn.code, RulesNotPublished.code), _LOOK_AGAIN),
        **dict.fromkeys((UnitsSoldOut.code, UnitsExceedGrant.code), _LOOK_AGAIN),
        MailAddressMissing.code: Advice(
            "先に「登録のかくにん」で、メールアドレスを登録してください。", "登録のかくにんへ", "/id/account#mail-title"
        ),
        OutcomeUnknown.code: Advice("やりなおす前に、いまの状態をたしかめてください。", "確認する", BUY),
        OriginNotOurs.code: Advice("最初の画面からやりなおしてください。", "最初の画面へもどる", HOME),
    },
)
