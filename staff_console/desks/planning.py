"""The commerce desk plans a campaign, and a second person approves it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from identity.model import StaffRole
from issuance.model import (
    Campaign,
    CampaignState,
    Clerk,
    Desk,
    RoundDraft,
    RuleVersion,
    round_from_record,
    terms_from_record,
)
from issuance.operations.move_campaign import move_campaign
from issuance.planning.model import Forecast, Plan
from issuance.planning.operations.edit_draft import edit_draft
from issuance.planning.operations.open_campaign import open_campaign
from issuance.planning.queries import find_plan
from kernel.db import Session
from staff_console.plan_schemas import (
    FindingAnswer,
    ForecastAnswer,
    MoveBody,
    PlanAnswer,
    PlanBody,
    RoundDocument,
    RoundForecastsAnswer,
    StateAnswer,
    TermsDocument,
    VersionAnswer,
)
from staff_console.viewer import StaffViewer


def clerk_of(viewer: StaffViewer) -> Clerk:
    """For which desk a clerk plans: commerce if that is one of their roles, else finance."""
    return Clerk(viewer.staff_id, Desk.COMMERCE if StaffRole.COMMERCE in viewer.roles else Desk.FINANCE)


def plan_answer(session: Session, campaign_id: UUID, now: datetime) -> PlanAnswer:
    """A campaign's newest rules with all that is said about them. Refuses: CampaignUnknown."""
    plan: Plan = find_plan(session, campaign_id, now=now)
    draft = plan.version.draft
    return PlanAnswer(
        **version_answer(plan.version).model_dump(),
        campaign_id=campaign_id,
        slug=draft.slug,
        state=plan.campaign.state,
        title=draft.title,
        copied_from=plan.version.copied_from,
        terms=TermsDocument.model_validate(draft.terms.record()),
        rounds=[RoundDocument.model_validate(item.record()) for item in draft.rounds],
        light=plan.light,
        findings=[FindingAnswer(**finding._asdict()) for finding in plan.findings],
    )


def edit(session: Session, campaign_id: UUID, body: PlanBody, by: Clerk, now: datetime) -> PlanAnswer:
    """Write the next version of a draft, and show it. Refuses what `edit_draft` refuses."""
    edit_draft(
        session,
        campaign_id,
        title=body.title,
        terms=terms_from_record(body.terms.model_dump(mode="json")),
        rounds=tuple(round_draft(item) for item in body.rounds),
        based_on_version=body.based_on_version,
        reason=body.reason,
        by=by,
        now=now,
    )
    return plan_answer(session, campaign_id, now)


def move(session: Session, campaign_id: UUID, body: MoveBody, by: Clerk, now: datetime) -> StateAnswer:
    """Move a campaign on. Refuses what `open_campaign` and `move_campaign` refuse."""
    to_state = CampaignState(body.to_state)
    if to_state is CampaignState.OPEN:
        return state_answer(open_campaign(session, campaign_id, by=by, now=now))
    return state_answer(move_campaign(session, campaign_id, to_state=to_state, by=by, now=now, reason=body.reason))


def round_draft(document: RoundDocument) -> RoundDraft:
    """A round as it was typed."""
    return round_from_record(document.model_dump(mode="json"))


def state_answer(campaign: Campaign) -> StateAnswer:
    """Where a campaign stands."""
    return StateAnswer(campaign_id=campaign.id, state=campaign.state, rules_version=campaign.rules_version)


def version_answer(version: RuleVersion) -> VersionAnswer:
    """Who wrote a version of the rules, when and why."""
    return VersionAnswer(
        version=version.version,
        sha256=version.sha256,
        by=version.by.id,
        desk=version.by.desk,
        at=version.at,
        reason=version.reason,
    )


def forecasts_answer(slug: str, forecasts: Sequence[Forecast]) -> RoundForecastsAnswer:
    """What one draw would do."""
    return RoundForecastsAnswer(slug=slug, forecasts=[ForecastAnswer(**asdict(item)) for item in forecasts])
