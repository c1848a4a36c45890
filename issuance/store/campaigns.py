"""Statements about campaigns and their rounds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlmodel import Session

from issuance.model import (
    LEGAL_STATE_MOVES,
    Campaign,
    CampaignDraft,
    CampaignEvent,
    CampaignState,
    CampaignTerms,
    Clerk,
    Round,
    RoundDraft,
    RoundRule,
    RoundState,
    terms_from_record,
)
from issuance.rules.campaigns import CommittedUnits
from kernel.db import driver_connection
from ledger.model import UsableAt

CAMPAIGN = "id, slug, title, state, rules, rules_version, created_by, approved_by"
ROUND = """id, campaign_id, number, slug, rule, units_offered, max_units, opens_at, closes_at, pay_from, pay_until,
    first_day, last_day, usable_at, grace_days, offer_days, commitments, state, quota,
    first_time_only"""
INSERT_CAMPAIGN = """
INSERT INTO issuance.campaigns (id, slug, title, state, rules, rules_version, created_by, created_at)
VALUES (%(id)s, %(slug)s, %(title)s, 'draft', %(rules)s, 1, %(by)s, %(now)s)
"""
INSERT_EVENT = """
INSERT INTO issuance.campaign_events (campaign_id, from_state, to_state, by, desk, at, reason, event)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
UPDATE_DRAFT = "UPDATE issuance.campaigns SET title = %s, rules = %s, rules_version = %s WHERE id = %s"
MOVE_CAMPAIGN = "UPDATE issuance.campaigns SET state = %s, approved_by = %s WHERE id = %s"
INSERT_ROUND = f"""
INSERT INTO issuance.rounds ({ROUND})
VALUES (%(id)s, %(campaign_id)s,
    (SELECT coalesce(max(number), 0) + 1 FROM issuance.rounds WHERE campaign_id = %(campaign_id)s),
    %(slug)s, %(rule)s, %(units_offered)s, %(max_units)s, %(opens_at)s, %(closes_at)s, %(pay_from)s, %(pay_until)s,
    %(first_day)s, %(last_day)s, %(usable_at)s, %(grace_days)s, %(offer_days)s, %(commitments)s, %(state)s,
    %(quota)s, %(first_time_only)s)
"""  # noqa: S608
COMMITTED_UNITS = """
SELECT r.quota, r.state = 'drawn', CASE WHEN r.state <> 'drawn' THEN r.units_offered ELSE granted.units END
FROM issuance.rounds AS r
CROSS JOIN LATERAL (
    SELECT (coalesce(sum(g.units), 0) - coalesce(sum(lost.units), 0))::bigint AS units
    FROM issuance.grants AS g
    LEFT JOIN LATERAL (SELECT sum(f.units) AS units FROM issuance.forfeits AS f WHERE f.grant_id = g.id) AS lost ON true
    WHERE g.round_id = r.id
) AS granted
WHERE r.campaign_id = %s AND r.state <> 'withdrawn'
"""
SHARE_ROUNDS = f"""
SELECT shared.*, c.rules, clock_timestamp() AS told_at
FROM (SELECT {ROUND} FROM issuance.share_rounds(%s::uuid[])) AS shared
JOIN issuance.campaigns AS c ON c.id = shared.campaign_id
"""  # noqa: S608


class SharedRounds(NamedTuple):
    """Rounds with the terms of their campaigns, and the database's time; None when no round was found."""

    found: Mapping[UUID, tuple[Round, CampaignTerms]]
    told_at: datetime | None


def campaign_slug_is_taken(session: Session, slug: str) -> bool:
    """Whether a campaign has this short name."""
    found = driver_connection(session).execute("SELECT FROM issuance.campaigns WHERE slug = %s", [slug])
    return found.fetchone() is not None


def round_slug_is_taken(session: Session, slug: str) -> bool:
    """Whether a round has this short name."""
    found = driver_connection(session).execute("SELECT FROM issuance.rounds WHERE slug = %s", [slug])
    return found.fetchone() is not None


def insert_campaign(session: Session, campaign_id: UUID, draft: CampaignDraft, by: Clerk, now: datetime) -> None:
    """Write a draft and the event of its creation."""
    facts = {"slug": draft.slug, "title": draft.title, "rules": Jsonb(draft.terms.record())}
    driver_connection(session).execute(INSERT_CAMPAIGN, {"id": campaign_id, "by": by.id, "now": now, **facts})
    log_event(session, campaign_id, CampaignState.DRAFT, CampaignEvent.DRAFTED, by, now, "created")


def update_draft(session: Session, campaign: Campaign, draft: CampaignDraft) -> None:
    """Write the next version of a draft's rules."""
    facts = [draft.title, Jsonb(draft.terms.record()), campaign.rules_version + 1, campaign.id]
    driver_connection(session).execute(UPDATE_DRAFT, facts)


def log_event(
    session: Session,
    campaign_id: UUID,
    state: CampaignState,
    event: CampaignEvent,
    by: Clerk,
    now: datetime,
    reason: str,
    *,
    from_state: CampaignState | None = None,
) -> None:
    """Write into a campaign's history; an event without `from_state` leaves the state as it is."""
    facts = [campaign_id, from_state, state, by.id, by.desk, now, reason, event]
    driver_connection(session).execute(INSERT_EVENT, facts)


