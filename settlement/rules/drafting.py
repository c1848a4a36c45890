"""Turn what is due into payouts: split as the bank wants it, numbered, written as files, checked."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from typing import NamedTuple
from uuid import UUID

from kernel.refusals import BooksBroken
from settlement.calendar import NO_OVERRIDES, BankDayOverrides
from settlement.model import BankAccountSnapshot, Due, Payer, PayoutDraft, PayoutItem, PayoutLine
from settlement.zengin.model import ITEMS_MAX, TOTAL_YEN_MAX, BankProfile
from settlement.zengin.read_transfer_file import read_transfer_file
from settlement.zengin.transfer_file import write_transfer_file

JOURNAL_LINES_MAX = 32_767


class FileTerms(NamedTuple):
    """What all files of one run have in common; `written_on` is the city day on which they are made."""

    payer: Payer
    profile: BankProfile
    pay_day: date
    written_on: date
    overrides: BankDayOverrides = NO_OVERRIDES


def split_dues(
    dues: Sequence[Due],
    *,
    items_max: int,
    lines_max: int = JOURNAL_LINES_MAX,
    total_yen_max: int = TOTAL_YEN_MAX,
) -> list[list[Due]]:
    """Fill one file after another, in order: none exceeds what the bank takes, its trailer or its journal holds."""
    batches: list[list[Due]] = []
    items = lines = total_yen = 0
    for due in dues:
        items, lines, total_yen = items + 1, lines + len(due.parts), total_yen + due.amount_yen
        if not batches or items > items_max or lines > lines_max or total_yen > total_yen_max:
            batches.append([])
            items, lines, total_yen = 1, len(due.parts), due.amount_yen
        batches[-1].append(due)
    return batches


def items_per_file(profile: BankProfile) -> int:
    """How many transfers the bank takes in one file."""
    return min(profile.max_records_per_file, ITEMS_MAX)


def draft_payout(
    dues: Sequence[Due],
    bank_accounts: Mapping[UUID, BankAccountSnapshot],
    terms: FileTerms,
    *,
    payout_id: UUID,
    number: int,
) -> PayoutDraft:
    """Number the transfers and write the bank's file. Refuses what write_transfer_file refuses."""
    items = _items(dues, bank_accounts)
    file_bytes = write_transfer_file(
        terms.payer.header(terms.pay_day),
        [item.account.transfer_item(item.amount_yen, number, item.item_number) for item in items],
        written_on=terms.written_on,
        profile=terms.profile,
        overrides=terms.overrides,
    )
    draft = PayoutDraft(
        id=payout_id,
        number=number,
        pay_day=terms.pay_day,
        items=items,
        file_name=f"sougou-{terms.pay_day:%Y%m%d}-{number:05d}.txt",
        file_bytes=file_bytes,
        file_sha256=hashlib.sha256(file_bytes).hexdigest(),
    )
    _check_file(draft, terms.written_on)
    return draft


def _items(dues: Sequence[Due], bank_accounts: Mapping[UUID, BankAccountSnapshot]) -> tuple[PayoutItem, ...]:
    line_numbers = count(1)
    return tuple(
        PayoutItem(
            item_number=item_number,
            merchant_id=due.merchant_id,
            account=bank_accounts[due.merchant_id],
            lines=tuple(PayoutLine(next(line_numbers), *part) for part in due.parts),
        )
        for item_number, due in enumerate(dues, start=1)
    )


def _check_file(draft: PayoutDraft, written_on: date) -> None:
    """Read the file back: what the bank will do must be what the books are about to say."""
    read = read_transfer_file(draft.file_bytes, written_on=written_on)
    amounts = [item.amount_yen for item in read.items]
    if read.header.pay_date != draft.pay_day or amounts != [item.amount_yen for item in draft.items]:
        raise BooksBroken(f"file {draft.file_name} does not pay what payout {draft.number} says")
