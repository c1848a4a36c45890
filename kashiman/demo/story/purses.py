"""What the wallets hold as their owners know it: how much, until when, and whether for small shops only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.model import ShopSize


@dataclass(slots=True)
class _Lot:
    last_day: date
    number: int
    is_for_small_shops: bool
    left_yen: int


class Purses:
    """Every wallet's lots in the order in which the books spend them.

    Money that a shop gives back is not looked for, so a wallet holds this much or a little more.
    """

    def __init__(self) -> None:
        self.total_yen: dict[UUID, int] = {}
        self._lots: dict[UUID, list[_Lot]] = {}
        self._lots_made = 0

    def put(self, wallet_id: UUID, last_day: date, *, common_yen: int, small_shop_yen: int) -> None:
        """A purchase became its lots; of those that end on one day the older goes first, and of two the restricted."""
        lots = self._lots.setdefault(wallet_id, [])
        for is_for_small_shops, yen in ((True, small_shop_yen), (False, common_yen)):
            if yen:
                self._lots_made += 1
                lots.append(_Lot(last_day, self._lots_made, is_for_small_shops, yen))
                self.total_yen[wallet_id] = self.total_yen.get(wallet_id, 0) + yen
        lots.sort(key=lambda lot: (lot.last_day, lot.number))

    def usable_yen(self, wallet_id: UUID, size: ShopSize) -> int:
        """What a shop of this size can take."""
        if size is ShopSize.SMALL:
            return self.total_yen.get(wallet_id, 0)
        return sum(lot.left_yen for lot in self._lots.get(wallet_id, ()) if not lot.is_for_small_shops)

    def spend(self, wallet_id: UUID, amount_yen: int, size: ShopSize) -> None:
        """A shop of this size took an amount."""
        self.total_yen[wallet_id] -= amount_yen
        for lot in self._lots[wallet_id]:
            if size is ShopSize.SMALL or not lot.is_for_small_shops:
                taken_yen = min(amount_yen, lot.left_yen)
                lot.left_yen -= taken_yen
                amount_yen -= taken_yen

    def expire(self, through_day: date) -> None:
        """What could be used until this day or an earlier one is gone."""
        for wallet_id, lots in self._lots.items():
            kept = [lot for lot in lots if lot.last_day > through_day]
            if len(kept) < len(lots):
                self._lots[wallet_id] = kept
                self.total_yen[wallet_id] = sum(lot.left_yen for lot in kept)
