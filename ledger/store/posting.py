"""The statements of posting.

They take whole columns as array literals, so that a batch of any size is a fixed number of statements; they are sent
in one pipeline for reading and one for writing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg
from sqlmodel import Session

from kernel.arrays import ids_literal, plain_literal, text_literal
from kernel.db import driver_connection, pipelined
from kernel.refusals import Refusal
from ledger.model import Account, AccountKind, CommandKey, Journal, JournalKind, Transfer
from ledger.rules.books import Books, Draft, Hold, Line, Lot, Original

LOCK_LOTS = """
SELECT account_id, wallet_id, campaign_id, issued_paid_yen, issued_premium_yen, usable_at, first_day, last_day,
       grace_days, issued_at, paid_left_yen, premium_left_yen
FROM ledger.lock_lots(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[])
"""
LOCK_HOLDS = """
SELECT account_id, wallet_id, placed_journal_id, amount_yen, deadline_at, paid_left_yen, premium_left_yen
FROM ledger.lock_holds(%s::uuid[])
"""
FIND_DECISIONS = """
SELECT closed.through, d.key, d.fingerprint, d.journal_id, d.refusal_code, d.refusal_facts
FROM (SELECT max(closed_through) AS through FROM ledger.period_closes) AS closed
LEFT JOIN ledger.decisions AS d ON d.key = ANY (%s::uuid[])
"""
"""The day through which the books are closed stands in every row, and alone in one when no key is known."""
FIND_ORIGINALS = """
SELECT j.id, j.kind, j.event_at, t.line, t.debit_account_id, t.credit_account_id, t.amount_yen, t.paid_yen,
       coalesce(sum(r.amount_yen), 0)::bigint, coalesce(sum(r.paid_yen), 0)::bigint
FROM ledger.journals AS j
JOIN ledger.transfers AS t ON t.journal_id = j.id
LEFT JOIN ledger.journals AS rj ON rj.corrects_id = j.id
LEFT JOIN ledger.transfers AS r ON r.journal_id = rj.id AND r.reverses_line = t.line
WHERE j.id = ANY (%s::uuid[])
GROUP BY j.id, t.journal_id, t.line
ORDER BY j.id, t.line
"""
IN_FLIGHT = """
SELECT a.id,
       coalesce((SELECT sum(amount_yen) FROM ledger.transfers WHERE credit_account_id = a.id), 0)::bigint
     - coalesce((SELECT sum(amount_yen) FROM ledger.transfers WHERE debit_account_id = a.id), 0)::bigint
FROM ledger.accounts AS a WHERE a.id = ANY (%s::uuid[]) AND a.kind = 'payout_in_flight'
"""
LOCK_PAYOUTS = "SELECT FROM ledger.lock_payouts(%s::uuid[])"
TOUCHED_LOTS = """
SELECT t.credit_account_id FROM ledger.transfers AS t
WHERE t.journal_id = ANY (%(sales)s::uuid[]) AND EXISTS (
    SELECT FROM ledger.transfers AS other
    WHERE other.journal_id <> t.journal_id
      AND (other.debit_account_id = t.credit_account_id OR other.credit_account_id = t.credit_account_id)
)
"""

INSERT_ACCOUNTS = """
INSERT INTO ledger.accounts (id, kind, campaign_id, merchant_id, reference)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::text[])
ON CONFLICT (id) DO NOTHING
"""
INSERT_DECISIONS = """
INSERT INTO ledger.decisions (key, fingerprint, journal_id, refusal_code, refusal_facts)
SELECT key, fingerprint, journal_id, refusal_code, refusal_facts::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[])
    AS d (key, fingerprint, journal_id, refusal_code, refusal_facts)
"""
POST = f"""
WITH opened AS ({INSERT_ACCOUNTS}), posted AS (
    INSERT INTO ledger.journals (id, kind, event_at, corrects_id)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::uuid[])
), moved AS (
    INSERT INTO ledger.transfers
        (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen, reverses_line)
    SELECT * FROM unnest(%s::uuid[], %s::smallint[], %s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[],
        %s::smallint[])
)
{INSERT_DECISIONS}
"""  # noqa: S608 - made of our own statements
"""One statement writes a batch, so that its parts wait for nothing; the triggers see all of them together."""
INSERT_LOTS = """
INSERT INTO ledger.lots
    (account_id, wallet_id, campaign_id, issued_paid_yen, issued_premium_yen, usable_at, first_day, last_day,
     grace_days, issued_at, succeeds_lot_id)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::date[],
    %s::date[], %s::integer[], %s::timestamptz[], %s::uuid[])
