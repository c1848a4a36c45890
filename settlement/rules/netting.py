"""Who is paid at a closing, and what waits for the next one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from kernel.clock import city_date, city_time
from kernel.refusals import Refusal
from settlement.model import BankAccountSnapshot, CarryOverReason, Due, DuePart, MovementSum, Netting
from settlement.refusals import CutoffDayBeforeLastClosing, CutoffDayNotOver
from settlement.zengin.model import BankProfile
from settlement.zengin.rules import check_item


def net_movements(
    sums: Sequence[MovementSum],
    *,
    minimum_payout_yen: int,
    bank_accounts: Mapping[UUID, BankAccountSnapshot],
    profile: BankProfile,
) -> Netting:
    """Decide for every merchant and campaign whether it is paid or carried over.

    Campaigns are separate purses: the books know no move from one to another, so a campaign in which a merchant owes
    the city waits for takings of that campaign, while the others are paid. A merchant who owes as much over all
    campaigns as it is due is paid nothing. A sum whose paid or premium part alone is negative cannot be one transfer
    and waits too. The minimum is held against what would be paid and against the sum over all campaigns.
    """
    dues: list[Due] = []
    carried_over: dict[tuple[UUID, UUID], CarryOverReason] = {}
    in_order = sorted(sums, key=lambda item: (item.merchant_id, item.campaign_id))
    for merchant_id, group in groupby(in_order, key=lambda item: item.merchant_id):
        of_merchant = list(group)
        account = bank_accounts.get(merchant_id)
        reasons = dict(_reasons(of_merchant, minimum_payout_yen, account, profile))
        carried_over |= reasons
        due = _due(item for item in of_merchant if (merchant_id, item.campaign_id) not in reasons)
        if due is not None:
            dues.append(due)
    return Netting(tuple(dues), carried_over)


def refuse_impossible_cutoff(cutoff_day: date, last_cutoff_day: date | None, now: datetime) -> None:
    """Refuse, in this order: CutoffDayBeforeLastClosing, CutoffDayNotOver."""
    if last_cutoff_day is not None and cutoff_day < last_cutoff_day:
        raise CutoffDayBeforeLastClosing(cutoff_day=cutoff_day, last_cutoff_day=last_cutoff_day)
    if city_date(now) <= cutoff_day:
        raise CutoffDayNotOver(cutoff_day=cutoff_day, today=city_date(now))


def end_of_day(day: date) -> datetime:
    """The first instant that no longer belongs to this city day."""
    return city_time(day + timedelta(days=1))


def _reasons(
    sums: Sequence[MovementSum],
    minimum_payout_yen: int,
    account: BankAccountSnapshot | None,
    profile: BankProfile,
) -> Iterator[tuple[tuple[UUID, UUID], CarryOverReason]]:
    """Why sums of one merchant wait: those of the merchant as a whole first, then those of single campaigns."""
    payable_yen = sum(item.net_yen for item in sums if _alone(item) is None)
    as_a_whole = _whole(sum(item.net_yen for item in sums), payable_yen, minimum_payout_yen, account, profile)
    for item in sums:
        reason = as_a_whole or _alone(item)
        if reason is not None:
            yield (item.merchant_id, item.campaign_id), reason


def _whole(
    total_yen: int,
    payable_yen: int,
    minimum_payout_yen: int,
    account: BankAccountSnapshot | None,
    profile: BankProfile,
) -> CarryOverReason | None:
    if total_yen <= 0:
        return CarryOverReason.NOTHING_DUE
    if payable_yen == 0:
        return None
    if min(total_yen, payable_yen) < minimum_payout_yen:
        return CarryOverReason.BELOW_MINIMUM
    if account is None:
        return CarryOverReason.BANK_ACCOUNT_MISSING
    try:
        check_item(account.transfer_item(payable_yen, 1, 1), 1, allow_wo_in_names=profile.allow_wo_in_names)
    except Refusal:
        return CarryOverReason.BANK_ACCOUNT_UNUSABLE
    return None


def _alone(item: MovementSum) -> CarryOverReason | None:
    if item.net_yen <= 0:
        return CarryOverReason.CAMPAIGN_NEGATIVE if item.net_yen else CarryOverReason.NOTHING_DUE
    return None if item.parts_fit else CarryOverReason.PARTS_UNEVEN


def _due(sums: Iterator[MovementSum]) -> Due | None:
    payable = list(sums)
    if not payable:
        return None
    parts = tuple(DuePart(item.campaign_id, item.net_yen, item.net_paid_yen) for item in payable)
    return Due(payable[0].merchant_id, parts)
