"""Close a settlement: decide what each shop is paid for everything up to a cut-off day, and make the bank's files."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from kernel.clock import city_date
from kernel.ids import new_id, new_ids
from kernel.refusals import BooksBroken
from kernel.yen import whole_yen
from ledger.model import CommandKey, command_key
from ledger.refusals import KeyReusedWithOtherContent
from settlement.calendar import NO_OVERRIDES, BankDayOverrides
from settlement.model import BankAccountSnapshot, Due, Payer, PayoutDraft
from settlement.operations.export_payouts import export_payouts
from settlement.refusals import CutoffDayAlreadyClosed
from settlement.rules.drafting import FileTerms, draft_payout, items_per_file, split_dues
from settlement.rules.netting import end_of_day, net_movements, refuse_impossible_cutoff
from settlement.store import closings, payouts
from settlement.zengin.model import USUAL_PROFILE, BankProfile


class Closed(NamedTuple):
    """A closing is in the books. `is_replay` tells that it was there before this call."""

    closing_id: UUID
    number: int
    is_replay: bool = False


def close_settlement(
    session: Session,
    *,
    cutoff_day: date,
    pay_day: date,
    closed_by: str,
    now: datetime,
    payer: Payer,
    bank_accounts: Mapping[UUID, BankAccountSnapshot],
    key: str,
    profile: BankProfile = USUAL_PROFILE,
    minimum_payout_yen: int = 1,
    overrides: BankDayOverrides = NO_OVERRIDES,
) -> Closed:
    """Close everything that happened up to the end of a city day and that no closing took before.

    Each merchant's movements are summed by campaign; what can be paid leaves in as few files as the bank takes, the
    rest is carried over with its reason (`rules/netting.py`). A payment that commits meanwhile is in this closing or
    in the next. The same key asks for the same closing again. Refuses, in this order: KeyReusedWithOtherContent;
    CutoffDayAlreadyClosed; what whole_yen refuses of the minimum; CutoffDayBeforeLastClosing; CutoffDayNotOver; what
    write_transfer_file refuses; PeriodIsClosed. A refusal leaves nothing behind, not even a burnt key.
    """
    asked = command_key("settlement.close_settlement", key, cutoff_day, pay_day, closed_by, minimum_payout_yen)
    closings.take_turn(session)
    known = closings.find_closing(session, cutoff_day=cutoff_day, key_id=asked.id)
    if known is not None:
        return _again(known, asked)
    whole_yen(minimum_payout_yen)
    last_number, last_cutoff_day = closings.last_closing(session)
    refuse_impossible_cutoff(cutoff_day, last_cutoff_day, now)
    taken = closings.sum_unsettled(session, end_of_day(cutoff_day))
    netting = net_movements(
        [each.sum for each in taken],
        minimum_payout_yen=minimum_payout_yen,
        bank_accounts=bank_accounts,
        profile=profile,
    )
    terms = FileTerms(payer, profile, pay_day, city_date(now), overrides)
    drafts = _drafts(netting.dues, bank_accounts, terms, payouts.last_payout_number(session))
    closing = closings.StoredClosing(
        asked, new_id(), last_number + 1, cutoff_day, pay_day, minimum_payout_yen, now, closed_by
    )

    # Nothing below this line may refuse, except that the books may be closed for today.
    closings.write_closing(session, closing, taken, netting)
    export_payouts(session, drafts, closing_id=closing.id, by=closed_by, now=now)
    _check_sums(session, closing.id, drafts)
    return Closed(closing.id, closing.number)


def _again(known: closings.StoredClosing, asked: CommandKey) -> Closed:
    if known.key == asked:
        return Closed(known.id, known.number, is_replay=True)
    if known.key.id == asked.id:
        raise KeyReusedWithOtherContent
    raise CutoffDayAlreadyClosed(cutoff_day=known.cutoff_day, closing_number=known.number)


def _drafts(
    dues: Sequence[Due],
    bank_accounts: Mapping[UUID, BankAccountSnapshot],
    terms: FileTerms,
    last_number: int,
) -> list[PayoutDraft]:
    batches = split_dues(dues, items_max=items_per_file(terms.profile))
    payout_ids = new_ids(len(batches)) if batches else []
    return [
        draft_payout(batch, bank_accounts, terms, payout_id=payout_id, number=number)
        for number, (payout_id, batch) in enumerate(zip(payout_ids, batches, strict=True), last_number + 1)
    ]


def _check_sums(session: Session, closing_id: UUID, drafts: Sequence[PayoutDraft]) -> None:
    """The movements taken, read again from the books, are what the files pay, by part."""
    lines = [line for draft in drafts for item in draft.items for line in item.lines]
    pays = (sum(line.amount_yen for line in lines), sum(line.paid_yen for line in lines))
    takes = closings.sum_of_closing(session, closing_id)
    if pays != takes:
        raise BooksBroken(f"closing {closing_id} takes movements of {takes} yen and pays {pays}")
