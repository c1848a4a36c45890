"""Questions about issuing; frozen views come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.receipts import SignedReceipt
from issuance.model import Campaign, ClosedRound, GrantOrigin, Round
from issuance.purchase_model import Grant, GrantAccount, Purchase, PurchaseState
from issuance.store import applications, campaigns, draws, figures, grants, notices, purchases


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """A person's application as it stands; `receipt` is the newest one that was handed out."""

    round_id: UUID
    receipt: SignedReceipt
    units: int
    received_at: datetime
    is_withdrawn: bool
    versions: int


@dataclass(frozen=True, slots=True)
class GrantView:
    """What a person may buy, with what is left of it; `is_payable` tells whether it can be bought now."""

    grant_id: UUID
    round_id: UUID
    campaign_id: UUID
    wallet_id: UUID
    receipt: str
    origin: GrantOrigin
    units: int
    units_paid: int
    units_left: int
    forfeited_units: int
    price_yen: int
    face_yen: int
    pay_from: datetime
    pay_until: datetime
    is_payable: bool


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """One round in figures: people who applied, and units in the order in which they shrink."""

    round_id: UUID
    slug: str
    state: str
    applicants: int
    units_offered: int
    units_applied: int
    units_granted: int
    units_forfeited: int
    units_held: int
    units_bought: int


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """A campaign in figures; amounts in yen are those of paid purchases."""

    campaign: Campaign
    rounds: tuple[RoundFigures, ...]
    paid_yen: int
    premium_yen: int
    refund_needed_yen: int

    @property
    def units_bought(self) -> int:
        return sum(item.units_bought for item in self.rounds)


def find_campaign(session: Session, campaign_id: UUID) -> Campaign | None:
    """A campaign as it stands."""
    return campaigns.find_campaign(session, campaign_id)


def all_campaigns(session: Session) -> list[Campaign]:
    """Every campaign, the newest first."""
    return campaigns.all_campaigns(session)


def find_round(session: Session, round_id: UUID) -> Round | None:
    """A round as it stands."""
    return campaigns.find_round(session, round_id)


def rounds_of_campaign(session: Session, campaign_id: UUID) -> list[Round]:
    """The rounds of a campaign by number."""
    return campaigns.rounds_of(session, campaign_id)


def open_rounds(session: Session, *, now: datetime) -> list[Round]:
    """Rounds that take applications now, the one that closes first before the others."""
    return campaigns.rounds_open_at(session, now)


def my_application(session: Session, round_id: UUID, person_id: UUID) -> ApplicationView | None:
    """A person's application in a round."""
    versions = applications.find_versions(session, [(round_id, person_id)])[round_id, person_id]
    round_ = campaigns.find_round(session, round_id)
    if not versions or round_ is None:
        return None
    signed = [version for version in versions if not version.is_withdrawn][-1]
    return ApplicationView(
        round_id=round_id,
        receipt=signed.signed_receipt(round_.slug),
        units=signed.units,
        received_at=signed.received_at,
        is_withdrawn=versions[-1].is_withdrawn,
        versions=len(versions),
    )


def my_grants(session: Session, person_id: UUID, *, now: datetime) -> list[GrantView]:
    """What was granted to a person, oldest first."""
    accounts = grants.read_accounts(session, "g.person_id = %s", [person_id])
    return [_grant_view(account, now) for account in accounts.values()]


def grants_of_receipt(session: Session, receipt: str, *, now: datetime) -> list[GrantView]:
    """What was granted to the holder of a receipt number, oldest first."""
    accounts = grants.read_accounts(session, "g.receipt = %s", [receipt])
    return [_grant_view(account, now) for account in accounts.values()]


def my_purchases(session: Session, person_id: UUID) -> list[Purchase]:
    """The purchases of a person's grants, the newest first."""
    return purchases.purchases_of_person(session, person_id)


def find_purchase(session: Session, purchase_id: UUID) -> Purchase | None:
    """A purchase as it stands."""
    found = purchases.find_purchases(session, "id = %s", [purchase_id])
    return found[0] if found else None


def purchases_to_request(session: Session, *, limit: int = 1_000) -> list[Purchase]:
    """Purchases that the provider was not asked about yet, or whose answer was not recorded; oldest first."""
    condition = "state = 'requested' AND provider_id IS NULL AND counter IS NULL ORDER BY id LIMIT %s"
    return purchases.find_purchases(session, condition, [limit])


def purchases_awaiting_payment(session: Session, *, limit: int = 1_000) -> list[Purchase]:
    """Purchases that the provider knows and nobody has paid yet; oldest first."""
    condition = "state = 'awaiting_payment' AND provider_id IS NOT NULL ORDER BY id LIMIT %s"
    return purchases.find_purchases(session, condition, [limit])


def purchases_to_refund(session: Session, *, limit: int = 1_000) -> list[Purchase]:
    """Purchases whose money bought nothing and must be given back; oldest first."""
    return purchases.find_purchases(session, "state = 'refund_needed' ORDER BY id LIMIT %s", [limit])


def payments_to_read(session: Session, *, limit: int = 1_000) -> list[str]:
    """The provider's ids of payments with notices that wait: read their state, then `process_provider_events`."""
    return notices.waiting_payments(session, limit)


def unmatched_payments(session: Session) -> list[str]:
    """The provider's ids of payments that belong to no purchase: somebody must look at them."""
    return notices.unmatched_payments(session)


def closed_list(session: Session, round_id: UUID) -> ClosedRound | None:
    """The closed list of a round: root and counts."""
    draw = draws.find_draw(session, round_id)
    return draw.closed_round() if draw else None


def draw_files(session: Session, round_id: UUID) -> Mapping[str, bytes]:
    """The published files of a round by name, as far as it has come."""
    return draws.find_files(session, round_id)


def campaign_figures(session: Session, campaign_id: UUID) -> CampaignFigures | None:
    """Units offered, applied for, granted and bought, by round, and the yen of it."""
    campaign = campaigns.find_campaign(session, campaign_id)
    if campaign is None:
        return None
    rounds: Sequence[RoundFigures] = [RoundFigures(*row) for row in figures.round_figures(session, campaign_id)]
    return CampaignFigures(campaign, tuple(rounds), *figures.campaign_yen(session, campaign_id))


def _grant_view(account: GrantAccount, now: datetime) -> GrantView:
    grant: Grant = account.grant
    bought = [item for item in account.purchases.values() if item.state is PurchaseState.PAID]
    return GrantView(
        grant_id=grant.id,
        round_id=grant.round_id,
        campaign_id=grant.campaign_id,
        wallet_id=grant.wallet_id,
        receipt=grant.receipt,
        origin=grant.origin,
        units=grant.units,
        units_paid=sum(item.units for item in bought),
        units_left=account.units_left,
        forfeited_units=grant.forfeited_units,
        price_yen=grant.terms.price_yen,
        face_yen=grant.terms.face_yen,
        pay_from=grant.pay_from,
        pay_until=grant.pay_until,
        is_payable=account.units_left > 0 and grant.is_payable(now),
    )
