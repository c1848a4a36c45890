"""Whom an application means: the person of an ID token that we gave it before."""

from identity.provider.jose.id_token import read_id_token_hint
from identity.provider.model import Client
from identity.provider.refusals import AuthorizationRequestInvalid
from identity.provider.rules.authorization_request import Parameters
from identity_provider.parts import ProviderParts
from kernel.refusals import Refusal


def subject_hint(parameters: Parameters, client: Client, parts: ProviderParts) -> str | None:
    """The subject of an `id_token_hint`, which may have ended; None without one.

    Refuses AuthorizationRequestInvalid for one that is not ours for this application.
    """
    hints = [hint for hint in parameters.get("id_token_hint", ()) if hint]
    if not hints:
        return None
    try:
        claims = read_id_token_hint(
            hints[0], find_key=parts.mint.keys.public_key, issuer=parts.issuer, audience=client.id
        )
    except Refusal:
        raise AuthorizationRequestInvalid("id_token_hint") from None
    return claims.subject
