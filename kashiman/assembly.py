"""Put an installation together: databases by role, keys, queues, provider, and the parts each face is given."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import httpx
from sqlmodel import Session

from identity.provider.jose.access_token import AccessTokenVerifier
from identity.provider.keyring import KeyRing
from identity.provider.mint import Mint
from identity.provider.queries import stored_keys
from identity.relying_party.client import SignInClient
from identity.relying_party.tokens import TokenGuard
from identity_provider.parts import ProviderParts
from issuance.gateway import PaymentProvider, StripeProvider
from issuance.model import Application, ApplicationReceipt, ReceiptSigner, WithdrawalRequest
from issuance.operations.withdraw_application import withdraw_application
from kashiman.applications import (
    agency,
    liff_app,
    line_login,
    mail,
    other_origins,
    passkey_party,
    sign_in_client,
)
from kashiman.applications_process import APPLY_ROLE, applications_process, taking_applications
from kashiman.city_hall import CITY_PAYER
from kashiman.keys import KEY_ID, Keys, campaign_key, load_keys
from kashiman.payments_process import PAY_ROLE, payments_process, taking_payments
from kashiman.settings import Settings
from kernel.clock import Clock
from kernel.commit_process import CommitProcess
from kernel.db import Database
from kernel.embedded_postgres import start
from kernel.group_commit import GroupCommit
from kernel.refusals import Refusal
from merchant_portal.parts import PortalParts
from payments.cards.operations.take_any_payments import AskedPayment
from payments.codes.merchant_code import MerchantCode, read_merchant_code
from payments.model import PaymentReceipt
from public_pages.parts import PublicParts
from staff_console.parts import ConsoleParts
from wallet_api.applicants import WalletApplication
from wallet_api.parts import MapTiles, WalletParts

SHOP_CODES_REMEMBERED = 20_000


@dataclass
class Installation:
    """Everything one process needs, made when it is first asked for and closed at the end."""

    settings: Settings
    url: str
    clock: Clock
    keys: Keys

    @cached_property
    def pay_database(self) -> Database:
        return Database(self.url, role=PAY_ROLE, pool_size=self.settings.pay_pool_size)

    @cached_property
    def apply_database(self) -> Database:
        return Database(self.url, role=APPLY_ROLE, pool_size=self.settings.pay_pool_size)

    @cached_property
    def resident_database(self) -> Database:
        """For everything residents and shops ask that is not a payment: it can be exhausted without stopping one."""
        return Database(self.url, role=PAY_ROLE, pool_size=self.settings.general_pool_size)

    @cached_property
    def staff_database(self) -> Database:
        return Database(self.url, role="kashiman_staff", pool_size=self.settings.general_pool_size)

    @cached_property
    def worker_database(self) -> Database:
        return Database(self.url, role="kashiman_worker", pool_size=self.settings.pay_pool_size)

    @cached_property
    def provider(self) -> PaymentProvider:
        settings = self.settings
        return StripeProvider(
            settings.stripe_api_key.get_secret_value(),
            settings.stripe_webhook_secret.get_secret_value(),
            settings.stripe_api_base,
        )

    @cached_property
    def payments(self) -> GroupCommit[AskedPayment, PaymentReceipt] | CommitProcess[AskedPayment, PaymentReceipt]:
        settings = self.settings
        if settings.queues_in_own_processes:
            return payments_process(self.url, settings)
        queue_max, batch_max = settings.payment_queue_max, settings.payment_batch_max
        return GroupCommit(
            taking_payments(self.pay_database), queue_max=queue_max, batch_max=batch_max, name="payments"
        )

    @cached_property
    def applications(
        self,
    ) -> GroupCommit[WalletApplication, ApplicationReceipt] | CommitProcess[WalletApplication, ApplicationReceipt]:
        settings = self.settings
        if settings.queues_in_own_processes:
            return applications_process(self.url, settings)
        take = taking_applications(self.resident_database, self.apply_database, self.receipt_signer, self.clock)
        queue_max, batch_max = settings.application_queue_max, settings.application_batch_max
        return GroupCommit(take, queue_max=queue_max, batch_max=batch_max, name="applications")

    @cached_property
    def withdrawals(self) -> GroupCommit[WithdrawalRequest, Application]:
        def withdraw(session: Session, request: WithdrawalRequest) -> Application | Refusal:
            try:
                return withdraw_application(session, request, clock=self.clock)
            except Refusal as refusal:
                return refusal

        def take(requests: Sequence[WithdrawalRequest]) -> list[Application | Refusal]:
            return self.apply_database.run(lambda session: [withdraw(session, request) for request in requests])

        return GroupCommit(take, queue_max=10_000, batch_max=100, name="withdrawals")

    @property
    def receipt_signer(self) -> ReceiptSigner:
        return ReceiptSigner(self.keys.receipt_key, KEY_ID)

    @cached_property
    def key_ring(self) -> KeyRing:
        return KeyRing(lambda: self.resident_database.run(stored_keys), self.keys.sealing_key, self.clock.now)

    @cached_property
    def verifier(self) -> AccessTokenVerifier:
        return AccessTokenVerifier(self.key_ring.public_key, self.settings.issuer)

    @cached_property
    def read_shop_code(self) -> Callable[[str], MerchantCode]:
        """Read a shop's signed code; the text of a code that was genuine once is remembered."""
        public_keys = {KEY_ID: self.keys.shop_code_key.public_key()}

        @lru_cache(maxsize=SHOP_CODES_REMEMBERED)
        def read(text: str) -> MerchantCode:
            return read_merchant_code(text, public_keys, self.settings.city_guid)

        return read

    def sign_in_client(self, name: str, http: httpx.AsyncClient) -> SignInClient:
        return sign_in_client(name, self.settings, self.keys.client_keys, self.key_ring, http)

    def token_guard(self, audience: str) -> TokenGuard:
        return TokenGuard(self.verifier, self.settings.issuer, audience, self.clock.now)

    def provider_parts(self) -> ProviderParts:
        settings = self.settings
        return ProviderParts(
            clock=self.clock,
            database=self.resident_database,
            issuer=settings.issuer,
            mint=Mint(settings.issuer, self.key_ring, self.keys.subject_key),
            verifier=self.verifier,
            pepper=self.keys.pepper,
            passkeys=passkey_party(settings),
            line=line_login(settings, self.clock),
            liff=liff_app(settings),
            agency=agency(settings, self.keys.agency_key, self.clock),
            mail=mail(settings),
            leads_to=other_origins(settings),
            address_header=settings.address_header,
            agency_name=settings.agency_name,
        )

    def wallet_parts(self, http: httpx.AsyncClient) -> WalletParts:
        return WalletParts(
            clock=self.clock,
            database=self.resident_database,
            payments=self.payments,
            applications=self.applications,
            withdrawals=self.withdrawals,
            receipt_keys=self.receipt_signer.public_keys,
            sign_in=self.sign_in_client("wallet", http),
            tokens=self.token_guard("wallet"),
            provider=self.provider,
            read_shop_code=self.read_shop_code,
            survey_key=self.keys.survey_key,
            sends_mail=bool(self.settings.smtp_host),
            map_tiles=MapTiles(self.settings.map_tiles, self.settings.map_credit) if self.settings.map_tiles else None,
            result_key=self.keys.result_key,
            is_inside_line=liff_app(self.settings) is not None,
        )

    def portal_parts(self, http: httpx.AsyncClient) -> PortalParts:
        return PortalParts(
            clock=self.clock,
            database=self.resident_database,
            payments=self.payments,
            sign_in=self.sign_in_client("shop", http),
            tokens=self.token_guard("shop"),
            shop_code_key=self.keys.shop_code_key,
            key_id=KEY_ID,
            city_guid=self.settings.city_guid,
            pepper=self.keys.pepper,
            joining=self.settings.joining,
        )

    def console_parts(self, http: httpx.AsyncClient) -> ConsoleParts:
        return ConsoleParts(
            clock=self.clock,
            database=self.staff_database,
            sign_in=self.sign_in_client("staff", http),
            tokens=self.token_guard("staff"),
            payer=CITY_PAYER,
            pepper=self.keys.pepper,
            roll_key=self.keys.roll_key,
            campaign_key=partial(campaign_key, self.settings.data_dir / "keys"),
            signer=self.receipt_signer,
            joining=self.settings.joining,
            card_limits=self.settings.card_limits,
        )

    def public_parts(self) -> PublicParts:
        return PublicParts(clock=self.clock, database=self.resident_database)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve inside the block: the queues that have processes of their own run; at the end everything is closed."""
        async with AsyncExitStack() as running:
            running.callback(self.close)
            for queue in (self.payments, self.applications):
                if isinstance(queue, CommitProcess):
                    await running.enter_async_context(queue.running())
            yield

    def close(self) -> None:
        """Finish what waits in the queues, then close every connection."""
        made = list(vars(self).values())
        for queue in made:
            if isinstance(queue, GroupCommit):
                queue.close()
        for database in made:
            if isinstance(database, Database):
                database.close()


def open_installation(settings: Settings) -> Installation:
    """Put an installation together; without a database of its own the embedded server is started."""
    url = database_url(settings)
    return Installation(settings, url, settings.clock, load_keys(settings.data_dir / "keys"))


def database_url(settings: Settings) -> str:
    """The database of this installation; without one of its own, that of the embedded server, which is started."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return start(settings.data_dir / "postgres").url()
