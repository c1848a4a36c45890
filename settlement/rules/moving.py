"""The moves in the books that a payout makes: into flight, to the bank, or back to the shops."""

from collections.abc import Iterable
from uuid import UUID

from kernel.refusals import Refusal
from ledger.model import Account, AccountKind, Journal, Move, Posted, shared_account
from settlement.model import PayoutItem


def closing_moves(payout_id: UUID, items: Iterable[PayoutItem]) -> tuple[Move, ...]:
    """What is owed goes into flight; move n is line n of the payout."""
    in_flight = in_flight_account(payout_id)
    return tuple(
        Move(_payable(item, line.campaign_id), in_flight, line.amount_yen, line.paid_yen)
        for item in items
        for line in item.lines
    )


def settling_move(payout_id: UUID, items: Iterable[PayoutItem], bank: Account) -> Move:
    """What the bank paid out leaves the city's account, in one sum as the bank books it."""
    lines = [line for item in items for line in item.lines]
    amount_yen = sum(line.amount_yen for line in lines)
    paid_yen = sum(line.paid_yen for line in lines)
    return Move(in_flight_account(payout_id), bank, amount_yen, paid_yen)


def returning_moves(payout_id: UUID, item: PayoutItem) -> tuple[Move, ...]:
    """What came back is owed again, line by line as it went."""
    in_flight = in_flight_account(payout_id)
    return tuple(
        Move(in_flight, _payable(item, line.campaign_id), line.amount_yen, line.paid_yen, line.line)
        for line in item.lines
    )


def in_flight_account(payout_id: UUID) -> Account:
    """The account of what one payout has under way."""
    return shared_account(AccountKind.PAYOUT_IN_FLIGHT, reference=str(payout_id))


def journal_of(outcome: Posted | Refusal) -> Journal:
    """The journal of a posted command; a refusal of the books becomes the refusal of the whole operation."""
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome.journal


def _payable(item: PayoutItem, campaign_id: UUID) -> Account:
    return shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=campaign_id, merchant_id=item.merchant_id)
