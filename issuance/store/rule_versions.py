"""Statements about the versions of a campaign's rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlmodel import Session

from issuance.model import CampaignDraft, Clerk, Desk, RuleVersion, round_from_record, terms_from_record
from kernel.db import driver_connection

VERSION = "v.campaign_id, v.version, v.by, v.desk, v.at, v.reason, v.copied_from, v.sha256, v.title, v.rules, v.rounds"
INSERT_VERSION = """
INSERT INTO issuance.campaign_rule_versions
    (campaign_id, version, title, rules, rounds, sha256, copied_from, by, desk, at, reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
FIND_VERSIONS = f"""
SELECT {VERSION}, c.slug FROM issuance.campaign_rule_versions AS v JOIN issuance.campaigns AS c ON c.id = v.campaign_id
WHERE v.campaign_id = %s ORDER BY v.version
"""  # noqa: S608


def insert_version(
    session: Session,
    campaign_id: UUID,
    version: int,
    draft: CampaignDraft,
    *,
    by: Clerk,
    now: datetime,
    reason: str,
    copied_from: UUID | None = None,
) -> None:
    """Write a version of a draft's rules."""
    rules, rounds = Jsonb(draft.terms.record()), Jsonb([item.record() for item in draft.rounds])
    facts: list[Any] = [campaign_id, version, draft.title, rules, rounds, draft.sha256]
    driver_connection(session).execute(INSERT_VERSION, [*facts, copied_from, by.id, by.desk, now, reason])


def find_versions(session: Session, campaign_id: UUID) -> list[RuleVersion]:
    """Every version of a campaign's rules, the first before the others."""
    return [_version_of(row) for row in driver_connection(session).execute(FIND_VERSIONS, [campaign_id])]


def rule_authors(session: Session, campaign_id: UUID) -> set[UUID]:
    """Everybody who wrote any version of a campaign's rules."""
    statement = "SELECT DISTINCT by FROM issuance.campaign_rule_versions WHERE campaign_id = %s"
    return {row[0] for row in driver_connection(session).execute(statement, [campaign_id])}


def _version_of(row: tuple[Any, ...]) -> RuleVersion:
    campaign_id, version, by, desk, at, reason, copied_from, sha256, title, rules, rounds, slug = row
    planned = tuple(round_from_record(members) for members in rounds)
    draft = CampaignDraft(slug, title, terms_from_record(rules), planned)
    return RuleVersion(campaign_id, version, draft, sha256, Clerk(by, Desk(desk)), at, reason, copied_from)
