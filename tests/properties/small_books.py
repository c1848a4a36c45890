"""The books once more, small and plain: what the real ones are compared with, command by command."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from kernel.clock import city_date
from ledger.model import (
    CancelSale,
    CaptureHold,
    ExpireLot,
    GrantPoints,
    LedgerCommand,
    Pay,
    PlaceHold,
    RefundPayment,
    ReleaseHold,
    ReverseExpiry,
    SellVoucher,
    VoidPayment,
)

Moved = tuple[UUID | str, int, int]
"""A lot (or "coupon", or "grace" for a lot that is new), an amount and its paid part."""


@dataclass
class Pocket:
    """A lot: what it was issued with, and what is left of either part."""

    id: UUID
    wallet: UUID
    small_only: bool
    first_day: date
    last_day: date
    grace_days: int
    issued_at: datetime
    price: int
    premium: int
    paid_left: int
    premium_left: int
    touched: bool = False

    def take(self, amount: int) -> Moved:
        face, left = self.price + self.premium, self.paid_left + self.premium_left
        wanted = (face - left + amount) * self.price // face - (self.price - self.paid_left)
        low, high = max(0, amount - self.premium_left), min(amount, self.paid_left)
        part = sorted([low, wanted, high])[1]
        self.paid_left -= part
        self.premium_left -= amount - part
        self.touched = True
        return self.id, amount, part


@dataclass
class Taken:
    """A line of a payment or hold, and what came back of it."""

    source: UUID | str
    amount: int
    paid: int
    back: int = 0
    back_paid: int = 0


@dataclass
class Taking:
    """A payment or a hold."""

    at: datetime
    lines: list[Taken]
    deadline: datetime | None = None
    is_open: bool = True


@dataclass
class SmallBooks:
    """All lots, payments, holds and sales; `do` answers what moves, or the name of the refusal."""

    pockets: dict[UUID, Pocket] = field(default_factory=dict)
    payments: dict[UUID, Taking] = field(default_factory=dict)
    holds: dict[UUID, Taking] = field(default_factory=dict)
    sales: dict[UUID, UUID] = field(default_factory=dict)
    expiries: dict[UUID, tuple[UUID, int, int]] = field(default_factory=dict)
    issued: int = 0
    spent: int = 0
    expired: int = 0

    def do(self, command: LedgerCommand, journal_id: UUID | None, new_lots: list[UUID]) -> list[Moved] | str:
        """Carry a command out; the ids that only the real books can know are handed in."""
        match command:
            case SellVoucher() | GrantPoints():
                return self._issue(command, journal_id)
            case Pay():
                return self._pay(command, journal_id)
            case VoidPayment():
                payment = self.payments[command.journal_id]
                if any(line.back for line in payment.lines):
                    return "PaymentAlreadyReversed"
                if city_date(payment.at) != city_date(command.event_at):
                    return "VoidOnlyOnSameDay"
                return self._give_back(payment, sum(line.amount for line in payment.lines), command.event_at, new_lots)
            case RefundPayment():
                payment = self.payments[command.journal_id]
                if command.amount_yen > sum(line.amount - line.back for line in payment.lines):
                    return "RefundExceedsPayment"
                return self._give_back(payment, command.amount_yen, command.event_at, new_lots)
            case PlaceHold():
                return self._hold(command)
            case CaptureHold() | ReleaseHold():
                return self._resolve(command, new_lots)
            case CancelSale():
                return self._cancel(self.pockets[self.sales[command.journal_id]])
            case ExpireLot():
                return self._expire(command, journal_id)
            case ReverseExpiry():
                return self._reverse_expiry(command)
        raise AssertionError(command)

    def _issue(self, command: SellVoucher | GrantPoints, journal_id: UUID | None) -> list[Moved] | str:
        if command.lot_id in self.pockets:
            return "LotAlreadyExists"
        if isinstance(command, SellVoucher):
            price, premium = command.paid_yen, command.premium_yen
        else:
            price, premium = 0, command.amount_yen
        terms = command.terms
        self.pockets[command.lot_id] = Pocket(
            command.lot_id,
            command.wallet_id,
            terms.usable_at == "small_shops",
            terms.first_day,
            terms.last_day,
            terms.grace_days,
            command.event_at,
            price,
            premium,
            price,
            premium,
        )
        self.issued += price + premium
        if price and journal_id:
            self.sales[journal_id] = command.lot_id
        return [(command.lot_id, part, part * is_paid) for part, is_paid in ((price, 1), (premium, 0)) if part]

    def _pay(self, command: Pay, journal_id: UUID | None) -> list[Moved] | str:
        moved = self._take(command.wallet_id, command.shop_size == "small", command.amount_yen, command.event_at)
        if isinstance(moved, str):
            return moved
        self.spent += command.amount_yen
        if command.coupon:
            moved.append(("coupon", command.coupon.amount_yen, 0))
        if journal_id:
            self.payments[journal_id] = Taking(command.event_at, [Taken(*line) for line in moved])
        return moved

    def _take(self, wallet: UUID, is_small: bool, amount: int, at: datetime) -> list[Moved] | str:
        day = city_date(at)
        usable = [
            pocket
            for pocket in self.pockets.values()
            if pocket.wallet == wallet
            and pocket.first_day <= day <= pocket.last_day
            and (is_small or not pocket.small_only)
            and pocket.paid_left + pocket.premium_left
        ]
        if sum(pocket.paid_left + pocket.premium_left for pocket in usable) < amount:
            return "ValueNotEnough"
        moved: list[Moved] = []
        for pocket in sorted(usable, key=lambda pocket: (pocket.last_day, pocket.issued_at, pocket.id)):
            if amount:
                moved.append(pocket.take(min(amount, pocket.paid_left + pocket.premium_left)))
                amount -= moved[-1][1]
        return moved

    def _hold(self, command: PlaceHold) -> list[Moved] | str:
        if command.hold_id in self.holds:
            return "HoldAlreadyExists"
        moved = self._take(command.wallet_id, True, command.amount_yen, command.event_at)
        if not isinstance(moved, str):
            lines = [Taken(*line) for line in moved]
            self.holds[command.hold_id] = Taking(command.event_at, lines, command.deadline_at)
        return moved

    def _resolve(self, command: CaptureHold | ReleaseHold, new_lots: list[UUID]) -> list[Moved] | str:
        hold = self.holds[command.hold_id]
        if not hold.is_open:
            return "HoldAlreadyResolved"
        whole = sum(line.amount for line in hold.lines)
        if isinstance(command, ReleaseHold):
            hold.is_open = False
            return self._give_back(hold, whole, command.event_at, new_lots, was_spent=False)
        assert hold.deadline
        if command.event_at > hold.deadline:
            return "HoldDeadlinePassed"
        hold.is_open = False
        self.spent += whole
        return [(command.hold_id, whole, sum(line.paid for line in hold.lines))]

    def _cancel(self, pocket: Pocket) -> list[Moved] | str:
        if pocket.touched:
            return "LotWasTouched"
        self.issued -= pocket.price + pocket.premium
        pocket.touched, pocket.paid_left, pocket.premium_left = True, 0, 0
        return [(pocket.id, part, paid) for part, paid in ((pocket.premium, 0), (pocket.price, pocket.price)) if part]

    def _expire(self, command: ExpireLot, journal_id: UUID | None) -> list[Moved] | str:
        pocket = self.pockets[command.lot_id]
        if city_date(command.event_at) <= pocket.last_day:
            return "LotNotYetExpired"
        if not pocket.paid_left + pocket.premium_left:
            return "LotIsEmpty"
        if journal_id:
            self.expiries[journal_id] = (pocket.id, pocket.paid_left, pocket.premium_left)
        return self._break(pocket)

    def _reverse_expiry(self, command: ReverseExpiry) -> list[Moved] | str:
        """A new last day is never between half a year and 199 days ahead here, so the law's months need no calendar."""
        lost, paid, premium = self.expiries[command.journal_id]
        day = city_date(command.event_at)
        if not paid + premium:
            return "ExpiryAlreadyReversed"
        if not 0 <= (command.last_day - day).days < 199:
            return "TermsImpossible"
        self.expiries[command.journal_id] = (lost, 0, 0)
        self.expired -= paid + premium
        was, to = self.pockets[lost], command.lot_id
        facts = (to, was.wallet, was.small_only, day, command.last_day, 0, command.event_at)
        self.pockets[to] = Pocket(*facts, paid, premium, paid, premium, True)
        return [(to, part, part * is_paid) for part, is_paid in ((paid, 1), (premium, 0)) if part]

    def _break(self, pocket: Pocket) -> list[Moved]:
        parts = (pocket.paid_left, pocket.paid_left), (pocket.premium_left, 0)
        self.expired += pocket.paid_left + pocket.premium_left
        pocket.touched, pocket.paid_left, pocket.premium_left = True, 0, 0
        return [(pocket.id, amount, paid) for amount, paid in parts if amount]

    def _give_back(
        self, taking: Taking, amount: int, at: datetime, new_lots: list[UUID], *, was_spent: bool = True
    ) -> list[Moved]:
        moved: list[Moved] = []
        for line in reversed(taking.lines):
            back = min(amount, line.amount - line.back)
            if not back:
                continue
            amount -= back
            paid = self._part_back(line, back)
            if isinstance(line.source, str):
                moved.append((line.source, back, paid))
                continue
            self.spent -= back * was_spent
            moved.append(self._land(self.pockets[line.source], back, paid, at, new_lots))
        return moved

    def _part_back(self, line: Taken, back: int) -> int:
        wanted = (line.back + back) * line.paid // line.amount - line.back_paid
        premium_left = (line.amount - line.paid) - (line.back - line.back_paid)
        paid = sorted([max(0, back - premium_left), wanted, min(back, line.paid - line.back_paid)])[1]
        line.back += back
        line.back_paid += paid
        return paid

    def _land(self, pocket: Pocket, back: int, paid: int, at: datetime, new_lots: list[UUID]) -> Moved:
        day = city_date(at)
        if day <= pocket.last_day or not pocket.grace_days:
            pocket.paid_left += paid
            pocket.premium_left += back - paid
            if day > pocket.last_day:
                self._break(pocket)
            return pocket.id, back, paid
        last_day = day + timedelta(days=pocket.grace_days)
        lot_id = new_lots.pop(0)
        self.pockets[lot_id] = Pocket(
            lot_id, pocket.wallet, pocket.small_only, day, last_day, 0, at, paid, back - paid, paid, back - paid, True
        )
        return lot_id, back, paid
