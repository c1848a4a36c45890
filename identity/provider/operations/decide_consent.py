"""Take the answer of a person who was asked whether an application may know them."""

from datetime import datetime

from sqlmodel import Session

from identity.model import Holder
from identity.provider.model import Answer, Browser, Client, NextPage, Step
from identity.provider.operations.continue_authorization import continue_authorization
from identity.provider.refusals import ConsentDenied
from identity.provider.store import clients as store
from identity.provider.waiting import find_pending, refuse_request, signed_in_here
from kernel.ids import new_id


def decide_consent(
    session: Session, handle: str, browser: Browser, *, agrees: bool, now: datetime
) -> NextPage | Answer:
    """Record that the person agrees to what the request asks and go on, or tell the application that they do not.

    What they agreed to before, in the words of today, goes on with it: an application has one agreement of a person.
    Refuses AuthorizationRequestOver as `continue_authorization` does.
    """
    if not agrees:
        pending = find_pending(session, handle, browser, now)
        signed_in = signed_in_here(session, browser, now)
        return refuse_request(session, handle, pending.request, ConsentDenied(), signed_in, now)
    page = continue_authorization(session, handle, browser, now=now)
    if isinstance(page, Answer) or page.decision.step is not Step.CONSENT or page.session is None:
        return page
    scopes = [*page.request.scopes, *_agreed_before(session, page.session.holder, page.client)]
    store.insert_consent(session, new_id(), page.session.holder, page.client, list(dict.fromkeys(scopes)), now)
    return continue_authorization(session, handle, browser, now=now)


def _agreed_before(session: Session, holder: Holder, client: Client) -> list[str]:
    today = (client.id, client.consent_version)
    consents = store.find_consents(session, holder)
    return [scope for known in consents if (known.client_id, known.text_version) == today for scope in known.scopes]
