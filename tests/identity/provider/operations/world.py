"""A provider over a real database: applications that it knows, browsers in which people sign in, and what comes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, LiteralString, TypeVar
from uuid import UUID, uuid4

from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from identity.provider.jose.access_token import AccessTokenVerifier
from identity.provider.jose.base64url import from_base64url
from identity.provider.jose.client_assertion import write_client_assertion
from identity.provider.jose.keys import SigningKey, jwks, new_signing_key, public_jwk
from identity.provider.jose.pkce import challenge_of
from identity.provider.jose.rotation import KeyState
from identity.provider.jose.sealing import seal_private_key
from identity.provider.keyring import KeyRing
from identity.provider.mint import Mint
from identity.provider.model import (
    Answer,
    Browser,
    Client,
    ConsentRule,
    GrantType,
    NextPage,
    ProviderSession,
    TokenAnswer,
)
from identity.provider.operations.authenticate_client import ASSERTION_TYPE, authenticate_client
from identity.provider.operations.begin_authorization import begin_authorization
from identity.provider.operations.continue_authorization import continue_authorization
from identity.provider.operations.decide_consent import decide_consent
from identity.provider.operations.exchange_code import exchange_code
from identity.provider.operations.push_authorization_request import push_authorization_request
from identity.provider.operations.refresh_tokens import refresh_tokens
from identity.provider.operations.register_client import register_client
from identity.provider.operations.start_session import start_session
from identity.provider.queries import grant_that_stands, signed_in_session, stored_keys
from identity.provider.rules.secrets import new_secret
from identity.provider.store import keys as key_store
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.refusals import Refusal

ISSUER = "https://id.kashima.example"
SEALING = b"sealing key of the tests, 32 byte"[:32]
SUBJECTS = b"subject key of the tests, 32 byte"[:32]
VERIFIER = "v" * 43
TOWN_KEY, FARM_KEY, KIOSK_KEY = (new_signing_key("ES256") for _ in range(3))
Result = TypeVar("Result")

TOWN = Client(
    id="town",
    name_ja="町のアプリ",
    purpose_ja="町のようすを見ます。",
    serves=HolderKind.RESIDENT,
    sector="town",
    redirect_uris=("https://town.example/callback",),
    audience="town-api",
    scopes=frozenset({"openid", "offline_access", "town.read"}),
    grant_types=frozenset({GrantType.CODE, GrantType.REFRESH}),
    post_logout_redirect_uris=("https://town.example/signed-out",),
    jwks=jwks([TOWN_KEY]),
    acr_min=Acr.POSTCARD,
    refresh_lifetime_s=3_600,
    consent=ConsentRule.SKIP,
)
FARM = replace(
    TOWN,
    id="farm",
    sector="farm",
    redirect_uris=("https://farm.example/callback",),
    post_logout_redirect_uris=("https://farm.example/signed-out",),
    audience="farm-api",
    jwks=jwks([FARM_KEY]),
    consent=ConsentRule.ONCE,
    backchannel_logout_uri="https://farm.example/logout",
)
PHONE = replace(TOWN, id="phone", redirect_uris=("https://phone.example/callback",), jwks=None)
KIOSK = replace(
    TOWN,
    id="kiosk",
    redirect_uris=(),
    post_logout_redirect_uris=(),
    grant_types=frozenset({GrantType.DEVICE}),
    jwks=jwks([KIOSK_KEY]),
    refresh_lifetime_s=None,
)
CLIENTS = (TOWN, FARM, PHONE, KIOSK)
CLIENT_KEYS = {"town": TOWN_KEY, "farm": FARM_KEY, "kiosk": KIOSK_KEY}


@cache
def provider_key(alg: str, number: int) -> SigningKey:
    """A key of the provider, made once for all tests."""
    return new_signing_key("RS256" if alg == "RS256" else "ES256")


def set_up_keys(session: Session, now: datetime, secret: bytes = SEALING) -> None:
    """What `make_first_keys` does, with keys that are made once for all tests."""
    for alg in ("ES256", "RS256"):
        for number, state in enumerate((KeyState.ACTIVE, KeyState.NEXT)):
            key = provider_key(alg, number)
            sealed = seal_private_key(key.private_pem, secret, key.kid)
            key_store.insert_key(
                session, kid=key.kid, alg=key.alg, state=state, public_jwk=public_jwk(key), sealed=sealed, now=now
            )


@dataclass
class World:
    """`database` is that of the provider, `staff` that of who sets it up; `person` is a resident."""

    database: Database
    staff: Database
    clock: SetClock
    person: Holder
    mint: Mint = field(init=False)

    def __post_init__(self) -> None:
        ring = KeyRing(lambda: self.database.run(stored_keys), SEALING, self.clock.now)
        self.mint = Mint(ISSUER, ring, SUBJECTS)
        self.staff.run(lambda session: set_up_keys(session, self.clock.now()))
        for client in CLIENTS:
            self.register(client)
        self.mint.keys.keep_fresh()

    def run(self, work: Callable[[Session], Result]) -> Result:
        return self.database.run(work)

    def register(self, client: Client) -> Client:
        self.staff.run(lambda session: register_client(session, client, now=self.clock.now()))
        return client

    def sign_in(
        self, holder: Holder | None = None, acr: Acr = Acr.POSTCARD, cookie: str | None = None, secret: str = "browser"
    ) -> Browser:
        """Somebody's browser after a sign-in now; with a cookie the browser had one before."""
        proven = ProvenSignIn(holder or self.person, acr, ("pwd",), self.clock.now())
        started = self.run(
            lambda session: start_session(session, proven, cookie=cookie, browser="Chrome", now=self.clock.now())
        )
        return Browser(secret, started.cookie)

    def session_of(self, browser: Browser) -> ProviderSession:
        return self.run(lambda session: signed_in_session(session, browser.cookie, self.clock.now()))

    def begin(self, client: Client, browser: Browser, **changes: str | None) -> str:
        """Bring a request of an application, pushed for a confidential one, and answer its handle."""
        asked = parameters_of(client, **changes)
        if client.is_confidential:
            uri = self.push(client, **changes)
            asked = {"client_id": [client.id], "request_uri": [uri]}
        return self.run(
            lambda session: begin_authorization(session, client, asked, browser=browser.secret, now=self.clock.now())
        )

    def push(self, client: Client, **changes: str | None) -> str:
        asked = parameters_of(client, **changes)
        return self.run(lambda session: push_authorization_request(session, client, asked, now=self.clock.now()))

    def go_on(self, handle: str, browser: Browser) -> NextPage | Answer:
        return self.run(lambda session: continue_authorization(session, handle, browser, now=self.clock.now()))

    def consent(self, handle: str, browser: Browser, *, agrees: bool = True) -> NextPage | Answer:
        return self.run(lambda session: decide_consent(session, handle, browser, agrees=agrees, now=self.clock.now()))

    def code(self, client: Client, browser: Browser, **changes: str | None) -> str:
        """The code that an application gets, with an agreement where it needs one."""
        handle = self.begin(client, browser, **changes)
        outcome = self.go_on(handle, browser)
        if isinstance(outcome, NextPage):
            outcome = self.consent(handle, browser)
        assert isinstance(outcome, Answer)
        return outcome.parameters["code"]

    def exchange(self, client: Client, code: str, **changes: Any) -> TokenAnswer | Refusal:
        asked: dict[str, Any] = {
            "code": code,
            "redirect_uri": client.redirect_uris[0] if client.redirect_uris else None,
            "verifier": VERIFIER,
            "thumbprint": None if client.is_confidential else "T" * 43,
            "mint": self.mint,
            "now": self.clock.now(),
            **changes,
        }
        return self.run(lambda session: exchange_code(session, client, **asked))

    def tokens(self, client: Client, browser: Browser | None = None, **changes: str | None) -> TokenAnswer:
        """What an application gets for a new sign-in."""
        code = self.code(client, browser or self.sign_in(), **{"scope": "openid offline_access", **changes})
        answer = self.exchange(client, code)
        assert isinstance(answer, TokenAnswer)
        return answer

    def refresh(self, client: Client, token: str | None, **changes: Any) -> TokenAnswer | Refusal:
        assert token is not None
        asked: dict[str, Any] = {
            "scopes": None,
            "thumbprint": None if client.is_confidential else "T" * 43,
            "mint": self.mint,
            "now": self.clock.now(),
            **changes,
        }
        return self.run(lambda session: refresh_tokens(session, client, refresh_token=token, **asked))

    def stands(self, answer: TokenAnswer) -> bool:
        """Whether an access token introspects as active."""
        claims = claims_of(answer.access_token)
        grant_id = UUID(claims["jti"].partition(".")[0])
        return self.run(lambda session: grant_that_stands(session, grant_id, claims["jti"])) is not None

    def authenticate(self, assertion: str | None, client_id: str | None = "town", **changes: Any) -> Client:
        asked: dict[str, Any] = {
            "assertion_type": ASSERTION_TYPE,
            "audiences": (ISSUER, f"{ISSUER}/id/token"),
            "now": self.clock.now(),
            **changes,
        }
        return self.run(lambda session: authenticate_client(session, client_id=client_id, assertion=assertion, **asked))

    def assertion(self, client_id: str = "town", **changes: Any) -> str:
        facts = {"audience": ISSUER, "now": self.clock.now(), "jti": str(uuid4()), **changes}
        return write_client_assertion(CLIENT_KEYS[client_id], client_id=client_id, **facts)

    def verifier(self) -> AccessTokenVerifier:
        """A resource server that holds the keys as long as everybody."""
        ring = KeyRing(lambda: self.database.run(stored_keys), SEALING, self.clock.now)
        return AccessTokenVerifier(ring.public_key, ISSUER)

    def rows(self, question: LiteralString) -> list[tuple[Any, ...]]:
        return self.database.run(lambda session: driver_connection(session).execute(question).fetchall())

    def dump(self) -> dict[str, list[str]]:
        """Every row of the provider, by table."""
        return {table: self._dumped(table) for table in TABLES}

    def _dumped(self, table: LiteralString) -> list[str]:
        question: LiteralString = "SELECT to_jsonb(t)::text FROM identity." + table + " AS t ORDER BY 1"
        return [row[0] for row in self.rows(question)]


TABLES: tuple[LiteralString, ...] = (
    "clients",
    "sessions",
    "authentications",
    "session_clients",
    "authorization_requests",
    "grants",
    "authorization_codes",
    "refresh_tokens",
    "revoked_tokens",
    "used_proofs",
    "consents",
    "pairwise_subjects",
    "device_requests",
    "logout_deliveries",
    "face_sessions",
    "provider_sign_ins",
)


def parameters_of(client: Client, **changes: str | None) -> dict[str, list[str]]:
    """An application's plain request with changes; None leaves a parameter out."""
    plain: dict[str, str | None] = {
        "client_id": client.id,
        "response_type": "code",
        "redirect_uri": client.redirect_uris[0] if client.redirect_uris else None,
        "scope": "openid",
        "state": new_secret(),
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    return {name: [value] for name, value in {**plain, **changes}.items() if value is not None}


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, believed without a look at its signature."""
    members: dict[str, Any] = json.loads(from_base64url(token.split(".")[1]))
    return members
