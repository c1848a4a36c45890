"""Put millions of transfers into the books, as years of payments would, under the same triggers."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import psycopg

from kashiman.bench.world import World

ROWS_PER_STATEMENT = 50_000

PREPARE = """
CREATE TEMPORARY TABLE grown_lots ON COMMIT PRESERVE ROWS AS
    SELECT row_number() OVER () - 1 AS number, uuidv7() AS id, w.id AS wallet_id
    FROM unnest(%(wallets)s::uuid[]) AS w (id), generate_series(1, 7);
CREATE TEMPORARY TABLE grown_payables ON COMMIT PRESERVE ROWS AS
    SELECT row_number() OVER () - 1 AS number, uuidv7() AS id, m.id AS merchant_id
    FROM unnest(%(merchants)s::uuid[]) AS m (id);
"""
ISSUE = """
INSERT INTO ledger.accounts (id, kind, campaign_id) SELECT id, 'lot', %(campaign)s FROM grown_lots;
INSERT INTO ledger.accounts (id, kind, campaign_id, merchant_id)
    SELECT id, 'merchant_payable', %(campaign)s, merchant_id FROM grown_payables;
INSERT INTO ledger.accounts (id, kind, reference) VALUES (%(cash)s, 'counter_cash', 'growth');
INSERT INTO ledger.lots (account_id, wallet_id, campaign_id, issued_paid_yen, issued_premium_yen, usable_at,
        first_day, last_day, issued_at)
    SELECT id, gen_random_uuid(), %(campaign)s, 1000000000, 0, 'all_shops', '2026-01-01', '2026-06-30', %(at)s
    FROM grown_lots;
INSERT INTO ledger.journals (id, kind, event_at) VALUES (%(sale)s, 'voucher_sold', %(at)s);
INSERT INTO ledger.transfers (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen)
    SELECT %(sale)s, number + 1, %(cash)s, id, 1000000000, 1000000000 FROM grown_lots;
"""
GROW = """
WITH paid AS MATERIALIZED (
    SELECT uuidv7() AS id, gen_random_uuid() AS key, (random() * (SELECT max(number) FROM grown_lots))::bigint AS lot,
           (random() * (SELECT max(number) FROM grown_payables))::bigint AS payable
    FROM generate_series(1, %(rows)s)
), journals AS (
    INSERT INTO ledger.journals (id, kind, event_at) SELECT id, 'payment', %(at)s FROM paid
), decisions AS (
    INSERT INTO ledger.decisions (key, fingerprint, journal_id) SELECT key, key, id FROM paid
)
INSERT INTO ledger.transfers (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen)
SELECT paid.id, 1, l.id, p.id, 1, 1
FROM paid JOIN grown_lots AS l ON l.number = paid.lot JOIN grown_payables AS p ON p.number = paid.payable
"""


def grow_books(url: str, world: World, transfers: int, tell: Callable[[str], None]) -> None:
    """Add so many payments of one yen each, spread over 21,000 lots and the world's shops, and gather statistics."""
    facts = {"campaign": uuid4(), "cash": uuid4(), "sale": uuid4(), "at": datetime(2026, 2, 1, tzinfo=UTC)}
    people = {"wallets": list(world.wallets), "merchants": [shop[0] for shop in world.shops]}
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(PREPARE, people)
        connection.execute(ISSUE, facts)
        done = 0
        while done < transfers:
            rows = min(ROWS_PER_STATEMENT, transfers - done)
            connection.execute(GROW, {"rows": rows, "at": facts["at"]})
            done += rows
            if done % 1_000_000 == 0:
                tell(f"  {done:,} 件")
        connection.execute(
            "VACUUM (ANALYZE) ledger.transfers, ledger.journals, ledger.decisions, ledger.accounts, ledger.lots"
        )
        connection.execute("CHECKPOINT")
