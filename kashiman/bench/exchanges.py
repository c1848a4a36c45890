"""Codes that wait to be exchanged: people sign in and an application asks, through the provider's own operations."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind, NewResident, ProvenSignIn
from identity.operations.import_residents import import_residents
from identity.provider.jose.client_assertion import ASSERTION_TYPE, write_client_assertion
from identity.provider.jose.keys import SigningKey, jwks, new_signing_key
from identity.provider.jose.pkce import challenge_of
from identity.provider.model import Answer, Browser, Client, ConsentRule, GrantType
from identity.provider.operations.begin_authorization import begin_authorization
from identity.provider.operations.continue_authorization import continue_authorization
from identity.provider.operations.push_authorization_request import push_authorization_request
from identity.provider.operations.register_client import register_client
from identity.provider.operations.start_session import start_session
from identity.provider.rules.secrets import new_secret
from kashiman.bench.server import ISSUER
from kernel.db import Database

BATCH = 100
ASSERTION_LIFETIME_S = 240
CALLBACK = "https://bench.example/callback"


class WaitingCode(NamedTuple):
    """A code, and the secret that its application keeps for it."""

    code: str
    verifier: str


@dataclass(frozen=True)
class Application:
    """An application that proves itself by a key, as our own faces do, and the people who use it."""

    client: Client
    key: SigningKey
    browsers: Sequence[Browser]


def open_application(url: str, *, people: int, now: datetime) -> Application:
    """Register an application and let so many residents sign in at the provider."""
    key = new_signing_key("ES256")
    client = _client(key)
    staff, residents = Database(url, role="kashiman_staff"), Database(url, role="kashiman_pay")
    staff.run(lambda session: register_client(session, client, now=now))
    imported = staff.run(lambda session: import_residents(session, _residents(people), now=now))
    holders = [Holder(HolderKind.RESIDENT, person.person_id) for person in imported]
    browsers = residents.run(lambda session: [_signed_in(session, holder, now) for holder in holders])
    staff.close()
    residents.close()
    return Application(client, key, browsers)


def grant_codes(database: Database, application: Application, count: int) -> list[WaitingCode]:
    """Have so many codes granted, the last a moment ago; a code waits for a minute at most."""
    codes: list[WaitingCode] = []
    while len(codes) < count:
        numbers = range(len(codes), min(len(codes) + BATCH, count))
        codes += database.run(partial(_granted_all, application=application, numbers=numbers))
    return codes


def exchange_request(application: Application, waiting: WaitingCode, now: datetime) -> bytes:
    """The request that exchanges a code, with an assertion that proves the application once."""
    assertion = write_client_assertion(
        application.key,
        client_id=application.client.id,
        audience=ISSUER,
        now=now,
        jti=str(uuid4()),
        lifetime_s=ASSERTION_LIFETIME_S,
    )
    form = {
        "grant_type": GrantType.CODE.value,
        "code": waiting.code,
        "redirect_uri": CALLBACK,
        "code_verifier": waiting.verifier,
        "client_id": application.client.id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    body = urlencode(form).encode()
    head = "POST /id/token HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _granted_all(session: Session, application: Application, numbers: Iterable[int]) -> list[WaitingCode]:
    return [_granted(session, application, number) for number in numbers]


def _granted(session: Session, application: Application, number: int) -> WaitingCode:
    client, now = application.client, datetime.now(UTC)
    browser, verifier = application.browsers[number % len(application.browsers)], secrets.token_urlsafe(48)
    request = {
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "nonce": secrets.token_urlsafe(24),
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    pushed = push_authorization_request(session, client, {name: (text,) for name, text in request.items()}, now=now)
    brought = {"client_id": (client.id,), "request_uri": (pushed,)}
    handle = begin_authorization(session, client, brought, browser=browser.secret, now=now)
    outcome = continue_authorization(session, handle, browser, now=now)
    if not isinstance(outcome, Answer):
        raise RuntimeError("the provider of the benchmark asks for a page")
    return WaitingCode(outcome.parameters["code"], verifier)


def _signed_in(session: Session, holder: Holder, now: datetime) -> Browser:
    proven = ProvenSignIn(holder, Acr.POSTCARD, ("pwd",), now)
    return Browser(new_secret(), start_session(session, proven, cookie=None, browser="bench", now=now).cookie)


def _client(key: SigningKey) -> Client:
    return Client(
        id="bench",
        name_ja="ベンチ",
        purpose_ja="ベンチ",
        serves=HolderKind.RESIDENT,
        sector="bench",
        redirect_uris=(CALLBACK,),
        audience="wallet",
        scopes=frozenset({"openid"}),
        jwks=jwks([key]),
        id_token_alg=key.alg,
        acr_min=Acr.POSTCARD,
        consent=ConsentRule.SKIP,
    )


def _residents(count: int) -> list[NewResident]:
    household_id = uuid4()
    return [
        NewResident(
            household_id=household_id,
            family_name="鹿島",
            given_name=f"{number}",
            family_kana="カシマ",
            given_kana="ベンチ",
            birth_date=date(1990, 4, 1),
            district="鹿島",
            address="佐賀県鹿島市",
            postal_code="849-1312",
            has_smartphone=True,
        )
        for number in range(count)
    ]
