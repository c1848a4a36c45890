"""The page on which a resident gives an address for e-mail, proves it, and takes it away again."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from identity.doors.gateway.mail import Letter
from identity.doors.gateway.refusals import MailNotAccepted
from kernel.refusals import ProviderDown
from tests.identity_provider.conftest import City, TestClient

ADDRESS = "hanako@example.jp"
PAGE = "/id/account/mail-address"


class PostBox:
    """Letters that were handed over, and what happens to the next one."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.next_fault: Exception | None = None

    def send(self, letter: Letter) -> None:
        if self.next_fault is not None:
            fault, self.next_fault = self.next_fault, None
            raise fault
        self.letters.append(letter)

    def code(self) -> str:
        found = re.search(r"確認番号は (\d{6}) です。", self.letters[-1].text)
        assert found
        return found[1]


@pytest.fixture
def post_box() -> PostBox:
    return PostBox()


@pytest.fixture
def app(app: FastAPI, post_box: PostBox) -> FastAPI:
    app.state.provider = replace(app.state.provider, mail=post_box)
    return app


@pytest.fixture
def hanako(browser: TestClient, city: City) -> TestClient:
    """The resident, signed in."""
    assert browser.post("/id/sign-in", data={"code": city.code}).status_code == 200
    return browser


def test_an_address_is_given_proved_shown_and_taken_away(hanako: TestClient, post_box: PostBox) -> None:
    page = hanako.get("/id/account").text
    assert "登録したアドレスは、まだありません。" in page
    sent = hanako.post(PAGE, data={"address": ADDRESS})
    assert "確認番号を メールで送りました" in sent.text
    assert f"<strong>{ADDRESS}</strong> に送りました。" in sent.text
    assert [letter.to for letter in post_box.letters] == [ADDRESS]
    proved = hanako.post(f"{PAGE}/code", data={"code": post_box.code()})
    assert "メールアドレスを登録しました" in proved.text
    assert f"<p><strong>{ADDRESS}</strong></p>" in proved.text
    removed = hanako.post(f"{PAGE}/remove")
    assert "メールアドレスを消しました" in removed.text
    assert ADDRESS not in removed.text
    assert hanako.post(f"{PAGE}/remove").status_code == 409


def test_a_wrong_code_is_refused_and_counted(hanako: TestClient, post_box: PostBox) -> None:
    hanako.post(PAGE, data={"address": ADDRESS})
    right = post_box.code()
    for _ in range(3):
        assert hanako.post(f"{PAGE}/code", data={"code": "x"}).status_code == 422
    answer = hanako.post(f"{PAGE}/code", data={"code": right})
    assert (answer.status_code, "mail_code_wrong" in answer.text) == (422, True)


def test_what_the_mail_server_says_is_told(hanako: TestClient, post_box: PostBox) -> None:
    post_box.next_fault = MailNotAccepted(reply_code=550)
    refused = hanako.post(PAGE, data={"address": ADDRESS})
    assert (refused.status_code, "このアドレスには、メールが届きません" in refused.text) == (409, True)
    post_box.next_fault = ProviderDown()
    assert hanako.post(PAGE, data={"address": ADDRESS}).status_code == 503
    assert hanako.post(PAGE, data={"address": "hanako"}).status_code == 422


def test_without_a_mail_server_nothing_is_offered_and_nothing_is_taken(hanako: TestClient, app: FastAPI) -> None:
    app.state.provider = replace(app.state.provider, mail=None)
    assert "mail-address" not in hanako.get("/id/account").text
    answer = hanako.post(PAGE, data={"address": ADDRESS})
    assert (answer.status_code, "mail_door_closed" in answer.text) == (404, True)


def test_staff_and_strangers_have_no_address_here(browser: TestClient, city: City, post_box: PostBox) -> None:
    stranger = browser.post(PAGE, data={"address": ADDRESS}, follow_redirects=False)
    assert (stranger.status_code, stranger.headers["location"].split("?")[0]) == (303, "/id/sign-in")
    browser.post("/id/sign-in", data={"code": city.staff_code})
    assert "mail-title" not in browser.get("/id/account").text
    assert browser.post(PAGE, data={"address": ADDRESS}).status_code == 403
    assert post_box.letters == []


def test_asvs_3_5_1_a_form_of_another_site_gives_no_address(hanako: TestClient, post_box: PostBox) -> None:
    answer = hanako.post(PAGE, data={"address": ADDRESS}, headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, post_box.letters) == (403, [])


def test_asvs_16_3_1_each_step_is_recorded_without_the_address(
    hanako: TestClient, post_box: PostBox, city: City
) -> None:
    hanako.post(PAGE, data={"address": ADDRESS})
    hanako.post(f"{PAGE}/code", data={"code": "x"})
    hanako.post(f"{PAGE}/code", data={"code": post_box.code()})
    hanako.post(f"{PAGE}/remove")
    told = city.recorded_rows(
        "SELECT kind, outcome, facts::text FROM identity.audit_events WHERE kind LIKE 'mail.%' ORDER BY sequence"
    )
    assert told == [
        ("mail.asked", "succeeded", "{}"),
        ("mail.confirmed", "refused", '{"refusal_code": "mail_code_wrong"}'),
        ("mail.confirmed", "succeeded", "{}"),
        ("mail.removed", "succeeded", "{}"),
    ]
