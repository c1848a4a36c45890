"""The providers that the tests of OpenID run against: the certified one, and ours."""

from collections.abc import Iterator

import pytest

from kernel.embedded_postgres import EmbeddedPostgres
from tests.conftest import cloned
from tests.openid.application import Application
from tests.openid.our_provider import our_provider
from tests.openid.provider_under_test import Clients, ProviderUnderTest, make_clients
from tests.openid.reference_provider import reference_provider
from tests.openid.sign_outs import SignOuts, sign_outs
from tests.openid.visitor import Visitor


@pytest.fixture(scope="session")
def told() -> Iterator[SignOuts]:
    """What the providers tell the application `town` of sign-outs."""
    with sign_outs() as received:
        yield received


@pytest.fixture(scope="session")
def clients(told: SignOuts) -> Clients:
    """The applications of the tests, the same at every provider."""
    return make_clients(told.address)


@pytest.fixture(scope="session")
def reference(clients: Clients) -> Iterator[ProviderUnderTest]:
    """The certified provider: what fails on it is a wrong test."""
    with reference_provider(clients) as running:
        yield running


@pytest.fixture(scope="session")
def ours(clients: Clients, postgres: EmbeddedPostgres, template: str) -> Iterator[ProviderUnderTest]:
    """Our provider."""
    with cloned(postgres, template) as url, our_provider(url, clients) as running:
        yield running


@pytest.fixture(scope="session", params=["reference", "ours"])
def provider(request: pytest.FixtureRequest) -> ProviderUnderTest:
    """Each provider in turn, started once."""
    running: ProviderUnderTest = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def town(provider: ProviderUnderTest) -> Iterator[Application]:
    """A confidential application that is told of sign-outs."""
    with Application(provider, provider.clients.town) as application:
        yield application


@pytest.fixture
def farm(provider: ProviderUnderTest) -> Iterator[Application]:
    """Another confidential application."""
    with Application(provider, provider.clients.farm) as application:
        yield application


@pytest.fixture
def phone(provider: ProviderUnderTest) -> Iterator[Application]:
    """A public application, which sends its requests by the browser."""
    with Application(provider, provider.clients.phone) as application:
        yield application


@pytest.fixture
def visitor(provider: ProviderUnderTest) -> Visitor:
    """A person whom the provider knows, at a browser that was never used."""
    return Visitor(provider.new_person())
