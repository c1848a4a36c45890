"""The names of campaigns, for tables that know only their ids."""

from uuid import UUID

from issuance.queries import all_campaigns
from kernel.db import Session


def campaign_titles(session: Session) -> dict[UUID, str]:
    """The title of every campaign by its id."""
    return {campaign.id: campaign.title for campaign in all_campaigns(session)}
