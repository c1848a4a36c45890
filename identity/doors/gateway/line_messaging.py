"""Writing to residents through the city's LINE account. The only module of the system that imports LINE's SDK."""

import json
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    PushMessageRequest,
    TextMessage,
)
from urllib3.exceptions import HTTPError

from identity.doors.gateway.line_webhook import WebhookEvent, read_line_webhook
from identity.doors.gateway.provider_http import check_address
from identity.doors.gateway.refusals import LineQuotaUsedUp, LineRecipientUnknown, LineTextNotSendable
from kernel.refusals import ProviderDown, Refusal

TEXT_LENGTH_MAX = 5_000
QUOTA_MESSAGE = "You have reached your monthly limit."
RECIPIENT_MESSAGES = ("The property, 'to', in the request body is invalid", "Failed to send messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMessagingSettings:
    """The Messaging API channel of the city's account; without `api_base`, LINE itself."""

    access_token: str = field(repr=False)
    channel_secret: str = field(repr=False)
    api_base: str | None = None
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        if self.api_base is not None:
            check_address(self.api_base)


class LineMessages(Protocol):
    """Writes to residents, never in a transaction (ProviderDown may be raised), and reads what LINE posts."""

    def push(self, line_user_id: str, text: str, retry_key: UUID) -> None: ...

    def read_webhook(self, body: bytes, signature: str | None) -> list[WebhookEvent]: ...


class LineMessagingApi:
    """LINE's Messaging API through its SDK, or a server at `api_base`."""

    def __init__(self, settings: LineMessagingSettings) -> None:
        self._settings = settings
        configuration = Configuration(host=settings.api_base, access_token=settings.access_token)
        # Whoever keeps the retry key asks again; the library's own retries would only stretch the time limit.
        configuration.retries = False
        self._api = MessagingApi(ApiClient(configuration))

    def push(self, line_user_id: str, text: str, retry_key: UUID) -> None:
        """Send one text to one user, once, however often the same retry key is used within 24 hours.

        Refuses, in this order: LineTextNotSendable; LineQuotaUsedUp for this month; LineRecipientUnknown.
        ProviderDown for a rate limit, a server error or no answer: the same key asked again is safe.
        """
        length = len(text.encode("utf-16-le", "surrogatepass")) // 2
        if not 0 < length <= TEXT_LENGTH_MAX:
            raise LineTextNotSendable(length, TEXT_LENGTH_MAX)
        request = PushMessageRequest(to=line_user_id, messages=[TextMessage(text=text)])
        try:
            self._api.push_message(request, str(retry_key), _request_timeout=self._settings.timeout_s)
        except HTTPError as error:
            raise ProviderDown(f"line: {type(error).__name__}") from error
        except ApiException as error:
            _raise_meaning(error)

    def read_webhook(self, body: bytes, signature: str | None) -> list[WebhookEvent]:
        """Verify and read what was posted to our webhook; refuses what `read_line_webhook` refuses."""
        return read_line_webhook(body, signature, self._settings.channel_secret)


def _raise_meaning(error: ApiException) -> None:
    """Raise what an error answer means for a message; a fault of ours surfaces as it came.

    409 means that a request with this key was accepted before (developers.line.biz, "Retrying a failed API request").
    """
    if error.status == 409:
        return
    refusal = _refusal_of(error.status, _message_of(error.body))
    if refusal is not None:
        raise refusal from error
    if error.status in (0, 429) or error.status >= 500:
        raise ProviderDown(f"line: status {error.status}") from error
    raise error


def _refusal_of(status: int, message: str) -> Refusal | None:
    if status == 429 and message == QUOTA_MESSAGE:
        return LineQuotaUsedUp()
    if status == 400 and message.startswith(RECIPIENT_MESSAGES):
        return LineRecipientUnknown()
    return None


def _message_of(body: object) -> str:
    try:
        content = json.loads(body) if isinstance(body, str | bytes) else None
    except ValueError:
        return ""
    return str(content.get("message", "")) if isinstance(content, dict) else ""
