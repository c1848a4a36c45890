"""The commerce desk: campaigns in figures, published draws, and selling at the counter."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from issuance.model import Campaign, Round, RoundState
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.purchase_model import CounterSale, Purchase
from issuance.queries import (
    CampaignFigures,
    all_campaigns,
    campaign_figures,
    closed_list,
    draw_files,
    find_purchase,
    find_round,
    rounds_of_campaign,
)
from issuance.refusals import CampaignUnknown, PurchaseUnknown, RoundUnknown
from kernel.db import Session
from kernel.refusals import Refusal
from staff_console.parts import ConsoleParts
from staff_console.refusals import DrawFileUnknown
from staff_console.schemas import (
    CampaignAnswer,
    CampaignDetailAnswer,
    CounterSaleAnswer,
    DrawAnswer,
    DrawFileAnswer,
    RoundAnswer,
    UnitsAnswer,
)


def campaigns(session: Session) -> list[CampaignAnswer]:
    """Every campaign with its figures, the newest first."""
    return [CampaignAnswer(**_campaign_facts(_figures(session, each.id))) for each in all_campaigns(session)]


def campaign_detail(session: Session, campaign_id: UUID) -> CampaignDetailAnswer:
    """A campaign with its rounds. Refuses: CampaignUnknown."""
    figures = _figures(session, campaign_id)
    rounds = {round_.id: round_ for round_ in rounds_of_campaign(session, campaign_id)}
    return CampaignDetailAnswer(
        **_campaign_facts(figures),
        rounds=[
            _round(
                rounds[each.round_id],
                applicants=each.applicants,
                forfeited_units=each.units_forfeited,
                units=UnitsAnswer(
                    offered=each.units_offered,
                    applied=each.units_applied,
                    granted=each.units_granted,
                    bought=each.units_bought,
                ),
            )
            for each in figures.rounds
        ],
    )


def draw_of(session: Session, round_id: UUID) -> DrawAnswer:
    """What was published of a round's draw so far. Refuses: RoundUnknown."""
    round_ = _find_round(session, round_id)
    closed = closed_list(session, round_id)
    return DrawAnswer(
        round_id=round_id,
        round_slug=round_.slug,
        state=round_.state,
        rows=closed.rows if closed else None,
        root=closed.root if closed else None,
        files=[
            DrawFileAnswer(name=name, size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
            for name, content in draw_files(session, round_id).items()
        ],
    )


def draw_file(session: Session, round_id: UUID, name: str) -> bytes:
    """A published file, byte for byte. Refuses: RoundUnknown, DrawFileUnknown."""
    _find_round(session, round_id)
    files = draw_files(session, round_id)
    if name not in files:
        raise DrawFileUnknown(round_id=str(round_id), name=name)
    return files[name]


def sell_for_cash(
    parts: ConsoleParts, *, grant_id: UUID, units: int, clerk_id: UUID, key: str, now: datetime
) -> Purchase:
    """Take cash at the city's counter for granted units; a refusal burns the key.

    Refuses as `sell_at_counter`.
    """
    sale = CounterSale(key=key, units=units, clerk_id=clerk_id, counter=parts.counter, grant_id=grant_id)
    (outcome,) = parts.database.run(lambda session: sell_at_counter(session, [sale], now=now))
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def counter_sale(session: Session, purchase_id: UUID) -> CounterSaleAnswer:
    """A sale at a counter as it was made. Refuses: PurchaseUnknown, also for what was bought in another way."""
    purchase = find_purchase(session, purchase_id)
    if purchase is None or purchase.counter is None:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    return sale_answer(purchase)


def sale_answer(purchase: Purchase) -> CounterSaleAnswer:
    """What was taken in cash, and what entered the wallet for it."""
    return CounterSaleAnswer(
        purchase_id=purchase.id,
        grant_id=purchase.grant_id,
        units=purchase.units,
        cash_yen=purchase.amount_yen,
        premium_yen=purchase.premium_yen,
        issued_yen=purchase.amount_yen + purchase.premium_yen,
        sold_at=purchase.created_at,
    )


def _figures(session: Session, campaign_id: UUID) -> CampaignFigures:
    figures = campaign_figures(session, campaign_id)
    if figures is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    return figures


def _find_round(session: Session, round_id: UUID) -> Round:
    round_ = find_round(session, round_id)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    return round_


def _campaign_facts(figures: CampaignFigures) -> dict[str, Any]:
    campaign: Campaign = figures.campaign
    return {
        "campaign_id": campaign.id,
        "slug": campaign.slug,
        "title": campaign.title,
        "state": campaign.state,
        "price_yen": campaign.terms.price_yen,
        "face_yen": campaign.terms.face_yen,
        "units_total": campaign.terms.units_total,
        "budget_yen": campaign.terms.budget_yen,
        "units": UnitsAnswer(
            offered=sum(each.units_offered for each in figures.rounds if each.state != RoundState.WITHDRAWN),
            applied=sum(each.units_applied for each in figures.rounds),
            granted=sum(each.units_granted for each in figures.rounds),
            bought=figures.units_bought,
        ),
        "issued_yen": figures.paid_yen + figures.premium_yen,
        "paid_yen": figures.paid_yen,
        "premium_yen": figures.premium_yen,
        "refund_needed_yen": figures.refund_needed_yen,
    }


def _round(round_: Round, **figures: Any) -> RoundAnswer:
    return RoundAnswer(
        round_id=round_.id,
        slug=round_.slug,
        number=round_.number,
        rule=round_.rule,
        state=round_.state,
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        pay_from=round_.pay_from,
        pay_until=round_.pay_until,
        first_day=round_.first_day,
        last_day=round_.last_day,
        **figures,
    )
