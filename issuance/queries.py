"""Questions about issuing; frozen views come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuance.lottery.receipts import SignedReceipt
from issuance.model import ApplicationHistory, Campaign, ClosedRound, GrantOrigin, Round
from issuance.model.figures import CampaignFigures as CampaignFigures
from issuance.model.figures import RoundFigures as RoundFigures
from issuance.purchase_model import Grant, GrantAccount, PayReminder, Purchase, PurchaseState
from issuance.rules.campaigns import units_offerable
from issuance.rules.caps import HeldUnits, UnitsLeft
from issuance.rules.histories import history_of
from issuance.rules.purchases import LOOK_UP_AGAIN_AFTER, REFUND_NOTICES, pay_reminder
from issuance.store import (
    applications,
    campaigns,
    draws,
    entries,
    figures,
    grants,
    notices,
    published_draws,
    purchases,
    refunds,
)
from issuance.store.draws import Draw
from issuance.store.published_draws import FileContent, FileListing


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
class PublicDraw:
    """A draw as everybody may see it: its rules, how far it is (None before its list is closed), its files."""

    title: str
    round: Round
    draw: Draw | None
    files: tuple[FileListing, ...]


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


def application_history(
    session: Session, round_id: UUID, person_id: UUID, *, receipt_keys: Mapping[str, bytes]
) -> ApplicationHistory | None:
    """Everything that happened to a person's application, each signature checked with the city's public keys."""
    round_ = campaigns.find_round(session, round_id)
    versions = entries.history_of_person(session, round_id, person_id)
    return history_of(round_.slug, versions, receipt_keys) if round_ and versions else None


def whose_application(session: Session, receipt: str) -> tuple[UUID, UUID] | None:
    """The round and the person of a receipt number."""
    return applications.whose_receipt(session, receipt)


def units_left_for(session: Session, round_id: UUID, person_id: UUID, household_id: UUID | None) -> UnitsLeft:
    """What a person may ask for in a round under the caps; nothing in a round that is not there."""
    round_, terms = campaigns.find_round(session, round_id), campaigns.terms_of_rounds(session, [round_id])
    if round_ is None:
        return UnitsLeft(0)
    households = [household_id] if household_id else []
    held = HeldUnits(applications.units_held(session, [round_.campaign_id], [person_id], households))
    where = {"campaign_id": round_.campaign_id, "round_id": round_id}
    return held.left(terms[round_id], **where, person_id=person_id, household_id=household_id)


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


def refunds_to_ask(session: Session, *, limit: int = 1_000) -> list[Purchase]:
    """Purchases to refund for which the provider was not asked yet; oldest first."""
    return refunds.never_asked(session, limit)


def refunds_to_read(session: Session, *, limit: int = 1_000) -> list[str]:
    """The provider's ids of refunds with notices that wait, then of those that may still succeed or fail."""
    waiting = notices.waiting_subjects(session, REFUND_NOTICES, limit)
    return list(dict.fromkeys(waiting + refunds.refunds_under_way(session, limit)))


def refunds_that_failed(session: Session, *, limit: int = 1_000) -> list[Purchase]:
    """Purchases whose money the provider could not give back: somebody must do it in another way; oldest first."""
    return refunds.failed(session, limit)


def refunds_nobody_asked_for(session: Session, *, limit: int = 1_000) -> list[Purchase]:
    """Purchases with value whose money the provider gives back unasked: somebody must look at them."""
    return refunds.unasked(session, limit)


def purchases_of_payments(session: Session, provider_ids: Sequence[str]) -> list[Purchase]:
    """The purchases that payments at the provider belong to."""
    return purchases.find_purchases(session, "provider_id = ANY (%s::text[])", [list(provider_ids)])


def purchases_to_look_up(session: Session, *, now: datetime, limit: int = 300) -> list[Purchase]:
    """Purchases whose payment may be money without a notice; those that were looked up longest ago first."""
    return purchases.purchases_to_look_up(session, now - LOOK_UP_AGAIN_AFTER, limit)


def purchases_to_remind(session: Session, *, now: datetime, due_within: timedelta) -> list[PayReminder]:
    """Units that are granted and unpaid, whose window or slip ends within this time."""
    accounts = grants.accounts_due(session, now, now + due_within)
    return [reminder for account in accounts if (reminder := pay_reminder(account, now))]


def rounds_to_pass_on(session: Session, *, now: datetime) -> list[UUID]:
    """Rounds with units that were not paid in time: `offer_waiting_list` passes them on."""
    return grants.rounds_with_unpaid_units(session, now)


def units_left_to_sell(session: Session, campaign_id: UUID, *, quota: str | None = None) -> int:
    """Units that nobody bought and nobody may still buy: what a remainder round can offer."""
    campaign = campaigns.find_campaign(session, campaign_id)
    if campaign is None:
        return 0
    return max(0, units_offerable(campaign.terms, campaigns.committed_units(session, campaign_id), quota))


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


def public_draws(session: Session, *, slug: str | None = None) -> list[PublicDraw]:
    """Every draw that is or will be, the newest round first; with a round's slug that one, if there is one."""
    found = published_draws.rounds_with_a_draw(session, slug)
    files = published_draws.list_files(session, [round_.id for _, round_ in found])
    return [
        PublicDraw(title, round_, draws.find_draw(session, round_.id), tuple(files.get(round_.id, ())))
        for title, round_ in found
    ]


def published_file(session: Session, slug: str, name: str) -> FileContent | None:
    """One published file of a round by the round's slug and the file's name."""
    return published_draws.read_file(session, slug, name)


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
