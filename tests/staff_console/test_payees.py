"""Merchants' accounts in the characters of the bank's files."""

from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from merchants.operations.register_merchants import register_merchants
from settlement.model import BankAccountSnapshot
from settlement.zengin.model import USUAL_PROFILE, AccountKind
from staff_console.desks import payees
from tests.merchants.shops import BAKERY, MARKET
from tests.staff_console.world import World


def accounts(session: Session, world: World) -> dict[UUID, BankAccountSnapshot]:
    at = world.clock.now()
    found = payees.payee_accounts(session, USUAL_PROFILE, payees.all_merchant_ids(session), at=at)
    assert all(account.bank_account_id for account in found.values())
    return {merchant_id: replace(account, bank_account_id=None) for merchant_id, account in found.items()}


def test_accounts_are_written_in_half_width_kana_and_kanji_names_of_banks_are_left_out(world: World) -> None:
    account = replace(BAKERY.bank_account, bank_name="ユウチョ", branch_name="ナナナナハチ")
    shops = [MARKET, replace(BAKERY, bank_account=account)]
    world.staff.run(lambda session: register_merchants(session, shops, now=world.clock.now()))
    assert world.staff.run(lambda session: accounts(session, world)) == {
        MARKET.merchant_id: BankAccountSnapshot(
            bank_code="0179",
            branch_code="301",
            account_kind=AccountKind.CURRENT,
            account_number="0012345",
            payee_name="ｶ)ﾏﾙｶﾏ-ｹﾂﾄ",
        ),
        BAKERY.merchant_id: BankAccountSnapshot(
            bank_code="9900",
            branch_code="778",
            account_kind=AccountKind.ORDINARY,
            account_number="7654321",
            payee_name="ﾏﾂｵ ｲﾁﾛｳ",
            bank_name="ﾕｳﾁﾖ",
            branch_name="ﾅﾅﾅﾅﾊﾁ",
        ),
    }


def test_a_name_that_no_file_can_carry_stays_as_it_is(world: World) -> None:
    account = replace(BAKERY.bank_account, holder_kana="松尾 一郎")
    shop = replace(BAKERY, bank_account=account)
    world.staff.run(lambda session: register_merchants(session, [shop], now=world.clock.now()))
    (found,) = world.staff.run(lambda session: accounts(session, world)).values()
    assert found.payee_name == "松尾 一郎"
