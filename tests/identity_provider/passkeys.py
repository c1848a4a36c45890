"""A phone that makes passkeys at our pages, as the pages' script does it."""

import json
from urllib.parse import urlsplit

from tests.identity.doors.software_authenticator import SoftwareAuthenticator
from tests.identity_provider.application import ISSUER, Response
from tests.identity_provider.conftest import City, TestClient


class Phone:
    """One authenticator in one browser."""

    def __init__(self, browser: TestClient, city: City) -> None:
        self.browser, self.city = browser, city
        self.authenticator = SoftwareAuthenticator(ISSUER, urlsplit(ISSUER).hostname or "")

    def register(self, code: str) -> Response:
        """Sign in with a code and register a passkey on one's own page."""
        answer = self.browser.post("/id/sign-in", data={"code": code})
        assert str(answer.url).endswith("/id/account"), answer.text
        options = self.browser.post("/id/account/passkeys/challenge")
        assert options.status_code == 200, options.text
        credential = json.loads(self.authenticator.register(options.json()))
        made: Response = self.browser.post("/id/account/passkeys", json={"label": "スマホ", "credential": credential})
        return made

    def answer(self, handle: str = "") -> Response:
        """Answer a challenge to sign in."""
        options = self.browser.post("/id/passkey/challenge").json()
        credential = json.loads(self.authenticator.sign_in(options))
        answer: Response = self.browser.post("/id/passkey/sign-in", json={"handle": handle, "credential": credential})
        return answer

    def sign_in(self, handle: str = "") -> str:
        """Sign in, and answer where the page goes next."""
        answer = self.answer(handle)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["next"])
