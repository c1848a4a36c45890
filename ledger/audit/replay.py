"""Replays every lot and every hold, transfer by transfer in the order of the journals.

The order of the journals is the order in which lots were locked, so each step saw exactly what the replay sees.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from ledger.audit.report import Findings

LEGS = """
SELECT uuid_send(a.id), j.kind, j.sequence, leg.amount_yen, leg.paid_yen
FROM (
    SELECT debit_account_id AS account_id, journal_id, line, -amount_yen AS amount_yen, -paid_yen AS paid_yen
    FROM ledger.transfers
    UNION ALL
    SELECT credit_account_id, journal_id, line, amount_yen, paid_yen FROM ledger.transfers
) AS leg
JOIN ledger.accounts AS a ON a.id = leg.account_id AND a.kind = '{kind}'
JOIN ledger.journals AS j ON j.id = leg.journal_id
ORDER BY a.id, j.sequence, leg.line
"""
LOTS = """
SELECT uuid_send(coalesce(l.account_id, a.id)), l.issued_paid_yen, l.issued_premium_yen, l.paid_left_yen,
       l.premium_left_yen, l.succeeds_lot_id IS NOT NULL
FROM ledger.lots AS l FULL JOIN (SELECT id FROM ledger.accounts WHERE kind = 'lot') AS a ON a.id = l.account_id
ORDER BY coalesce(l.account_id, a.id)
"""
HOLDS = """
SELECT uuid_send(coalesce(h.account_id, a.id)), h.amount_yen, h.paid_left_yen, h.premium_left_yen, j.sequence
FROM ledger.holds AS h FULL JOIN (SELECT id FROM ledger.accounts WHERE kind = 'held') AS a ON a.id = h.account_id
LEFT JOIN ledger.journals AS j ON j.id = h.placed_journal_id
ORDER BY coalesce(h.account_id, a.id)
"""
ROWS_PER_FETCH = 20_000
ISSUING = {"voucher_sold", "points_granted"}
GIVING_BACK = {"payment_voided", "payment_refunded", "hold_released", "expiry_reversed"}
TAKING = {"payment", "hold_placed"}

Leg = tuple[bytes, str, int, int, int]
"""Account, journal kind, journal sequence, amount_yen and paid_yen, below zero for what left the account."""


class LotRow(NamedTuple):
    """A lot as stored; the figures are None for an account without a lot."""

    id: bytes
    issued_paid_yen: int | None
    issued_premium_yen: int
    paid_left_yen: int
    premium_left_yen: int
    is_successor: bool


class HoldRow(NamedTuple):
    """A hold as stored; the figures are None for an account without a hold."""

    id: bytes
    amount_yen: int | None
    paid_left_yen: int
    premium_left_yen: int
    placed_sequence: int | None


def replay_lots(connection: psycopg.Connection[Any], findings: Findings) -> Counter[str]:
    """Replay all lots; answers debit_yen and credit_yen of all of them."""
    moved = Counter[str]()
    for row, legs in _with_legs(connection, LOTS, "lot"):
        lot = LotRow(*row)
        _count(moved, legs)
        if lot.issued_paid_yen is None:
            findings.add("lot account has its lot", UUID(bytes=lot.id), "a lot", "none")
        elif not legs:
            findings.add("lot was issued by a journal", UUID(bytes=lot.id), "a first journal", "none")
        else:
            _replay_lot(lot, lot.issued_paid_yen, legs, findings)
    return moved


def replay_holds(connection: psycopg.Connection[Any], findings: Findings) -> Counter[str]:
    """Replay all holds; answers debit_yen and credit_yen of all of them."""
    moved = Counter[str]()
    for row, legs in _with_legs(connection, HOLDS, "held"):
        hold = HoldRow(*row)
        _count(moved, legs)
        if hold.amount_yen is None:
            findings.add("held account has its hold", UUID(bytes=hold.id), "a hold", "none")
        else:
            _replay_hold(hold, legs, findings)
    return moved


def exact_paid_part(take_yen: int, price_yen: int, face_yen: int, spent_yen: int, paid_so_far_yen: int) -> int:
    """Rule 1 of the books: floor((spent + x) * price / face) - paid so far, within what either part can give."""
    wanted = (spent_yen + take_yen) * price_yen // face_yen - paid_so_far_yen
    premium_left_yen = face_yen - price_yen - (spent_yen - paid_so_far_yen)
    return max(0, take_yen - premium_left_yen, min(wanted, take_yen, price_yen - paid_so_far_yen))


def _replay_lot(lot: LotRow, price_yen: int, legs: Sequence[Leg], findings: Findings) -> None:
    face_yen = price_yen + lot.issued_premium_yen
    first, paid, premium = legs[0][2], 0, 0
    for _, kind, sequence, amount_yen, paid_yen in legs:
        if sequence != first and kind in ISSUING:
            findings.add("lot is issued once", UUID(bytes=lot.id), f"journal {first}", f"also journal {sequence}")
        elif kind in TAKING:
            exact = exact_paid_part(-amount_yen, price_yen, face_yen, face_yen - paid - premium, price_yen - paid)
            if exact != -paid_yen:
                findings.add("part is exact", f"lot {UUID(bytes=lot.id)}, journal {sequence}", exact, -paid_yen)
        elif kind == "lot_expired":
            rest = paid if paid_yen else premium
            findings.compare("lot expires whole", f"{UUID(bytes=lot.id)}, journal {sequence}", rest, -amount_yen)
        paid += paid_yen
        premium += amount_yen - paid_yen
        if not (0 <= paid <= price_yen and 0 <= premium <= lot.issued_premium_yen):
            bounds = f"0..{price_yen} and 0..{lot.issued_premium_yen}"
            findings.add(
                "lot stays within its issue", f"{UUID(bytes=lot.id)}, journal {sequence}", bounds, (paid, premium)
            )
    stored = (lot.paid_left_yen, lot.premium_left_yen)
    findings.compare("lot's stored figures", UUID(bytes=lot.id), (paid, premium), stored)
    _check_issue(lot, price_yen, legs, findings)


def _check_issue(lot: LotRow, price_yen: int, legs: Sequence[Leg], findings: Findings) -> None:
    """The first journal fills the lot whole; a sale is cancelled only while it is the only one."""
    first = [leg for leg in legs if leg[2] == legs[0][2]]
    issued = (sum(leg[4] for leg in first), sum(leg[3] - leg[4] for leg in first))
    findings.compare("lot is issued whole", UUID(bytes=lot.id), (price_yen, lot.issued_premium_yen), issued)
    allowed = GIVING_BACK if lot.is_successor else ISSUING
    findings.compare("lot is issued by its own kind", UUID(bytes=lot.id), True, first[0][1] in allowed)
    if any(leg[1] == "sale_cancelled" for leg in legs):
        others = sorted({leg[1] for leg in legs} - {"voucher_sold", "sale_cancelled"})
        findings.compare("only an untouched sale is cancelled", UUID(bytes=lot.id), [], others)


def _replay_hold(hold: HoldRow, legs: Sequence[Leg], findings: Findings) -> None:
    paid = premium = 0
    for _, kind, sequence, amount_yen, paid_yen in legs:
        if kind == "hold_placed":
            findings.compare("hold is placed once", UUID(bytes=hold.id), hold.placed_sequence, sequence)
        paid += paid_yen
        premium += amount_yen - paid_yen
        if paid < 0 or premium < 0:
            findings.add("hold never below zero", f"{UUID(bytes=hold.id)}, journal {sequence}", ">= 0", (paid, premium))
    placed_yen = sum(leg[3] for leg in legs if leg[1] == "hold_placed")
    findings.compare("hold holds its amount", UUID(bytes=hold.id), hold.amount_yen, placed_yen)
    findings.compare("hold is resolved whole", UUID(bytes=hold.id), True, paid + premium in (0, placed_yen))
    resolved = {leg[2] for leg in legs if leg[1] != "hold_placed"}
    findings.compare("hold is resolved once", UUID(bytes=hold.id), True, len(resolved) <= 1)
    stored = (hold.paid_left_yen, hold.premium_left_yen)
    findings.compare("hold's stored figures", UUID(bytes=hold.id), (paid, premium), stored)


def _with_legs(
    connection: psycopg.Connection[Any], rows_query: str, kind: str
) -> Iterator[tuple[tuple[Any, ...], list[Leg]]]:
    """Pair each row with its legs: two streams in the order of account ids, merged as they arrive."""
    with (
        connection.cursor(name=f"audit_{kind}_rows", binary=True) as rows,
        connection.cursor(name=f"audit_{kind}_legs", binary=True) as legs,
    ):
        rows.itersize = legs.itersize = ROWS_PER_FETCH
        rows.execute(rows_query)
        legs.execute(LEGS.format(kind=kind))
        groups = groupby(legs, key=itemgetter(0))
        account_id, group = next(groups, (None, None))
        for row in rows:
            if group is not None and account_id == row[0]:
                yield row, list(group)
                account_id, group = next(groups, (None, None))
            else:
                yield row, []


def _count(moved: Counter[str], legs: Iterable[Leg]) -> None:
    for leg in legs:
        if leg[3] < 0:
            moved["debit_yen"] -= leg[3]
        else:
            moved["credit_yen"] += leg[3]
