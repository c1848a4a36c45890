"""The token endpoint (RFC 6749, section 3.2), where codes, refresh tokens and devices' codes become tokens."""

from collections.abc import Sequence
from datetime import datetime

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.responses import Response

from identity.provider.mint import answer_document
from identity.provider.model import GrantType, TokenAnswer
from identity.provider.operations.exchange_code import exchange_code
from identity.provider.operations.exchange_device_code import exchange_device_code
from identity.provider.operations.refresh_tokens import refresh_tokens
from identity.provider.refusals import GrantTypeNotSupported
from identity_provider.caller import DpopHeaders, calling_client, given_back, proven_thumbprint
from identity_provider.parts import Parts, ProviderParts
from identity_provider.protocol import Form, SentForm, document, protocol_router
from identity_provider.recording import recorded
from kernel.db import Session
from kernel.refusals import Busy, Refusal

router = protocol_router()
PATH = "/id/token"
THREADS = CapacityLimiter(1)
WAITING_MAX = 500
"""A storm of sign-ins queues here, so that it takes neither the interpreter nor the connections from who pays."""


@router.post(PATH)
async def token(form: SentForm, proofs: DpopHeaders, parts: Parts) -> Response:
    """Give tokens for a code, a refresh token or a device's code; Busy when too many wait already."""
    if THREADS.statistics().tasks_waiting >= WAITING_MAX:
        raise Busy
    return await run_sync(_answered, form, proofs, parts, limiter=THREADS)


def _answered(form: Form, proofs: Sequence[str], parts: ProviderParts) -> Response:
    now = parts.clock.now()
    parts.mint.keys.keep_fresh()
    outcome = recorded(
        parts,
        "token.issued",
        lambda session: given_back(lambda: _exchange(session, form, proofs, parts, now)),
        grant_type=form.text("grant_type"),
        asked_by=form.text("client_id"),
    )
    if isinstance(outcome, Refusal):
        raise outcome
    return document(answer_document(outcome))


def _exchange(
    session: Session, form: Form, proofs: Sequence[str], parts: ProviderParts, now: datetime
) -> TokenAnswer | Refusal:
    client = calling_client(session, form, parts, PATH, now)
    thumbprint = proven_thumbprint(session, proofs, parts, method="POST", path=PATH, now=now)
    match form.demand("grant_type"):
        case GrantType.CODE.value:
            return exchange_code(
                session,
                client,
                code=form.demand("code"),
                redirect_uri=form.text("redirect_uri"),
                verifier=form.demand("code_verifier"),
                thumbprint=thumbprint,
                mint=parts.mint,
                now=now,
            )
        case GrantType.REFRESH.value:
            scope = form.text("scope")
            return refresh_tokens(
                session,
                client,
                refresh_token=form.demand("refresh_token"),
                scopes=scope.split() if scope is not None else None,
                thumbprint=thumbprint,
                mint=parts.mint,
                now=now,
            )
        case GrantType.DEVICE.value:
            device_code = form.demand("device_code")
            return exchange_device_code(
                session, client, device_code=device_code, thumbprint=thumbprint, mint=parts.mint, now=now
            )
    raise GrantTypeNotSupported
