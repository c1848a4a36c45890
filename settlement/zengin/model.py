"""What a 総合振込 file says: who pays, which transfers, and what the paying bank wants of its files."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from kernel.yen import AMOUNT_YEN_MAX

LineEnds = Literal["crlf", "none"]

TRANSFER_YEN_MAX = AMOUNT_YEN_MAX
TOTAL_YEN_MAX = 999_999_999_999
ITEMS_MAX = 999_999
CUSTOMER_CODE_MAX = 9_999_999_999


class AccountKind(StrEnum):
    """The kinds of account (預金種目) that take part in transfers: 普通, 当座, 貯蓄, その他."""

    ORDINARY = "1"
    CURRENT = "2"
    SAVINGS = "4"
    OTHER = "9"


class NewCode(StrEnum):
    """Whether this payee is paid for the first time (新規コード), or with a changed account."""

    OTHER = "0"
    FIRST = "1"
    CHANGED = "2"


@dataclass(frozen=True, kw_only=True)
class TransferHeader:
    """Who pays, on which day, from which account.

    Codes are exact digits (payer 10, bank 4, branch 3, account 7), names half-width (payer up to 40 bytes;
    bank and branch up to 15, may be empty). A payer cannot pay from a savings account.
    """

    payer_code: str
    payer_name: str
    pay_date: date
    bank_code: str
    branch_code: str
    account_kind: AccountKind
    account_number: str
    bank_name: str = ""
    branch_name: str = ""


@dataclass(frozen=True, kw_only=True)
class TransferItem:
    """One transfer to one payee, in whole yen, full amount: there is no field for a fee.

    Codes are exact digits (bank 4, branch 3, account 7), names half-width (payee up to 30 bytes; bank and
    branch up to 15, may be empty). Two customer codes of up to ten digits, or 20 bytes of EDI information.
    """

    bank_code: str
    branch_code: str
    account_kind: AccountKind
    account_number: str
    payee_name: str
    amount_yen: int
    bank_name: str = ""
    branch_name: str = ""
    new_code: NewCode = NewCode.OTHER
    customer_code_1: int = 0
    customer_code_2: int = 0
    edi_information: str = ""


@dataclass(frozen=True, kw_only=True)
class BankProfile:
    """What the paying bank wants of its files; latest_days_ahead counts bank business days."""

    max_records_per_file: int = 4_999
    line_ends: LineEnds = "crlf"
    allow_wo_in_names: bool = False
    latest_days_ahead: int = 15


USUAL_PROFILE = BankProfile()


@dataclass(frozen=True, kw_only=True)
class TransferFile:
    """A file that was read: header, transfers in order, and their sum, which the trailer states too."""

    header: TransferHeader
    items: tuple[TransferItem, ...]
    total_yen: int
    line_ends: LineEnds
