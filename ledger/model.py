"""The vocabulary of the books: accounts, commands, journals, and the table of legal moves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from kernel.ids import derived_id
from kernel.refusals import Refusal


class AccountKind(StrEnum):
    """What an account stands for; `ACCOUNT_SIDES` says on which side of the books it lies."""

    BANK = "bank"
    PROVIDER_CLEARING = "provider_clearing"
    COUNTER_CASH = "counter_cash"
    LOT = "lot"
    HELD = "held"
    MERCHANT_PAYABLE = "merchant_payable"
    PAYOUT_IN_FLIGHT = "payout_in_flight"
    PREMIUM_FUNDING = "premium_funding"
    POINT_FUNDING = "point_funding"
    COUPON_FUNDING = "coupon_funding"
    PROVIDER_FEES = "provider_fees"
    BREAKAGE_PAID = "breakage_paid"
    BREAKAGE_PREMIUM = "breakage_premium"
    CITY_FEES = "city_fees"


ACCOUNT_SIDES: dict[AccountKind, str] = {
    AccountKind.BANK: "asset",
    AccountKind.PROVIDER_CLEARING: "asset",
    AccountKind.COUNTER_CASH: "asset",
    AccountKind.LOT: "liability",
    AccountKind.HELD: "liability",
    AccountKind.MERCHANT_PAYABLE: "liability",
    AccountKind.PAYOUT_IN_FLIGHT: "liability",
    AccountKind.PREMIUM_FUNDING: "budget",
    AccountKind.POINT_FUNDING: "budget",
    AccountKind.COUPON_FUNDING: "budget",
    AccountKind.PROVIDER_FEES: "budget",
    AccountKind.BREAKAGE_PAID: "income",
    AccountKind.BREAKAGE_PREMIUM: "income",
    AccountKind.CITY_FEES: "income",
}


class JournalKind(StrEnum):
    """What happened."""

    VOUCHER_SOLD = "voucher_sold"
    SALE_CANCELLED = "sale_cancelled"
    POINTS_GRANTED = "points_granted"
    PAYMENT = "payment"
    PAYMENT_VOIDED = "payment_voided"
    PAYMENT_REFUNDED = "payment_refunded"
    HOLD_PLACED = "hold_placed"
    HOLD_CAPTURED = "hold_captured"
    HOLD_RELEASED = "hold_released"
    LOT_EXPIRED = "lot_expired"
    EXPIRY_REVERSED = "expiry_reversed"
    SETTLEMENT_CLOSED = "settlement_closed"
    PAYOUT_SETTLED = "payout_settled"
    PAYOUT_RETURNED = "payout_returned"
    PROVIDER_PAID_OUT = "provider_paid_out"


LEGAL_MOVES: frozenset[tuple[JournalKind, AccountKind, AccountKind]] = frozenset(
    (journal, debit, credit)
    for journal, moves in {
        JournalKind.VOUCHER_SOLD: [
            (AccountKind.PROVIDER_CLEARING, AccountKind.LOT),
            (AccountKind.COUNTER_CASH, AccountKind.LOT),
            (AccountKind.PREMIUM_FUNDING, AccountKind.LOT),
        ],
        JournalKind.SALE_CANCELLED: [
            (AccountKind.LOT, AccountKind.PROVIDER_CLEARING),
            (AccountKind.LOT, AccountKind.COUNTER_CASH),
            (AccountKind.LOT, AccountKind.PREMIUM_FUNDING),
        ],
        JournalKind.POINTS_GRANTED: [(AccountKind.POINT_FUNDING, AccountKind.LOT)],
        JournalKind.PAYMENT: [
            (AccountKind.LOT, AccountKind.MERCHANT_PAYABLE),
            (AccountKind.COUPON_FUNDING, AccountKind.MERCHANT_PAYABLE),
        ],
        JournalKind.PAYMENT_VOIDED: [
            (AccountKind.MERCHANT_PAYABLE, AccountKind.LOT),
            (AccountKind.MERCHANT_PAYABLE, AccountKind.COUPON_FUNDING),
        ],
        JournalKind.PAYMENT_REFUNDED: [
            (AccountKind.MERCHANT_PAYABLE, AccountKind.LOT),
            (AccountKind.MERCHANT_PAYABLE, AccountKind.COUPON_FUNDING),
        ],
        JournalKind.HOLD_PLACED: [(AccountKind.LOT, AccountKind.HELD)],
        JournalKind.HOLD_CAPTURED: [
            (AccountKind.HELD, AccountKind.MERCHANT_PAYABLE),
            (AccountKind.HELD, AccountKind.CITY_FEES),
        ],
        JournalKind.HOLD_RELEASED: [(AccountKind.HELD, AccountKind.LOT)],
        JournalKind.LOT_EXPIRED: [
            (AccountKind.LOT, AccountKind.BREAKAGE_PAID),
            (AccountKind.LOT, AccountKind.BREAKAGE_PREMIUM),
        ],
        JournalKind.EXPIRY_REVERSED: [
            (AccountKind.BREAKAGE_PAID, AccountKind.LOT),
            (AccountKind.BREAKAGE_PREMIUM, AccountKind.LOT),
        ],
        JournalKind.SETTLEMENT_CLOSED: [(AccountKind.MERCHANT_PAYABLE, AccountKind.PAYOUT_IN_FLIGHT)],
        JournalKind.PAYOUT_SETTLED: [(AccountKind.PAYOUT_IN_FLIGHT, AccountKind.BANK)],
        JournalKind.PAYOUT_RETURNED: [(AccountKind.PAYOUT_IN_FLIGHT, AccountKind.MERCHANT_PAYABLE)],
        JournalKind.PROVIDER_PAID_OUT: [
            (AccountKind.BANK, AccountKind.PROVIDER_CLEARING),
            (AccountKind.PROVIDER_FEES, AccountKind.PROVIDER_CLEARING),
        ],
    }.items()
    for debit, credit in moves
)
"""Journal kind, debited kind, credited kind. The database holds the same table and refuses every other move."""


class UsableAt(StrEnum):
    """Which shops may take a lot: 共通券 everywhere, 専用券 at small shops only."""

    ALL_SHOPS = "all_shops"
    SMALL_SHOPS = "small_shops"


class ShopSize(StrEnum):
    """The class of a shop as the campaign's rules see it."""

    SMALL = "small"
    LARGE = "large"


