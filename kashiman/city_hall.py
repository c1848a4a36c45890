"""What the city's own office is to its bank: the payer of every transfer file."""

from settlement.model import Payer
from settlement.zengin.model import AccountKind

CITY_PAYER = Payer(
    payer_code="0000004152",
    payer_name="ｶｼﾏｼ ｶｲｹｲｶﾝﾘｼﾔ",
    bank_code="0179",
    bank_name="ｻｶﾞ",
    branch_code="301",
    branch_name="ｶｼﾏ",
    account_kind=AccountKind.ORDINARY,
    account_number="0000123",
)
