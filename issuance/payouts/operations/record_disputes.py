"""Act on disputes: payers whose bank asks for the money of a purchase back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.payouts import store
from issuance.payouts.model import Dispute, DisputeOutcome, DisputeValue
from issuance.payouts.rules import (
    DISPUTE_NOTICES,
    DisputeStep,
    LotLeft,
    as_read,
    dispute_steps,
    freeze,
    new_case,
    release,
    value_at_stake,
    whole_value,
)
from issuance.provider_model import DisputeStatus, ProviderDispute
from issuance.purchase_model import GrantAccount, Purchase, PurchaseMove, PurchaseState
from issuance.rules.selling import sale_cancellations, voucher_sales, with_sales
from issuance.store import grants, notices
from issuance.store import purchases as purchase_store
from kernel.clock import city_date
from kernel.refusals import Busy, Refusal
from ledger.model import command_key
from ledger.operations.post_journals import post_journals
from ledger.queries import find_journal, wallet_lots

FREEZE_ATTEMPTS_MAX = 5


@dataclass
class _Case:
    """One dispute while it is decided; the purchase's grant is locked."""

    session: Session
    dispute: Dispute
    account: GrantAccount | None
    purchase: Purchase | None
    now: datetime

    def end(self, outcome: DisputeOutcome, **facts: object) -> None:
        self.dispute = replace(self.dispute, outcome=outcome, **facts)  # type: ignore[arg-type]

    def move(self, state: PurchaseState, reason: str, purchase: Purchase | None = None) -> None:
        before = self.purchase
        assert before is not None
        self.purchase = replace(purchase or before, state=state)
        purchase_store.update_purchases(self.session, [PurchaseMove(self.purchase, before.state, reason)], self.now)


def record_disputes(
    session: Session, disputes: Sequence[ProviderDispute], *, read_at: datetime, now: datetime
) -> list[Dispute]:
    """Follow disputes to where they stand at the provider, in the order given; the same again changes nothing.

    `read_at` is when reading began: notices that had come by then are finished. What was sold leaves the wallet when
    the bank takes the money: taken back if nothing was touched, otherwise what is unspent is held. A dispute that is
    won gives it back; when no voucher can be made any more, the money is to be given back. Raises Busy when the
    wallet is spent faster than it can be held: nothing is changed.
    """
    store.wait_for_turn(session, [f"dispute {read.dispute_id}" for read in disputes])
    accounts = grants.lock_accounts(session, provider_ids=[read.provider_id for read in disputes])
    known = {
        case.dispute_id: case
        for case in store.find_disputes(
            session, "dispute_id = ANY (%s::text[])", [[read.dispute_id for read in disputes]]
        )
    }
    followed = [_follow(session, read, known, accounts, now) for read in disputes]
    outcomes = {case.dispute_id: case.outcome.value for case in followed}
    notices.finish_about(session, DISPUTE_NOTICES, outcomes, read_at=read_at, now=now)
    return followed


def _follow(
    session: Session,
    read: ProviderDispute,
    known: dict[str, Dispute],
    accounts: Mapping[UUID, GrantAccount],
    now: datetime,
) -> Dispute:
    found = [
        (account, item)
        for account in accounts.values()
        for item in account.purchases.values()
        if item.provider_id == read.provider_id
    ]
    account, purchase = found[0] if found else (None, None)
    before = known.get(read.dispute_id)
    dispute = as_read(before or new_case(read, purchase, now), read, purchase)
    case = _Case(session, dispute, account, purchase, now)
    state = purchase.state if purchase else None
    for step in dispute_steps(read.status, before.outcome if before else None, state):
        _take_step(case, step)
    if case.dispute != before:
        case.dispute = replace(case.dispute, changed_at=now)
        store.put_dispute(session, case.dispute)
        known[read.dispute_id] = case.dispute
    if account is not None and case.purchase is not None:
        account.purchases[case.purchase.id] = case.purchase
    return case.dispute


def _take_step(case: _Case, step: DisputeStep) -> None:
    if step is DisputeStep.TAKE_OUT:
        _take_out(case)
    elif step is DisputeStep.GIVE_BACK:
        _give_back(case)
    elif step is DisputeStep.GIVE_UP:
        _give_up(case)
    elif step is DisputeStep.CLOSE:
        case.end(DisputeOutcome.CLOSED)
    else:
        case.end(DisputeOutcome.WATCHED if case.purchase else DisputeOutcome.UNMATCHED)