PLAIN_KINDS = frozenset(
    {
        JournalKind.SETTLEMENT_CLOSED,
        JournalKind.PAYOUT_SETTLED,
        JournalKind.PAYOUT_RETURNED,
        JournalKind.PROVIDER_PAID_OUT,
    }
)
"""The journals that touch no lot and no hold, and so may be posted as plain moves."""


class Account(NamedTuple):
    """An account to be opened if it does not exist yet."""

    id: UUID
    kind: AccountKind
    campaign_id: UUID | None = None
    merchant_id: UUID | None = None
    reference: str | None = None


@lru_cache(maxsize=50_000)
def shared_account(
    kind: AccountKind,
    *,
    campaign_id: UUID | None = None,
    merchant_id: UUID | None = None,
    reference: str | None = None,
) -> Account:
    """The one account of this kind for a campaign, a merchant or a reference (a provider, a counter, a payout).

    Its id follows from what it stands for, so that opening it twice is opening it once.
    """
    owner = (str(part or "") for part in (campaign_id, merchant_id, reference))
    return Account(derived_id("account", kind, *owner), kind, campaign_id, merchant_id, reference)


class CommandKey(NamedTuple):
    """Who asked for what: `id` identifies the request, `fingerprint` its content."""

    id: UUID
    fingerprint: UUID


def command_key(scope: str, key: str, *content: object) -> CommandKey:
    """Make the key of a command from who asks (`scope`), the caller's own key and everything the caller asked for.

    Only digests are kept: a caller's key may contain anything, and the books hold nothing personal.
    """
    return CommandKey(derived_id("command", scope, key), derived_id("content", *map(str, content)))


@dataclass(frozen=True, slots=True)
class Terms:
    """Where and when a lot may be spent; never changed once issued. Days are city days, both included."""

    usable_at: UsableAt
    first_day: date
    last_day: date
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class SellVoucher:
    """Money became certain, so a lot comes into being: `money` pays the paid part, the city the premium part."""

    key: CommandKey
    event_at: datetime
    lot_id: UUID
    wallet_id: UUID
    campaign_id: UUID
    terms: Terms
    paid_yen: int
    premium_yen: int
    money: Account


@dataclass(frozen=True, slots=True)
class GrantPoints:
    """The city gives value: a lot without a paid part."""

    key: CommandKey
    event_at: datetime
    lot_id: UUID
    wallet_id: UUID
    campaign_id: UUID
    terms: Terms
    amount_yen: int


@dataclass(frozen=True, slots=True)
class CancelSale:
    """Take a sale back exactly, while nothing of its lot was spent."""

    key: CommandKey
    event_at: datetime
    journal_id: UUID


