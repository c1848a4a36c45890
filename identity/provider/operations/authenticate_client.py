"""Find out which application is asking at an endpoint, and have it prove that."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from identity.provider.jose.client_assertion import claimed_client, verify_client_assertion
from identity.provider.jose.refusals import ClientAssertionInvalid
from identity.provider.model import Client
from identity.provider.refusals import ClientNotProven
from identity.provider.store import clients as client_store
from identity.provider.store import grants as grant_store

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def authenticate_client(
    session: Session,
    *,
    client_id: str | None,
    assertion_type: str | None,
    assertion: str | None,
    audiences: Sequence[str],
    now: datetime,
) -> Client:
    """Say which application asks: a public one by its name, a confidential one by a signed assertion (RFC 7523).

    Beside an assertion the name may be left out (RFC 7521, section 4.2): then it is the one that the assertion claims
    and has to prove. An assertion proves once. Refuses ClientNotProven, without telling which part was wrong.
    """
    name = client_id or (claimed_client(assertion) if assertion else None)
    client = client_store.find_client(session, name) if name else None
    if client is None:
        raise ClientNotProven
    if client.jwks is None:
        if assertion is not None or assertion_type is not None:
            raise ClientNotProven
        return client
    if assertion is None or assertion_type != ASSERTION_TYPE:
        raise ClientNotProven
    try:
        proven = verify_client_assertion(
            assertion, client_id=client.id, client_jwks=client.jwks, audiences=audiences, now=now
        )
    except ClientAssertionInvalid:
        raise ClientNotProven from None
    digest = hashlib.sha256(f"{client.id}\x1f{proven.jti}".encode()).digest()
    if not grant_store.insert_used_proof(session, "client_assertion", digest, proven.expires_at):
        raise ClientNotProven
    return client