"""
INSERT_HOLDS = """
INSERT INTO ledger.holds (account_id, wallet_id, placed_journal_id, amount_yen, deadline_at)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::timestamptz[])
"""


class Needs(NamedTuple):
    """What a batch has to know before it is decided, as ids."""

    keys: Sequence[UUID]
    wallets: Sequence[UUID]
    lots: Sequence[UUID]
    journals: Sequence[UUID]
    holds: Sequence[UUID]
    sales: Sequence[UUID] = ()
    payouts: Sequence[UUID] = ()


class Decision(NamedTuple):
    """The stored answer to a key: a journal, or the refusal it was given."""

    key: UUID
    fingerprint: UUID
    journal_id: UUID | None
    refusal_code: str | None
    refusal_facts: dict[str, Any] | None


def lock_and_load(session: Session, needs: Needs) -> tuple[Books, dict[UUID, Decision]]:
    """Lock the lots and holds a batch may touch, in the order of their ids, then read what it must know.

    The stored decisions are read after the locks were won, so that the loser of a race sees the winner's answer.
    """
    connection = driver_connection(session)
    with pipelined(connection):
        lots = connection.execute(LOCK_LOTS, [ids_literal(ids) for ids in needs[1:5]], binary=True)
        decisions = connection.execute(FIND_DECISIONS, [ids_literal(needs.keys)], binary=True)
    answers = decisions.fetchall()
    books = Books(closed_through=answers[0][0])
    wallets: defaultdict[UUID, list[Lot]] = defaultdict(list)
    for row in lots.fetchall():
        lot = Lot(*row)
        books.lots[lot.id] = lot
        wallets[lot.wallet_id].append(lot)
    for wallet in wallets.values():
        if len(wallet) > 1:
            wallet.sort(key=Lot.spend_order)
    books.wallets = wallets
    if needs.journals or needs.holds:
        _load_originals(connection, needs, books)
    if needs.sales:
        touched = connection.execute(TOUCHED_LOTS, {"sales": ids_literal(needs.sales)}, binary=True)
        books.touched_lots = {row[0] for row in touched}
    if needs.payouts:
        # A statement of its own: only what starts after the wait sees what another transaction took.
        connection.execute(LOCK_PAYOUTS, [ids_literal(needs.payouts)])
        books.in_flight_yen = dict(connection.execute(IN_FLIGHT, [ids_literal(needs.payouts)], binary=True).fetchall())
    return books, {key: Decision(key, *rest) for _, key, *rest in answers if key is not None}


def _load_originals(connection: psycopg.Connection[Any], needs: Needs, books: Books) -> None:
    holds = connection.execute(LOCK_HOLDS, [ids_literal(needs.holds)], binary=True).fetchall()
    books.holds = {row[0]: Hold(*row) for row in holds}
    journal_ids = [*needs.journals, *(hold.placed_journal_id for hold in books.holds.values())]
    for row in connection.execute(FIND_ORIGINALS, [ids_literal(journal_ids)], binary=True):
        journal_id, kind, event_at, *line = row
        original = books.originals.setdefault(journal_id, Original(journal_id, JournalKind(kind), event_at, []))
        original.lines.append(Line(*line))


def write_drafts(session: Session, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> None:
    """Write what a batch decided: lots and holds with their accounts first, then the journals that fill them."""
    connection = driver_connection(session)
    with pipelined(connection), connection.cursor() as cursor:
        if not drafts:
            cursor.execute(INSERT_DECISIONS, _decision_columns(decisions))
            return
        _insert_lots_and_holds(cursor, drafts)
        accounts = {account.id: account for draft in drafts for account in draft.accounts}
        journals = [journal for draft in drafts for journal in draft.journals]
        columns = [*_account_columns(accounts), *_journal_columns(journals), *_decision_columns(decisions)]
        cursor.execute(POST, columns)


def _account_columns(accounts: Mapping[UUID, Account]) -> list[str]:
    """Accounts in the order of their ids, so that two batches that open the same ones do not wait in a circle."""
    if not accounts:
        return ["{}"] * len(Account._fields)
    rows = sorted(accounts.values(), key=lambda account: account.id.bytes)
    ids, kinds, campaigns, merchants, references = zip(*rows, strict=True)
    return [
        ids_literal(ids),
        plain_literal(kinds),
        ids_literal(campaigns),
        ids_literal(merchants),
        text_literal(references),
    ]


def _insert_lots_and_holds(cursor: psycopg.Cursor[Any], drafts: Sequence[Draft]) -> None:
    lots = [lot for draft in drafts for lot in draft.lots]
    holds = [hold for draft in drafts for hold in draft.holds]
    if lots or holds:
        accounts = {lot.id: Account(lot.id, AccountKind.LOT, lot.campaign_id) for lot in lots}
        accounts |= {hold.id: Account(hold.id, AccountKind.HELD) for hold in holds}
        cursor.execute(INSERT_ACCOUNTS, _account_columns(accounts))
    if lots:
        columns = [
            ids_literal(lot.id for lot in lots),
            ids_literal(lot.wallet_id for lot in lots),
            ids_literal(lot.campaign_id for lot in lots),
            plain_literal(lot.paid_yen for lot in lots),
            plain_literal(lot.premium_yen for lot in lots),
            plain_literal(lot.terms.usable_at for lot in lots),
            plain_literal(lot.terms.first_day for lot in lots),
            plain_literal(lot.terms.last_day for lot in lots),
            plain_literal(lot.terms.grace_days for lot in lots),
            plain_literal(lot.issued_at.isoformat() for lot in lots),
            ids_literal(lot.succeeds_lot_id for lot in lots),
        ]
        cursor.execute(INSERT_LOTS, columns)
    if holds:
        columns = [
            ids_literal(hold.id for hold in holds),
            ids_literal(hold.wallet_id for hold in holds),
            ids_literal(hold.placed_journal_id for hold in holds),
            plain_literal(hold.amount_yen for hold in holds),
            plain_literal(hold.deadline_at.isoformat() for hold in holds),
        ]
        cursor.execute(INSERT_HOLDS, columns)


def _journal_columns(journals: Sequence[Journal]) -> list[str]:
    ids, kinds, times, _, corrects = zip(*journals, strict=True)
    journal_ids, lines, transfers = [], [], []
    for journal in journals:
        for line, transfer in enumerate(journal.transfers, start=1):
            journal_ids.append(journal.id.hex)
            lines.append(line)
            transfers.append(transfer)
    debits, credits_, amounts, paid, reverses = zip(*transfers, strict=True)
    return [
        ids_literal(ids),
        plain_literal(kinds),
        plain_literal([event_at.isoformat() for event_at in times]),
        ids_literal(corrects),
        plain_literal(journal_ids),
        plain_literal(lines),
        ids_literal(debits),
        ids_literal(credits_),
        plain_literal(amounts),
        plain_literal(paid),
        plain_literal(reverses),
    ]


def _decision_columns(decisions: Sequence[Decision]) -> list[str]:
    keys, fingerprints, journals, codes, facts = zip(*decisions, strict=True)
    texts = [None if item is None else orjson.dumps(_storable(item)).decode() for item in facts]
    return [
        ids_literal(keys),
        ids_literal(fingerprints),
        ids_literal(journals),
        plain_literal(codes),
        text_literal(texts),
    ]


def _storable(fact: Any) -> Any:
    """A fact as the database can hold it: no NUL and no half of a surrogate pair, whatever was typed."""
    if isinstance(fact, dict):
        return {name: _storable(value) for name, value in fact.items()}
    if isinstance(fact, list):
        return [_storable(value) for value in fact]
    if isinstance(fact, str):
        return fact.encode(errors="replace").decode().replace("\0", "?")
    return fact


def accepted(key: CommandKey, journal_id: UUID) -> Decision:
    """The decision to store for a command that was posted."""
    return Decision(key.id, key.fingerprint, journal_id, None, None)


def declined(key: CommandKey, refusal: Refusal) -> Decision:
    """The decision to store for a command that was refused: its key is burnt."""
    return Decision(key.id, key.fingerprint, None, refusal.code, refusal.facts)


def find_journals(session: Session, journal_ids: Iterable[UUID]) -> dict[UUID, Journal]:
    """Read journals with their transfers."""
    rows = driver_connection(session).execute(
        """
        SELECT j.id, j.kind, j.event_at, j.corrects_id,
               t.debit_account_id, t.credit_account_id, t.amount_yen, t.paid_yen, t.reverses_line
        FROM ledger.journals AS j JOIN ledger.transfers AS t ON t.journal_id = j.id
        WHERE j.id = ANY (%s::uuid[]) ORDER BY j.id, t.line
        """,
        [ids_literal(journal_ids)],
        binary=True,
    )
    journals: dict[UUID, Journal] = {}
    for journal_id, kind, event_at, corrects_id, *transfer in rows:
        found = journals.get(journal_id) or Journal(journal_id, JournalKind(kind), event_at, (), corrects_id)
        journals[journal_id] = found._replace(transfers=(*found.transfers, Transfer(*transfer)))
    return journals