def _take_out(case: _Case) -> None:
    """Take the value out of the wallet: whole, as if it had never been sold, or as much of it as is left."""
    purchase = case.purchase
    assert purchase is not None
    if case.dispute.amount_yen == purchase.received_yen and _sales_taken_back(case, purchase):
        case.end(DisputeOutcome.TAKEN_BACK, value=whole_value(purchase))
    else:
        hold_id, value = _held(case, purchase)
        case.end(DisputeOutcome.FROZEN, value=value, hold_id=hold_id)
    case.move(PurchaseState.DISPUTED, case.dispute.outcome)


def _sales_taken_back(case: _Case, purchase: Purchase) -> bool:
    """Take all sales back, or none: in a savepoint, which a lot that was touched undoes."""
    commands = sale_cancellations(purchase, f"dispute/{case.dispute.dispute_id}", case.now)
    with case.session.begin_nested() as savepoint:
        outcomes = post_journals(case.session, commands)
        is_whole = not any(isinstance(outcome, Refusal) for outcome in outcomes)
        if not is_whole:
            savepoint.rollback()
    return is_whole


def _held(case: _Case, purchase: Purchase) -> tuple[UUID | None, DisputeValue]:
    """Hold what is left now; who spends from the wallet meanwhile makes it less, and it is tried again."""
    for attempt in range(FREEZE_ATTEMPTS_MAX):
        value = value_at_stake(purchase, _lots_left(case, purchase))
        if not value.unspent_yen:
            return None, value
        command = freeze(case.dispute, purchase, value.unspent_yen, attempt, case.now)
        (outcome,) = post_journals(case.session, [command])
        if not isinstance(outcome, Refusal):
            return command.hold_id, value
    raise Busy


def _lots_left(case: _Case, purchase: Purchase) -> list[LotLeft]:
    journals = [find_journal(case.session, journal_id) for journal_id in purchase.journal_ids]
    lot_ids = {transfer.credit_account_id for journal in journals if journal for transfer in journal.transfers}
    today = city_date(case.now)
    return [
        LotLeft(lot.paid_left_yen, lot.premium_left_yen, lot.usable_on(today))
        for lot in wallet_lots(case.session, purchase.wallet_id)
        if lot.lot_id in lot_ids
    ]


def _give_back(case: _Case) -> None:
    """The dispute is won: the value goes back into the wallet."""
    dispute, purchase, account = case.dispute, case.purchase, case.account
    assert purchase is not None
    assert account is not None
    restored: Purchase | Refusal = purchase
    if dispute.outcome is DisputeOutcome.TAKEN_BACK:
        key = command_key("dispute-won", dispute.dispute_id, purchase.amount_yen, purchase.premium_yen)
        sales = voucher_sales(account, purchase, key, case.now, after=dispute.dispute_id)
        restored = with_sales(purchase, post_journals(case.session, sales), purchase.paid_at or case.now)
    elif dispute.hold_id is not None:
        (outcome,) = post_journals(case.session, [release(dispute, dispute.hold_id, case.now)])
        restored = outcome if isinstance(outcome, Refusal) else purchase
    if isinstance(restored, Refusal):
        case.end(DisputeOutcome.MONEY_TO_RETURN)
        case.move(PurchaseState.REFUND_NEEDED, restored.code)
    else:
        case.end(DisputeOutcome.RESTORED)
        case.move(PurchaseState.PAID, DisputeStatus.WON, restored)


def _give_up(case: _Case) -> None:
    """The dispute is lost: the provider keeps what it took."""
    purchase, is_paid_back = case.purchase, False
    if purchase is not None and purchase.state is PurchaseState.REFUND_NEEDED:
        is_paid_back = purchase.received_yen == case.dispute.amount_yen
    if case.dispute.outcome is DisputeOutcome.TAKEN_BACK:
        case.end(DisputeOutcome.LOST)
        case.move(PurchaseState.CHARGED_BACK, DisputeStatus.LOST)
    elif is_paid_back:
        case.end(DisputeOutcome.LOST)
        case.move(PurchaseState.REFUNDED, PurchaseState.CHARGED_BACK)
    else:
        case.end(DisputeOutcome.LOSS_OPEN)