def find_campaign(session: Session, campaign_id: UUID, *, lock: bool = False) -> Campaign | None:
    """Read a campaign, locked against other moves if asked."""
    statement = f"SELECT {CAMPAIGN} FROM issuance.campaigns WHERE id = %s"  # noqa: S608
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    row = cursor.execute(statement + (" FOR NO KEY UPDATE" if lock else ""), [campaign_id]).fetchone()
    return campaign_of(row) if row else None


def move_campaign(
    session: Session, campaign: Campaign, to_state: CampaignState, by: Clerk, now: datetime, reason: str
) -> None:
    """Change a campaign's state and log it with what the move emits."""
    approved_by = by.id if to_state is CampaignState.APPROVED else campaign.approved_by
    driver_connection(session).execute(MOVE_CAMPAIGN, [to_state, approved_by, campaign.id])
    emits = LEGAL_STATE_MOVES[campaign.state, to_state].emits
    log_event(session, campaign.id, to_state, emits, by, now, reason, from_state=campaign.state)


def all_campaigns(session: Session) -> list[Campaign]:
    """Every campaign, the newest first."""
    statement = f"SELECT {CAMPAIGN} FROM issuance.campaigns ORDER BY id DESC"  # noqa: S608
    rows = driver_connection(session).cursor(row_factory=dict_row).execute(statement)
    return [campaign_of(row) for row in rows]


def insert_round(session: Session, round_id: UUID, campaign_id: UUID, draft: RoundDraft, state: RoundState) -> None:
    """Write a round under the next number of its campaign."""
    facts = {**asdict(draft), "commitments": list(draft.commitments), "state": state}
    driver_connection(session).execute(INSERT_ROUND, {"id": round_id, "campaign_id": campaign_id, **facts})


def find_round(session: Session, round_id: UUID, *, lock: bool = False) -> Round | None:
    """Read a round, locked against applications and other steps if asked."""
    statement = f"SELECT {ROUND} FROM issuance.rounds WHERE id = %s"  # noqa: S608
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    row = cursor.execute(statement + (" FOR NO KEY UPDATE" if lock else ""), [round_id]).fetchone()
    return round_of(row) if row else None


def share_rounds(session: Session, round_ids: Sequence[UUID]) -> SharedRounds:
    """Read rounds and their campaigns' terms so that they cannot be closed meanwhile.

    First-come rounds are taken alone. The database tells its time once it holds them, so whoever closes a round was
    waited for.
    """
    rows = driver_connection(session).cursor(row_factory=dict_row).execute(SHARE_ROUNDS, [list(round_ids)])
    found, told_at = {}, None
    for row in rows:
        terms, told_at = terms_from_record(row.pop("rules")), row.pop("told_at")
        found[row["id"]] = (round_of(row), terms)
    return SharedRounds(found, told_at)


def terms_of_rounds(session: Session, round_ids: Collection[UUID]) -> dict[UUID, CampaignTerms]:
    """The terms of the campaigns of rounds, by round."""
    statement = """
        SELECT r.id, c.rules FROM issuance.rounds AS r JOIN issuance.campaigns AS c ON c.id = r.campaign_id
        WHERE r.id = ANY (%s::uuid[])
    """
    rows = driver_connection(session).execute(statement, [list(round_ids)])
    return {row[0]: terms_from_record(row[1]) for row in rows}


def rounds_of(session: Session, campaign_id: UUID) -> list[Round]:
    """The rounds of a campaign by number."""
    statement = f"SELECT {ROUND} FROM issuance.rounds WHERE campaign_id = %s ORDER BY number"  # noqa: S608
    rows = driver_connection(session).cursor(row_factory=dict_row).execute(statement, [campaign_id])
    return [round_of(row) for row in rows]


def rounds_open_at(session: Session, now: datetime) -> list[Round]:
    """Rounds that take applications at an instant, the one that closes first before the others."""
    statement = f"""
        SELECT {ROUND} FROM issuance.rounds WHERE state = 'open' AND opens_at <= %s AND %s < closes_at
        ORDER BY closes_at, slug
    """  # noqa: S608
    rows = driver_connection(session).cursor(row_factory=dict_row).execute(statement, [now, now])
    return [round_of(row) for row in rows]


def set_round_state(session: Session, round_id: UUID, state: RoundState) -> None:
    """Move a round one step on."""
    driver_connection(session).execute("UPDATE issuance.rounds SET state = %s WHERE id = %s", [state, round_id])


def committed_units(session: Session, campaign_id: UUID) -> list[CommittedUnits]:
    """What each round takes of a campaign's units; one that was withdrawn takes nothing."""
    return [CommittedUnits(*row) for row in driver_connection(session).execute(COMMITTED_UNITS, [campaign_id])]


def campaign_of(row: Mapping[str, Any]) -> Campaign:
    """Read a campaign from a row by column name."""
    return Campaign(
        id=row["id"],
        slug=row["slug"],
        title=row["title"],
        state=CampaignState(row["state"]),
        terms=terms_from_record(row["rules"]),
        rules_version=row["rules_version"],
        created_by=row["created_by"],
        approved_by=row["approved_by"],
    )


def round_of(row: Mapping[str, Any]) -> Round:
    """Read a round from a row by column name."""
    typed = {
        "rule": RoundRule(row["rule"]),
        "usable_at": UsableAt(row["usable_at"]),
        "state": RoundState(row["state"]),
        "commitments": tuple(row["commitments"]),
    }
    return Round(**{**row, **typed})
