"""Two invented merchants: a large one with two stores, a small one with one."""

from kernel.ids import derived_id
from merchants.model import BankAccount, BankAccountKind, MerchantSize, NewMerchant, NewStore

NORTH = NewStore(
    store_id=derived_id("store", "north"),
    display_name="まるかマーケット 北店",
    name_latin="Maruka Market Kita",
    district="北鹿島",
    postal_code="849-1301",
)
SOUTH = NewStore(
    store_id=derived_id("store", "south"),
    display_name="まるかマーケット 浜店",
    name_latin="Maruka Market Hama",
    district="浜",
    postal_code="849-1322",
)
CORNER = NewStore(
    store_id=derived_id("store", "corner"),
    display_name="松尾パン店",
    name_latin="Matsuo Bakery",
    district="鹿島",
    postal_code="849-1311",
)
MARKET = NewMerchant(
    merchant_id=derived_id("merchant", "market"),
    legal_name="株式会社まるかマーケット",
    legal_kana="カブシキガイシャマルカマーケット",
    trade="スーパー",
    size=MerchantSize.LARGE,
    bank_account=BankAccount(
        bank_code="0179",
        branch_code="301",
        account_kind=BankAccountKind.CURRENT,
        account_number="0012345",
        holder_kana="カ）マルカマーケット",
        bank_name="佐賀",
        branch_name="鹿島",
    ),
    stores=(NORTH, SOUTH),
)
BAKERY = NewMerchant(
    merchant_id=derived_id("merchant", "bakery"),
    legal_name="松尾パン店　松尾一郎",
    legal_kana="マツオパンテン　マツオ　イチロウ",
    trade="パン・菓子",
    size=MerchantSize.SMALL,
    bank_account=BankAccount(
        bank_code="9900",
        branch_code="778",
        account_kind=BankAccountKind.ORDINARY,
        account_number="7654321",
        holder_kana="マツオ　イチロウ",
    ),
    stores=(CORNER,),
)
