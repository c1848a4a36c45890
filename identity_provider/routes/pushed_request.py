"""The pushed authorization request endpoint (RFC 9126)."""

from datetime import datetime

from starlette.responses import Response

from identity.provider.model import PUSHED_LIFETIME_S
from identity.provider.operations.push_authorization_request import push_authorization_request
from identity_provider.caller import DpopHeaders, calling_client, proven_thumbprint, proving
from identity_provider.hint import subject_hint
from identity_provider.parts import Parts, ProviderParts
from identity_provider.protocol import Form, SentForm, document, protocol_router
from kernel.db import Session

router = protocol_router()
PATH = "/id/par"


@router.post(PATH, status_code=201)
def push(form: SentForm, proofs: DpopHeaders, parts: Parts) -> Response:
    """Keep a request for a minute and answer the URI that stands for it."""
    now = parts.clock.now()

    def work(session: Session) -> str:
        client = calling_client(session, form, parts, PATH, now)
        parameters = _with_key(session, form, proofs, parts, now)
        hint = subject_hint(parameters, client, parts)
        return push_authorization_request(session, client, parameters, subject_hint=hint, now=now)

    uri = proving(parts, work)
    return document({"request_uri": uri, "expires_in": PUSHED_LIFETIME_S}, 201)


def _with_key(
    session: Session, form: Form, proofs: DpopHeaders, parts: ProviderParts, now: datetime
) -> dict[str, tuple[str, ...]]:
    """The parameters, bound to the key of a DPoP header when there is one (RFC 9449, section 10.1).

    Refuses DpopProofInvalid, also for a key that is not the one of the parameter `dpop_jkt`.
    """
    parameters = {name: tuple(values) for name, values in form.values.items()}
    thumbprint = proven_thumbprint(
        session, proofs, parts, method="POST", path=PATH, now=now, expected=form.text("dpop_jkt")
    )
    return parameters if thumbprint is None else {**parameters, "dpop_jkt": (thumbprint,)}
