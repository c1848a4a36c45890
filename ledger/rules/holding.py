"""Holds: value set aside with a deadline, then captured or released whole."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from kernel.clock import city_date
from kernel.yen import whole_yen
from ledger.model import (
    Account,
    AccountKind,
    CaptureHold,
    Journal,
    JournalKind,
    PlaceHold,
    ReleaseHold,
    Transfer,
    shared_account,
)
from ledger.refusals import (
    HoldAlreadyExists,
    HoldAlreadyResolved,
    HoldDeadlineImpossible,
    HoldDeadlinePassed,
    HoldNotFound,
    MoveNotAllowed,
)
from ledger.rules.books import Books, Draft, Hold, Line, NewHold, Original
from ledger.rules.giving_back import give_back
from ledger.rules.spending import merchant_payable, take, usable_lots


def decide_hold(command: PlaceHold, books: Books, ids: Iterator[UUID]) -> Draft:
    """Set value aside. Refuses: AmountOutOfRange, HoldAlreadyExists, HoldDeadlineImpossible, ValueNotEnough."""
    whole_yen(command.amount_yen)
    if command.hold_id in books.holds:
        raise HoldAlreadyExists(hold_id=str(command.hold_id))
    if command.deadline_at <= command.event_at:
        raise HoldDeadlineImpossible(deadline_at=command.deadline_at.isoformat())
    day = city_date(command.event_at)
    usable = usable_lots(books, command.wallet_id, command.shop_size, command.amount_yen, day)
    transfers = tuple(take(lot, take_yen, command.hold_id) for lot, take_yen in usable)
    journal = Journal(next(ids), JournalKind.HOLD_PLACED, command.event_at, transfers)
    hold = NewHold(command.hold_id, command.wallet_id, command.amount_yen, command.deadline_at, journal.id)
    _remember(books, hold, journal)
    return Draft([journal], holds=[hold])


def decide_capture(command: CaptureHold, books: Books, ids: Iterator[UUID]) -> Draft:
    """Turn a hold into a payment.

    Refuses: HoldNotFound, HoldAlreadyResolved, HoldDeadlinePassed, ReversedBeforeItHappened, MoveNotAllowed.
    """
    hold = open_hold(books, command.hold_id)
    if command.event_at > hold.deadline_at:
        raise HoldDeadlinePassed(hold_id=str(hold.id), deadline_at=hold.deadline_at.isoformat())
    parts: dict[Account, list[int]] = defaultdict(lambda: [0, 0])
    placed = books.originals[hold.placed_journal_id]
    placed.refuse_earlier(command.event_at)
    for line in placed.lines:
        target = _capture_target(command, books, line)
        parts[target][0] += line.amount_yen
        parts[target][1] += line.paid_yen
    hold.paid_left_yen = hold.premium_left_yen = 0
    transfers = tuple(
        Transfer(hold.id, target.id, amount_yen, paid_yen) for target, (amount_yen, paid_yen) in parts.items()
    )
    kind = JournalKind.HOLD_CAPTURED
    journal = Journal(next(ids), kind, command.event_at, transfers, hold.placed_journal_id)
    return Draft([journal], list(parts))


def decide_release(command: ReleaseHold, books: Books, ids: Iterator[UUID]) -> Draft:
    """Give a hold back to the lots it came from.

    Refuses: HoldNotFound, HoldAlreadyResolved, ReversedBeforeItHappened.
    """
    hold = open_hold(books, command.hold_id)
    placed = books.originals[hold.placed_journal_id]
    placed.refuse_earlier(command.event_at)
    hold.paid_left_yen = hold.premium_left_yen = 0
    return give_back(books, placed, placed.amount_yen, JournalKind.HOLD_RELEASED, command.event_at, ids)


def open_hold(books: Books, hold_id: UUID) -> Hold:
    """The hold if it still holds. Refuses: HoldNotFound, HoldAlreadyResolved."""
    hold = books.holds.get(hold_id)
    if hold is None:
        raise HoldNotFound(hold_id=str(hold_id))
    if not hold.left_yen:
        raise HoldAlreadyResolved(hold_id=str(hold_id))
    return hold


def _remember(books: Books, hold: NewHold, journal: Journal) -> None:
    """Let a later command of the same batch find the hold."""
    paid_yen = sum(transfer.paid_yen for transfer in journal.transfers)
    books.holds[hold.id] = Hold(
        id=hold.id,
        wallet_id=hold.wallet_id,
        placed_journal_id=journal.id,
        amount_yen=hold.amount_yen,
        deadline_at=hold.deadline_at,
        paid_left_yen=paid_yen,
        premium_left_yen=hold.amount_yen - paid_yen,
    )
    lines = [
        Line(number, transfer.debit_account_id, hold.id, transfer.amount_yen, transfer.paid_yen, 0, 0)
        for number, transfer in enumerate(journal.transfers, start=1)
    ]
    books.originals[journal.id] = Original(journal.id, journal.kind, journal.event_at, lines)


def _capture_target(command: CaptureHold, books: Books, line: Line) -> Account:
    campaign_id = books.lots[line.debit_account_id].campaign_id
    if command.merchant_id is not None and command.fee_kind is None:
        return merchant_payable(command.merchant_id, campaign_id)
    if command.fee_kind is not None and command.merchant_id is None:
        return shared_account(AccountKind.CITY_FEES, campaign_id=campaign_id, reference=command.fee_kind)
    raise MoveNotAllowed(journal_kind=JournalKind.HOLD_CAPTURED, debit_kind=AccountKind.HELD, credit_kind="one target")
