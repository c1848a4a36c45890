"""Our own provider: the real server in a process of its own, over a database of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind
from identity.operations.import_residents import import_residents
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.provider.model import Client, ConsentRule, GrantType
from identity.provider.operations.register_client import register_client
from kashiman.applications import set_up_provider
from kashiman.assembly import open_installation
from kashiman.keys import Keys, load_keys
from kashiman.logout_notices import deliver_logouts
from kashiman.processes import free_port, running, wait_until_ready
from kashiman.settings import Settings
from kernel.db import Database
from kernel.ids import new_id
from tests.identity.people import TARO
from tests.openid.provider_under_test import Clients, ProviderUnderTest, RegisteredClient
from tests.openid.reference_provider import discover

REFRESH_LIFETIME_S = 3_600


@contextmanager
def our_provider(url: str, clients: Clients) -> Iterator[ProviderUnderTest]:
    """Our server with these clients, until the block ends.

    It is known by a name and not by a number, because a passkey belongs to a name.
    """
    with TemporaryDirectory(prefix="kashiman-openid-") as home:
        keys, port = load_keys(Path(home) / "keys"), free_port()
        issuer = f"http://localhost:{port}"
        settings = Settings(base_url=issuer, data_dir=Path(home), port=port, database_url=SecretStr(url))
        environment = {
            "DATABASE_URL": url,
            "KASHIMAN_DATA_DIR": home,
            "KASHIMAN_PORT": str(port),
            "KASHIMAN_BASE_URL": issuer,
        }
        staff = Database(url, role="kashiman_staff")
        staff.run(lambda session: _set_up(session, settings, keys, clients))
        with running("serve", environment) as server:
            wait_until_ready(port, server)
            # The worker looks once a minute, for which nobody waits here.
            worker = open_installation(settings)
            new_person, tell = _new_person(staff, keys), partial(deliver_logouts, worker)
            yield ProviderUnderTest("ours", issuer, discover(issuer), clients, new_person, tell)
            worker.close()
        staff.close()


def _set_up(session: Session, settings: Settings, keys: Keys, clients: Clients) -> None:
    now = datetime.now(UTC)
    set_up_provider(session, settings, keys, now=now)
    for client in clients.all():
        register_client(session, _described(client), now=now)


def _described(client: RegisteredClient) -> Client:
    """The client in our own words."""
    jwks = client.metadata.get("jwks")
    grant_types = frozenset(GrantType(name) for name in client.grant_types)
    return Client(
        id=client.client_id,
        name_ja="試験のアプリ",
        purpose_ja="試験のためのアプリです。",
        serves=HolderKind.RESIDENT,
        sector=client.client_id,
        redirect_uris=(client.redirect_uri,) if client.redirect_uri else (),
        post_logout_redirect_uris=(client.signed_out_uri,) if client.signed_out_uri else (),
        backchannel_logout_uri=client.backchannel_logout_uri or None,
        audience=f"{client.client_id}-api",
        scopes=frozenset(client.scope.split()),
        grant_types=grant_types,
        jwks=jwks,
        id_token_alg=client.id_token_alg,
        acr_min=Acr.POSTCARD,
        consent=ConsentRule.ONCE,
        refresh_lifetime_s=REFRESH_LIFETIME_S if GrantType.REFRESH in grant_types else None,
    )


def _new_person(staff: Database, keys: Keys) -> Callable[[], str]:
    """Make residents one by one, and answer the code on the postcard of each."""

    def new_person() -> str:
        person_id, now = new_id(), datetime.now(UTC)
        resident = replace(TARO, person_id=person_id, household_id=new_id())
        holder = Holder(HolderKind.RESIDENT, person_id)

        def work(session: Session) -> str:
            import_residents(session, [resident], now=now)
            return issue_sign_in_codes(session, [holder], pepper=keys.pepper, now=now)[0].text

        return staff.run(work)

    return new_person
