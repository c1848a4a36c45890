"""Where a resident wants e-mail: an address is typed, proved with a code that is mailed to it, and taken away again."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from identity.doors.gateway.mail import Letter
from identity.doors.model import MailCode
from identity.doors.operations.ask_mail_address import ask_mail_address
from identity.doors.operations.confirm_mail_address import confirm_mail_address
from identity.doors.operations.remove_mail_address import remove_mail_address
from identity.doors.refusals import DoorNotForHolder, MailDoorClosed
from identity.model import Holder, HolderKind
from identity_provider.look import ACCOUNT, PAGES
from identity_provider.parts import Parts
from identity_provider.recording import recorded
from identity_provider.viewer import SignedInHere
from kernel.ids import new_id
from kernel.pages import page_router
from kernel.refusals import Refusal

router = page_router(PAGES)
TITLE = "メールアドレスの確認番号"


@router.post("/account/mail-address")
def ask(me: SignedInHere, parts: Parts, address: Annotated[str, Form(max_length=300)]) -> Response:
    """Mail a code to an address. Refuses, in this order: MailDoorClosed; DoorNotForHolder; what `ask_mail_address`
    refuses; MailNotAccepted. ProviderDown when the mail server does not take it now.
    """
    if parts.mail is None:
        raise MailDoorClosed
    person_id, now = _resident(me.holder), parts.clock.now()
    code = recorded(
        parts,
        "mail.asked",
        lambda session: ask_mail_address(session, person_id, address, pepper=parts.pepper, now=now),
        holder=me.holder,
    )
    parts.mail.send(_letter(code))
    return RedirectResponse(f"{ACCOUNT}?done=mail_code_sent#mail-title", 303)


@router.post("/account/mail-address/code")
def confirm(me: SignedInHere, parts: Parts, code: Annotated[str, Form(max_length=40)]) -> Response:
    """Prove the address with the code. Refuses, in this order: DoorNotForHolder; MailCodeWrong."""
    person_id, now = _resident(me.holder), parts.clock.now()
    refusal = recorded(
        parts,
        "mail.confirmed",
        lambda session: confirm_mail_address(session, person_id, code, pepper=parts.pepper, now=now),
        holder=me.holder,
    )
    if isinstance(refusal, Refusal):
        raise refusal
    return RedirectResponse(f"{ACCOUNT}?done=mail_confirmed#mail-title", 303)


@router.post("/account/mail-address/remove")
def remove(me: SignedInHere, parts: Parts) -> Response:
    """Forget the address. Refuses, in this order: DoorNotForHolder; MailAddressMissing."""
    person_id = _resident(me.holder)
    recorded(parts, "mail.removed", lambda session: remove_mail_address(session, person_id), holder=me.holder)
    return RedirectResponse(f"{ACCOUNT}?done=mail_removed#mail-title", 303)


def _resident(holder: Holder) -> UUID:
    if holder.kind is not HolderKind.RESIDENT:
        raise DoorNotForHolder("mail", holder.kind)
    return holder.id


def _letter(code: MailCode) -> Letter:
    text = "\n".join(
        (
            f"確認番号は {code.code} です。",
            "10分以内に、「登録のかくにん」の画面に入れてください。",
            "",
            "心当たりがないときは、このメールを捨ててください。何も登録されません。",
            "市役所の職員が、この番号をたずねることはありません。",
            "――――",
            "かしまID（鹿島市）",
        )
    )
    return Letter(code.address, TITLE, text, str(new_id()))
