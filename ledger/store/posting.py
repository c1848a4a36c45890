"""The statements of posting.

They take whole columns as array literals, so that a batch of any size is a fixed number of statements; they are sent
in one pipeline for reading and one for writing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg
from sqlmodel import Session

from kernel.db import driver_connection
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
SELECT key, fingerprint, journal_id, refusal_code, refusal_facts FROM ledger.decisions WHERE key = ANY (%s::uuid[])
"""
CLOSED_THROUGH = "SELECT max(closed_through) FROM ledger.period_closes"
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
INSERT_JOURNALS = """
INSERT INTO ledger.journals (id, kind, event_at, corrects_id)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::uuid[])
"""
INSERT_TRANSFERS = """
INSERT INTO ledger.transfers
    (journal_id, line, debit_account_id, credit_account_id, amount_yen, paid_yen, reverses_line)
SELECT * FROM unnest(%s::uuid[], %s::smallint[], %s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[], %s::smallint[])
"""
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
INSERT_DECISIONS = """
INSERT INTO ledger.decisions (key, fingerprint, journal_id, refusal_code, refusal_facts)
SELECT key, fingerprint, journal_id, refusal_code, refusal_facts::jsonb
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[])
    AS d (key, fingerprint, journal_id, refusal_code, refusal_facts)
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
    with connection.pipeline():
        lots = connection.execute(LOCK_LOTS, [_array(ids) for ids in needs[1:5]], binary=True)
        decisions = connection.execute(FIND_DECISIONS, [_array(needs.keys)], binary=True)
        closed = connection.execute(CLOSED_THROUGH, binary=True)
    books = Books(closed_through=closed.fetchall()[0][0])
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
        touched = connection.execute(TOUCHED_LOTS, {"sales": _array(needs.sales)}, binary=True)
        books.touched_lots = {row[0] for row in touched}
    if needs.payouts:
        # A statement of its own: only what starts after the wait sees what another transaction took.
        connection.execute(LOCK_PAYOUTS, [_array(needs.payouts)])
        books.in_flight_yen = dict(connection.execute(IN_FLIGHT, [_array(needs.payouts)], binary=True).fetchall())
    return books, {row[0]: Decision(*row) for row in decisions.fetchall()}


def _load_originals(connection: psycopg.Connection[Any], needs: Needs, books: Books) -> None:
    holds = connection.execute(LOCK_HOLDS, [_array(needs.holds)], binary=True).fetchall()
    books.holds = {row[0]: Hold(*row) for row in holds}
    journal_ids = [*needs.journals, *(hold.placed_journal_id for hold in books.holds.values())]
    for row in connection.execute(FIND_ORIGINALS, [_array(journal_ids)], binary=True):
        journal_id, kind, event_at, *line = row
        original = books.originals.setdefault(journal_id, Original(journal_id, JournalKind(kind), event_at, []))
        original.lines.append(Line(*line))


def write_drafts(session: Session, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> None:
    """Write what a batch decided: accounts, lots and holds first, then journals and the transfers that fill them."""
    connection = driver_connection(session)
    with connection.pipeline():
        if drafts:
            _insert_accounts(connection, drafts)
            _insert_lots_and_holds(connection, drafts)
            _insert_journals(connection, [journal for draft in drafts for journal in draft.journals])
        connection.execute(INSERT_DECISIONS, _decision_columns(decisions))


def _insert_accounts(connection: psycopg.Connection[Any], drafts: Sequence[Draft]) -> None:
    accounts = {account.id: account for draft in drafts for account in draft.accounts}
    for draft in drafts:
        for lot in draft.lots:
            accounts[lot.id] = Account(lot.id, AccountKind.LOT, lot.campaign_id)
        for hold in draft.holds:
            accounts[hold.id] = Account(hold.id, AccountKind.HELD)
    if accounts:
        rows = sorted(accounts.values(), key=lambda account: account.id.bytes)
        ids, kinds, campaigns, merchants, references = zip(*rows, strict=True)
        columns = [_array(ids), _array_of(kinds), _array(campaigns), _array(merchants), _quoted(references)]
        connection.execute(INSERT_ACCOUNTS, columns)


def _insert_lots_and_holds(connection: psycopg.Connection[Any], drafts: Sequence[Draft]) -> None:
    lots = [lot for draft in drafts for lot in draft.lots]
    if lots:
        columns = [
            _array(lot.id for lot in lots),
            _array(lot.wallet_id for lot in lots),
            _array(lot.campaign_id for lot in lots),
            _array_of(lot.paid_yen for lot in lots),
            _array_of(lot.premium_yen for lot in lots),
            _array_of(lot.terms.usable_at for lot in lots),
            _array_of(lot.terms.first_day for lot in lots),
            _array_of(lot.terms.last_day for lot in lots),
            _array_of(lot.terms.grace_days for lot in lots),
            _array_of(lot.issued_at.isoformat() for lot in lots),
            _array(lot.succeeds_lot_id for lot in lots),
        ]
        connection.execute(INSERT_LOTS, columns)
    holds = [hold for draft in drafts for hold in draft.holds]
    if holds:
        columns = [
            _array(hold.id for hold in holds),
            _array(hold.wallet_id for hold in holds),
            _array(hold.placed_journal_id for hold in holds),
            _array_of(hold.amount_yen for hold in holds),
            _array_of(hold.deadline_at.isoformat() for hold in holds),
        ]
        connection.execute(INSERT_HOLDS, columns)


def _insert_journals(connection: psycopg.Connection[Any], journals: Sequence[Journal]) -> None:
    ids, kinds, times, _, corrects = zip(*journals, strict=True)
    event_times = _array_of([event_at.isoformat() for event_at in times])
    connection.execute(INSERT_JOURNALS, [_array(ids), _array_of(kinds), event_times, _array(corrects)])
    journal_ids, lines, transfers = [], [], []
    for journal in journals:
        for line, transfer in enumerate(journal.transfers, start=1):
            journal_ids.append(journal.id.hex)
            lines.append(line)
            transfers.append(transfer)
    debits, credits_, amounts, paid, reverses = zip(*transfers, strict=True)
    columns = [
        _array_of(journal_ids),
        _array_of(lines),
        _array(debits),
        _array(credits_),
        _array_of(amounts),
        _array_of(paid),
        _array_of(reverses),
    ]
    connection.execute(INSERT_TRANSFERS, columns)


def _decision_columns(decisions: Sequence[Decision]) -> list[str]:
    keys, fingerprints, journals, codes, facts = zip(*decisions, strict=True)
    texts = [None if item is None else orjson.dumps(_storable(item)).decode() for item in facts]
    return [_array(keys), _array(fingerprints), _array(journals), _array_of(codes), _quoted(texts)]


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
        [_array(journal_ids)],
        binary=True,
    )
    journals: dict[UUID, Journal] = {}
    for journal_id, kind, event_at, corrects_id, *transfer in rows:
        found = journals.get(journal_id) or Journal(journal_id, JournalKind(kind), event_at, (), corrects_id)
        journals[journal_id] = found._replace(transfers=(*found.transfers, Transfer(*transfer)))
    return journals


def _array(ids: Iterable[UUID | None]) -> str:
    """An array literal of ids."""
    return "{" + ",".join(["NULL" if item is None else item.hex for item in ids]) + "}"


def _array_of(items: Iterable[object]) -> str:
    """An array literal of numbers, words, days or times: nothing that needs quoting."""
    return "{" + ",".join(["NULL" if item is None else str(item) for item in items]) + "}"


def _quoted(texts: Iterable[str | None]) -> str:
    """An array literal of any text."""
    escaped = (None if text is None else text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(["NULL" if text is None else f'"{text}"' for text in escaped]) + "}"
