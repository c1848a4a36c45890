"""Changing and withdrawing an application in the browser, and one that a clerk entered."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from issuance.model import ApplicationRequest, Channel, ClerkEntry
from issuance.operations.submit_applications import submit_applications
from kernel.clock import SetClock, city_date
from kernel.db import Database
from tests.issuance.market import HANA
from tests.wallet_api.forms import form_key, leads_to
from tests.wallet_api.world import NOW, SIGNER, World


def test_an_application_is_withdrawn_and_taken_up_again(browser: TestClient, world: World) -> None:
    path = f"/wallet/rounds/{world.spring_round_id}"
    browser.post(path, data={"units": "3", "form_key": form_key(browser.get(path))})
    receipt = browser.get(f"{path}/receipt")
    assert "申し込みを取り下げる" in receipt.text
    gone = {"form_key": form_key(receipt)}
    assert leads_to(browser.post(f"{path}/withdrawal", data=gone)) == f"{path}/receipt"
    page = browser.get(f"{path}/receipt").text
    assert "申し込みを取り下げました" in page
    assert "お金は動いていません" in page
    form = browser.get(path)
    assert "前の申し込みは取り下げてあります" in form.text
    browser.post(path, data={"units": "2", "replaces_version": "2", "form_key": form_key(form)})
    assert leads_to(browser.post(f"{path}/withdrawal", data=gone)) == f"{path}/receipt"
    told = browser.get(f"{path}/receipt").text
    assert "もういちど申し込み 2口" in told
    assert "申し込みを受け付けました" in told


def test_one_that_a_clerk_entered_is_changed_by_whoever_saw_it(
    browser: TestClient, world: World, make_database: Callable[[str], Database]
) -> None:
    entry = ClerkEntry(HANA.id, "K-1", city_date(NOW))
    asked = ApplicationRequest(
        world.spring_round_id, world.person_id, world.wallet_id, None, 2, Channel.PAPER, entry=entry
    )
    make_database("kashiman_staff").run(
        lambda session: submit_applications(session, [asked], signer=SIGNER, clock=SetClock(NOW))
    )
    path = f"/wallet/rounds/{world.spring_round_id}"
    form = browser.get(path)
    assert "紙の申込書" in form.text
    unseen = browser.post(path, data={"units": "4", "form_key": form_key(form)})
    assert unseen.status_code == 409
    seen = {"units": "4", "replaces_version": "1", "form_key": f"{form_key(form)}2"}
    assert leads_to(browser.post(path, data=seen)) == f"{path}/receipt"
    page = browser.get(f"{path}/receipt").text
    assert "変更 2口 → 4口" in page
    assert "用紙の番号" in page