class Coupon(NamedTuple):
    """The part of a payment that a campaign's budget pays instead of the wallet."""

    campaign_id: UUID
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Pay:
    """Spend `amount_yen` of a wallet at a shop (0 when a coupon pays all), plus an optional coupon."""

    key: CommandKey
    event_at: datetime
    wallet_id: UUID
    merchant_id: UUID
    shop_size: ShopSize
    amount_yen: int
    coupon: Coupon | None = None


@dataclass(frozen=True, slots=True)
class VoidPayment:
    """Undo a whole payment, on the city day on which it was made."""

    key: CommandKey
    event_at: datetime
    journal_id: UUID


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """Give back part or all of a payment later, to the lots it came from."""

    key: CommandKey
    event_at: datetime
    journal_id: UUID
    amount_yen: int


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Set value aside until `deadline_at`."""

    key: CommandKey
    event_at: datetime
    hold_id: UUID
    wallet_id: UUID
    amount_yen: int
    deadline_at: datetime
    shop_size: ShopSize = ShopSize.SMALL


@dataclass(frozen=True, slots=True)
class CaptureHold:
    """Turn a hold into a payment, whole: to a merchant, or to the city's fees of one kind."""

    key: CommandKey
    event_at: datetime
    hold_id: UUID
    merchant_id: UUID | None = None
    fee_kind: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Give a hold back to the lots it came from."""

    key: CommandKey
    event_at: datetime
    hold_id: UUID


class Parts(NamedTuple):
    """Yen by who funded them."""

    paid_yen: int
    premium_yen: int


@dataclass(frozen=True, slots=True)
class ExpireLot:
    """Book what is left of a lot after its last day as breakage; only if it is just `expected`, where that is said."""

    key: CommandKey
    event_at: datetime
    lot_id: UUID
    expected: Parts | None = None


@dataclass(frozen=True, slots=True)
class ReverseExpiry:
    """Give what a lot lost by expiry to a new lot in the same wallet, usable in the same shops until `last_day`."""

    key: CommandKey
    event_at: datetime
    journal_id: UUID
    lot_id: UUID
    last_day: date


class Move(NamedTuple):
    """A plain transfer between two shared accounts; `paid_yen` of it is paid part.

    `reverses_line` names the line of the corrected journal that it gives back.
    """

    debit: Account
    credit: Account
    amount_yen: int
    paid_yen: int
    reverses_line: int | None = None


@dataclass(frozen=True, slots=True)
class PostMoves:
    """A journal of plain transfers that touches no lot: settlements, payouts, provider payouts."""

    key: CommandKey
    event_at: datetime
    kind: JournalKind
    moves: tuple[Move, ...]
    corrects_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """A command that its own rules refused before it reached the books: recorded, so that its key is burnt."""

    key: CommandKey
    event_at: datetime
    refusal: Refusal


LedgerCommand = (
    SellVoucher
    | GrantPoints
    | CancelSale
    | Pay
    | VoidPayment
    | RefundPayment
    | PlaceHold
    | CaptureHold
    | ReleaseHold
    | ExpireLot
    | ReverseExpiry
    | PostMoves
    | Decline
)


class Transfer(NamedTuple):
    """One line of a journal: yen from the debited to the credited account; `paid_yen` of them are paid part."""

    debit_account_id: UUID
    credit_account_id: UUID
    amount_yen: int
    paid_yen: int
    reverses_line: int | None = None

    @property
    def premium_yen(self) -> int:
        return self.amount_yen - self.paid_yen


class Journal(NamedTuple):
    """One event in the books. `corrects_id` names the journal that it undoes in whole or part."""

    id: UUID
    kind: JournalKind
    event_at: datetime
    transfers: tuple[Transfer, ...]
    corrects_id: UUID | None = None

    @property
    def amount_yen(self) -> int:
        return sum(transfer.amount_yen for transfer in self.transfers)


@dataclass(frozen=True, slots=True)
class Posted:
    """A command succeeded: its journal is in the books. `is_replay` tells that it was there before this call."""

    journal: Journal
    is_replay: bool = False


def canonical_bytes(journal: Journal, sequence: int) -> bytes:
    """Write a journal as the one sequence of bytes a proof is made of: JSON, members sorted, no spaces, UTC times."""
    return json.dumps(
        {
            "corrects": str(journal.corrects_id) if journal.corrects_id else None,
            "event_at": journal.event_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "id": str(journal.id),
            "kind": journal.kind,
            "sequence": sequence,
            "transfers": list(_transfer_rows(journal)),
        },
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


def _transfer_rows(journal: Journal) -> Iterator[list[str | int | None]]:
    for transfer in journal.transfers:
        accounts = [str(transfer.debit_account_id), str(transfer.credit_account_id)]
        yield [*accounts, transfer.amount_yen, transfer.paid_yen, transfer.reverses_line]
