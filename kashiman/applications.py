"""Our own faces as applications of the provider, and the doors that an installation opens."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from sqlmodel import Session

from identity.doors.gateway.agency import Agency, AgencySettings
from identity.doors.gateway.line_login import LineLogin, LineLoginSettings
from identity.doors.gateway.mail import Mail, MailSettings, SmtpMail
from identity.doors.model import RelyingParty
from identity.model import Acr, HolderKind
from identity.provider.jose.keys import SigningKey, jwks
from identity.provider.keyring import KeyRing
from identity.provider.model import Client, ConsentRule
from identity.provider.operations.make_first_keys import make_first_keys
from identity.provider.operations.register_client import register_client
from identity.relying_party.client import ID_TOKEN_ALG, SignInClient
from identity_provider.parts import LiffApp
from kashiman.keys import Keys
from kashiman.settings import Settings
from kernel.clock import Clock

NAMES = {"wallet": "かしまんPAY（おさいふ）", "shop": "かしまんPAY（お店）", "staff": "かしまんPAY（市役所）"}
PURPOSES = {
    "wallet": "商品券を買い、お店で使うための画面です。",
    "shop": "お店で商品券を受け取るための画面です。",
    "staff": "市役所の担当者のための画面です。",
}
SERVES = {"wallet": HolderKind.RESIDENT, "shop": HolderKind.SHOP, "staff": HolderKind.STAFF}
SCOPES = ("openid",)


def set_up_provider(session: Session, settings: Settings, keys: Keys, *, now: datetime) -> None:
    """Make the provider's first keys and register our own faces; what is there already stays or is described anew."""
    make_first_keys(session, secret=keys.sealing_key, now=now)
    for face in our_faces(settings, keys):
        register_client(session, face, now=now)


def our_faces(settings: Settings, keys: Keys) -> list[Client]:
    """Our own faces as the provider has to know them."""
    return [_face(name, key, settings) for name, key in keys.client_keys.items()]


def sign_in_client(
    name: str, settings: Settings, client_keys: Mapping[str, SigningKey], key_ring: KeyRing, http: httpx.AsyncClient
) -> SignInClient:
    """One of our faces as an application."""
    return SignInClient(
        client_id=name,
        issuer=settings.issuer,
        redirect_uri=_redirect_uri(name, settings),
        scopes=SCOPES,
        key=client_keys[name],
        http=http,
        find_key=key_ring.public_key,
    )


def passkey_party(settings: Settings) -> RelyingParty:
    """Who asks for passkeys: the host of this installation and no other."""
    parts = urlsplit(settings.issuer)
    return RelyingParty(parts.hostname or "localhost", "かしまID", (f"{parts.scheme}://{parts.netloc}",))


def line_login(settings: Settings, clock: Clock) -> LineLogin | None:
    """The door that leads over LINE, when its channel is configured."""
    if not settings.line_channel_id:
        return None
    return LineLogin(
        LineLoginSettings(
            channel_id=settings.line_channel_id,
            channel_secret=settings.line_channel_secret.get_secret_value(),
            redirect_uri=f"{settings.issuer}/id/line/callback",
            authorization_base=settings.line_authorization_base,
            api_base=settings.line_api_base,
        ),
        clock,
    )


def liff_app(settings: Settings) -> LiffApp | None:
    """The mini app inside LINE, when there is one beside the login channel that its tokens are for."""
    if not (settings.line_channel_id and settings.line_liff_id):
        return None
    return LiffApp(settings.line_liff_id, settings.line_liff_sdk)


def agency(settings: Settings, key: SigningKey, clock: Clock) -> Agency | None:
    """The door that leads over the agency's app, when the city is registered there."""
    if not settings.agency_issuer:
        return None
    return Agency(
        AgencySettings(
            issuer=settings.agency_issuer,
            client_id=settings.agency_client_id,
            redirect_uri=f"{settings.issuer}/id/agency/callback",
            private_key_pem=key.private_pem,
            key_id=key.kid,
        ),
        clock,
    )


def mail(settings: Settings) -> Mail | None:
    """The city's mail server, when it is configured; what is written goes over TLS alone."""
    if not settings.smtp_host:
        return None
    return SmtpMail(
        MailSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            sender=settings.smtp_sender,
            ca_file=settings.smtp_ca_file,
        )
    )


def other_origins(settings: Settings) -> tuple[str, ...]:
    """Where the doors that are configured lead."""
    addresses = []
    if settings.line_channel_id:
        addresses.append(settings.line_authorization_base)
    if settings.agency_issuer:
        addresses.append(settings.agency_issuer)
    return tuple(f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses))


def _face(name: str, key: SigningKey, settings: Settings) -> Client:
    return Client(
        id=name,
        name_ja=NAMES[name],
        purpose_ja=PURPOSES[name],
        serves=SERVES[name],
        sector=name,
        redirect_uris=(_redirect_uri(name, settings),),
        post_logout_redirect_uris=(f"{settings.issuer}/{name}/",),
        audience=name,
        scopes=frozenset(SCOPES),
        jwks=jwks([key]),
        id_token_alg=ID_TOKEN_ALG,
        acr_min=settings.staff_acr if name == "staff" else Acr.POSTCARD,
        consent=ConsentRule.SKIP,
    )


def _redirect_uri(name: str, settings: Settings) -> str:
    return f"{settings.issuer}/{name}/sign-in/callback"
