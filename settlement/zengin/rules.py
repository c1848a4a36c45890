"""What the fields of a 総合振込 header and transfer must be, whether it is written or read.

Source: 全銀協規定フォーマット, 総合振込; the letters M and O of its field tables.
"""

from settlement.zengin.kana import (
    BANK_NAME_MAX_BYTES,
    EDI_MAX_BYTES,
    PAYEE_NAME_MAX_BYTES,
    PAYER_NAME_MAX_BYTES,
    KanaClass,
    check_kana,
)
from settlement.zengin.model import (
    CUSTOMER_CODE_MAX,
    TRANSFER_YEN_MAX,
    AccountKind,
    NewCode,
    TransferHeader,
    TransferItem,
)
from settlement.zengin.refusals import (
    AccountKindNotAllowed,
    CustomerCodeOutOfRange,
    CustomerCodesBesideEdi,
    FieldNotDigits,
    NewCodeUnknown,
    TransferAmountOutOfRange,
)

PAYER_ACCOUNT_KINDS = frozenset({AccountKind.ORDINARY, AccountKind.CURRENT, AccountKind.OTHER})
PAYEE_ACCOUNT_KINDS = frozenset(AccountKind)


def check_header(header: TransferHeader, *, allow_wo_in_names: bool) -> None:
    """Say no to a header that the format cannot carry, in the order of its fields.

    Refuses: FieldNotDigits, KanaMissing, KanaForbidden, KanaTooLong, AccountKindNotAllowed. The pay date
    is not judged.
    """
    check_digits(header.payer_code, "payer_code", 10)
    check_kana(
        header.payer_name,
        kana_class=KanaClass.PARTY,
        field="payer_name",
        max_bytes=PAYER_NAME_MAX_BYTES,
        required=True,
        allow_wo_in_names=allow_wo_in_names,
    )
    _check_account(header, PAYER_ACCOUNT_KINDS, None)


def check_item(item: TransferItem, item_number: int, *, allow_wo_in_names: bool) -> None:
    """Say no to a transfer that the format cannot carry, in the order of its fields.

    Refuses: FieldNotDigits, KanaMissing, KanaForbidden, KanaTooLong, AccountKindNotAllowed,
    TransferAmountOutOfRange, NewCodeUnknown, CustomerCodeOutOfRange, CustomerCodesBesideEdi.
    """
    _check_account(item, PAYEE_ACCOUNT_KINDS, item_number)
    check_kana(
        item.payee_name,
        kana_class=KanaClass.PARTY,
        field="payee_name",
        max_bytes=PAYEE_NAME_MAX_BYTES,
        required=True,
        allow_wo_in_names=allow_wo_in_names,
        item_number=item_number,
    )
    if type(item.amount_yen) is not int or not 1 <= item.amount_yen <= TRANSFER_YEN_MAX:
        raise TransferAmountOutOfRange(str(item.amount_yen), 1, TRANSFER_YEN_MAX, item_number)
    if item.new_code not in set(NewCode):
        raise NewCodeUnknown(str(item.new_code), item_number)
    _check_reference(item, item_number)


def check_digits(text: str, field: str, digits: int, item_number: int | None = None) -> None:
    """Say no to a text that is not exactly this many ASCII digits: FieldNotDigits."""
    if len(text) != digits or not (text.isascii() and text.isdigit()):
        raise FieldNotDigits(field, text, digits, item_number)


def _check_account(
    party: TransferHeader | TransferItem, kinds: frozenset[AccountKind], item_number: int | None
) -> None:
    check_digits(party.bank_code, "bank_code", 4, item_number)
    _check_bank_name(party.bank_name, "bank_name", item_number)
    check_digits(party.branch_code, "branch_code", 3, item_number)
    _check_bank_name(party.branch_name, "branch_name", item_number)
    if party.account_kind not in kinds:
        raise AccountKindNotAllowed(str(party.account_kind), item_number)
    check_digits(party.account_number, "account_number", 7, item_number)


def _check_bank_name(name: str, field: str, item_number: int | None) -> None:
    check_kana(
        name,
        kana_class=KanaClass.BRANCH,
        field=field,
        max_bytes=BANK_NAME_MAX_BYTES,
        item_number=item_number,
    )


def _check_reference(item: TransferItem, item_number: int) -> None:
    for field in ("customer_code_1", "customer_code_2"):
        code = getattr(item, field)
        if type(code) is not int or not 0 <= code <= CUSTOMER_CODE_MAX:
            raise CustomerCodeOutOfRange(field, str(code), item_number)
    if item.edi_information and (item.customer_code_1 or item.customer_code_2):
        raise CustomerCodesBesideEdi(item_number)
    check_kana(
        item.edi_information,
        kana_class=KanaClass.EDI,
        field="edi_information",
        max_bytes=EDI_MAX_BYTES,
        item_number=item_number,
    )
