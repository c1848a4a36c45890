"""The names of the code's own words on the console's pages."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {"commerce": "商工", "finance": "会計", "help": "窓口", "audit": "監査", "admin": "管理"},
    "campaign": {
        "draft": "案",
        "approved": "承認済",
        "open": "募集中",
        "drawn": "抽選済",
        "selling": "販売中",
        "in_use": "利用期間",
        "closed": "終了",
        "reported": "報告済",
    },
    "round": {"open": "受付", "closed": "受付終了", "frozen": "抽選待ち", "drawn": "当選決定"},
    "rule": {"equal_first": "抽選(均等)", "all_or_nothing": "抽選(希望口数)", "first_come": "先着"},
    "channel": {"web": "スマートフォン", "counter": "窓口", "paper": "紙の申込書"},
    "origin": {"draw": "抽選", "waiting_list": "繰上げ", "remainder": "先着"},
    "payout": {
        "exported": "ファイル作成済",
        "submitted": "銀行へ提出済",
        "settled": "振込済",
        "returned": "組戻し",
        "reissued": "再振込",
    },
    "side": {"asset": "資産", "liability": "負債", "budget": "予算", "income": "収入"},
    "account": {
        "bank": "預金",
        "provider_clearing": "決済代行未収金",
        "counter_cash": "窓口現金",
        "lot": "発行ロット(利用者の残高)",
        "held": "仮押さえ",
        "merchant_payable": "加盟店未払金",
        "payout_in_flight": "振込中",
        "premium_funding": "プレミアム原資",
        "point_funding": "ポイント原資",
        "coupon_funding": "クーポン原資",
        "provider_fees": "決済手数料",
        "breakage_paid": "失効益(有償分)",
        "breakage_premium": "失効益(プレミアム分)",
        "city_fees": "手数料収入",
    },
    "carried_over": {
        "nothing_due": "支払うべき残高なし",
        "campaign_negative": "返金超過",
        "parts_uneven": "内訳が不均衡",
        "below_minimum": "最低振込額未満",
        "bank_account_missing": "振込口座が未登録",
        "bank_account_unusable": "振込口座の記載に不備",
    },
    "reason": {
        "inquiry": "本人からの問い合わせ",
        "counter": "窓口での手続き",
        "lottery_notice": "当選の連絡",
        "lost_device": "端末の紛失",
        "complaint": "苦情への対応",
        "legal_duty": "法令による照会",
        "audit": "監査",
        "disclosure": "開示の請求",
    },
    "person_field": {
        "name": "氏名",
        "kana": "カナ",
        "birth_date": "生年月日",
        "address": "住所と郵便番号",
        "district": "地区",
        "household": "世帯の番号",
        "wallet": "ウォレットの番号",
        "smartphone": "スマートフォンの有無",
    },
    "document": {
        "my_number_card": "マイナンバーカード",
        "driving_licence": "運転免許証",
        "passport": "パスポート",
        "residence_card": "在留カード",
        "disability_handbook": "障害者手帳",
        "two_documents": "写真のない書類2つ",
    },
    "deletion_reason": {
        "asked_by_person": "本人の請求",
        "moved_out": "転出",
        "deceased": "死亡",
        "entered_in_error": "誤登録",
    },
    "figure": {
        "issued_yen": "発行額",
        "issued_paid_yen": "うち有償分",
        "issued_premium_yen": "うちプレミアム分",
        "spent_yen": "利用額",
        "coupons_yen": "クーポン利用額",
        "payments": "支払件数",
        "refunded_yen": "取消・返金額",
        "payments_voided_yen": "うち取消",
        "payments_refunded_yen": "うち返金",
        "held_yen": "仮押さえ中",
        "expired_yen": "失効額",
        "remaining_yen": "利用者の残高",
        "payable_yen": "加盟店への未払い",
        "in_flight_yen": "振込中",
        "settled_yen": "振込済",
        "predicted_bank_yen": "帳簿が示す預金の増減",
        "journals": "仕訳件数",
        "transfers": "明細件数",
    },
}


def word(value: str, group: str) -> str:
    """The Japanese name of one of the code's own words."""
    return WORDS[group][value]


def thousands(value: int) -> str:
    """A number with thousands separators, for columns whose title names the unit."""
    return f"{value:,}"
