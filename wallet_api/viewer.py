"""Who is asking: a resident, by a token or in a browser that is signed in."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from identity.model import HolderKind
from identity.provider.jose.refusals import DpopProofInvalid
from identity.provider.refusals import NotSignedIn
from identity.queries import person_ids_of
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from identity.relying_party.face import Face, present_at
from identity.relying_party.tokens import has_token
from kernel.pages import HostCookie, OriginNotOurs
from wallet_api.parts import Parts, WalletParts
from wallet_api.refusals import NotAResident

FACE = Face(HolderKind.RESIDENT, HostCookie("kashiman_wallet"), home="/wallet/", sign_in_page="/wallet/sign-in")
PEOPLE_REMEMBERED_MAX = 50_000


SIGN_IN_REFUSALS = (
    TokenMissing,
    TokenInvalid,
    TokenExpired,
    DpopProofInvalid,
    OriginNotOurs,
    NotSignedIn,
    NotAResident,
)


@dataclass(frozen=True, slots=True)
class ResidentViewer:
    """A signed-in resident as the books know them: by a wallet alone."""

    wallet_id: UUID


@dataclass(frozen=True, slots=True)
class PersonViewer(ResidentViewer):
    """A signed-in resident as a person, for what is not the books' business."""

    person_id: UUID


async def resident(request: Request, parts: Parts) -> ResidentViewer:
    """The resident whose token came in the Authorization header, or who is signed in in this browser.

    A token is looked at without the database. Refuses, in this order: for a token TokenMissing, TokenInvalid,
    TokenExpired, DpopProofInvalid; for a browser OriginNotOurs, NotSignedIn; for both NotAResident.
    """
    if has_token(request):
        wallet_id = parts.tokens.claims(request).wallet_id
    else:
        wallet_id = (await present_at(request, FACE, parts)).signed_in.wallet_id
    if wallet_id is None:
        raise NotAResident
    return ResidentViewer(wallet_id)


Resident = Annotated[ResidentViewer, Depends(resident)]


async def person(viewer: Resident, parts: Parts) -> PersonViewer:
    """The person to whom the wallet belongs, which never changes and is remembered.

    Refuses what `resident` refuses; NotAResident for one who is gone.
    """
    person_id = parts.people_by_wallet.get(viewer.wallet_id)
    if person_id is None:
        person_id = await run_in_threadpool(_look_up, viewer.wallet_id, parts)
    return PersonViewer(viewer.wallet_id, person_id)


ResidentPerson = Annotated[PersonViewer, Depends(person)]


def _look_up(wallet_id: UUID, parts: WalletParts) -> UUID:
    with parts.database.transaction() as session:
        found = person_ids_of(session, [wallet_id]).get(wallet_id)
    if found is None:
        raise NotAResident
    if len(parts.people_by_wallet) >= PEOPLE_REMEMBERED_MAX:
        parts.people_by_wallet.clear()
    parts.people_by_wallet[wallet_id] = found
    return found
