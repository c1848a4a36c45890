"""What a batch of commands knows of the books: the loaded rows, kept up to date while the batch is decided."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from ledger.model import Account, Journal, JournalKind, ShopSize, Terms, UsableAt
from ledger.refusals import ReversedBeforeItHappened


@dataclass(slots=True)
class Lot:
    """A lot with what is left of it, by part."""

    id: UUID
    wallet_id: UUID
    campaign_id: UUID
    issued_paid_yen: int
    issued_premium_yen: int
    usable_at: UsableAt
    first_day: date
    last_day: date
    grace_days: int
    issued_at: datetime
    paid_left_yen: int
    premium_left_yen: int

    @property
    def left_yen(self) -> int:
        return self.paid_left_yen + self.premium_left_yen

    @property
    def issued_yen(self) -> int:
        return self.issued_paid_yen + self.issued_premium_yen

    def spend_order(self) -> tuple[date, datetime, UUID]:
        """Earliest expiry first, then oldest, then lowest id."""
        return (self.last_day, self.issued_at, self.id)

    def allows(self, shop_size: ShopSize, day: date) -> bool:
        """Whether the terms let a shop of this size take the lot on this city day."""
        return self.first_day <= day <= self.last_day and (
            self.usable_at == UsableAt.ALL_SHOPS or shop_size == ShopSize.SMALL
        )


@dataclass(slots=True)
class Line:
    """A transfer of an earlier journal with how much of it was reversed since."""

    number: int
    debit_account_id: UUID
    credit_account_id: UUID
    amount_yen: int
    paid_yen: int
    reversed_yen: int
    reversed_paid_yen: int

    @property
    def left_yen(self) -> int:
        return self.amount_yen - self.reversed_yen


@dataclass(slots=True)
class Original:
    """An earlier journal that a command wants to undo."""

    id: UUID
    kind: JournalKind
    event_at: datetime
    lines: list[Line]

    def refuse_earlier(self, event_at: datetime) -> None:
        """Refuse ReversedBeforeItHappened for a reversal dated before the event."""
        if event_at < self.event_at:
            raise ReversedBeforeItHappened(happened_at=self.event_at.isoformat(), reversed_at=event_at.isoformat())

    @property
    def amount_yen(self) -> int:
        return sum(line.amount_yen for line in self.lines)

    @property
    def left_yen(self) -> int:
        return sum(line.left_yen for line in self.lines)


@dataclass(slots=True)
class Hold:
    """Value set aside, and the journal whose lines tell which lots it came from."""

    id: UUID
    wallet_id: UUID
    placed_journal_id: UUID
    amount_yen: int
    deadline_at: datetime
    paid_left_yen: int
    premium_left_yen: int

    @property
    def left_yen(self) -> int:
        return self.paid_left_yen + self.premium_left_yen


@dataclass(slots=True)
class NewLot:
    """A lot to be written; its value arrives by the transfers of the same journal."""

    id: UUID
    wallet_id: UUID
    campaign_id: UUID
    paid_yen: int
    premium_yen: int
    terms: Terms
    issued_at: datetime
    succeeds_lot_id: UUID | None = None

    def as_issued(self) -> Lot:
        """The lot as it stands once its journal is posted."""
        return Lot(
            id=self.id,
            wallet_id=self.wallet_id,
            campaign_id=self.campaign_id,
            issued_paid_yen=self.paid_yen,
            issued_premium_yen=self.premium_yen,
            usable_at=self.terms.usable_at,
            first_day=self.terms.first_day,
            last_day=self.terms.last_day,
            grace_days=self.terms.grace_days,
            issued_at=self.issued_at,
            paid_left_yen=self.paid_yen,
            premium_left_yen=self.premium_yen,
        )


@dataclass(slots=True)
class NewHold:
    """A hold to be written; its value arrives by the transfers of the same journal."""

    id: UUID
    wallet_id: UUID
    amount_yen: int
    deadline_at: datetime
    placed_journal_id: UUID


@dataclass(slots=True)
class Draft:
    """What one accepted command writes. More than one journal only when a refund meets an expired lot."""

    journals: list[Journal]
    accounts: list[Account] = field(default_factory=list)
    lots: list[NewLot] = field(default_factory=list)
    holds: list[NewHold] = field(default_factory=list)


@dataclass(slots=True)
class Books:
    """The loaded facts of one batch.

    `wallets` lists each wallet's lots in spend order, `in_flight_yen` what each payout still carries, `touched_lots`
    those that anything but their sale has moved.
    """

    lots: dict[UUID, Lot] = field(default_factory=dict)
    wallets: dict[UUID, list[Lot]] = field(default_factory=dict)
    originals: dict[UUID, Original] = field(default_factory=dict)
    holds: dict[UUID, Hold] = field(default_factory=dict)
    in_flight_yen: dict[UUID, int] = field(default_factory=dict)
    touched_lots: set[UUID] = field(default_factory=set)
    closed_through: date | None = None

    def add_lot(self, lot: Lot) -> None:
        """Put a lot at its place in its wallet's spend order."""
        self.lots[lot.id] = lot
        wallet = self.wallets.setdefault(lot.wallet_id, [])
        wallet.append(lot)
        wallet.sort(key=Lot.spend_order)
