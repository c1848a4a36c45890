"""A campaign in full sale for the benchmarks: people who may buy what they asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.model import (
    ApplicationRequest,
    CampaignDraft,
    CampaignState,
    CampaignTerms,
    Clerk,
    Desk,
    ReceiptSigner,
    RoundDraft,
    RoundRule,
)
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.close_round import close_round
from issuance.operations.create_campaign import create_campaign
from issuance.operations.move_campaign import move_campaign
from issuance.operations.open_round import open_round
from issuance.operations.submit_applications import submit_applications
from kernel.clock import SetClock, city_date, city_time
from kernel.db import Database
from kernel.ids import new_ids

BATCH = 500
PLANNER, APPROVER = Clerk(uuid4(), Desk.COMMERCE), Clerk(uuid4(), Desk.FINANCE)


class Winner(NamedTuple):
    """Somebody who may buy units in a round."""

    round_id: UUID
    person_id: UUID
    wallet_id: UUID
    units: int


def open_sale(url: str, shares: Sequence[int], *, small_shop_face_yen: int, now: datetime) -> list[Winner]:
    """Let one person after the other apply in a round without a draw, close it, and begin to sell."""
    staff, units = Database(url, role="kashiman_staff"), sum(shares)
    terms = CampaignTerms(units, units * 1_000, small_shop_face_yen=small_shop_face_yen)
    draft = CampaignDraft("bench", "ベンチ", terms)
    opened, today = now - timedelta(days=2), city_date(now)
    closed = city_time(today)
    round_ = RoundDraft(
        slug="bench-1",
        units_offered=units,
        max_units=terms.max_units_per_person,
        opens_at=opened,
        closes_at=closed,
        pay_from=opened,
        pay_until=city_time(today + timedelta(days=14)),
        first_day=today,
        last_day=today + timedelta(days=90),
        rule=RoundRule.FIRST_COME,
    )
    campaign_id = staff.run(partial(create_campaign, draft=draft, by=PLANNER, now=opened))
    staff.run(lambda session: approve_campaign(session, campaign_id, by=APPROVER, now=opened))
    move = partial(move_campaign, campaign_id=campaign_id, by=PLANNER, now=now)
    staff.run(partial(move, to_state=CampaignState.OPEN))
    round_id = staff.run(partial(open_round, campaign_id=campaign_id, round=round_, by=PLANNER, now=opened))
    winners = _applied(url, round_id, shares, opened)
    staff.run(lambda session: close_round(session, round_id, now=now))
    staff.run(partial(move, to_state=CampaignState.DRAWN))
    staff.run(partial(move, to_state=CampaignState.SELLING))
    staff.close()
    return winners


def _applied(url: str, round_id: UUID, shares: Sequence[int], at: datetime) -> list[Winner]:
    apply = Database(url, role="kashiman_apply")
    signer = ReceiptSigner(Ed25519PrivateKey.generate(), "bench")
    people, wallets = new_ids(len(shares)), new_ids(len(shares))
    winners = [Winner(round_id, *each) for each in zip(people, wallets, shares, strict=True)]
    requests = [
        ApplicationRequest(round_id, winner.person_id, winner.wallet_id, None, winner.units) for winner in winners
    ]
    for start in range(0, len(requests), BATCH):
        batch = requests[start : start + BATCH]
        apply.run(partial(submit_applications, asked=batch, signer=signer, clock=SetClock(at)))
    apply.close()
    return winners
