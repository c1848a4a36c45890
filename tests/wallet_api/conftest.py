"""The wallet's face over a real database and the payment provider's double, as a browser and an app see it."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from fastapi import FastAPI

from identity.model import Holder, HolderKind, SignedIn
from identity.provider.jose.keys import new_signing_key
from issuance.gateway import StripeProvider
from issuance.model import Application, ApplicationReceipt, WithdrawalRequest
from issuance.operations.withdraw_application import withdraw_application
from kashiman.demo.stripe_double.process import RunningDouble, start_stripe_double
from kashiman.wording.refusals import refusal_sentence
from kernel.clock import SetClock
from kernel.db import Database
from kernel.group_commit import GroupCommit
from kernel.http import answer_problems
from kernel.pages import mount_static
from kernel.refusals import Refusal
from payments.codes.merchant_code import read_merchant_code
from payments.model import PaymentReceipt
from payments.operations.take_payments import AnyRequest, take_payments
from tests.sign_ins import register_faces, sign_in_client, signed_in_cookie
from tests.tokens import TokenPress
from tests.wallet_api.world import NOW, PLANNED, SHOP_CODE_KEY, SHOP_KEY_ID, SIGNER, World, build_world
from wallet_api.applicants import WalletApplication, take_wallet_applications
from wallet_api.parts import WalletParts
from wallet_api.router import pages, router

with warnings.catch_warnings():
    # The client works with httpx as well, but warns once, when it is imported, that it would rather have its successor.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

HOST = "city.example"
ISSUER = f"https://{HOST}"
PRESS = TokenPress(ISSUER)
TokenFor = Callable[..., str]
SURVEY_KEY = b"key of surveys in the tests, 32b"
RESULT_KEY = new_signing_key("ES256")


@pytest.fixture(scope="session")
def double() -> Iterator[RunningDouble]:
    """The payment provider's double, one process for all tests."""
    with start_stripe_double() as running:
        yield running


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def world(make_database: Callable[[str], Database]) -> World:
    register_faces(make_database("kashiman_staff"), ISSUER, PLANNED)
    return build_world(make_database)


@pytest.fixture
def parts(make_database: Callable[[str], Database], clock: SetClock, double: RunningDouble) -> Iterator[WalletParts]:
    """The parts of the face, as an installation would put them together."""
    pay_database, apply_database = make_database("kashiman_pay"), make_database("kashiman_apply")

    def pay(requests: Sequence[AnyRequest]) -> list[PaymentReceipt | Refusal]:
        return pay_database.run(lambda session: take_payments(session, requests))

    def apply(asked: Sequence[WalletApplication]) -> list[ApplicationReceipt | Refusal]:
        return take_wallet_applications(pay_database, apply_database, asked, signer=SIGNER, clock=clock)

    def withdraw(requests: Sequence[WithdrawalRequest]) -> list[Application | Refusal]:
        return [apply_database.run(partial(withdraw_application, asked=request, clock=clock)) for request in requests]

    payments: GroupCommit[AnyRequest, PaymentReceipt] = GroupCommit(pay)
    applications: GroupCommit[WalletApplication, ApplicationReceipt] = GroupCommit(apply)
    withdrawals: GroupCommit[WithdrawalRequest, Application] = GroupCommit(withdraw)
    yield WalletParts(
        clock=clock,
        database=make_database("kashiman_pay"),
        payments=payments,
        applications=applications,
        withdrawals=withdrawals,
        receipt_keys=SIGNER.public_keys,
        sign_in=sign_in_client("wallet", ISSUER),
        tokens=PRESS.guard("wallet", clock),
        provider=StripeProvider(double.api_key, double.webhook_secret, double.api_base, network_retries=0),
        read_shop_code=lambda text: read_merchant_code(text, {SHOP_KEY_ID: SHOP_CODE_KEY.public_key()}),
        survey_key=SURVEY_KEY,
        result_key=RESULT_KEY,
    )
    payments.close()
    applications.close()
    withdrawals.close()


@pytest.fixture
def app(parts: WalletParts) -> FastAPI:
    app = FastAPI()
    app.state.wallet = parts
    app.state.wording = refusal_sentence
    answer_problems(app, refusal_sentence)
    app.include_router(router, prefix="/api/v1/wallet")
    app.include_router(pages, prefix="/wallet", include_in_schema=False)
    mount_static(app, ["wallet_api"])
    return app


@pytest.fixture
def token_for() -> TokenFor:
    """Make a token as the city signs them: token_for(person_id, wallet_id, audience=..., at=...)."""

    def make(subject: UUID, wallet_id: UUID | None, audience: str = "wallet", at: datetime = NOW) -> str:
        kind = HolderKind.RESIDENT if wallet_id else HolderKind.SHOP
        signed_in = SignedIn(kind=kind, subject=subject, display_name="", wallet_id=wallet_id)
        return PRESS.issue(signed_in, audience, at)

    return make


@pytest.fixture
def api(app: FastAPI, world: World, token_for: TokenFor) -> TestClient:
    """An app of the resident: a bearer token on every request."""
    token = token_for(world.person_id, world.wallet_id)
    return TestClient(app, base_url=f"{ISSUER}/api/v1/wallet", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    """A browser that is not signed in and sends forms from our own pages."""
    return TestClient(app, base_url=ISSUER, headers={"Origin": ISSUER}, follow_redirects=False)


@pytest.fixture
def browser(stranger: TestClient, parts: WalletParts, world: World) -> TestClient:
    """The resident's browser, signed in."""
    cookie = signed_in_cookie(parts.database, Holder(HolderKind.RESIDENT, world.person_id), NOW)
    stranger.cookies.set("__Host-kashiman_wallet", cookie, domain=HOST)
    return stranger
