"""Open a notice."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.notices.model import InboxNotice
from issuance.notices.refusals import NoticeUnknown
from issuance.notices.store import inbox as store


def open_notice(session: Session, wallet_id: UUID, notice_id: UUID, *, now: datetime) -> InboxNotice:
    """Give a notice of this wallet, which counts as read from now on.

    Refuses NoticeUnknown, also for a notice of somebody else.
    """
    if store.find_notice(session, wallet_id, notice_id) is None:
        raise NoticeUnknown(notice_id=str(notice_id))
    store.insert_reading(session, notice_id, now)
    opened = store.find_notice(session, wallet_id, notice_id)
    assert opened is not None
    return opened
