"""The doors by which notices leave the house: LINE, where the city has an account, and its mail server."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlmodel import Session

from identity.doors.gateway.line_messaging import LineMessages, LineMessagingApi, LineMessagingSettings
from identity.doors.gateway.mail import Letter, Mail
from identity.doors.gateway.refusals import LineQuotaUsedUp, LineRecipientUnknown, MailNotAccepted
from identity.doors.queries import line_recipients, mail_recipients
from identity.queries import people_by_wallets
from issuance.notices.model import DeliveryOutcome, DoorKind, NoticeDelivery, NoticeDoor
from kashiman.applications import mail
from kashiman.assembly import Installation
from kernel.refusals import ProviderDown
from wallet_api.notice_wording import notice_text

LINE_TIMEOUT_S = 10.0
ABOUT_THIS_MAIL = "\n".join(
    (
        "――――",
        "かしまんPAY（鹿島市）からのお知らせです。このメールには返信できません。",
        "とどけ先をかえるときは、お知らせの画面の下で えらびなおしてください。",
        "市役所が メールで 暗証番号や カードの番号を たずねることは ありません。",
    )
)


class LineNoticeDoor:
    """Writes notices through the city's LINE account to whoever is linked with it and did not block it.

    `line_user_of` gives LINE's id of a wallet's owner, `home` is the address that the link in a message begins with.
    """

    def __init__(self, messages: LineMessages, line_user_of: Callable[[UUID], str | None], home: str) -> None:
        self._messages, self._line_user_of, self._home = messages, line_user_of, home

    def send(self, delivery: NoticeDelivery) -> DeliveryOutcome:
        """Send the notice once for its key; a month that is used up will not deliver any more, an outage may."""
        line_user = self._line_user_of(delivery.notice.wallet_id)
        if line_user is None:
            return DeliveryOutcome.UNREACHABLE
        text = notice_text(delivery.notice)
        message = f"{text.title}\n\n{text.body}\n{self._home}/wallet/inbox/{delivery.notice.id}"
        try:
            self._messages.push(line_user, message, delivery.key)
        except (LineQuotaUsedUp, LineRecipientUnknown):
            return DeliveryOutcome.UNREACHABLE
        except ProviderDown:
            return DeliveryOutcome.TRY_AGAIN
        return DeliveryOutcome.DELIVERED


class MailNoticeDoor:
    """Writes notices by e-mail to whoever proved an address.

    `address_of` gives the address of a wallet's owner, `home` is the address that the link in a letter begins with.
    """

    def __init__(self, mail: Mail, address_of: Callable[[UUID], str | None], home: str) -> None:
        self._mail, self._address_of, self._home = mail, address_of, home

    def send(self, delivery: NoticeDelivery) -> DeliveryOutcome:
        """Send the notice; what the mail server refuses for good will not arrive, what it does not take now may."""
        address = self._address_of(delivery.notice.wallet_id)
        if address is None:
            return DeliveryOutcome.UNREACHABLE
        text = notice_text(delivery.notice)
        link = f"{self._home}/wallet/inbox/{delivery.notice.id}"
        letter = Letter(address, text.title, f"{text.body}\n\n{link}\n{ABOUT_THIS_MAIL}", str(delivery.key))
        try:
            self._mail.send(letter)
        except MailNotAccepted:
            return DeliveryOutcome.UNREACHABLE
        except ProviderDown:
            return DeliveryOutcome.TRY_AGAIN
        return DeliveryOutcome.DELIVERED


def notice_doors(installation: Installation) -> Mapping[DoorKind, NoticeDoor]:
    """The doors of this installation; one that is not configured is missing, and its notices go to the inbox."""
    doors = {DoorKind.LINE: _line_door(installation), DoorKind.EMAIL: _mail_door(installation)}
    return {kind: door for kind, door in doors.items() if door is not None}


def _mail_door(installation: Installation) -> NoticeDoor | None:
    server = mail(installation.settings)
    if server is None:
        return None

    def address_of(wallet_id: UUID) -> str | None:
        return installation.resident_database.run(lambda session: _reached(session, wallet_id, mail_recipients))

    return MailNoticeDoor(server, address_of, installation.settings.issuer)


def _line_door(installation: Installation) -> NoticeDoor | None:
    settings = installation.settings
    token = settings.line_bot_token.get_secret_value()
    if not token:
        return None
    line = LineMessagingApi(
        LineMessagingSettings(
            access_token=token,
            channel_secret=settings.line_bot_secret.get_secret_value(),
            api_base=settings.line_api_base,
            timeout_s=LINE_TIMEOUT_S,
        )
    )

    def line_user_of(wallet_id: UUID) -> str | None:
        return installation.resident_database.run(lambda session: _reached(session, wallet_id, line_recipients))

    return LineNoticeDoor(line, line_user_of, settings.issuer)


def _reached(
    session: Session, wallet_id: UUID, recipients: Callable[[Session, list[UUID]], Mapping[UUID, str]]
) -> str | None:
    """Where a wallet's owner is reached, among the recipients of one door."""
    person = people_by_wallets(session, [wallet_id]).get(wallet_id)
    if person is None:
        return None
    return recipients(session, [person.person_id]).get(person.person_id)
