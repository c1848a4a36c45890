"""The doors by which notices leave the house: LINE, where the city has an account."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlmodel import Session

from identity.doors.gateway.line_messaging import LineMessages, LineMessagingApi, LineMessagingSettings
from identity.doors.gateway.refusals import LineQuotaUsedUp, LineRecipientUnknown
from identity.doors.queries import line_recipients
from identity.queries import people_by_wallets
from issuance.notices.model import DeliveryOutcome, DoorKind, NoticeDelivery, NoticeDoor
from kashiman.assembly import Installation
from kernel.refusals import ProviderDown
from wallet_api.notice_wording import notice_text

LINE_TIMEOUT_S = 10.0


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


def notice_doors(installation: Installation) -> Mapping[DoorKind, NoticeDoor]:
    """The doors of this installation; one that is not configured is missing, and its notices go to the inbox."""
    settings = installation.settings
    token = settings.line_bot_token.get_secret_value()
    if not token:
        return {}
    line = LineMessagingApi(
        LineMessagingSettings(
            access_token=token,
            channel_secret=settings.line_bot_secret.get_secret_value(),
            api_base=settings.line_api_base,
            timeout_s=LINE_TIMEOUT_S,
        )
    )

    def line_user_of(wallet_id: UUID) -> str | None:
        return installation.resident_database.run(lambda session: _line_user_of(session, wallet_id))

    return {DoorKind.LINE: LineNoticeDoor(line, line_user_of, settings.issuer)}


def _line_user_of(session: Session, wallet_id: UUID) -> str | None:
    person = people_by_wallets(session, [wallet_id]).get(wallet_id)
    if person is None:
        return None
    return line_recipients(session, [person.person_id]).get(person.person_id)
