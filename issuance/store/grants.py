"""Statements about grants: who may buy, what was forfeited, what the waiting list was offered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from psycopg.rows import dict_row
from sqlmodel import Session

from issuance.model import CampaignState, CampaignTerms, GrantOrigin, Offer, terms_from_record
from issuance.purchase_model import Grant, GrantAccount, NewGrant
from issuance.store import purchases
from kernel.db import driver_connection
from kernel.ids import new_ids
from kernel.refusals import BooksBroken
from ledger.model import Terms, UsableAt

INSERT_GRANTS = """
INSERT INTO issuance.grants (id, round_id, person_id, wallet_id, receipt, units, origin, pay_until, granted_at)
SELECT new.id, a.round_id, a.person_id, a.wallet_id, a.receipt, new.units, new.origin, new.pay_until, %(now)s
FROM unnest(%(ids)s::uuid[], %(receipts)s::text[], %(units)s::integer[], %(origins)s::text[],
            %(pay_until)s::timestamptz[]) AS new (id, receipt, units, origin, pay_until)
JOIN LATERAL (
    SELECT * FROM issuance.applications AS a WHERE a.receipt = new.receipt ORDER BY a.version DESC LIMIT 1
) AS a ON a.round_id = %(round_id)s
"""
LOCK_GRANTS = """
SELECT * FROM issuance.lock_grants(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[])
"""
GRANT = """
SELECT g.id, g.round_id, r.campaign_id, g.person_id, g.wallet_id, g.receipt, g.units, g.origin, r.pay_from,
       g.pay_until, g.granted_at, coalesce(lost.units, 0)::integer AS forfeited_units, c.state AS campaign_state,
       c.rules::text AS rules, r.usable_at, r.first_day, r.last_day, r.grace_days
FROM issuance.grants AS g
JOIN issuance.rounds AS r ON r.id = g.round_id
JOIN issuance.campaigns AS c ON c.id = r.campaign_id
LEFT JOIN LATERAL (SELECT sum(f.units) AS units FROM issuance.forfeits AS f WHERE f.grant_id = g.id) AS lost ON true
"""
DUE_WITHIN = """
c.state IN ('selling', 'in_use') AND r.pay_from <= %(now)s AND g.pay_until > %(now)s AND (
    g.pay_until <= %(until)s OR EXISTS (
        SELECT FROM issuance.purchases AS p
        WHERE p.grant_id = g.id AND p.state = 'awaiting_payment' AND p.slip IS NOT NULL
          AND p.expires_at > %(now)s AND p.expires_at <= %(until)s
    )
)
"""
INSERT_FORFEITS = """
INSERT INTO issuance.forfeits (grant_id, units, at)
SELECT grant_id, units, %s FROM unnest(%s::uuid[], %s::integer[]) AS lost (grant_id, units)
"""
INSERT_OFFERS = """
INSERT INTO issuance.offers (round_id, position, grant_id, units, at)
SELECT %s, position, grant_id, units, %s
FROM unnest(%s::integer[], %s::uuid[], %s::integer[]) AS offer (position, grant_id, units)
"""


def insert_grants(session: Session, round_id: UUID, granted: Sequence[NewGrant], now: datetime) -> dict[str, UUID]:
    """Grant units to the holders of receipts in one statement; gives the grants' ids by receipt."""
    if not granted:
        return {}
    receipts, units, origins, pay_until = (list(column) for column in zip(*granted, strict=True))
    ids = new_ids(len(granted))
    written = driver_connection(session).execute(
        INSERT_GRANTS,
        {
            "ids": ids,
            "receipts": receipts,
            "units": units,
            "origins": origins,
            "pay_until": pay_until,
            "round_id": round_id,
            "now": now,
        },
    )
    if written.rowcount != len(granted):
        raise BooksBroken(f"{len(granted)} grants of a round became {written.rowcount}")
    return dict(zip(receipts, ids, strict=True))


def lock_accounts(
    session: Session,
    *,
    grant_ids: Iterable[UUID] = (),
    applicants: Iterable[tuple[UUID, UUID]] = (),
    purchase_ids: Iterable[UUID] = (),
    provider_ids: Iterable[str] = (),
) -> dict[UUID, GrantAccount]:
    """Lock grants in the order of their ids, however they are named, then read them with all their purchases."""
    pairs = list(applicants)
    asked: list[list[Any]] = [
        list(grant_ids),
        [round_id for round_id, _ in pairs],
        [person_id for _, person_id in pairs],
        list(purchase_ids),
        list(provider_ids),
    ]
    rows = driver_connection(session).execute(LOCK_GRANTS, asked)
    return read_accounts(session, "g.id = ANY (%s::uuid[])", [[row[0] for row in rows]])


