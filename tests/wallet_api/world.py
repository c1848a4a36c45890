"""A small city at one moment: a resident with value and a grant, two shops with posters, rounds that are open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session

from identity.operations.import_residents import import_residents
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
from issuance.queries import my_grants
from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.ids import derived_id
from kernel.refusals import Refusal
from ledger.model import (
    AccountKind,
    CommandKey,
    GrantPoints,
    LedgerCommand,
    SellVoucher,
    Terms,
    UsableAt,
    command_key,
    shared_account,
)
from ledger.operations.post_journals import post_journals
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.print_posters import print_posters
from merchants.operations.register_merchants import register_merchants
from merchants.queries import find_store_by_code
from payments.codes.merchant_code import MerchantCode, write_merchant_code
from tests.identity.people import HANAKO, TARO
from tests.issuance.market import sheet_plan
from tests.issuance.sheets import publish_rule_sheet
from tests.merchants.shops import BAKERY, MARKET

NOW = city_time(date(2026, 11, 20), 14, 5)
PLANNED = city_time(date(2026, 10, 1), 9)
APPLIED = city_time(date(2026, 11, 5), 12)
CLOSED = city_time(date(2026, 11, 11), 9)
HANA, FUMI = Clerk(UUID(int=0xC1), Desk.COMMERCE), Clerk(UUID(int=0xC3), Desk.FINANCE)
SIGNER = ReceiptSigner(Ed25519PrivateKey.from_private_bytes(bytes(32)), "kashima-2026")
SHOP_CODE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SHOP_KEY_ID = "k1"

WINTER = CampaignDraft("winter-2026", "かしまん商品券 冬", CampaignTerms(units_total=100, budget_yen=100_000))
WINTER_ROUND = RoundDraft(
    slug="winter-2026-1",
    units_offered=50,
    max_units=5,
    opens_at=city_time(date(2026, 11, 1)),
    closes_at=city_time(date(2026, 11, 10)),
    pay_from=city_time(date(2026, 11, 1)),
    pay_until=city_time(date(2026, 12, 1)),
    first_day=date(2026, 11, 1),
    last_day=date(2027, 2, 28),
    rule=RoundRule.FIRST_COME,
)
SPRING = CampaignDraft("spring-2027", "かしまん商品券 春", CampaignTerms(units_total=100, budget_yen=100_000))
SPRING_ROUND = RoundDraft(
    slug="spring-2027-1",
    units_offered=50,
    max_units=5,
    opens_at=city_time(date(2026, 11, 15)),
    closes_at=city_time(date(2026, 12, 15)),
    pay_from=city_time(date(2027, 1, 10)),
    pay_until=city_time(date(2027, 2, 1)),
    first_day=date(2027, 1, 10),
    last_day=date(2027, 6, 30),
)


@dataclass(frozen=True)
class World:
    """What the tests need to know of the city."""

    person_id: UUID
    wallet_id: UUID
    neighbour_id: UUID
    neighbour_wallet_id: UUID
    bakery_code: str
    market_code: str
    bakery_serial: str
    winter_id: UUID
    grant_id: UUID
    grant_receipt: str
    spring_id: UUID
    spring_round_id: UUID


def build_world(make_database: Callable[[str], Database]) -> World:
    """Build the city with the roles that would do it: 8,000 yen usable at NOW (3,000 of it at small shops only)."""
    staff, apply, pay = (make_database(f"kashiman_{role}") for role in ("staff", "apply", "pay"))
    taro, hanako = staff.run(lambda session: import_residents(session, [TARO, HANAKO], now=PLANNED))
    (bakery_serial, bakery_code), (_, market_code) = staff.run(_shops)
    winter_id, winter_round_id = staff.run(lambda session: _campaign(session, WINTER, WINTER_ROUND))
    spring_id, spring_round_id = staff.run(lambda session: _campaign(session, SPRING, SPRING_ROUND))
    wanted = ApplicationRequest(winter_round_id, taro.person_id, taro.wallet_id, None, 3)
    apply.run(lambda session: submit_applications(session, [wanted], signer=SIGNER, clock=SetClock(APPLIED)))
    staff.run(lambda session: _start_selling(session, winter_id, winter_round_id))
    (grant,) = apply.run(lambda session: my_grants(session, taro.person_id, now=NOW))
    post(pay, lots(taro.wallet_id, winter_id))
    return World(
        person_id=taro.person_id,
        wallet_id=taro.wallet_id,
        neighbour_id=hanako.person_id,
        neighbour_wallet_id=hanako.wallet_id,
        bakery_code=bakery_code,
        market_code=market_code,
        bakery_serial=bakery_serial,
        winter_id=winter_id,
        grant_id=grant.grant_id,
        grant_receipt=grant.receipt,
        spring_id=spring_id,
        spring_round_id=spring_round_id,
    )


def lots(wallet_id: UUID, campaign_id: UUID) -> list[LedgerCommand]:
    """5,000 yen for ten more days, 3,000 yen for small shops, and 10,000 yen from December on."""
    money = shared_account(AccountKind.PROVIDER_CLEARING, reference="stripe")
    soon = Terms(UsableAt.ALL_SHOPS, date(2026, 11, 1), date(2026, 11, 30))
    small = Terms(UsableAt.SMALL_SHOPS, date(2026, 11, 1), date(2027, 2, 28))
    later = Terms(UsableAt.ALL_SHOPS, date(2026, 12, 1), date(2027, 2, 28))
    return [
        SellVoucher(_key("soon"), CLOSED, lot_id("soon"), wallet_id, campaign_id, soon, 4_000, 1_000, money),
        GrantPoints(_key("small"), CLOSED, lot_id("small"), wallet_id, campaign_id, small, 3_000),
        SellVoucher(_key("later"), CLOSED, lot_id("later"), wallet_id, campaign_id, later, 8_000, 2_000, money),
    ]


def lot_id(name: str) -> UUID:
    return derived_id("test lot", name)


def post(database: Database, commands: list[LedgerCommand]) -> None:
    """Bring commands into the books; none may be refused."""
    for outcome in database.run(lambda session: post_journals(session, commands)):
        assert not isinstance(outcome, Refusal), outcome


def _key(name: str) -> CommandKey:
    return command_key("tests", name)


def _shops(session: Session) -> list[tuple[str, str]]:
    """A small bakery and a large market, approved, each with a poster: its serial and the text of its code."""
    registered = register_merchants(session, [BAKERY, MARKET], now=PLANNED)
    approve_merchants(session, [merchant.merchant_id for merchant in registered], by=HANA.id, now=PLANNED)
    stores = [merchant.stores[0] for merchant in registered]
    serials = print_posters(session, [store.store_id for store in stores], key_id=SHOP_KEY_ID, now=PLANNED)
    return [
        (serial, _poster_text(session, store.store_code, serial)) for store, serial in zip(stores, serials, strict=True)
    ]


def _poster_text(session: Session, store_code: str, serial: str) -> str:
    store = find_store_by_code(session, store_code)
    code = MerchantCode(
        store_code=store_code,
        merchant_name_latin=store.name_latin,
        merchant_name_ja=store.display_name,
        city="Kashima",
        postal_code=store.postal_code.replace("-", ""),
        mcc="5411",
        print_serial=serial,
    )
    return write_merchant_code(code, SHOP_CODE_KEY, SHOP_KEY_ID)


def _campaign(session: Session, draft: CampaignDraft, round_: RoundDraft) -> tuple[UUID, UUID]:
    campaign_id = create_campaign(session, draft=draft, by=HANA, now=PLANNED)
    approve_campaign(session, campaign_id, by=FUMI, now=PLANNED)
    move_campaign(session, campaign_id, to_state=CampaignState.OPEN, by=HANA, now=PLANNED)
    return campaign_id, open_with_rules(session, campaign_id, round_)


def open_with_rules(session: Session, campaign_id: UUID, round_: RoundDraft) -> UUID:
    """A round that takes applications; what decides a draw is published by two people."""
    round_id = open_round(session, campaign_id=campaign_id, round=round_, by=HANA, now=PLANNED)
    if round_.has_draw:
        keys, plan = SIGNER.public_keys, sheet_plan(round_)
        publish_rule_sheet(session, round_id, plan, people=(HANA, FUMI), receipt_keys=keys, now=PLANNED)
    return round_id


def _start_selling(session: Session, campaign_id: UUID, round_id: UUID) -> None:
    close_round(session, round_id, now=CLOSED)
    for state in (CampaignState.DRAWN, CampaignState.SELLING):
        move_campaign(session, campaign_id, to_state=state, by=HANA, now=CLOSED)
