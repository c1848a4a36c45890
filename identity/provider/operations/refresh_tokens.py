"""Exchange a refresh token for new tokens and the next refresh token."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from identity.provider.mint import Mint
from identity.provider.model import Client, GrantType, TokenAnswer
from identity.provider.refusals import GrantNotValid, GrantTypeNotAllowed, GrantUsedTwice, ScopeNotAllowed
from identity.provider.rules.granting import Verdict, judge_refresh
from identity.provider.rules.secrets import digest_of
from identity.provider.store import grants as store
from identity.queries import signed_in_of
from kernel.refusals import Refusal


def refresh_tokens(
    session: Session,
    client: Client,
    *,
    refresh_token: str,
    scopes: Sequence[str] | None,
    thumbprint: str | None,
    mint: Mint,
    now: datetime,
) -> TokenAnswer | Refusal:
    """Give new tokens for a refresh token, which works once (RFC 6749, section 6; RFC 9700, section 4.14.2).

    A token that comes a second time was stolen from somebody: the whole family ends, which is why a refusal is
    returned and not raised: the caller commits either way. `scopes` may narrow the answer, not the next one. A nonce
    belongs to the first ID token alone (OpenID Connect Core 1.0, section 12.2). Refuses, in this order:
    GrantTypeNotAllowed; GrantUsedTwice; GrantNotValid; ScopeNotAllowed.
    """
    if GrantType.REFRESH not in client.grant_types:
        return GrantTypeNotAllowed()
    token_digest = digest_of(refresh_token)
    state = store.lock_refresh_token(session, token_digest)
    verdict = judge_refresh(state, client_id=client.id, thumbprint=thumbprint, now=now)
    if state is not None and verdict is Verdict.REUSED:
        store.revoke_grants(session, [state.grant.id], "refresh_token_reused", now)
        return GrantUsedTwice()
    signed_in = signed_in_of(session, state.grant.holder) if state is not None else None
    if state is None or signed_in is None or verdict is not Verdict.GOOD:
        return GrantNotValid()
    if scopes is not None and not set(scopes) <= set(state.grant.scopes):
        return ScopeNotAllowed()

    # Nothing below this line may refuse.
    store.use_refresh_token(session, token_digest, now)
    following = mint.next_refresh_token(session, state.grant, state.sequence + 1, thumbprint, now)
    narrowed = state.grant.scopes if scopes is None else tuple(dict.fromkeys(scopes))
    granted = replace(state.grant, scopes=narrowed, nonce=None)
    return mint.answer(session, granted, client, signed_in, thumbprint=thumbprint, refresh_token=following, now=now)
