"""An application that speaks to our provider over HTTP, and the steps of a browser that signs in for it."""

import base64
import json
import re
import warnings
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import httpx

from identity.provider.jose.client_assertion import write_client_assertion
from identity.provider.jose.dpop import write_dpop_proof
from identity.provider.jose.keys import new_signing_key
from identity.provider.model import Client
from identity.provider.operations.authenticate_client import ASSERTION_TYPE
from kernel.clock import SetClock
from tests.identity.provider.jose.samples import header_of
from tests.identity.provider.operations.world import CLIENT_KEYS, VERIFIER, parameters_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # The client works with httpx, but would rather have its successor.
    from fastapi.testclient import TestClient

ISSUER = "http://localhost:8720"
Response = httpx.Response
REDIRECTS = (302, 303, 307)


class Application:
    """One application, its keys, and the clock of the city."""

    def __init__(self, http: TestClient, clock: SetClock, client: Client) -> None:
        self.http, self.clock, self.client = http, clock, client
        self.key = new_signing_key("ES256")

    @property
    def redirect_uri(self) -> str:
        return self.client.redirect_uris[0]

    def assertion(self, **changes: Any) -> str:
        facts: dict[str, Any] = {"audience": ISSUER, "now": self.clock.now(), "jti": str(uuid4()), **changes}
        return write_client_assertion(CLIENT_KEYS[self.client.id], client_id=self.client.id, **facts)

    def proof(self, path: str, method: str = "POST", **changes: Any) -> str:
        """A proof of the application's key for one request."""
        facts: dict[str, Any] = {"url": f"{ISSUER}{path}", "now": self.clock.now(), "jti": str(uuid4()), **changes}
        return write_dpop_proof(self.key, method=method, **facts)

    def post(self, path: str, headers: dict[str, str] | None = None, /, **form: str | None) -> Response:
        """Post a form as this application; a field of None is left out."""
        fields: dict[str, str | None] = {"client_id": self.client.id}
        if self.client.is_confidential:
            fields |= {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion()}
        elif headers is None:
            headers = {"DPoP": self.proof(path)}
        sent = {name: value for name, value in {**fields, **form}.items() if value is not None}
        answer: Response = self.http.post(path, data=sent, headers=headers or {})
        return answer

    def query(self, **changes: str | None) -> dict[str, str]:
        """What a browser brings: a public application's request, or the URI of a pushed one."""
        if not self.client.is_confidential:
            return {name: values[0] for name, values in parameters_of(self.client, **changes).items()}
        asked = {name: values[0] for name, values in parameters_of(self.client, **changes).items()}
        pushed = self.post("/id/par", **asked)
        assert pushed.status_code == 201, pushed.text
        return {"client_id": self.client.id, "request_uri": pushed.json()["request_uri"]}

    def authorize(self, browser: TestClient, **changes: str | None) -> Response:
        """Send a browser to the provider; the first answer, wherever it leads."""
        address = f"/id/authorize?{urlencode(self.query(**changes))}"
        answer: Response = browser.get(address, follow_redirects=False)
        return answer

    def sign_in(self, browser: TestClient, code: str, **changes: str | None) -> dict[str, str]:
        """Send a browser, sign in with a code where it is asked, agree where it is asked, and come back."""
        response = self.authorize(browser, **changes)
        if response.status_code == 200 and "/id/sign-in" in response.text:
            response = submit(browser, "/id/sign-in", handle=handle_of(response), code=code)
        if response.status_code == 200 and "/id/consent" in response.text:
            response = submit(browser, "/id/consent", handle=handle_of(response), decision="allow")
        return landed(response, self.redirect_uri)

    def exchange(self, code: str, **changes: str | None) -> Response:
        form = {"code": code, "redirect_uri": self.redirect_uri, "code_verifier": VERIFIER, **changes}
        return self.post("/id/token", grant_type="authorization_code", **form)

    def tokens(self, browser: TestClient, code: str, **changes: str | None) -> dict[str, Any]:
        """The token endpoint's document for a new sign-in."""
        back = self.sign_in(browser, code, **{"scope": "openid offline_access", **changes})
        answer = self.exchange(back["code"])
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def refresh(self, token: str, **changes: str) -> Response:
        return self.post("/id/token", grant_type="refresh_token", refresh_token=token, **changes)


def submit(browser: TestClient, path: str, **form: str) -> Response:
    """Send a form of the provider's own pages and go where it leads."""
    return go(browser, browser.post(path, data=form, follow_redirects=False))


def go(browser: TestClient, response: Response) -> Response:
    """Follow redirects within the provider, and stop where one leads elsewhere."""
    while response.status_code in REDIRECTS and response.headers["location"].startswith(("/", ISSUER)):
        response = browser.get(response.headers["location"], follow_redirects=False)
    return response


def landed(response: Response, redirect_uri: str) -> dict[str, str]:
    """The parameters with which a browser is sent back to an application."""
    assert response.status_code == 303, response.text
    target = urlsplit(response.headers["location"])
    assert target._replace(query="").geturl() == redirect_uri
    return dict(parse_qsl(target.query))


def handle_of(page: Response) -> str:
    """What a page's form carries to go on with the request."""
    found = re.search(r'name="handle" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def error_of(answer: Response) -> tuple[int, str]:
    """How an endpoint refused: never cached, with an error of the standard and nothing else."""
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert set(document) == {"error", "error_description"}
    return answer.status_code, document["error"]


def is_active(application: Application, token: str) -> bool:
    answer = application.post("/id/introspect", token=token)
    assert answer.status_code == 200
    assert answer.json()["active"] or answer.json() == {"active": False}
    return bool(answer.json()["active"])


def userinfo(application: Application, token: str, method: str = "GET", **changes: Any) -> Response:
    """Ask who somebody is, with the proof that a public application needs."""
    if application.client.is_confidential:
        headers = {"Authorization": f"Bearer {token}"}
    else:
        proof = application.proof("/id/userinfo", method, **{"access_token": token, **changes})
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    answer: Response = application.http.request(method, "/id/userinfo", headers=headers)
    return answer


def none_token(token: str) -> str:
    """The same token without a signature, as its header says."""
    header = base64.urlsafe_b64encode(json.dumps({**header_of(token), "alg": "none"}).encode()).decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."
