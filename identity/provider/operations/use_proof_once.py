"""Let something prove once."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.store import grants as store


def use_proof_once(session: Session, kind: str, digest: bytes, *, expires_at: datetime) -> bool:
    """Remember a proof until it could not be used any more; False when it was used before.

    `kind` is dpop, client_assertion, logout_token or liff_token.
    """
    return store.insert_used_proof(session, kind, digest, expires_at)
