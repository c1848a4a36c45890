"""A city of residents with an open round, and their applications as bytes, made beforehand."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from sqlmodel import Session

from identity.model import StaffRole
from identity.operations.add_staff import add_staff
from identity.provider.jose.access_token import write_access_token
from identity.roll.operations.import_roll import import_roll
from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.operations.confirm_rule_sheet import confirm_rule_sheet
from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.lottery.beacon import NAMED_AHEAD_MIN
from issuance.lottery.rule_sheet import Fallback
from issuance.model import CampaignDraft, CampaignState, CampaignTerms, Clerk, Desk, RoundDraft
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.create_campaign import create_campaign
from issuance.operations.move_campaign import move_campaign
from issuance.operations.open_round import open_round
from issuance.rules.draw_steps import dispute_ends_at
from kashiman.bench.server import ISSUER
from kashiman.bench.tokens import provider_key, wallet_claims
from kashiman.keys import KEY_ID, Keys
from kernel.clock import city_date
from kernel.db import Database

UNITS_MAX = 5
HOUSEHOLD_SIZE = 3
DISPUTE_DAYS = 1
FALLBACK = Fallback("numbers4", "numbers4:<回>:<四けたの数字>")


class Applicants:
    """Requests as bytes: a token for each resident, who applies once and then changes the units asked for."""

    def __init__(self, round_id: UUID, tokens: list[str]) -> None:
        self._round_id, self._tokens = round_id, tokens

    def apply(self, number: int) -> bytes:
        """An application: the same resident comes again only after all others, and then asks for one unit more."""
        turn, resident = divmod(number, len(self._tokens))
        body = b'{"units":%d}' % (1 + turn % UNITS_MAX)
        return self._request(f"/api/v1/wallet/rounds/{self._round_id}/application", resident, number, body)

    def empty(self, number: int) -> bytes:
        """A request of about the same size to the address that does nothing."""
        body = b'{"code":"%d","amount_yen":1}' % number
        return self._request("/api/v1/bench/empty", number % len(self._tokens), number, body)

    def _request(self, path: str, resident: int, number: int, body: bytes) -> bytes:
        return (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self._tokens[resident]}\r\n"
            f"Idempotency-Key: bench-{number}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def build_applicants(url: str, keys: Keys, *, residents: int, now: datetime) -> Applicants:
    """Import residents in households, open a campaign with one round, and sign a token for everybody."""
    staff = Database(url, role="kashiman_staff")
    staff.run(lambda session: _take_in(session, _roll(residents), keys, now))
    round_id = staff.run(lambda session: _open_round(session, residents, keys, now))
    staff.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
        wallets = [row[0] for row in connection.execute("SELECT wallet_id FROM identity.people ORDER BY id")]
    key = provider_key(url, keys, now)
    return Applicants(
        round_id, [write_access_token(wallet_claims(wallet_id, ISSUER, now), key) for wallet_id in wallets]
    )


def _take_in(session: Session, roll: bytes, keys: Keys, now: datetime) -> None:
    clerk = add_staff(session, display_name="測定", roles={StaffRole.ADMIN})
    import_roll(session, roll, base_date=city_date(now), imported_by=clerk, key=keys.roll_key, now=now)


def _roll(residents: int) -> bytes:
    """An extract of the resident roll with so many adults, in households."""
    rows = [
        f"{10_000_000 + number},{20_000_000 + number // HOUSEHOLD_SIZE},測定,一郎,ソクテイ,イチロウ,1960-04-01,"
        f"鹿島市大字納富分{number}番地,鹿島,849-1312,住民,"
        for number in range(residents)
    ]
    header = "住民番号,世帯番号,氏,名,氏カナ,名カナ,生年月日,住所,行政区,郵便番号,異動区分,異動日"
    return "\n".join([header, *rows, ""]).encode()


def _open_round(session: Session, residents: int, keys: Keys, now: datetime) -> UUID:
    """A campaign whose round takes applications already; its rules are published by two people."""
    planner, approver = Clerk(uuid4(), Desk.COMMERCE), Clerk(uuid4(), Desk.FINANCE)
    terms = CampaignTerms(
        units_total=residents,
        budget_yen=residents * 1_000,
        max_units_per_person=UNITS_MAX,
        max_units_per_household=UNITS_MAX * HOUSEHOLD_SIZE,
        base_date=city_date(now),
        age_min=18,
    )
    draft = CampaignDraft("bench", "測定", terms)
    campaign_id = create_campaign(session, draft=draft, by=planner, now=now)
    approve_campaign(session, campaign_id, by=approver, now=now)
    move_campaign(session, campaign_id, to_state=CampaignState.OPEN, by=planner, now=now)
    closes_at = now + timedelta(days=14)
    round_draft = RoundDraft(
        slug="bench-1",
        units_offered=residents,
        max_units=UNITS_MAX,
        opens_at=now - timedelta(days=1),
        closes_at=closes_at,
        pay_from=closes_at + timedelta(days=3),
        pay_until=closes_at + timedelta(days=17),
        first_day=city_date(closes_at) + timedelta(days=3),
        last_day=city_date(closes_at) + timedelta(days=120),
    )
    round_id = open_round(session, campaign_id=campaign_id, round=round_draft, by=planner, now=now)
    _publish_rules(session, round_id, closes_at, keys, (planner, approver), now)
    return round_id


def _publish_rules(
    session: Session, round_id: UUID, closes_at: datetime, keys: Keys, people: tuple[Clerk, Clerk], now: datetime
) -> None:
    """The rule sheet, without which nobody applies: one writes it, another confirms it."""
    draw_at = dispute_ends_at(closes_at, DISPUTE_DAYS) + NAMED_AHEAD_MIN
    plan = RuleSheetPlan(draw_at=draw_at, holders=(), fallback=FALLBACK, dispute_days=DISPUTE_DAYS)
    receipt_keys = {KEY_ID: keys.receipt_key.public_key().public_bytes_raw()}
    by, second = people
    digest = propose_rule_sheet(
        session, round_id, plan=plan, receipt_keys=receipt_keys, campaign_key=None, by=by, now=now
    )
    confirm_rule_sheet(session, round_id, sha256=digest, by=second, now=now)
