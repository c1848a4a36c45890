"""Exchange a code for tokens."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.jose.pkce import demand_verifier
from identity.provider.mint import Mint
from identity.provider.model import Client, GrantType, TokenAnswer
from identity.provider.refusals import DpopProofNeeded, GrantNotValid, GrantTypeNotAllowed, GrantUsedTwice
from identity.provider.rules.granting import Verdict, judge_code
from identity.provider.rules.secrets import digest_of
from identity.provider.store import grants as store
from identity.queries import signed_in_of
from kernel.refusals import Refusal


def exchange_code(
    session: Session,
    client: Client,
    *,
    code: str,
    redirect_uri: str | None,
    verifier: str,
    thumbprint: str | None,
    mint: Mint,
    now: datetime,
) -> TokenAnswer | Refusal:
    """Exchange a code, once, for the tokens of its grant (RFC 6749, section 4.1.3; RFC 7636, section 4.6).

    `thumbprint` is that of the key that the application proved to hold (RFC 9449). A refusal is returned, not raised,
    because a second use ends all that came of the first: the caller commits either way. Refuses, in this order:
    GrantTypeNotAllowed; DpopProofNeeded for a public application without a key; GrantNotValid for all that does not
    fit, so that nobody without the verifier can end what came of a code; GrantUsedTwice; GrantNotValid for somebody who
    is not there any more.
    """
    if GrantType.CODE not in client.grant_types:
        return GrantTypeNotAllowed()
    if not client.is_confidential and thumbprint is None:
        return DpopProofNeeded()
    state = store.lock_code(session, digest_of(code))
    verdict = judge_code(state, client_id=client.id, redirect_uri=redirect_uri, thumbprint=thumbprint, now=now)
    if state is None or verdict is Verdict.REFUSED or not _is_verified(verifier, state.code_challenge):
        return GrantNotValid()
    if verdict is Verdict.REUSED:
        store.revoke_grants(session, [state.grant.id], "code_reused", now)
        return GrantUsedTwice()
    signed_in = signed_in_of(session, state.grant.holder)
    if signed_in is None:
        return GrantNotValid()

    # Nothing below this line may refuse.
    store.use_code(session, digest_of(code), now)
    refresh_token = mint.next_refresh_token(session, state.grant, 1, thumbprint, now)
    return mint.answer(
        session, state.grant, client, signed_in, thumbprint=thumbprint, refresh_token=refresh_token, now=now
    )


def _is_verified(verifier: str, challenge: str) -> bool:
    try:
        demand_verifier(verifier, challenge)
    except Refusal:
        return False
    return True
