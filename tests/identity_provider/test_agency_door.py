"""The agency's app as a door, over HTTP and against its double: a card finds its resident, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from fastapi import FastAPI

from identity.doors.gateway.agency import Agency, AgencySettings
from identity.provider.jose.keys import new_signing_key, public_jwk
from kashiman.demo.agency_double.process import RunningAgency, start_agency_double
from tests.identity_provider.conftest import ISSUER, NOW, City, TestClient
from tests.identity_provider.test_line_door import come_back, sent_away

CALLBACK = f"{ISSUER}/id/agency/callback"
KEY = new_signing_key("ES256")
ADDRESS = "佐賀県鹿島市大字納富分2643番地1"


@pytest.fixture(scope="module")
def agency() -> Iterator[RunningAgency]:
    shift_s = (NOW - datetime.now(UTC)).total_seconds()
    with start_agency_double([public_jwk(KEY)], [CALLBACK], clock_shift_s=shift_s) as running:
        running.control.add_person("hanako", "鹿島　花子", ADDRESS, date(1946, 3, 2), "female")
        running.control.add_person("stranger", "嬉野 次郎", "佐賀県嬉野市1番地", date(1990, 1, 1), "male")
        yield running


@pytest.fixture
def door(app: FastAPI, city: City, agency: RunningAgency) -> Iterator[RunningAgency]:
    """The door is open and leads to the double."""
    settings = AgencySettings(
        issuer=agency.issuer,
        client_id=agency.client_id,
        redirect_uri=CALLBACK,
        private_key_pem=KEY.private_pem,
        key_id=KEY.kid,
    )
    other_side = Agency(settings, city.clock)
    app.state.provider = replace(app.state.provider, agency=other_side, leads_to=(agency.issuer,))
    yield agency
    other_side.close()


def test_a_card_lets_in_the_resident_it_belongs_to(browser: TestClient, door: RunningAgency) -> None:
    inside = come_back(browser, door.control.sign_in(sent_away(browser, "/id/agency"), "hanako"))
    assert "鹿島 花子" in inside.text
    assert "マイナアプリ" in inside.text


def test_a_card_of_somebody_else_lets_in_nobody(browser: TestClient, door: RunningAgency) -> None:
    refused = come_back(browser, door.control.sign_in(sent_away(browser, "/id/agency"), "stranger"))
    assert "登録のかくにん" not in refused.text
    assert browser.get("/id/account", follow_redirects=False).status_code == 303


def test_who_goes_back_at_the_agency_is_not_signed_in(browser: TestClient, door: RunningAgency) -> None:
    come_back(browser, door.control.cancel(sent_away(browser, "/id/agency")))
    assert browser.get("/id/account", follow_redirects=False).status_code == 303
