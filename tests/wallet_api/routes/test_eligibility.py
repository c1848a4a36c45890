"""Applying in a campaign that demands something: the roll answers for the applicant; what it does not know is no."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from identity.model import StaffRole
from identity.operations.add_staff import add_staff
from identity.queries import people_by_ids
from identity.roll.operations.import_roll import import_roll
from issuance.model import CampaignDraft, CampaignState, CampaignTerms, Quota
from issuance.operations.approve_campaign import approve_campaign
from issuance.operations.create_campaign import create_campaign
from issuance.operations.move_campaign import move_campaign
from kernel.db import Database, Session, driver_connection
from tests.identity.roll.extracts import HANAKO, JIRO, KEY, TARO, died, moved_out, written
from tests.wallet_api.conftest import ISSUER, TokenFor
from tests.wallet_api.world import FUMI, HANA, NOW, PLANNED, SPRING_ROUND, World, open_with_rules

BASE_DATE = date(2026, 10, 1)
TERMS = CampaignTerms(
    units_total=100,
    budget_yen=100_000,
    base_date=BASE_DATE,
    age_min=20,
    max_units_per_household=6,
    quotas=(Quota("スマホなし", 10, without_smartphone=True), Quota("65歳以上", 10, age_min=65)),
)
CHILD = JIRO | {"住民番号": "0000099998", "名": "三郎", "名カナ": "サブロウ", "生年月日": "2006-10-03"}


@dataclass
class Town:
    """Residents of the roll who apply over HTTP."""

    app: FastAPI
    staff: Database
    residents: Database
    token_for: TokenFor
    clerk: UUID

    def imports(self, *rows: dict[str, str], on: date) -> None:
        self.staff.run(
            lambda session: import_roll(session, written(*rows), base_date=on, imported_by=self.clerk, key=KEY, now=NOW)
        )

    def opens(self, quota: str | None = None) -> UUID:
        """A campaign that demands all that can be demanded, with one round."""
        slug = "summer-2027" if quota is None else f"summer-2027-{len(quota)}"
        draft = CampaignDraft(slug, "夏", TERMS)
        round_ = replace(SPRING_ROUND, slug=f"{slug}-1", quota=quota, units_offered=10)

        def work(session: Session) -> UUID:
            campaign_id = create_campaign(session, draft=draft, by=HANA, now=PLANNED)
            approve_campaign(session, campaign_id, by=FUMI, now=PLANNED)
            move_campaign(session, campaign_id, to_state=CampaignState.OPEN, by=HANA, now=PLANNED)
            return open_with_rules(session, campaign_id, round_)

        return self.staff.run(work)

    def applies(self, row: dict[str, str], round_id: UUID, units: int = 1) -> Response:
        person = self.people()[row["名"]]
        token = self.token_for(*person)
        client = TestClient(self.app, base_url=f"{ISSUER}/api/v1/wallet", headers={"Authorization": f"Bearer {token}"})
        answer: Response = client.post(f"rounds/{round_id}/application", json={"units": units})
        return answer

    def people(self) -> dict[str, tuple[UUID, UUID]]:
        """The person and wallet of everybody, by given name."""
        with self.residents.transaction() as session:
            ids = [row[0] for row in driver_connection(session).execute("SELECT person_id FROM identity.roll_entries")]
            return {
                person.given_name: (person.person_id, person.wallet_id)
                for person in people_by_ids(session, ids).values()
            }


@pytest.fixture
def town(app: FastAPI, world: World, make_database: Callable[[str], Database], token_for: TokenFor) -> Town:
    staff = make_database("kashiman_staff")
    clerk = staff.run(lambda session: add_staff(session, display_name="住民係", roles=[StaffRole.ADMIN]))
    return Town(app, staff, make_database("kashiman_pay"), token_for, clerk)


def no(answer: Response) -> tuple[int, str, dict[str, object]]:
    return answer.status_code, answer.json()["code"], answer.json()["facts"]


def test_a_resident_of_the_base_date_who_is_old_enough_may_apply(town: Town) -> None:
    town.imports(TARO, JIRO, on=BASE_DATE)
    round_id = town.opens()
    assert town.applies(TARO, round_id).status_code == 201
    again = town.applies(TARO, round_id)
    assert again.headers["idempotency-replayed"] == "true"


def test_who_moved_away_before_the_base_date_may_not_and_who_moved_after_it_may(town: Town) -> None:
    town.imports(TARO, HANAKO, JIRO, on=date(2026, 9, 1))
    town.imports(moved_out(TARO, "2026-10-01"), moved_out(HANAKO, "2026-10-02"), JIRO, on=date(2026, 11, 1))
    round_id = town.opens()
    assert no(town.applies(TARO, round_id)) == (403, "not_resident_on_base_date", {"base_date": "2026-10-01"})
    assert town.applies(HANAKO, round_id).status_code == 201


def test_nobody_applies_in_the_name_of_the_dead(town: Town) -> None:
    town.imports(TARO, JIRO, on=date(2026, 9, 1))
    town.imports(died(TARO, "2026-10-15"), JIRO, on=date(2026, 11, 1))
    round_id = town.opens()
    assert no(town.applies(TARO, round_id)) == (403, "applicant_has_died", {})


def test_who_is_twenty_the_day_after_the_base_date_is_twenty_by_law_and_a_day_later_not(town: Town) -> None:
    twenty = CHILD | {"生年月日": "2006-10-02", "名": "四郎", "住民番号": "0000099997"}
    town.imports(CHILD, twenty, on=BASE_DATE)
    round_id = town.opens()
    assert town.applies(twenty, round_id).status_code == 201
    facts = {"base_date": "2026-10-01", "age_min": 20}
    assert no(town.applies(CHILD, round_id)) == (403, "age_outside_campaign", facts)


def test_a_household_shares_its_cap_however_its_members_apply(town: Town) -> None:
    town.imports(TARO, HANAKO, JIRO, on=BASE_DATE)
    round_id = town.opens()
    assert town.applies(TARO, round_id, 4).status_code == 201
    facts = {"asked_units": 3, "left_units": 2, "max_units": 6}
    assert no(town.applies(HANAKO, round_id, 3)) == (409, "units_exceed_household_cap", facts)
    assert town.applies(HANAKO, round_id, 2).status_code == 201
    assert town.applies(JIRO, round_id, 5).status_code == 201


@pytest.mark.parametrize("quota", ["スマホなし", "65歳以上"])
def test_the_wallet_is_no_way_into_a_quota_for_others(town: Town, quota: str) -> None:
    town.imports(TARO, on=BASE_DATE)
    assert no(town.applies(TARO, town.opens(quota))) == (403, "not_for_this_quota", {"quota": quota})


def test_somebody_whom_no_roll_names_may_not_apply_where_residence_is_demanded(
    api: TestClient, town: Town, world: World
) -> None:
    answer = api.post(f"rounds/{town.opens()}/application", json={"units": 1})
    assert no(answer) == (403, "not_resident_on_base_date", {"base_date": "2026-10-01"})
    assert api.post(f"rounds/{world.spring_round_id}/application", json={"units": 1}).status_code == 201
