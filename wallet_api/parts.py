"""What the wallet is given when the application is put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request

from identity.provider.jose.keys import SigningKey
from identity.relying_party.client import SignInClient
from identity.relying_party.face import KnownSessions
from identity.relying_party.tokens import TokenGuard
from issuance.effect.model import Opening
from issuance.effect.operations.record_openings import record_openings
from issuance.gateway import PaymentProvider
from issuance.model import Application, ApplicationReceipt, WithdrawalRequest
from kernel.clock import Clock
from kernel.db import Database
from kernel.group_commit import CommitQueue, GroupCommit
from kernel.http import KeysInProgress
from payments.codes.merchant_code import MerchantCode
from payments.model import PaymentReceipt
from payments.operations.take_payments import AnyRequest
from wallet_api.applicants import WalletApplication


class MapTiles(NamedTuple):
    """A map of the city's own: where its pictures are (`…/{z}/{x}/{y}.png`), and whom to name for it."""

    address: str
    credit: str

    @property
    def origin(self) -> str:
        """The origin that pages have to allow; empty where it is ours."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


@dataclass(frozen=True)
class WalletParts:
    """Everything the wallet's routes and pages use; nothing else reaches them.

    `receipt_keys` are the public keys, raw and by name, with which a receipt is checked; `result_key` signs results of
    payments. `sends_mail` tells whether notices can go out by e-mail. Without `map_tiles` the map draws its own ground.
    `is_inside_line` tells whether there is a page inside LINE's app.
    """

    clock: Clock
    database: Database
    payments: CommitQueue[AnyRequest, PaymentReceipt]
    applications: CommitQueue[WalletApplication, ApplicationReceipt]
    withdrawals: CommitQueue[WithdrawalRequest, Application]
    receipt_keys: Mapping[str, bytes]
    sign_in: SignInClient
    tokens: TokenGuard
    provider: PaymentProvider
    read_shop_code: Callable[[str], MerchantCode]
    survey_key: bytes = field(repr=False)
    result_key: SigningKey
    sends_mail: bool = False
    map_tiles: MapTiles | None = None
    is_inside_line: bool = False
    keys_in_progress: KeysInProgress = field(default_factory=KeysInProgress)
    people_by_wallet: dict[UUID, UUID] = field(default_factory=dict)
    known_sessions: KnownSessions = field(default_factory=KnownSessions)

    @cached_property
    def openings(self) -> CommitQueue[Opening, None]:
        """Notes who was shown a round; those who look at the same moment are written together."""

        def note(openings: Sequence[Opening]) -> list[None]:
            now = self.clock.now()
            self.database.run(lambda session: record_openings(session, openings, now=now))
            return [None] * len(openings)

        return GroupCommit(note, queue_max=10_000, batch_max=500, name="openings")


async def _parts(request: Request) -> WalletParts:
    return cast(WalletParts, request.app.state.wallet)


Parts = Annotated[WalletParts, Depends(_parts)]
