"""What a payment will use, before it is made: which value goes first, and what is left to be paid in cash."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.model import UsableAt
from merchants.model import MerchantSize
from wallet_api.schemas import LotAnswer


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """So much of one lot."""

    lot: LotAnswer
    use_yen: int


@dataclass(frozen=True, slots=True)
class SpendingPlan:
    """What an amount would use at one shop; `usable_yen` is what the wallet can pay there today at most."""

    amount_yen: int
    usable_yen: int
    uses: tuple[PlannedUse, ...]

    @property
    def covered_yen(self) -> int:
        """What the wallet pays of the amount."""
        return min(self.amount_yen, self.usable_yen)

    @property
    def cash_yen(self) -> int:
        """What remains to be paid in another way."""
        return self.amount_yen - self.covered_yen

    @property
    def left_yen(self) -> int:
        """What the wallet can still pay at the shop today, afterwards."""
        return self.usable_yen - self.covered_yen


def plan_spending(lots: Iterable[LotAnswer], shop_size: MerchantSize, amount_yen: int) -> SpendingPlan:
    """Plan an amount over lots in their spend order. It tells what will happen; the books decide it again."""
    takes_all = shop_size is MerchantSize.SMALL
    usable = [lot for lot in lots if lot.usable_today and (takes_all or lot.usable_at == UsableAt.ALL_SHOPS)]
    missing_yen, uses = amount_yen, []
    for lot in usable:
        use_yen = min(lot.left_yen, missing_yen)
        if use_yen:
            uses.append(PlannedUse(lot, use_yen))
            missing_yen -= use_yen
    return SpendingPlan(amount_yen, sum(lot.left_yen for lot in usable), tuple(uses))
