"""Telling applications that somebody signed out (OpenID Connect Back-Channel Logout 1.0)."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import httpx
from sqlmodel import Session

from identity.provider.jose.keys import SigningAlgorithm
from identity.provider.jose.logout_token import LogoutTokenClaims, write_logout_token
from identity.provider.model import LogoutDelivery
from identity.provider.operations.record_logout_attempt import record_logout_attempt
from identity.provider.operations.take_due_logouts import take_due_logouts
from kashiman.assembly import Installation

TOKEN_LIFETIME = timedelta(minutes=2)
TIMEOUT_S = 5.0
AT_ONCE = 8
"""One application that does not answer keeps nobody else waiting."""

TOLD = frozenset({200, 204})

logger = logging.getLogger(__name__)


def deliver_logouts(installation: Installation) -> None:
    """Tell every application whose turn it is; what fails is told again later by the same name."""
    database = installation.worker_database

    def take(session: Session) -> list[LogoutDelivery]:
        return take_due_logouts(session, now=installation.clock.now())

    with httpx.Client(timeout=TIMEOUT_S) as http, ThreadPoolExecutor(AT_ONCE) as pool:
        while due := database.run(take):
            tokens = [_token(installation, delivery) for delivery in due]
            for delivery, is_told in zip(due, pool.map(partial(_is_told, http), due, tokens), strict=True):
                now = installation.clock.now()
                database.run(partial(record_logout_attempt, delivery=delivery, is_delivered=is_told, now=now))


def _is_told(http: httpx.Client, delivery: LogoutDelivery, token: str) -> bool:
    """Send one logout token; the answer's body is not read (section 2.8)."""
    try:
        with http.stream("POST", delivery.uri, data={"logout_token": token}) as answer:
            is_told = answer.status_code in TOLD
    except (httpx.HTTPError, httpx.InvalidURL):
        is_told = False
    if not is_told:
        logger.warning("the application %s could not be told of a sign-out", delivery.client_id)
    return is_told


def _token(installation: Installation, delivery: LogoutDelivery) -> str:
    now = installation.clock.now()
    alg: SigningAlgorithm = "ES256" if delivery.id_token_alg == "ES256" else "RS256"
    claims = LogoutTokenClaims(
        issuer=installation.settings.issuer,
        audience=delivery.client_id,
        issued_at=now,
        expires_at=now + TOKEN_LIFETIME,
        jti=str(delivery.id),
        subject=delivery.subject,
        sid=str(delivery.session_id),
    )
    return write_logout_token(claims, installation.key_ring.signing_key(alg))
