"""Which application asks at an endpoint, and the key that it proves to hold."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from identity.provider.jose.dpop import only_proof, verify_dpop_proof
from identity.provider.jose.refusals import DpopProofInvalid
from identity.provider.model import Client
from identity.provider.operations.authenticate_client import authenticate_client
from identity.provider.operations.use_proof_once import use_proof_once
from identity_provider.parts import ProviderParts
from identity_provider.protocol import Form
from kernel.db import Session
from kernel.refusals import Refusal

PROOF_REMEMBERED_FOR = timedelta(minutes=3)
Result = TypeVar("Result")


def proving(parts: ProviderParts, work: Callable[[Session], Result]) -> Result:
    """Do `work` in a transaction that is kept when it refuses: an assertion or proof that was used stays used.

    Before it refuses, `work` writes nothing else.
    """
    parts.mint.keys.keep_fresh()
    outcome = parts.database.run(lambda session: given_back(lambda: work(session)))
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def given_back(work: Callable[[], Result]) -> Result | Refusal:
    """Do `work` and answer its refusal instead of raising it, so that the caller commits."""
    try:
        return work()
    except Refusal as refusal:
        return refusal


def calling_client(session: Session, form: Form, parts: ProviderParts, path: str, now: datetime) -> Client:
    """The application that sent a form, proven. Refuses ClientNotProven."""
    return authenticate_client(
        session,
        client_id=form.text("client_id"),
        assertion_type=form.text("client_assertion_type"),
        assertion=form.text("client_assertion"),
        audiences=(parts.issuer, f"{parts.issuer}/id/token", f"{parts.issuer}{path}"),
        now=now,
    )


async def _proofs(request: Request) -> Sequence[str]:
    return request.headers.getlist("dpop")


DpopHeaders = Annotated[Sequence[str], Depends(_proofs)]


def proven_thumbprint(
    session: Session,
    headers: Sequence[str],
    parts: ProviderParts,
    *,
    method: str,
    path: str,
    now: datetime,
    access_token: str | None = None,
    expected: str | None = None,
) -> str | None:
    """The thumbprint of the key in the DPoP header, proven and used once; None without a header (RFC 9449).

    Refuses DpopProofInvalid.
    """
    if not headers:
        return None
    proof = verify_dpop_proof(
        only_proof(headers),
        method=method,
        url=f"{parts.issuer}{path}",
        now=now,
        access_token=access_token,
        expected_thumbprint=expected,
    )
    digest = hashlib.sha256(f"{proof.thumbprint}\x1f{proof.jti}".encode()).digest()
    if not use_proof_once(session, "dpop", digest, expires_at=now + PROOF_REMEMBERED_FOR):
        raise DpopProofInvalid("jti")
    return proof.thumbprint
