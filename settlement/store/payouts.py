"""The SQL of payouts: their items, lines, files and history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection
from kernel.ids import new_ids
from settlement.model import (
    BankAccountSnapshot,
    ItemReference,
    Payout,
    PayoutDraft,
    PayoutEvent,
    PayoutItem,
    PayoutLine,
    PayoutState,
)
from settlement.store.copying import copy_rows
from settlement.zengin.model import AccountKind, NewCode

FIND_ITEMS = """
SELECT i.item_number, i.merchant_id, i.bank_code, i.branch_code, i.account_kind, i.account_number, i.payee_name,
       i.bank_name, i.branch_name, i.new_code, i.bank_account_id, array_agg(l.line ORDER BY l.line),
       array_agg(l.campaign_id ORDER BY l.line), array_agg(l.amount_yen ORDER BY l.line),
       array_agg(l.paid_yen ORDER BY l.line)
FROM settlement.payout_items AS i
JOIN settlement.payout_lines AS l ON l.payout_id = i.payout_id AND l.item_number = i.item_number
WHERE i.payout_id = %s
GROUP BY i.payout_id, i.item_number
ORDER BY i.item_number
"""

FIND_PAYOUT = """
SELECT id, number, closing_id, pay_day, journal_id, created_at, file_name, reissues_payout_id, reissues_item_number
FROM settlement.payouts WHERE id = %s
"""
FIND_EVENTS = """
SELECT kind, event_day, recorded_at, recorded_by, item_number, reason, credit_ref, journal_id
FROM settlement.payout_events WHERE payout_id = %s ORDER BY id
"""


def last_payout_number(session: Session) -> int:
    """The highest payout number so far, or 0."""
    found = driver_connection(session).execute("SELECT coalesce(max(number), 0) FROM settlement.payouts")
    ((number,),) = found
    return int(number)


def write_payout(
    session: Session,
    draft: PayoutDraft,
    *,
    closing_id: UUID,
    journal_id: UUID,
    created_at: datetime,
    reissues: ItemReference | None,
) -> None:
    """Store a payout, its items and lines, and the file as the bank gets it."""
    identity = (draft.id, draft.number, closing_id, *(reissues or (None, None)), draft.pay_day, journal_id)
    sums = (draft.total_yen, len(draft.items))
    copy_rows(
        session,
        "payouts",
        "id number closing_id reissues_payout_id reissues_item_number pay_day journal_id total_yen item_count "
        "file_name file_bytes file_sha256 created_at",
        [(*identity, *sums, draft.file_name, draft.file_bytes, draft.file_sha256, created_at)],
    )
    copy_rows(
        session,
        "payout_items",
        "payout_id item_number merchant_id amount_yen bank_code bank_name branch_code branch_name account_kind "
        "account_number payee_name new_code bank_account_id",
        [
            (draft.id, item.item_number, item.merchant_id, item.amount_yen, *_account_columns(item.account))
            for item in draft.items
        ],
    )
    copy_rows(
        session,
        "payout_lines",
        "payout_id line item_number campaign_id amount_yen paid_yen",
        [
            (draft.id, line.line, item.item_number, line.campaign_id, line.amount_yen, line.paid_yen)
            for item in draft.items
            for line in item.lines
        ],
    )


def write_events(session: Session, events: Sequence[PayoutEvent]) -> None:
    """Add steps to the history of payouts."""
    copy_rows(
        session,
        "payout_events",
        "id payout_id kind event_day recorded_at recorded_by item_number reason credit_ref journal_id",
        [(event_id, *event) for event_id, event in zip(new_ids(len(events)), events, strict=True)],
    )


def find_payout(session: Session, payout_id: UUID) -> Payout | None:
    """A payout with its items and history."""
    connection = driver_connection(session)
    found = connection.execute(FIND_PAYOUT, [payout_id]).fetchone()
    if found is None:
        return None
    *facts, reissued_payout_id, reissued_item_number = found
    reissues = ItemReference(reissued_payout_id, reissued_item_number) if reissued_payout_id else None
    items = tuple(_item(row) for row in connection.execute(FIND_ITEMS, [payout_id]))
    events = tuple(
        PayoutEvent(payout_id, PayoutState(kind), *rest) for kind, *rest in connection.execute(FIND_EVENTS, [payout_id])
    )
    return Payout(items, events, reissues, *facts)


def find_reissue(session: Session, item: ItemReference) -> UUID | None:
    """The payout that pays a returned item anew."""
    found = driver_connection(session).execute(
        "SELECT id FROM settlement.payouts WHERE reissues_payout_id = %s AND reissues_item_number = %s", item
    )
    row = found.fetchone()
    return row[0] if row else None


def _item(row: Sequence[Any]) -> PayoutItem:
    number, merchant_id, bank_code, branch_code, kind, account_number, payee, bank, branch, new_code, *others = row
    bank_account_id, *lines = others
    account = BankAccountSnapshot(
        bank_code=bank_code,
        branch_code=branch_code,
        account_kind=AccountKind(kind),
        account_number=account_number,
        payee_name=payee,
        bank_name=bank,
        branch_name=branch,
        new_code=NewCode(new_code),
        bank_account_id=bank_account_id,
    )
    return PayoutItem(number, merchant_id, account, tuple(PayoutLine(*line) for line in zip(*lines, strict=True)))


def _account_columns(account: BankAccountSnapshot) -> tuple[str | UUID | None, ...]:
    codes = (account.bank_code, account.bank_name, account.branch_code, account.branch_name)
    holder = (account.account_kind, account.account_number, account.payee_name, account.new_code)
    return (*codes, *holder, account.bank_account_id)
