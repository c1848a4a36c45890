"""Browsers that are signed in, without walking through the provider's pages."""

from datetime import datetime

import httpx
from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from identity.provider.jose.keys import jwks, new_signing_key
from identity.provider.model import Client, ConsentRule
from identity.provider.operations.open_face_session import open_face_session
from identity.provider.operations.register_client import register_client
from identity.provider.operations.start_session import start_session
from identity.relying_party.client import SignInClient
from kernel.db import Database

CLIENT_KEY = new_signing_key("ES256")
FACES = {HolderKind.RESIDENT: "wallet", HolderKind.SHOP: "shop", HolderKind.STAFF: "staff"}


def sign_in_client(name: str, issuer: str) -> SignInClient:
    """A face's client whose provider cannot be reached."""
    return SignInClient(
        client_id=name,
        issuer=issuer,
        redirect_uri=f"{issuer}/{name}/sign-in/callback",
        scopes=("openid",),
        key=CLIENT_KEY,
        http=httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503))),
        find_key=lambda _kid: None,
    )


def register_faces(staff_database: Database, issuer: str, now: datetime) -> None:
    """Make the provider know our three faces."""

    def work(session: Session) -> None:
        for kind, name in FACES.items():
            register_client(session, _face(name, kind, issuer), now=now)

    staff_database.run(work)


def signed_in_cookie(
    database: Database, holder: Holder, now: datetime, *, acr: Acr = Acr.POSTCARD, client_id: str | None = None
) -> str:
    """The secret of a face's cookie (`kashiman_wallet`, `kashiman_shop`, `kashiman_staff`) after a sign-in."""

    def work(session: Session) -> str:
        started = start_session(
            session, ProvenSignIn(holder, acr, ("otp",), now), cookie=None, browser="Chrome (Android)", now=now
        )
        return open_face_session(
            session,
            client_id=client_id or FACES[holder.kind],
            session_id=started.session_id,
            acr=acr,
            auth_time=now,
            earlier_cookie=None,
            now=now,
        )

    return database.run(work)


def _face(name: str, serves: HolderKind, issuer: str) -> Client:
    return Client(
        id=name,
        name_ja=name,
        purpose_ja=name,
        serves=serves,
        sector=name,
        redirect_uris=(f"{issuer}/{name}/sign-in/callback",),
        audience=name,
        scopes=frozenset({"openid"}),
        jwks=jwks([CLIENT_KEY]),
        id_token_alg="ES256",
        consent=ConsentRule.SKIP,
    )
