"""How the provider's pages are written, and the cookies they keep."""

from identity.doors.gateway.refusals import MailNotAccepted
from identity.doors.refusals import MailAddressUnreadable, MailCodeWrong, TooManyMailCodes
from identity.provider.refusals import AuthorizationRequestOver, ClientNotRegistered, RedirectUriNotRegistered
from identity.refusals import SignInCodeUnreadable, SignInCodeWrong
from identity.rules.my_number import MyNumberGiven
from kernel.pages import Advice, HostCookie, OriginNotOurs, Pages

ACCOUNT, SIGN_IN, CONTINUE, DEVICE_CONFIRM = "/id/account", "/id/sign-in", "/id/continue", "/id/device/confirm"

_START_AGAIN = Advice("使っていたアプリの最初の画面から、もういちどログインしてください。", "登録のかくにんへ", ACCOUNT)

PAGES = Pages(
    package="identity_provider",
    brand="かしまID",
    home=ACCOUNT,
    sign_in=SIGN_IN,
    advice={
        **dict.fromkeys(
            (
                AuthorizationRequestOver.code,
                ClientNotRegistered.code,
                RedirectUriNotRegistered.code,
                OriginNotOurs.code,
                MyNumberGiven.code,
            ),
            _START_AGAIN,
        ),
        **dict.fromkeys(
            (MailAddressUnreadable.code, MailCodeWrong.code, MailNotAccepted.code, TooManyMailCodes.code),
            Advice("アドレスと確認番号をたしかめてください。", "登録のかくにんへ", f"{ACCOUNT}#mail-title"),
        ),
        **dict.fromkeys(
            (SignInCodeUnreadable.code, SignInCodeWrong.code),
            Advice("コードをもういちど入れてください。", "ログインへ", SIGN_IN),
        ),
    },
)
SESSION_COOKIE = HostCookie("kashima_id")
BROWSER_COOKIE = HostCookie("kashima_browser")
SESSION_COOKIE_S = 12 * 3_600
BROWSER_COOKIE_S = 24 * 3_600
