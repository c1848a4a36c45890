"""What must happen before an application gets its answer: a sign-in, an agreement, or nothing more.

How strong a sign-in was belongs to its own moment: a proof that is too old or too weak is asked for again, however
long the session goes on (RFC 9470; OpenID Connect Core 1.0, sections 3.1.2.1 and 3.1.2.3).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from identity.model import Acr, HolderKind
from identity.provider.model import (
    Authentication,
    AuthorizationRequest,
    Client,
    ConsentRule,
    ConsentView,
    Decision,
    ProviderSession,
    Step,
)
from identity.provider.refusals import ApplicationServesOthers, ConsentRequired, LevelNotReachable, LoginRequired
from identity.rules.levels import best_of, is_enough

REACHABLE: Mapping[HolderKind, frozenset[Acr]] = {
    HolderKind.RESIDENT: frozenset(Acr) - {Acr.STAFF},
    HolderKind.SHOP: frozenset({Acr.POSTCARD, Acr.PASSKEY}),
    HolderKind.STAFF: frozenset({Acr.POSTCARD, Acr.STAFF}),
}
"""What the doors for each kind of holder can prove; the code of the post is everybody's way to enrol."""


def decide_next_step(
    request: AuthorizationRequest,
    client: Client,
    session: ProviderSession | None,
    consents: Sequence[ConsentView],
    *,
    asked_at: datetime,
    now: datetime,
) -> Decision:
    """Say what comes next, and for an answer on which proof it rests, with the level in the words that were asked.

    Who is signed in as somebody whom the application does not serve, may sign in as somebody else. Refuses, in this
    order: LevelNotReachable; ApplicationServesOthers for a sign-in that was made for this request; LoginRequired and
    ConsentRequired when no page may be shown.
    """
    shows_no_page = "none" in request.prompts
    wanted = _wanted(request, client)
    if not any(_proves(acr, one) for acr in REACHABLE[client.serves] for one in wanted):
        raise LevelNotReachable
    is_served = session is not None and session.holder.kind is client.serves
    if session is not None and not is_served and session.latest().at >= asked_at:
        raise ApplicationServesOthers
    proof = _proof(request, client, session, asked_at, now) if is_served else None
    if session is None or proof is None:
        if shows_no_page:
            raise LoginRequired
        return Decision(Step.SIGN_IN, wanted=wanted)
    if not _has_agreed(request, client, consents, asked_at):
        if shows_no_page:
            raise ConsentRequired
        return Decision(Step.CONSENT, proof)
    return Decision(Step.ANSWER, proof)


def signed_in_since(
    request: AuthorizationRequest, client: Client, *, asked_at: datetime, now: datetime
) -> datetime | None:
    """The moment since which somebody must have proved who they are; None when any proof is new enough.

    A proof that was given for this request always is.
    """
    if request.prompts & {"login", "select_account"}:
        return asked_at
    ages_s = [age_s for age_s in (request.max_age_s, client.max_age_s) if age_s is not None]
    return min(asked_at, now - timedelta(seconds=min(ages_s))) if ages_s else None


def _proof(
    request: AuthorizationRequest, client: Client, session: ProviderSession | None, asked_at: datetime, now: datetime
) -> Authentication | None:
    """The latest proof that is new enough and strong enough."""
    proofs = sorted(session.authentications, key=lambda proof: proof.at, reverse=True) if session else []
    for proof in proofs:
        if _is_fresh(proof, request, client, asked_at, now):
            acr = _acr_in_their_words(proof.acr, request, client)
            if acr is not None:
                return proof._replace(acr=acr)
    return None


def _is_fresh(
    proof: Authentication, request: AuthorizationRequest, client: Client, asked_at: datetime, now: datetime
) -> bool:
    since = signed_in_since(request, client, asked_at=asked_at, now=now)
    return since is None or proof.at >= since


def _acr_in_their_words(acr: Acr, request: AuthorizationRequest, client: Client) -> Acr | None:
    if not _proves(acr, client.acr_min):
        return None
    return best_of(_worth(acr), request.acr_values) if request.acr_values else acr


def _wanted(request: AuthorizationRequest, client: Client) -> tuple[Acr, ...]:
    """The levels of which one is enough: those asked for, each at least as strong as the application always wants."""
    if not request.acr_values:
        return (client.acr_min,)
    raised = (
        acr if _proves(acr, client.acr_min) else client.acr_min if _proves(client.acr_min, acr) else None
        for acr in request.acr_values
    )
    return tuple(dict.fromkeys(acr for acr in raised if acr is not None))


def _proves(acr: Acr, wanted: Acr) -> bool:
    return any(is_enough(worth, wanted) for worth in _worth(acr))


def _worth(acr: Acr) -> tuple[Acr, ...]:
    """A member of staff proves it by a passkey."""
    return (acr, Acr.PASSKEY) if acr is Acr.STAFF else (acr,)


def _has_agreed(
    request: AuthorizationRequest, client: Client, consents: Sequence[ConsentView], asked_at: datetime
) -> bool:
    asks_always = client.consent is ConsentRule.ALWAYS or "consent" in request.prompts
    if client.consent is ConsentRule.SKIP and "consent" not in request.prompts:
        return True
    return any(
        consent.text_version == client.consent_version
        and set(request.scopes) <= set(consent.scopes)
        and (consent.given_at >= asked_at or not asks_always)
        for consent in consents
    )
