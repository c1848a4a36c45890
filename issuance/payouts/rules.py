"""What a dispute asks for, and how a payout is booked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from issuance.payouts.model import Dispute, DisputeOutcome, DisputeValue, PayoutReading
from issuance.payouts.refusals import PayoutNotAddingUp, PayoutNotBookable, PayoutNotThereYet
from issuance.provider_model import DisputeStatus, ProviderDispute
from issuance.purchase_model import PROVIDER, Purchase, PurchaseState
from kernel.ids import derived_id
from ledger.model import (
    AccountKind,
    JournalKind,
    Move,
    PlaceHold,
    PostMoves,
    ReleaseHold,
    command_key,
    shared_account,
)

FROZEN_FOR = timedelta(days=3_650)
"""No dispute lasts so long: what is frozen is released when it is won, and by nothing else."""

WITHOUT_MONEY = frozenset({DisputeStatus.WARNING_NEEDS_RESPONSE, DisputeStatus.WARNING_UNDER_REVIEW})
ENDED_WITHOUT_MONEY = frozenset({DisputeStatus.WARNING_CLOSED, DisputeStatus.PREVENTED})
BEFORE_ANYTHING = frozenset({None, DisputeOutcome.UNMATCHED, DisputeOutcome.WATCHED})

DISPUTE_NOTICES, PAYOUT_NOTICES = "charge.dispute.", "payout."
"""How the kinds of notices about disputes and payouts begin."""


class DisputeStep(StrEnum):
    """What a dispute asks for now."""

    TAKE_OUT = "take_out"
    GIVE_BACK = "give_back"
    GIVE_UP = "give_up"
    WATCH = "watch"
    CLOSE = "close"


class LotLeft(NamedTuple):
    """What a lot of a disputed purchase holds, in yen; `usable` tells whether it can be spent today."""

    paid_yen: int
    premium_yen: int
    usable: bool


def dispute_steps(
    status: DisputeStatus, outcome: DisputeOutcome | None, state: PurchaseState | None
) -> list[DisputeStep]:
    """What to do for a dispute of this status, after what became of it here, with a purchase in this state.

    The bank takes the money when it opens a dispute, so the value leaves the wallet then and not when it decides; a
    warning has taken nothing. Notices may be lost: who first hears that a dispute is lost takes the value out first.
    """
    if outcome not in BEFORE_ANYTHING:
        is_out = outcome in {DisputeOutcome.TAKEN_BACK, DisputeOutcome.FROZEN}
        decided = {DisputeStatus.WON: DisputeStep.GIVE_BACK, DisputeStatus.LOST: DisputeStep.GIVE_UP}
        return [decided[status]] if is_out and status in decided else []
    if status in WITHOUT_MONEY:
        return [DisputeStep.WATCH]
    if status in ENDED_WITHOUT_MONEY or status is DisputeStatus.WON:
        return [DisputeStep.CLOSE]
    take_out = [DisputeStep.TAKE_OUT if state is PurchaseState.PAID else DisputeStep.WATCH]
    return [*take_out, DisputeStep.GIVE_UP] if status is DisputeStatus.LOST else take_out


def new_case(read: ProviderDispute, purchase: Purchase | None, now: datetime) -> Dispute:
    """A dispute as it is first heard of."""
    return Dispute(
        dispute_id=read.dispute_id,
        provider_id=read.provider_id,
        purchase_id=purchase.id if purchase else None,
        amount_yen=read.amount_yen,
        reason=read.reason,
        status=read.status,
        outcome=DisputeOutcome.WATCHED if purchase else DisputeOutcome.UNMATCHED,
        value=DisputeValue(),
        hold_id=None,
        evidence_due_at=read.evidence_due_at,
        opened_at=read.opened_at,
        changed_at=now,
    )


def as_read(case: Dispute, read: ProviderDispute, purchase: Purchase | None) -> Dispute:
    """A case with what the provider says of it now."""
    return replace(
        case,
        purchase_id=purchase.id if purchase else case.purchase_id,
        amount_yen=read.amount_yen,
        reason=read.reason,
        status=read.status,
        evidence_due_at=read.evidence_due_at,
    )


def value_at_stake(purchase: Purchase, lots: Iterable[LotLeft]) -> DisputeValue:
    """What of a purchase can still be taken out of its wallet; all else counts as spent."""
    usable = [lot for lot in lots if lot.usable]
    paid_yen = sum(lot.paid_yen for lot in usable)
    unspent_yen = paid_yen + sum(lot.premium_yen for lot in usable)
    issued_yen = purchase.amount_yen + purchase.premium_yen
    return DisputeValue(unspent_yen, paid_yen, issued_yen - unspent_yen, purchase.amount_yen - paid_yen)


def whole_value(purchase: Purchase) -> DisputeValue:
    """The value of a purchase of which nothing was touched."""
    return DisputeValue(purchase.amount_yen + purchase.premium_yen, purchase.amount_yen)


def freeze(case: Dispute, purchase: Purchase, amount_yen: int, attempt: int, now: datetime) -> PlaceHold:
    """The command that holds as much of the wallet as a disputed purchase has left.

    A wallet is spent in one order, so the hold may lie on other lots of it: what can be spent is the same.
    """
    return PlaceHold(
        key=command_key("dispute-freeze", f"{case.dispute_id}/{attempt}", amount_yen),
        event_at=now,
        hold_id=derived_id("hold", "dispute", case.dispute_id),
        wallet_id=purchase.wallet_id,
        amount_yen=amount_yen,
        deadline_at=now + FROZEN_FOR,
    )


def release(case: Dispute, hold_id: UUID, now: datetime) -> ReleaseHold:
    """The command that gives back what was held for a dispute."""
    return ReleaseHold(command_key("dispute-release", case.dispute_id), now, hold_id)


def check_payout(reading: PayoutReading) -> None:
    """Refuse, in this order: PayoutNotThereYet; PayoutNotAddingUp when its entries sum to another amount."""
    payout = reading.payout
    if payout.status != "paid" or not payout.is_reconciled:
        raise PayoutNotThereYet(payout_id=payout.payout_id, status=payout.status)
    entries_yen, fees_yen = sums_of(reading)
    if entries_yen - fees_yen != payout.amount_yen:
        raise PayoutNotAddingUp(payout.payout_id, payout.amount_yen, entries_yen, fees_yen)


def payout_journal(reading: PayoutReading, campaigns: Mapping[str, UUID], now: datetime) -> PostMoves:
    """The journal of a payout: what reached the bank, and the fees by the campaign whose purchase they are of.

    Both leave what the provider owes. `campaigns` tells the campaign of a payment; fees of no payment have none.
    Refuses PayoutNotBookable when money went the other way.
    """
    payout, clearing = reading.payout, shared_account(AccountKind.PROVIDER_CLEARING, reference=PROVIDER)
    fees: Counter[UUID | None] = Counter()
    for entry in reading.entries:
        fees[campaigns.get(entry.provider_id or "")] += entry.fee_yen
    if payout.amount_yen < 1 or any(fee_yen < 0 for fee_yen in fees.values()):
        raise PayoutNotBookable(payout_id=payout.payout_id, amount_yen=payout.amount_yen)
    bank = shared_account(AccountKind.BANK, reference="city")
    moves = [Move(bank, clearing, payout.amount_yen, payout.amount_yen)]
    for campaign_id, fee_yen in sorted(fees.items(), key=lambda fee: str(fee[0])):
        account = shared_account(AccountKind.PROVIDER_FEES, campaign_id=campaign_id, reference=PROVIDER)
        if fee_yen:
            moves.append(Move(account, clearing, fee_yen, fee_yen))
    key = command_key("provider-payout", payout.payout_id, payout.amount_yen, *sums_of(reading))
    return PostMoves(key, now, JournalKind.PROVIDER_PAID_OUT, tuple(moves))


def sums_of(reading: PayoutReading) -> tuple[int, int]:
    """What the entries of a payout sum to, and their fees, in yen."""
    return sum(entry.amount_yen for entry in reading.entries), sum(entry.fee_yen for entry in reading.entries)
