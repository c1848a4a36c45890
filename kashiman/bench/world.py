"""A database full of wallets, lots and shops for the benchmarks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from sqlmodel import Session

from kashiman.keys import KEY_ID
from kernel.clock import city_date
from kernel.db import Database
from kernel.embedded_postgres import start
from kernel.ids import new_ids
from ledger.model import AccountKind, Posted, SellVoucher, Terms, UsableAt, command_key, shared_account
from ledger.operations.post_journals import post_journals
from merchants.model import BankAccount, BankAccountKind, MerchantSize, NewMerchant, NewStore
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.print_posters import print_posters
from merchants.operations.register_merchants import register_merchants
from migrations.apply import migrate

PRICE_YEN, FACE_YEN = 4_000, 5_000
BATCH = 1_000


@dataclass(frozen=True)
class World:
    """What a benchmark pays with: wallets, and shops as (merchant id, store code, poster serial)."""

    url: str
    campaign_id: UUID
    wallets: Sequence[UUID]
    shops: Sequence[tuple[UUID, str, str]]


@contextmanager
def fresh_database(data_dir: Path) -> Iterator[str]:
    """A migrated database of its own on an embedded server of its own; dropped at the end."""
    server = start(data_dir, settings={"shared_buffers": "1GB", "max_wal_size": "8GB"})
    name = f"bench_{uuid4().hex[:12]}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            migrate(server.url(name))
            yield server.url(name)
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def build_world(
    url: str, *, wallets: int | Sequence[UUID], lots_per_wallet: int, shops: int, now: datetime, units_per_lot: int = 1
) -> World:
    """Issue lots to so many new wallets, or to these, and open shops, through the same operations as everywhere."""
    staff = Database(url, role="kashiman_staff")
    campaign_id, wallet_ids = uuid4(), new_ids(wallets) if isinstance(wallets, int) else wallets
    sales = [
        _sale(campaign_id, wallet_id, number, units_per_lot, now)
        for wallet_id in wallet_ids
        for number in range(lots_per_wallet)
    ]
    for at in range(0, len(sales), BATCH):
        outcomes = staff.run(partial(post_journals, commands=sales[at : at + BATCH]))
        if not all(isinstance(outcome, Posted) for outcome in outcomes):
            raise RuntimeError("the world of the benchmark could not be built")
    opened = staff.run(lambda session: _open_shops(session, shops, now))
    staff.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
    return World(url, campaign_id, wallet_ids, opened)


def _sale(campaign_id: UUID, wallet_id: UUID, number: int, units: int, now: datetime) -> SellVoucher:
    today = city_date(now)
    return SellVoucher(
        key=command_key("bench", f"{wallet_id}/{number}"),
        event_at=now,
        lot_id=uuid4(),
        wallet_id=wallet_id,
        campaign_id=campaign_id,
        terms=Terms(UsableAt.ALL_SHOPS, today, today + timedelta(days=90 + number)),
        paid_yen=PRICE_YEN * units,
        premium_yen=(FACE_YEN - PRICE_YEN) * units,
        money=shared_account(AccountKind.COUNTER_CASH, reference="bench"),
    )


def _open_shops(session: Session, count: int, now: datetime) -> list[tuple[UUID, str, str]]:
    clerk = uuid4()
    registered = register_merchants(session, [_merchant(number) for number in range(count)], now=now)
    merchant_ids = [merchant.merchant_id for merchant in registered]
    approve_merchants(session, merchant_ids, by=clerk, now=now)
    stores = [merchant.stores[0] for merchant in registered]
    serials = print_posters(session, [store.store_id for store in stores], key_id=KEY_ID, now=now)
    return [
        (merchant_id, store.store_code, serial)
        for merchant_id, store, serial in zip(merchant_ids, stores, serials, strict=True)
    ]


def _merchant(number: int) -> NewMerchant:
    account = BankAccount(
        bank_code="0001",
        branch_code="001",
        account_kind=BankAccountKind.ORDINARY,
        account_number=f"{number:07d}",
        holder_kana="ﾍﾞﾝﾁ",
    )
    store = NewStore(
        display_name=f"ベンチ {number}", name_latin=f"BENCH {number}", district="鹿島", postal_code="849-1311"
    )
    return NewMerchant(
        legal_name=f"ベンチ {number}",
        legal_kana="ベンチ",
        trade="bench",
        size=MerchantSize.SMALL,
        bank_account=account,
        stores=(store,),
    )
