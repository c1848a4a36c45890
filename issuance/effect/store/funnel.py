"""Statements about how far people came."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session

from issuance.effect.model import AgeBand, ApplicantChannel, FunnelStep, GroupCount, IssuedMoney, Opening
from kernel.db import driver_connection

INSERT_OPENINGS = """
INSERT INTO issuance.campaign_openings (campaign_id, wallet_id, opened_on)
SELECT r.campaign_id, told.wallet_id, %s
FROM unnest(%s::uuid[], %s::uuid[]) AS told (round_id, wallet_id) JOIN issuance.rounds AS r ON r.id = told.round_id
ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""
SOLD = """
SELECT coalesce(sum(amount_yen + premium_yen), 0)::bigint, coalesce(sum(premium_yen), 0)::bigint,
       count(DISTINCT wallet_id)
FROM issuance.purchases WHERE campaign_id = %s AND state IN ('paid', 'disputed')
"""
USED = """
SELECT coalesce(sum(used_paid_yen + used_premium_yen), 0)::bigint, coalesce(sum(used_premium_yen), 0)::bigint,
       (SELECT count(*) FROM ledger.wallets_that_spent WHERE campaign_id = %(campaign_id)s)
FROM ledger.campaign_lives WHERE campaign_id = %(campaign_id)s
"""


def insert_openings(session: Session, openings: Sequence[Opening], day: date) -> None:
    """Note which wallets were shown which campaigns; the first time stays. They are written in one order for all."""
    rounds, wallets = [item.round_id for item in openings], [item.wallet_id for item in openings]
    driver_connection(session).execute(INSERT_OPENINGS, [day, rounds, wallets])


def funnel_counts(session: Session, campaign_id: UUID) -> list[GroupCount]:
    """People of every group at every step of a campaign; one that does not exist has none but the invited."""
    rows = driver_connection(session).execute("SELECT * FROM issuance.funnel_counts(%s)", [campaign_id])
    return [GroupCount(FunnelStep(row[0]), row[1], AgeBand(row[2]), ApplicantChannel(row[3]), row[4]) for row in rows]


def sold(session: Session, campaign_id: UUID) -> tuple[IssuedMoney, int]:
    """Vouchers that were bought, in yen, and by how many wallets."""
    return _money_and_people(driver_connection(session).execute(SOLD, [campaign_id]).fetchone())


def used(session: Session, campaign_id: UUID) -> tuple[IssuedMoney, int]:
    """Vouchers that shops were paid with, in yen, and from how many wallets."""
    return _money_and_people(driver_connection(session).execute(USED, {"campaign_id": campaign_id}).fetchone())


def _money_and_people(row: tuple[int, ...] | None) -> tuple[IssuedMoney, int]:
    return (IssuedMoney(row[0], row[1]), row[2]) if row else (IssuedMoney(0, 0), 0)
