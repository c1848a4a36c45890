"""Who is paid and what waits follows from the sums alone."""

from dataclasses import replace
from uuid import UUID

from settlement.model import BankAccountSnapshot, CarryOverReason, Due, DuePart, MovementSum, Netting
from settlement.rules.netting import net_movements
from settlement.zengin.model import USUAL_PROFILE
from tests.settlement.city import BAKERY, BANK_ACCOUNTS, GROCER, POINTS, VOUCHER


def of(shop: UUID, campaign_id: UUID, gross: tuple[int, int], back: tuple[int, int] = (0, 0)) -> MovementSum:
    """Sums from (all yen, paid yen) taken and given back."""
    return MovementSum(shop, campaign_id, 1, *gross, 1 if back[0] else 0, *back)


def netted(*sums: MovementSum, minimum_payout_yen: int = 1, account: BankAccountSnapshot | None = None) -> Netting:
    accounts = BANK_ACCOUNTS | ({BAKERY: account} if account else {})
    return net_movements(sums, minimum_payout_yen=minimum_payout_yen, bank_accounts=accounts, profile=USUAL_PROFILE)


def test_merchants_and_campaigns_are_paid_in_order() -> None:
    result = netted(
        of(GROCER, VOUCHER, (10, 8)), of(BAKERY, POINTS, (7, 0)), of(BAKERY, VOUCHER, (1_000, 800), (250, 200))
    )
    assert result == Netting(
        (
            Due(BAKERY, (DuePart(VOUCHER, 750, 600), DuePart(POINTS, 7, 0))),
            Due(GROCER, (DuePart(VOUCHER, 10, 8),)),
        ),
        {},
    )


def test_a_merchant_who_owes_as_much_as_it_is_due_is_paid_nothing() -> None:
    for back_yen in (1_000, 1_001):
        sums = (of(BAKERY, VOUCHER, (0, 0), (back_yen, 800)), of(BAKERY, POINTS, (1_000, 0)))
        reason = CarryOverReason.NOTHING_DUE
        assert netted(*sums) == Netting((), {(BAKERY, VOUCHER): reason, (BAKERY, POINTS): reason})


def test_a_part_that_would_be_negative_waits() -> None:
    more_premium = of(BAKERY, VOUCHER, (100, 10), (40, 30))
    more_paid = of(BAKERY, VOUCHER, (100, 100), (40, 10))
    for uneven in (more_premium, more_paid):
        assert netted(uneven) == Netting((), {(BAKERY, VOUCHER): CarryOverReason.PARTS_UNEVEN})
        both = netted(uneven, of(BAKERY, POINTS, (5, 0)))
        assert both.dues == (Due(BAKERY, (DuePart(POINTS, 5, 0),)),)


def test_the_minimum_is_held_against_the_sum_and_against_what_would_be_paid() -> None:
    below = CarryOverReason.BELOW_MINIMUM
    assert netted(of(BAKERY, VOUCHER, (999, 0)), minimum_payout_yen=1_000).carried_over == {(BAKERY, VOUCHER): below}
    assert netted(of(BAKERY, VOUCHER, (1_000, 0)), minimum_payout_yen=1_000).carried_over == {}
    owing = (of(BAKERY, POINTS, (1_500, 0)), of(BAKERY, VOUCHER, (0, 0), (600, 0)))
    assert set(netted(*owing, minimum_payout_yen=1_000).carried_over.values()) == {below}
    uneven = (of(BAKERY, POINTS, (500, 0)), of(BAKERY, VOUCHER, (900, 10), (40, 30)))
    assert set(netted(*uneven, minimum_payout_yen=1_000).carried_over.values()) == {below}


def test_a_campaign_with_nothing_left_waits_beside_one_that_is_paid() -> None:
    result = netted(of(BAKERY, POINTS, (5, 0)), of(BAKERY, VOUCHER, (100, 80), (100, 80)))
    assert result.carried_over == {(BAKERY, VOUCHER): CarryOverReason.NOTHING_DUE}
    assert result.dues == (Due(BAKERY, (DuePart(POINTS, 5, 0),)),)


def test_an_amount_or_account_that_the_format_cannot_carry_waits() -> None:
    unusable = {(BAKERY, VOUCHER): CarryOverReason.BANK_ACCOUNT_UNUSABLE}
    account = BANK_ACCOUNTS[BAKERY]
    assert netted(of(BAKERY, VOUCHER, (10, 8)), account=replace(account, bank_code="1")).carried_over == unusable
    assert netted(of(BAKERY, VOUCHER, (10_000_000_000, 8))).carried_over == unusable
