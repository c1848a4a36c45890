"""The record of one payment for whoever paid it: on a page, and on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from issuance.queries import find_campaign
from kernel.clock import CITY_ZONE, city_date
from kernel.db import Session
from kernel.documents import Template, typeset
from kernel.pages import msgid
from ledger.queries import payment_use
from merchants.queries import store_names
from payments.queries import Movement, find_payment, movements_by_ids, reversals_by_payment
from payments.refusals import PaymentNotFound
from wallet_api.household import KIND_WORDS, UsedValue

WORDS = {
    "title": msgid("お支払いの控え"),
    "shop": msgid("お店"),
    "at": msgid("日時"),
    "number": msgid("番号"),
    "reference": msgid("受付番号"),
    "amount": msgid("お支払い"),
    "left": msgid("返ったあとの金額"),
    "used": msgid("使ったお金の内訳"),
    "given_back": msgid("取消・返金"),
    "note": msgid(
        "この控えは、かしまんPAYでのお支払いの記録です。税の書類（適格請求書など）が必要なときは、お店にご相談ください。"
    ),
    "issuer": msgid("鹿島市 商工観光課"),
}
USABLE_WORDS = {"small_shops": msgid("専用券(中小のお店)"), "all_shops": msgid("共通券(どの加盟店でも)")}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment of the resident's own wallet, with all that came back of it."""

    payment: Movement
    store_name: str
    used: tuple[UsedValue, ...]
    given_back: tuple[Movement, ...]

    @property
    def month(self) -> str:
        """The city month of the payment, like `2026-11`."""
        return f"{city_date(self.payment.at):%Y-%m}"

    @property
    def left_yen(self) -> int:
        return self.payment.amount_yen + sum(each.amount_yen for each in self.given_back)


def own_receipt(session: Session, wallet_id: UUID, payment_id: UUID) -> Receipt:
    """The record of a payment. Refuses PaymentNotFound, also for a payment of somebody else."""
    payment = find_payment(session, payment_id)
    if payment is None or payment.wallet_id != wallet_id:
        raise PaymentNotFound(payment_id=str(payment_id))
    movement = movements_by_ids(session, [payment_id])[payment_id]
    campaigns = {use: find_campaign(session, use.campaign_id) for use in payment_use(session, payment_id)}
    return Receipt(
        payment=movement,
        store_name=store_names(session, [payment.store_id])[payment.store_id],
        used=tuple(
            UsedValue(campaign.title if campaign else "", use.usable_at, use.amount_yen)
            for use, campaign in campaigns.items()
        ),
        given_back=tuple(reversals_by_payment(session, [payment_id]).get(payment_id, ())),
    )


def receipt_pdf(receipt: Receipt, say: Callable[[str], str] = str, language: str = "ja") -> bytes:
    """The record on a sheet of A5, in the language of `say`; `language` is its tag of BCP 47."""
    payment = receipt.payment
    data = {
        "language": language,
        "words": {name: say(word) for name, word in WORDS.items()},
        "shop_name": receipt.store_name,
        "at": _moment(payment),
        "number": payment.number,
        "reference": str(payment.id),
        "amount_yen": payment.amount_yen,
        "left_yen": receipt.left_yen,
        "used": [
            {"title": f"{each.title} {say(USABLE_WORDS[each.usable_at])}".strip(), "amount_yen": each.amount_yen}
            for each in receipt.used
        ],
        "given_back": [
            {"word": say(KIND_WORDS[each.kind]), "at": _moment(each), "amount_yen": each.amount_yen}
            for each in receipt.given_back
        ],
    }
    newest = receipt.given_back[-1] if receipt.given_back else payment
    return typeset(Template("wallet_api", "receipt"), data, made_on=city_date(newest.at))


def receipt_pdf_name(receipt: Receipt) -> str:
    """The name under which it is saved."""
    return f"receipt-{city_date(receipt.payment.at):%Y%m%d}-{receipt.payment.number}.pdf"


def _moment(movement: Movement) -> str:
    return f"{movement.at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"
