"""Questions about plans: the rules with everything that is said about them, their versions, and what they would do."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Campaign, CampaignTerms, RoundRule, RuleVersion
from issuance.planning import store
from issuance.planning.model import Change, Forecast, HistoryLine, Plan
from issuance.planning.refusals import RuleVersionUnknown
from issuance.planning.rules.changes import changes_between
from issuance.planning.rules.forecasts import forecast
from issuance.planning.rules.panel import panel
from issuance.refusals import CampaignUnknown
from issuance.store import campaigns, rule_versions


def find_plan(session: Session, campaign_id: UUID, *, now: datetime) -> Plan:
    """A campaign's newest rules with all that is said about them. Refuses CampaignUnknown."""
    return plan_of(session, _campaign(session, campaign_id), now)


def plan_of(session: Session, campaign: Campaign, now: datetime) -> Plan:
    """The plan of a campaign that was read already."""
    newest = rule_versions.find_versions(session, campaign.id)[-1]
    return Plan(campaign, newest, panel(newest.draft, now, _terms_before(session, newest)))


def rule_versions_of(session: Session, campaign_id: UUID) -> list[RuleVersion]:
    """Every version of a campaign's rules, with who wrote it, when and why. Refuses CampaignUnknown."""
    _campaign(session, campaign_id)
    return rule_versions.find_versions(session, campaign_id)


def changes_of(session: Session, campaign_id: UUID, *, from_version: int, to_version: int) -> list[Change]:
    """What differs between two versions. Refuses, in this order: CampaignUnknown, RuleVersionUnknown."""
    drafts = {item.version: item.draft for item in rule_versions_of(session, campaign_id)}
    for version in (from_version, to_version):
        if version not in drafts:
            raise RuleVersionUnknown(version=version)
    return changes_between(drafts[from_version], drafts[to_version])


def history_of(session: Session, campaign_id: UUID) -> list[HistoryLine]:
    """Everything that happened to a campaign, in that order. Refuses CampaignUnknown."""
    _campaign(session, campaign_id)
    return store.history(session, campaign_id)


def forecasts_of(session: Session, campaign_id: UUID) -> dict[str, list[Forecast]]:
    """What each planned draw would do at 66, 100 and 200 % demand, by the round's slug; without planned rounds, one
    round of all units by the campaign's slug. Refuses CampaignUnknown.
    """
    _campaign(session, campaign_id)
    draft = rule_versions.find_versions(session, campaign_id)[-1].draft
    draws = {item.slug: item for item in draft.rounds if item.rule is not RoundRule.FIRST_COME}
    terms = draft.terms
    if not draws:
        units, most = terms.units_total, terms.max_units_per_person
        return {draft.slug: forecast(terms, units_offered=units, max_units=most)}
    return {
        slug: forecast(terms, units_offered=item.units_offered, max_units=item.max_units)
        for slug, item in draws.items()
    }


def terms_of_rounds(session: Session, round_ids: Collection[UUID]) -> dict[UUID, CampaignTerms]:
    """The terms under which people apply in rounds, by round; an unknown round is left out."""
    return campaigns.terms_of_rounds(session, round_ids)


def _campaign(session: Session, campaign_id: UUID) -> Campaign:
    campaign = campaigns.find_campaign(session, campaign_id)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    return campaign


def _terms_before(session: Session, version: RuleVersion) -> CampaignTerms | None:
    copied = campaigns.find_campaign(session, version.copied_from) if version.copied_from else None
    return copied.terms if copied else None
