"""A mail server in a thread of its own on loopback, as strict as real ones: TLS and a login first, then the sender."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kashiman.processes import free_port

HOST, SENDER, USER, PASSWORD = "localhost", "no-reply@city.example", "city", "a secret of the city"
UNKNOWN_RECIPIENT = "nobody@example.jp"
NOT_OURS = "550 5.7.1 Sender address rejected: not owned by user"


@dataclass
class Taken:
    """A letter that the server took."""

    mail_from: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class MailServer:
    """Where the server listens, what it took, and replies that a test puts in the place of its own, each once."""

    port: int
    ca_file: Path
    taken: list[Taken] = field(default_factory=list)
    next_replies: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)

    async def handle_MAIL(self, _server: SMTP, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.commands.append("MAIL")
        if address != SENDER:
            return NOT_OURS
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.next_replies.pop("MAIL", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        self.commands.append("RCPT")
        if address == UNKNOWN_RECIPIENT:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return self.next_replies.pop("RCPT", "250 OK")

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:
        self.commands.append("DATA")
        reply = self.next_replies.pop("DATA", "250 OK")
        if reply.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(Taken(envelope.mail_from, envelope.rcpt_tos, message))
        return reply

    async def handle_QUIT(self, _server: SMTP, _session: Any, _envelope: Any) -> str:
        return self.next_replies.pop("QUIT", "221 Bye")


@contextmanager
def mail_server(home: Path, *, offers_tls: bool = True) -> Iterator[MailServer]:
    """Listen until the block ends; the certificate is signed by nobody but itself."""
    certificate, key = _certificate(home)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = MailServer(free_port(), certificate)
    demands: dict[str, Any] = (
        {"tls_context": context, "require_starttls": True, "auth_required": True} if offers_tls else {}
    )
    controller = Controller(server, "127.0.0.1", server.port, authenticator=_let_in, **demands)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _let_in(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    given = (login.login, login.password) if isinstance(login, LoginPassword) else None
    return AuthResult(success=given == (USER.encode(), PASSWORD.encode()), handled=False)


def _certificate(home: Path) -> tuple[Path, Path]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = home / "mail.pem", home / "mail.key"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
