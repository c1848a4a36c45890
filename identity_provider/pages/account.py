"""One's own page: where one is signed in, which applications know one, and who at city hall looked."""

from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from identity.access.queries import disclosures_of, readings_of
from identity.doors.queries import doors_of, own_mail_address
from identity.model import HolderKind
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.withdraw_consent import withdraw_consent
from identity.provider.queries import client_names, consents_of, sessions_of
from identity.queries import name_of
from identity_provider.answering import SCOPE_TEXTS, may_lead_to
from identity_provider.look import ACCOUNT, PAGES, SESSION_COOKIE, SIGN_IN
from identity_provider.parts import Parts
from identity_provider.recording import recorded
from identity_provider.viewer import SignedInHere
from kernel.pages import msgid, page_router

router = page_router(PAGES)
READINGS_SHOWN = 50
WORDS = {
    "name": msgid("氏名"),
    "kana": msgid("氏名のカナ"),
    "birth_date": msgid("生年月日"),
    "address": msgid("住所"),
    "district": msgid("地区"),
    "household": msgid("世帯"),
    "wallet": msgid("商品券の番号"),
    "smartphone": msgid("スマートフォンの有無"),
    "inquiry": msgid("ご本人からのお問い合わせ"),
    "counter": msgid("窓口でのお手続き"),
    "lottery_notice": msgid("当選のお知らせ"),
    "lost_device": msgid("端末をなくされたとき"),
    "complaint": msgid("苦情への対応"),
    "legal_duty": msgid("法令による照会"),
    "audit": msgid("監査"),
    "disclosure": msgid("開示の請求"),
    "commerce": msgid("商工"),
    "finance": msgid("会計"),
    "help": msgid("窓口"),
    "admin": msgid("管理"),
}
"""How a resident reads the words of a record."""


@router.get("/account")
def show_account(request: Request, me: SignedInHere, parts: Parts, done: str = "") -> Response:
    """Show everything there is to look after, the latest first; `done` says what just happened."""
    now = parts.clock.now()
    with parts.database.transaction() as session:
        is_resident = me.holder.kind is HolderKind.RESIDENT
        disclosures = disclosures_of(session, me.holder.id) if is_resident else []
        page = PAGES.page(
            request,
            "id/account.html",
            name=name_of(session, me.holder),
            this_session=me.id,
            is_resident=is_resident,
            sessions=sessions_of(session, me.holder, now),
            consents=consents_of(session, me.holder),
            doors=doors_of(session, me.holder),
            readings=readings_of(session, me.holder.id, before=None, limit=READINGS_SHOWN) if is_resident else [],
            disclosures=disclosures,
            applications=client_names(session, {told.client_id for told in disclosures}),
            scope_texts=SCOPE_TEXTS,
            words=WORDS,
            line_is_open=parts.line is not None,
            mail_is_open=parts.mail is not None,
            mail=own_mail_address(session, me.holder.id, now) if is_resident else None,
            agency_name=parts.agency_name if parts.agency else "",
            done=done,
        )
    return may_lead_to(page, *parts.leads_to)


@router.post("/account/sessions/{session_id}/end")
def end_one_session(request: Request, session_id: UUID, me: SignedInHere, parts: Parts) -> Response:
    """End one sign-in, such as that of a lost phone."""
    now = parts.clock.now()
    recorded(
        parts,
        "session.ended",
        lambda session: end_sessions(session, me.holder, only=session_id, now=now),
        holder=me.holder,
    )
    return _ended(request, is_this=session_id == me.id)


@router.post("/account/sessions/end-all")
def end_all_sessions(request: Request, me: SignedInHere, parts: Parts) -> Response:
    """Sign out everywhere, here too."""
    now = parts.clock.now()
    recorded(parts, "session.all_ended", lambda session: end_sessions(session, me.holder, now=now), holder=me.holder)
    return _ended(request, is_this=True)


@router.post("/account/consents/{consent_id}/withdraw")
def withdraw(consent_id: UUID, me: SignedInHere, parts: Parts) -> Response:
    """Take back what an application was allowed; its tokens end."""
    now = parts.clock.now()
    recorded(
        parts,
        "consent.withdrawn",
        lambda session: withdraw_consent(session, me.holder, consent_id, now=now),
        holder=me.holder,
    )
    return RedirectResponse(f"{ACCOUNT}?done=consent_withdrawn", 303)


def _ended(request: Request, *, is_this: bool) -> Response:
    if not is_this:
        return RedirectResponse(f"{ACCOUNT}?done=session_ended", 303)
    response = RedirectResponse(f"{SIGN_IN}?reason=signed_out", 303)
    SESSION_COOKIE.drop(response, request)
    return response
