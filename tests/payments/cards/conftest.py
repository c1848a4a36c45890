"""Cards in the world of shops; the books agree at the end of every story."""

from collections.abc import Iterator

import pytest

from tests.payments.cards.wallet_cards import WalletCards
from tests.payments.shop_world import ShopWorld


@pytest.fixture
def cards(world: ShopWorld) -> Iterator[WalletCards]:
    yield WalletCards(world)
    world.demand_agreeing_books()