def accounts_due(session: Session, now: datetime, until: datetime) -> list[GrantAccount]:
    """Grants whose window, or a slip of which, ends until an instant, with all their purchases."""
    return list(read_accounts(session, DUE_WITHIN, {"now": now, "until": until}).values())


def read_accounts(
    session: Session, condition: str, facts: Sequence[Any] | Mapping[str, Any]
) -> dict[UUID, GrantAccount]:
    """Read grants with all their purchases, by grant id, oldest grant first."""
    connection = driver_connection(session)
    statement = f"{GRANT} WHERE {condition} ORDER BY g.id"
    rows = connection.cursor(row_factory=dict_row, binary=True).execute(statement.encode(), facts)
    accounts = {row["id"]: GrantAccount(grant_of(row)) for row in rows}
    for purchase in purchases.purchases_of_grants(session, list(accounts)):
        accounts[purchase.grant_id].purchases[purchase.id] = purchase
    return accounts


def grants_past_deadline(session: Session, round_id: UUID, now: datetime) -> list[UUID]:
    """Grants of a round whose deadline has passed."""
    statement = "SELECT id FROM issuance.grants WHERE round_id = %s AND pay_until <= %s ORDER BY id"
    return [row[0] for row in driver_connection(session).execute(statement, [round_id, now])]


def rounds_with_unpaid_units(session: Session, now: datetime) -> list[UUID]:
    """Decided rounds of campaigns that sell, with a grant past its deadline that was neither paid nor forfeited."""
    statement = """
        SELECT DISTINCT g.round_id FROM issuance.grants AS g
        JOIN issuance.rounds AS r ON r.id = g.round_id AND r.state = 'drawn'
        JOIN issuance.campaigns AS c ON c.id = r.campaign_id AND c.state IN ('selling', 'in_use')
        WHERE g.pay_until <= %s AND g.units > (
            SELECT coalesce(sum(p.units), 0) FROM issuance.purchases AS p
            WHERE p.grant_id = g.id AND p.state IN ('requested', 'awaiting_payment', 'paid', 'disputed')
        ) + (SELECT coalesce(sum(f.units), 0) FROM issuance.forfeits AS f WHERE f.grant_id = g.id)
        ORDER BY g.round_id
    """
    return [row[0] for row in driver_connection(session).execute(statement, [now])]


def receipts_with_forfeits(session: Session, round_id: UUID) -> set[str]:
    """Receipts of a round that left any unit unpaid."""
    statement = """
        SELECT DISTINCT g.receipt FROM issuance.grants AS g JOIN issuance.forfeits AS f ON f.grant_id = g.id
        WHERE g.round_id = %s
    """
    return {row[0] for row in driver_connection(session).execute(statement, [round_id])}


def offered_units(session: Session, round_id: UUID) -> dict[int, int]:
    """Units offered so far, by position of the waiting list."""
    statement = "SELECT position, sum(units)::integer FROM issuance.offers WHERE round_id = %s GROUP BY position"
    return {row[0]: row[1] for row in driver_connection(session).execute(statement, [round_id])}


def insert_forfeits(session: Session, lost: Mapping[UUID, int], now: datetime) -> None:
    """Write the units that each grant lost."""
    if lost:
        driver_connection(session).execute(INSERT_FORFEITS, [now, list(lost), list(lost.values())])


def insert_offers(
    session: Session, round_id: UUID, offers: Sequence[Offer], grant_ids: Mapping[str, UUID], now: datetime
) -> None:
    """Log which place of the waiting list was offered what, by which grant."""
    if offers:
        positions, receipts, units = (list(column) for column in zip(*offers, strict=True))
        grants = [grant_ids[receipt] for receipt in receipts]
        driver_connection(session).execute(INSERT_OFFERS, [round_id, now, positions, grants, units])


def grant_of(row: Mapping[str, Any]) -> Grant:
    """Read a grant from a row by column name."""
    terms = Terms(UsableAt(row["usable_at"]), row["first_day"], row["last_day"], row["grace_days"])
    return Grant(
        id=row["id"],
        round_id=row["round_id"],
        campaign_id=row["campaign_id"],
        person_id=row["person_id"],
        wallet_id=row["wallet_id"],
        receipt=row["receipt"],
        units=row["units"],
        origin=GrantOrigin(row["origin"]),
        pay_from=row["pay_from"],
        pay_until=row["pay_until"],
        granted_at=row["granted_at"],
        forfeited_units=row["forfeited_units"],
        campaign_state=CampaignState(row["campaign_state"]),
        terms=_terms_of(row["rules"]),
        lot_terms=terms,
    )


@lru_cache(maxsize=64)
def _terms_of(rules: str) -> CampaignTerms:
    """The rules of a campaign, read once for all grants that are sold under them."""
    return terms_from_record(orjson.loads(rules))
