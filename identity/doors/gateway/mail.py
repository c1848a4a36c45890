"""Writing letters by e-mail through the city's mail server. Whatever is written goes over TLS, or not at all."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime
from pathlib import Path
from typing import Protocol

from identity.doors.gateway.refusals import MailNotAccepted
from identity.doors.refusals import MailAddressUnreadable
from identity.doors.rules.mail_addresses import read_mail_address
from kernel.refusals import ProviderDown

logger = logging.getLogger(__name__)

PERMANENT = 500
"""From here on a reply says no for good; from 400 on it says not now (RFC 5321, section 4.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server of the city (RFC 6409), which is spoken to after STARTTLS alone (RFC 3207).

    Without a user nobody logs in. `ca_file` holds the certificates of a private authority, if the server's is signed
    by one. `sender` is the address that letters come from; ValueError says that it is none.
    """

    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout_s: float = 10.0
    sender_name: str = "かしまんPAY"

    def __post_init__(self) -> None:
        try:
            read_mail_address(self.sender)
        except MailAddressUnreadable:
            raise ValueError("the sender of e-mail must be an address") from None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one address. The same `key` stands in every copy, so that a mailbox can tell a second one."""

    to: str = field(repr=False)
    title: str
    text: str = field(repr=False)
    key: str


class Mail(Protocol):
    """Sends letters, never in a transaction (ProviderDown may be raised)."""

    def send(self, letter: Letter) -> None: ...


class SmtpMail:
    """Letters by SMTP (RFC 5321)."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._tls = ssl.create_default_context(cafile=settings.ca_file)

    def send(self, letter: Letter) -> None:
        """Hand one letter over to the city's mail server.

        Refuses MailNotAccepted for a letter that is not taken and never will be. ProviderDown for a server that says
        not now, does not answer, offers no TLS, or does not let us in: the same letter can be sent again. A letter may
        arrive twice when the connection is lost after it was handed over.
        """
        message = self._written(letter)
        try:
            with self._server() as server:
                server.send_message(message, self._settings.sender, [letter.to])
        except smtplib.SMTPRecipientsRefused as refused:
            code, _ = next(iter(refused.recipients.values()))
            raise _answer(code) from None
        except smtplib.SMTPAuthenticationError as refused:
            logger.error("the mail server does not let us in: %s", refused.smtp_code)
            raise ProviderDown from None
        except smtplib.SMTPSenderRefused as refused:
            logger.error("the mail server does not take letters from our sender: %s", refused.smtp_code)
            raise _answer(refused.smtp_code) from None
        except smtplib.SMTPResponseException as refused:
            raise _answer(refused.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            logger.error("the mail server does not offer what we need: nothing is sent without TLS")
            raise ProviderDown from None
        except (smtplib.SMTPException, OSError) as fault:
            logger.warning("the mail server did not take a letter: %s", type(fault).__name__)
            raise ProviderDown from None

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """A connection over which it is safe to speak; how it is taken leave of changes nothing."""
        settings = self._settings
        server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
        try:
            server.starttls(context=self._tls)
            if settings.user:
                server.login(settings.user, settings.password)
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        sender_local, _, sender_domain = self._settings.sender.rpartition("@")
        local, _, domain = letter.to.rpartition("@")
        message["From"] = Address(self._settings.sender_name, sender_local, sender_domain)
        message["To"] = Address("", local, domain)
        message["Subject"] = letter.title
        message["Date"] = localtime()
        message["Message-ID"] = f"<{letter.key}@{sender_domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="base64")
        return message


def _answer(reply_code: int) -> Exception:
    return MailNotAccepted(reply_code=reply_code) if reply_code >= PERMANENT else ProviderDown()
